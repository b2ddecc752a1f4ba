"""The lines of a file -> its rows. A row has several lines where a quoted value goes on after a line end.

Whether it goes on, what follows says: a quotation mark that nothing closes is a character, and costs no other row.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

NOWHERE, NEVER = -1, -2
_AHEAD = 1 << 20
"""Bytes beyond the largest row in which the end of a quoted value is looked for, so that a value that is a little
too long is reported as one. Not measured."""


class Lines(Protocol):
    """A file that is read by lines."""

    def readline(self, size: int, /) -> bytes:
        """The next line, or *size* bytes of it."""


class RowFormat(Protocol):
    """What a quoted value is. Positions are those behind a mark."""

    def opens_at(self, line: bytes, at: int) -> int:
        """Where after *at* a quoted value begins that *line* does not end, or NOWHERE."""

    def closes_at(self, line: bytes) -> int:
        """Where in *line* a value ends that began before: NOWHERE, or NEVER if it is no quoted value."""


@dataclass(frozen=True, slots=True)
class Row:
    """The number of the first line of a row, where it begins, how long it is, and as many bytes as are allowed."""

    number: int
    offset: int
    length: int
    data: bytes


def rows_of(lines: Lines, limit: int, form: RowFormat) -> Iterator[Row]:
    """The rows of *lines*. Of one that is longer than *limit* no more is held than is looked ahead."""
    source = _Source(lines, limit)
    number, offset = 1, 0
    while line := source.take():
        row = _row(line, source, form)
        length = sum(one.length for one in row)
        yield Row(number, offset, length, b"".join(one.data for one in row) if length <= limit else b"")
        number += len(row)
        offset += length


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, and how long it is; one that is longer than the limit is empty."""

    length: int
    data: bytes


def _row(line: _Line, source: _Source, form: RowFormat) -> list[_Line]:
    row = [line]
    at = form.opens_at(line.data, 0)
    while at >= 0:
        ahead, closed = _until_closed(source, form)
        if closed >= 0:
            row += ahead
            at = form.opens_at(row[-1].data, closed)
        else:
            source.put_back(ahead)
            at = form.opens_at(row[-1].data, at)
    return row


def _until_closed(source: _Source, form: RowFormat) -> tuple[list[_Line], int]:
    """The lines up to the one that closes a quoted value, and where it does; or what was looked at in vain."""
    ahead: list[_Line] = []
    closed, length = NOWHERE, 0
    while closed == NOWHERE and length <= source.limit + _AHEAD and (line := source.take()):
        ahead.append(line)
        length += line.length
        closed = form.closes_at(line.data) if line.length <= source.limit else NEVER
    return ahead, closed


class _Source:
    """Lines, some of which were put back."""

    def __init__(self, lines: Lines, limit: int) -> None:
        self.limit = limit
        self._lines = lines
        self._back: deque[_Line] = deque()

    def take(self) -> _Line | None:
        """The next line."""
        return self._back.popleft() if self._back else self._read()

    def put_back(self, lines: list[_Line]) -> None:
        """Let *lines* be the next ones."""
        self._back.extendleft(reversed(lines))

    def _read(self) -> _Line | None:
        data = piece = self._lines.readline(self.limit + 1)
        length = len(data)
        while len(piece) > self.limit and not piece.endswith(b"\n"):
            piece = self._lines.readline(self.limit + 1)
            length += len(piece)
        return _Line(length, data if length <= self.limit else b"") if data else None
