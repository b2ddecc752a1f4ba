"""Pieces of a page: markup of ours, and text of the article; -> the text that is searched, and HTML with marks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

Range = tuple[int, int]


class Piece(NamedTuple):
    """Markup, or a text that is shown.

    `searched` is what stands for it in the text that is searched: as many characters as are shown, or a line end
    for the edge of a block. What is `aside`, such as the description of a picture, is searched after its line.
    """

    markup: str = ""
    shown: str = ""
    searched: str = ""
    aside: bool = False


def searched(pieces: Sequence[Piece]) -> tuple[str, list[int]]:
    """The text of *pieces* that is searched, and where in it each of them begins."""
    parts: list[str] = []
    places = [0] * len(pieces)
    waiting: list[int] = []
    at = 0
    for number, piece in enumerate(pieces):
        if piece.aside:
            waiting.append(number)
            continue
        places[number] = at
        parts.append(piece.searched)
        at += len(piece.searched)
        if waiting and piece.searched.endswith("\n"):
            at = _add(waiting, pieces, places, parts, at)
            waiting = []
    _add(waiting, pieces, places, parts, at)
    return "".join(parts), places


def _add(waiting: list[int], pieces: Sequence[Piece], places: list[int], parts: list[str], at: int) -> int:
    """Add a line for each of the *waiting* pieces; where the last one ends."""
    for number in waiting:
        places[number] = at
        parts.append(pieces[number].searched + "\n")
        at += len(parts[-1])
    return at


def written(pieces: Sequence[Piece], places: Sequence[int], ranges: Iterable[Range]) -> tuple[str, int]:
    """The HTML of *pieces*, which begin at *places*, with marks around what is in *ranges*, and how many of these
    are marked. Each is numbered where its first piece is shown."""
    marks = _Marks(ranges)
    parts = [
        piece.markup or "".join(marks.around(piece.shown, place))
        for piece, place in zip(pieces, places, strict=True)
    ]
    return "".join(parts), len(marks.numbers)


class _Marks:
    """Ranges of a text, and the number of each that was shown, by its place among them."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        self._ranges = list(_apart(ranges))
        self._ends = [end for _, end in self._ranges]
        self.numbers: dict[int, int] = {}

    def around(self, text: str, place: int) -> Iterator[str]:
        """*text*, which begins at *place*, escaped and with marks."""
        at, number = 0, bisect_right(self._ends, place)
        while text and number < len(self._ranges) and self._ranges[number][0] < place + len(text):
            start, end = self._ranges[number]
            start, end = max(0, start - place), min(len(text), end - place)
            yield escape(text[at:start], quote=False)
            yield f"<mark {self._names(number)}>{escape(text[start:end], quote=False)}</mark>"
            at, number = end, number + 1
        yield escape(text[at:], quote=False)

    def _names(self, place: int) -> str:
        """The attributes of a mark: of the first piece of one, an id too."""
        is_first = place not in self.numbers
        number = self.numbers.setdefault(place, len(self.numbers) + 1)
        return f'id="m{number}" data-mark="{number}"' if is_first else f'data-mark="{number}"'


def _apart(ranges: Iterable[Range]) -> Iterator[Range]:
    """*ranges* in their order, without what is empty or in one before."""
    last = 0
    for start, end in sorted(ranges):
        if end > (start := max(start, last)):
            yield start, end
            last = end
