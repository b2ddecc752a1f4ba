"""Two versions of a text -> how much of them is the same, and what differs, as in `alignment.py`.

Pieces that each has once, in the order of both, hold them together (Cohen's patience diff); only what is between
two of these is compared letter by letter, so that long texts take no longer than their length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from searchkit.analysis.normalize import fold_with_offsets
from searchkit.in_order import longest_in_order
from searchkit.model import Difference, Range
from searchkit.snippets.alignment import Edit, Letters, differences_of, edits_of, letters_of

_SIZES = (12, 6)
"""Letters of a piece that each text has once: the longer ones first, then between these the shorter ones."""
_MOST = 100_000
"""Pairs of letters that are compared between two pieces, half a second of a hundred such gaps; what is longer is
another text."""


class Comparison(NamedTuple):
    """The share of letters of both texts that are the same, from 0 to 1, and the differences in their order."""

    identity: float
    differences: tuple[Difference, ...]


def compare(given: str, text: str) -> Comparison:
    """Where *text* differs from what was *given*; signs and case do not count."""
    one, other = letters_of(*fold_with_offsets(given)), letters_of(*fold_with_offsets(text))
    if not one.text or not other.text:
        return Comparison(float(one.text == other.text), ())
    edits = list(_joined(_edits(one, other, (0, len(one.text)), (0, len(other.text)), _SIZES)))
    same = sum(j - i for what, i, j, _, _ in edits if what == "equal")
    identity = 2 * same / (len(one.text) + len(other.text))
    return Comparison(identity, tuple(differences_of(edits, given, one, other)))


def _edits(one: Letters, other: Letters, span: Range, other_span: Range, sizes: Sequence[int]) -> Iterator[Edit]:
    """What makes the range *other_span* of *other* of the range *span* of *one*, held together by pieces of these
    *sizes*."""
    (i, end), (j, other_end) = span, other_span
    if not sizes:
        yield from _letter_by_letter(one.text[i:end], other.text[j:other_end], i, j)
        return
    size, *smaller = sizes
    for a, b in _held(one.text[i:end], other.text[j:other_end], size, i, j):
        if a >= i and b >= j:
            yield from _edits(one, other, (i, a), (j, b), smaller)
            yield "equal", a, a + size, b, b + size
        elif a - i == b - j:  # it goes on where the one before ends
            yield "equal", i, a + size, j, b + size
        else:
            continue
        i, j = a + size, b + size
    yield from _edits(one, other, (i, end), (j, other_end), smaller)


def _held(text: str, other: str, size: int, at: int, other_at: int) -> list[Range]:
    """Where the pieces of so many letters stand that both texts have once, in the order of both; the texts begin
    *at* and *other_at*."""
    places, others = _once(text, size), _once(other, size)
    return longest_in_order([(at + a, other_at + others[piece]) for piece, a in places.items() if piece in others])


def _once(text: str, size: int) -> dict[str, int]:
    """The pieces of *text* of so many letters that stand in it once, and where."""
    pieces = [text[at : at + size] for at in range(len(text) - size + 1)]
    times = Counter(pieces)
    return {piece: at for at, piece in enumerate(pieces) if times[piece] == 1}


def _letter_by_letter(text: str, other: str, at: int, other_at: int) -> Iterator[Edit]:
    if len(text) * len(other) > _MOST:
        yield "replace", at, at + len(text), other_at, other_at + len(other)
        return
    for what, i, j, k, end in edits_of(text, other):
        yield what, at + i, at + j, other_at + k, other_at + end


def _joined(edits: Iterable[Edit]) -> Iterator[Edit]:
    """*edits*, those of a kind that follow each other as one."""
    for what, some in groupby(edits, key=itemgetter(0)):
        first, *others = some
        last = others[-1] if others else first
        yield what, first[1], last[2], first[3], last[4]
