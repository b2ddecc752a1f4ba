"""Break text into terminal lines. A full-width character takes two columns and may begin a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

Range = tuple[int, int]
"""Offsets in characters, half-open."""

_UNIT = re.compile(r"\s+|[^\s\u1100-\U0010ffff]+|\S")
_NEVER_FIRST = frozenset("，。、；：！？）》」』】〕”’…—%％,.;:!?)]}")
_NEVER_LAST = frozenset("（《「『【〔“‘([{")


def cell_width(text: str) -> int:
    """How many columns *text* takes.

    >>> cell_width("GPT 模型")
    8
    """
    return sum(map(_columns, text))


def break_lines(text: str, width: int | None) -> list[Range]:
    """The ranges of *text* to be shown as lines of at most *width* columns; spaces at the breaks are dropped."""
    if width is None:
        return [(0, len(text))]
    lines: list[Range] = []
    start = end = 0
    for begin, stop in _units(text, max(width, 2)):
        if text[begin:stop].isspace():
            start, end = (stop, stop) if start == end else (start, end)
        elif cell_width(text[start:stop]) <= width or start == end:
            end = stop
        else:
            lines.append((start, end))
            start, end = begin, stop
    return [*lines, (start, end)] if end > start or not lines else lines


def wrap(text: str, width: int | None) -> str:
    """Every line of *text*, broken at *width*."""
    if width is None:
        return text
    return "\n".join(line[begin:end] for line in text.split("\n") for begin, end in break_lines(line, width))


def clip_ranges(ranges: tuple[Range, ...], line: Range) -> tuple[Range, ...]:
    """The parts of *ranges* in *line*, counted from its beginning."""
    begin, end = line
    clipped = ((max(a, begin) - begin, min(b, end) - begin) for a, b in ranges)
    return tuple((a, b) for a, b in clipped if a < b)


def _units(text: str, width: int) -> Iterator[Range]:
    """The ranges that must not be broken: words, and full-width characters with their punctuation. A word that is
    wider than a line is cut."""
    begin = end = 0
    for found in _UNIT.finditer(text):
        if begin < end and not _belong_together(text[end - 1], found[0][0]):
            yield from _cut(text, begin, end, width)
            begin = end
        end = found.end()
    if begin < end:
        yield from _cut(text, begin, end, width)


def _belong_together(before: str, after: str) -> bool:
    if before.isspace() or after.isspace():
        return False
    return after in _NEVER_FIRST or before in _NEVER_LAST


def _cut(text: str, begin: int, end: int, width: int) -> Iterator[Range]:
    taken = 0
    for at in range(begin, end):
        columns = _columns(text[at])
        if taken + columns > width:
            yield begin, at
            begin, taken = at, 0
        taken += columns
    yield begin, end


def _columns(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
