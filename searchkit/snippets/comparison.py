"""Two versions of a text -> how much of them is the same, and what differs, as in `alignment.py`.

Pieces that each has once, in the order of both, hold them together (Cohen's patience diff). What is between two of
these has as many letters in common as can be (Hyyrö, Bit-parallel LCS-length computation revisited, 2004), a part
of bounded length after the other, so that neither long texts nor those that repeat themselves take long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from searchkit.analysis.normalize import fold_with_offsets
from searchkit.in_order import longest_in_order
from searchkit.model import Difference, Range
from searchkit.snippets.alignment import differences_of, edits_between, letters_of

_SIZES = (12, 6)
"""Letters of a piece that each text has once: the longer ones first, then between these the shorter ones."""
_PART = 10_000
"""Letters of both texts that are compared at a time: most articles are shorter. Two texts of 100,000 letters
without such pieces take 0.6 s. With half as many at a time, more is lost where a passage was put in."""
_CHANCE = 2
"""Where on both sides of some letters so many times as many differ, they are the same by chance. Of the letters
that two unrelated texts have in common two thirds are; with 1, so are those left between random edits."""

Block = tuple[int, int, int]
"""Where letters that are the same begin in one text and in the other, and how many they are."""


class Comparison(NamedTuple):
    """The share of letters of both texts that are the same, from 0 to 1, and the differences in their order."""

    identity: float
    differences: tuple[Difference, ...]


def compare(given: str, text: str) -> Comparison:
    """Where *text* differs from what was *given*; signs and case do not count."""
    one, other = letters_of(*fold_with_offsets(given)), letters_of(*fold_with_offsets(text))
    if one.text == other.text:
        return Comparison(1.0, ())
    if not one.text or not other.text:
        return Comparison(0.0, (Difference(0, len(text), given),))
    blocks = [*_joined(_blocks(one.text, other.text)), (len(one.text), len(other.text), 0)]
    edits = list(edits_between(_without_chance(blocks), one.text))
    same = sum(j - i for what, i, j, _, _ in edits if what == "equal")
    identity = 2 * same / (len(one.text) + len(other.text))
    return Comparison(identity, tuple(differences_of(edits, given, one, other)))


def _blocks(one: str, other: str, sizes: Sequence[int] = _SIZES) -> Iterator[Block]:
    """What is the same in both texts, in its order, held together by pieces of these *sizes*."""
    first = _beginning(one, other)
    yield 0, 0, first
    one, other = one[first:], other[first:]
    if one and other:
        yield from _moved(_held_together(one, other, sizes) if sizes else _in_parts(one, other), first, first)


def _beginning(one: str, other: str) -> int:
    """How many letters both texts begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _held_together(one: str, other: str, sizes: Sequence[int]) -> Iterator[Block]:
    """The pieces of the first of *sizes* that both texts have once, in the order of both, and what is the same
    between them."""
    size, *smaller = sizes
    places, others = _once(one, size), _once(other, size)
    held = longest_in_order([(at, others[piece]) for piece, at in places.items() if piece in others])
    i = j = 0
    for a, b in held:
        if a >= i and b >= j:
            yield from _moved(_blocks(one[i:a], other[j:b], smaller), i, j)
            yield a, b, size
        elif a - i == b - j:  # it goes on where the one before ends
            yield i, j, a + size - i
        else:
            continue
        i, j = a + size, b + size
    yield from _moved(_blocks(one[i:], other[j:], smaller), i, j)


def _once(text: str, size: int) -> dict[str, int]:
    """The pieces of *text* of so many letters that stand in it once, and where."""
    pieces = [text[at : at + size] for at in range(len(text) - size + 1)]
    times = Counter(pieces)
    return {piece: at for at, piece in enumerate(pieces) if times[piece] == 1}


def _in_parts(one: str, other: str) -> Iterator[Block]:
    """The letters in common, a part of both texts after the other: each goes on where the one before is half done,
    as its end depends on what comes then."""
    i = j = 0
    while i < len(one) and j < len(other):
        pairs = _in_common(one[i : i + _PART], other[j : j + _PART])
        is_last = max(len(one) - i, len(other) - j) <= _PART
        taken = len(pairs) if is_last else bisect_left(pairs, _PART, key=sum)
        yield from ((i + a, j + b, 1) for a, b in pairs[:taken])
        a, b = pairs[taken] if taken < len(pairs) else (_PART, _PART)
        i, j = i + a, j + b


def _in_common(one: str, other: str) -> list[Range]:
    """Where the letters of a longest common subsequence stand in both texts. A row of the table of its lengths is
    a number, whose bits are 0 where the length grows."""
    places: defaultdict[str, int] = defaultdict(int)
    for at, letter in enumerate(one):
        places[letter] |= 1 << at
    row = everywhere = (1 << len(one)) - 1
    rows = [row]
    for letter in other:
        there = row & places[letter]
        row = ((row + there) | (row - there)) & everywhere
        rows.append(row)
    found, i, j = [], len(one), len(other)
    while i and j:
        bit = 1 << (i - 1)
        if rows[j] & bit:
            i -= 1
        elif not rows[j - 1] & bit:
            j -= 1
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def _moved(blocks: Iterable[Block], i: int, j: int) -> Iterator[Block]:
    return ((i + a, j + b, size) for a, b, size in blocks)


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """*blocks*, those that follow each other in both texts as one."""
    begin, other_begin, length = 0, 0, 0
    for i, j, size in blocks:
        if (i, j) == (begin + length, other_begin + length):
            length += size
        elif size:
            yield begin, other_begin, length
            begin, other_begin, length = i, j, size
    yield begin, other_begin, length


def _without_chance(blocks: Sequence[Block]) -> Iterator[Block]:
    """*blocks* but for those with so much that differs on both sides that their letters are the same by chance."""
    before = blocks[0]
    yield before
    for block, after in pairwise(blocks[1:]):
        if min(_between(before, block), _between(block, after)) < _CHANCE * block[2]:
            yield block
            before = block
    yield blocks[-1]


def _between(block: Block, after: Block) -> int:
    """How many letters of the text that has more of them stand between two blocks."""
    return max(after[0] - block[0], after[1] - block[1]) - block[2]
