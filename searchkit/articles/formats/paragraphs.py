"""Lines that were broken to fit a column -> paragraphs.

A break may stand within a word, which jieba then does not see. Where lines have no common width, or one may end on
its own (a list, a poem, a title), they stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

_NARROWEST, _WIDEST = 30, 120
"""Columns that a text is broken at: 15 characters of Han to a wide page of English. Verses are narrower."""
_SLACK = 4
"""Columns that a full line may lack: punctuation that may not begin a line took a character along."""
_FEWEST, _FULL, _LONGER = 3, 0.4, 0.05
"""Full lines that make a text a wrapped one: how many, their share of those that could go on, and the share of
lines that may be longer, such as links. Not measured: a paragraph of five lines has four that go on."""
_ENDS = tuple("。！？；：…”』」》!?;:")
_BEGINS = re.compile(
    r"[\s\u3000]|[-*+•·●○■□◆◇▪–—#>|=]|[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.)、．）]|第.{1,4}[章节回]"
)
_WIDE = re.compile(r"[\u2e80-\u2fdf\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]")


def join_wrapped(text: str, *, longer: float = _LONGER) -> str:
    """*text* with the lines of each paragraph joined, if they were broken to fit a column. Of all lines, the share
    *longer* may be so."""
    lines = [line.rstrip() for line in text.split("\n")]
    column = _column(lines, longer)
    return "\n".join(paragraphs(lines, column)) if column else text


def paragraphs(lines: list[str], column: int) -> Iterator[str]:
    """*lines*; one that fills the *column* and does not end a sentence goes on with the next."""
    parts: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _fills(line, column) and not line.endswith(_ENDS) and _may_go_on(following):
            parts += _with_gap(line, following)
        else:
            yield "".join([*parts, line])
            parts = []


def width(line: str) -> int:
    """The columns of *line*: a character of Han has two."""
    return len(line) + len(_WIDE.findall(line))


def _column(lines: list[str], most_longer: float) -> int:
    """The width at which *lines* were broken, or 0."""
    widths = Counter(width(line) for line in lines if line)
    near = {w: sum(widths[w - lack] for lack in range(_SLACK)) for w in widths if _NARROWEST <= w <= _WIDEST}
    column = max(near, key=lambda w: (near[w], w), default=0)
    longer = sum(count for w, count in widths.items() if w > column)
    inside = [line for line, following in pairwise(lines) if line and _may_go_on(following)]
    full = sum(_fills(line, column) for line in inside)
    is_wrapped = full >= max(_FEWEST, _FULL * len(inside)) and longer <= most_longer * widths.total()
    return column if is_wrapped else 0


def _fills(line: str, column: int) -> bool:
    return width(line) > column - _SLACK


def _may_go_on(line: str) -> bool:
    return line != "" and not _BEGINS.match(line)


def _with_gap(line: str, following: str) -> tuple[str, ...]:
    """*line* as it is before *following*: Han needs no space, and a word that was hyphenated is whole again."""
    if re.search(r"[A-Za-z]{2}-$", line) and following[0].islower():
        return (line[:-1],)
    return (line,) if _WIDE.match(line[-1]) or _WIDE.match(following) else (line, " ")
