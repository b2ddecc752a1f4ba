"""Reindexes to disturb: an index as it was, the articles it shall have, what it answers before and after."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import searchkit
from searchkit.model import Article
from tests.conftest import make_article
from tests.reliability.disks import CountingDisk, written_through
from tests.reliability.pictures import Picture, check_tidy, picture_of

_TEXTS = (
    "月亮升起的时候，潮汐也跟着涨。红光落在月面上，孩子们都说好看。",
    "这家做大模型的公司拿到了新一轮融资，GPT-5.2 的对手又多了一个。",
    "广州人喝早茶，一盅两件，从清早坐到中午。",
    "单细胞数据的分析从质控开始，测序深度要先看一眼。",
    "模型越大，账单越长；算力的价钱是谈出来的。",
)


def articles(numbers: Sequence[int], version: int = 1) -> list[Article]:
    """An article for each of *numbers*; their texts differ, also from one *version* to another."""
    return [make_article(f"第{n}篇", f"第{version}版。{_TEXTS[n % 5]} 编号{n}。" * (1 + n % 3)) for n in numbers]


@dataclass(frozen=True)
class Scene:
    """`reindex(new, …, full=full)` on a copy of the folder `start`, which may be missing: what is there is `old`
    before and `target` after, and it asks its disk for so many `operations`."""

    name: str
    start: Path
    new: list[Article]
    full: bool
    old: Picture | None
    target: Picture
    operations: int

    def copy(self, place: Path) -> Path:
        """The folder of an index as it is before; what was at *place* is gone."""
        shutil.rmtree(place, ignore_errors=True)
        if self.start.exists():
            shutil.copytree(self.start, place)
        return place

    def reindex(self, place: Path) -> None:
        """What the scene is about."""
        searchkit.reindex(self.new, place, full=self.full, jobs=1, allow_removals=True)

    def check_whole(self, place: Path) -> str:
        """Which state the index at *place* is in, "old" or "new"; any other is an AssertionError."""
        found = picture_of(place)
        if found == self.target:
            return "new"
        assert found == self.old, f"{_size(found)} articles, neither the old state nor the new one"
        return "old"

    def check_finished(self, place: Path) -> None:
        """The next reindex finishes the work and leaves no stray files."""
        with written_through(CountingDisk()):
            searchkit.reindex(self.new, place, jobs=1, allow_removals=True)
        assert self.check_whole(place) == "new"
        check_tidy(place)


def make_scenes(scratch: Path) -> tuple[Scene, ...]:
    """A first index, a full reindex, small changes, and small changes where a stopped writer left things."""
    before, trial = scratch / "before", scratch / "trial" / "index"
    searchkit.reindex(articles(range(12)), before, jobs=1, allow_removals=True)
    for count in (13, 14, 15):
        searchkit.reindex(articles(range(count)), before, jobs=1, allow_removals=True)
    changed = [*articles(range(3, 13)), *articles((13, 14), version=2), *articles((15, 16))]
    littered = scratch / "littered"
    shutil.copytree(before, littered)
    (littered / "generation-000099").mkdir()
    for name in ("MAIN_000099x000001.columns", "manifest.gz"):
        (littered / "generation-000099" / name).write_bytes(b"half")
    for name in ("CURRENT.new", "LOCK.owner"):
        (littered / name).write_bytes(b"gener")
    return (
        _scene("a first index", scratch / "nothing", articles(range(12)), trial, full=False),
        _scene("a full reindex", before, articles(range(5, 25), version=3), trial, full=True),
        _scene("small changes", before, changed, trial, full=False),
        _scene("small changes after a crash", littered, changed, trial, full=False),
    )


def remark(ended: Mapping[str, int]) -> str:
    """How many cases ended in which state."""
    return ", ".join(f"{count:,} ended in the {state} state" for state, count in sorted(ended.items())[::-1])


def _scene(name: str, start: Path, new: list[Article], trial: Path, *, full: bool) -> Scene:
    old = picture_of(start)
    shutil.rmtree(trial.parent, ignore_errors=True)
    if start.exists():
        shutil.copytree(start, trial)
    disk = CountingDisk()
    with written_through(disk):
        searchkit.reindex(new, trial, full=full, jobs=1, allow_removals=True)
    check_tidy(trial)
    target = picture_of(trial)
    assert target is not None
    assert target != old
    return Scene(name, start, new, full, old, target, disk.count)


def _size(picture: Picture | None) -> int:
    return len(picture.articles) if picture else 0
