"""An index in state number 1, 2, 3 …: every article of a state says its number in its text, its tag and its date,
and each state has another number of articles. So one look at an index tells whether it is of one state."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import searchkit
from searchkit.index import reader_of
from searchkit.model import Article

_MARK = re.compile(r"st\d{6}q")
_COMMON = "共同的话"
_TEXT = (
    "第一段：{mark} 这一次的{common}。\n第二段：写在 {mark} 的后面。\n第三段：{common}，又是 {mark}。"
    + "凑字数。" * 40
)


def publish(place: Path, state: int) -> None:
    """Bring the index at *place* to *state*; every third time from nothing."""
    searchkit.reindex(articles_of(state), place, full=state % 3 == 0, jobs=1, allow_removals=True)


def articles_of(state: int) -> list[Article]:
    mark = f"st{state:06d}q"
    return [
        Article(f"篇{n}", f"第 {n} 篇 {mark}", f"{n}：" + _TEXT.format(mark=mark, common=_COMMON), (mark,),
                date=datetime(2000, 1, 1) + timedelta(days=state))
        for n in range(_size(state))
    ]  # fmt: skip


def look(index: searchkit.Index) -> int:
    """The state of *index*, asked in every way.

    Raises:
        AssertionError: one answer is of another state than the others, or not of a whole one.
    """
    found = index.search(_COMMON, limit=None, facets=("tag", "year"))
    state = int(found.hits[0].tags[0][2:-1])
    mark, size = f"st{state:06d}q", _size(state)
    texts = [text for hit in found.hits for text in (hit.title, *hit.tags, *(s.text for s in hit.snippets))]
    marks = {other for text in texts for other in _MARK.findall(text)}
    assert marks == {mark}, f"one search gives hits of the states {sorted(marks)}"
    assert found.total == len(found.hits) == len(index) == size, f"{mark}: {found.total} found of {size}"
    assert found.facets["tag"] == ((mark, size),), f"{mark}: facets {found.facets}"
    assert sum(number for _, number in found.facets["year"]) == size
    assert {hit.id for hit in found.hits} == set(reader_of(index).ids()) == set(index.ids(f'"{mark}"'))
    bodies = {other for hit in found.hits for other in _MARK.findall(index.get(hit.id).body)}
    assert bodies == {mark}, f"{mark}: articles of the states {sorted(bodies)}"
    return state


def _size(state: int) -> int:
    return 8 + state % 5
