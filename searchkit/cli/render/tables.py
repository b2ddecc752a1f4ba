"""Rows of cells as lines of a table; Chinese characters take two columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchkit.cli.layout import break_lines, cell_width
from searchkit.cli.style import BOLD, styled
from searchkit.cli.terminal import View

GAP = "  "
Row = Sequence[str]


def aligned(table: Sequence[Row], view: View) -> list[str]:
    """Rows as lines: the first column is left-aligned, the others right-aligned; the first row is bold."""
    widths = _widths(table)
    lines = []
    for number, row in enumerate(table):
        first = row[0] + " " * (widths[0] - cell_width(row[0]))
        rest = (" " * (width - cell_width(cell)) + cell for cell, width in zip(row[1:], widths[1:], strict=True))
        line = GAP.join([first, *rest])
        lines.append(styled(line, BOLD, view) if number == 0 else line)
    return lines


def with_texts(table: Sequence[Row], texts: Sequence[str], view: View) -> list[str]:
    """The lines of *table*, each followed by as much of its text as fits; the first text is a heading."""
    room = None if view.width is None else max(view.width - sum(_widths(table)) - len(GAP) * len(table[0]), 10)
    shown = [styled(texts[0], BOLD, view), *(_clipped(text, room) for text in texts[1:])]
    return [line + GAP + text for line, text in zip(aligned(table, view), shown, strict=True)]


def _widths(table: Iterable[Row]) -> list[int]:
    return [max(map(cell_width, column)) for column in zip(*table, strict=True)]


def _clipped(text: str, width: int | None) -> str:
    """The beginning of *text* that takes at most *width* columns."""
    if width is None or cell_width(text) <= width:
        return text
    begin, end = break_lines(text, width - 1)[0]
    return text[begin:end] + "…"
