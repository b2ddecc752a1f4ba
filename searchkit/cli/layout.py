"""Text of results for a terminal: without control characters, in colour, broken into lines, in tables.

A full-width character takes two columns and may begin a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from searchkit.line_form import visible as visible  # what is shown passes through these two
from searchkit.line_form import visible_line as visible_line
from searchkit.patterns import lazy_pattern
from searchkit.translation import gettext as _

Range = tuple[int, int]
"""Offsets in characters, half-open."""

Row = Sequence[str]

BOLD, DIM, MARK = "1", "2", "1;31"
"""Colours of the terminal's own palette, so they fit any background."""

BLOCKS, SIGNS = "▁▂▃▄▅▆▇█", ".:-=+*#@"
"""How high a bar is, the lowest first: the second where the first cannot be shown."""

_GAP = "  "
_MOST_LINES = 5
_SEQUENCE = lazy_pattern(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")
_UNIT = lazy_pattern(r"\s+|[^\s\u1100-\U0010ffff]+|\S")
_NEVER_FIRST = frozenset("，。、；：！？）》」』】〕”’…—%％,.;:!?)]}")
_NEVER_LAST = frozenset("（《「『【〔“‘([{")


class View(Struct, frozen=True):
    """How results are shown. With a `width` of None no line is broken; `first` is the number of the first hit;
    `verbose` is every addend of a score; `levels` are the characters of bars, the lowest first."""

    color: bool = False
    links: bool = False
    width: int | None = None
    first: int = 1
    verbose: bool = False
    levels: str = BLOCKS


def first_lines(lines: Sequence[str], more: str = "") -> list[str]:
    """The first five of *lines*, indented, and how many more there are, in the words of *more* or of our own."""
    more = more or _("and {count:,} more")
    rest = ["  " + more.format(count=len(lines) - _MOST_LINES)] if len(lines) > _MOST_LINES else []
    return [*(f"  {visible_line(line)}" for line in lines[:_MOST_LINES]), *rest]


def styled(text: str, style: str, view: View) -> str:
    """*text* in *style*."""
    return f"\x1b[{style}m{text}\x1b[0m" if view.color and text and style else text


def marked(text: str, ranges: tuple[Range, ...], view: View, style: str = "") -> str:
    """*text* in *style* with *ranges* highlighted."""
    parts, at = [], 0
    for begin, end in ranges:
        parts += [styled(text[at:begin], style, view), styled(text[begin:end], MARK, view)]
        at = end
    return "".join([*parts, styled(text[at:], style, view)])


def linked(text: str, path: str, view: View) -> str:
    """*text* as an OSC 8 link to the file at *path*."""
    if not (view.links and path):
        return text
    return f"\x1b]8;;{Path(path).absolute().as_uri()}\x1b\\{text}\x1b]8;;\x1b\\"


def cell_width(text: str) -> int:
    """How many columns *text* takes.

    >>> cell_width("GPT 模型")
    8
    """
    return sum(map(_columns, text))


def padded(text: str, width: int) -> str:
    """*text* with spaces up to *width* columns.

    >>> padded("标签", 6)
    '标签  '
    """
    return text + " " * (width - cell_width(text))


def count_rows(text: str, columns: int) -> int:
    """How many rows of a terminal the lines of *text*, styled and linked, take.

    >>> count_rows("月全食\\n\\n", 4)
    3
    """
    lines = _SEQUENCE.sub("", text).split("\n")[:-1]
    return sum(max(1, -(-cell_width(line) // columns)) for line in lines)


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


def labelled(label: str, text: str, view: View) -> list[str]:
    """*text* after *label*, in lines that fit; those after the first begin below the text."""
    margin = cell_width(label)
    width = None if view.width is None else max(view.width - margin, 10)
    first, *others = (text[begin:end] for begin, end in break_lines(text, width))
    return [label + first, *(" " * margin + line for line in others)]


def clip_ranges(ranges: tuple[Range, ...], line: Range) -> tuple[Range, ...]:
    """The parts of *ranges* in *line*, counted from its beginning."""
    begin, end = line
    clipped = ((max(a, begin) - begin, min(b, end) - begin) for a, b in ranges)
    return tuple((a, b) for a, b in clipped if a < b)


def aligned(table: Sequence[Row], view: View) -> list[str]:
    """Rows as lines: the first column is left-aligned, the others right-aligned; the first row is bold."""
    lines, widths = [], _widths(table)
    for row in table:
        rest = (" " * (width - cell_width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append(_GAP.join([padded(row[0], widths[0]), *rest]))
    return [styled(lines[0], BOLD, view), *lines[1:]]


def with_texts(table: Sequence[Row], texts: Sequence[str], view: View) -> list[str]:
    """The lines of *table*, each followed by as much of its text as fits; the first text is a heading."""
    room = None if view.width is None else max(view.width - sum(_widths(table)) - len(_GAP) * len(table[0]), 10)
    shown = [styled(texts[0], BOLD, view), *(clipped(text, room) for text in texts[1:])]
    return [line + _GAP + text for line, text in zip(aligned(table, view), shown, strict=True)]


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


def _widths(table: Iterable[Row]) -> list[int]:
    return [max(map(cell_width, column)) for column in zip(*table, strict=True)]


def shortened(text: str, width: int | None) -> str:
    """*text* without its middle if it takes more than *width* columns: a path says most at its two ends.

    >>> shortened("corpus/hugo/月全食为什么是红色的.md", 20)
    'corpus/hu…红色的.md'
    """
    if width is None or cell_width(text) <= width:
        return text
    begin = next(_cut(text, 0, len(text), (width - 1) // 2))[1]
    back = text[::-1]
    end = next(_cut(back, 0, len(back), width - 1 - (width - 1) // 2))[1]
    return f"{text[:begin]}…{text[len(text) - end :]}"


def clipped(text: str, width: int | None) -> str:
    """The beginning of *text* that takes at most *width* columns."""
    if width is None or cell_width(text) <= width:
        return text
    begin, end = break_lines(text, width - 1)[0]
    return text[begin:end] + "…"
