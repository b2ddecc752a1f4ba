"""Samples of texts -> which two are reposts of each other.

Texts with rare shingles in common are candidates; the samples of two are aligned, and they are reposts where
hardly a stretch of either has nothing of the other, or where one has all of the other and not much more. Shared
code, a footer or a quotation leave such stretches, in which an article is itself. Of many thousands of candidates
few are reposts: what rules out most of them is asked of many at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchkit.articles.shingles import MOST, Sample
from searchkit.in_order import longest_in_order

_TELLING, _LEAST_SHARED = 64, 3
"""Shingles of a text by which candidates are found, and how many of these two must share. Copies with 30 % of
their characters changed share ten."""
_MANY = 16
"""Texts: what more share is code or a phrase, and brings each together with the next one only. So any number of
copies is one cluster, unless each was much changed, and a licence in every text costs no more than a line of
it."""
_LEAST_COVERED, _LEAST_SAME, _LEAST_RATIO = 0.79, 0.15, 0.6
"""The share of each text that must be covered by the other, of its shingles that must be the same, and of the
longer one that the shorter one must be. In an archive of 5,280 articles pairs that cover 0.80 and more of each
other are reposts; those with 0.66 to 0.78 share code, or are reports on one study, but for one. Of copies with
30 % of their characters changed 93 % cover 0.80. What is in a text twice as long is a part of it."""
_LEAST_WHOLE, _LEAST_OF_WHOLE = 0.875, 150
"""The share of the shorter one's shingles that are the same, in the same order, where the longer one has all of
it, and how many it has: one of a hundred may be a footer and little more. In that archive four pairs are reposts
by this alone, each of a text and a later one with more in it."""
_GAP, _SHORTEST, _LONGEST = 4.0, 6, 20
"""Shingles in a row that are not the same and still count as covered: so many times as one is the same, and no
fewer and no more than these. Where changes are spread evenly, one gap of fifty is longer."""
_TRIED, _LEAST_IN_ORDER = 32, 16
"""Of the shingles that are the same, so many are looked at, spread evenly over one text, and of these so many must
be in the same order in the other. Of the same sentences in another order twelve are, and they would take most of
the time."""
_PLACE, _SIDE = 8, 9
"""Bits that a hash is moved by, to have room for its place in the sample, and for the side of a pair."""
_NONE = np.uint64((1 << 64) - 1)
_AT_ONCE = 2_048
"""Pairs that are looked at together, in some ten megabytes."""

Array = NDArray[Any]


def repost_pairs(samples: Sequence[Sample]) -> Iterator[tuple[int, int]]:
    """The numbers of two of *samples* that are of reposts, for each pair of them."""
    rows = _rows_of(samples)
    hashes = (rows >> np.uint64(_SIDE)).astype(np.uint32)
    pairs = _candidates(hashes)
    largest = np.array([sample.largest for sample in samples], np.uint32)
    for begin in range(0, len(pairs), _AT_ONCE):
        some = pairs[begin : begin + _AT_ONCE]
        some = some[_have_enough(hashes[some[:, 0]], hashes[some[:, 1]], largest[some].min(axis=1))]
        some = some[_are_alike(rows[some[:, 0]], rows[some[:, 1]], largest[some].min(axis=1))]
        for one, other in some.tolist():
            if are_reposts(samples[one], samples[other]):
                yield one, other


def are_reposts(one: Sample, other: Sample) -> bool:
    """Whether two texts with these samples are the same but for changes that are spread over them, or are few, or
    but for what one has more than the other."""
    largest = min(one.largest, other.largest)
    hashes, others = (sample.hashes[sample.hashes <= largest] for sample in (one, other))
    shorter, longer = sorted((hashes.size, others.size))
    if shorter < _LEAST_RATIO * longer:
        return False
    same = _in_both(hashes.tolist(), others.tolist())
    if len(same) < _LEAST_SAME * longer:
        return False
    if shorter >= _LEAST_OF_WHOLE and len(same) >= _LEAST_WHOLE * shorter:
        return True
    gap = min(_LONGEST, max(_SHORTEST, _GAP * longer / len(same)))
    return all(
        covered >= _LEAST_COVERED * size
        for covered, size in zip(
            _covered(same, hashes.size, others.size, gap), (hashes.size, others.size), strict=True
        )
    )


def _rows_of(samples: Sequence[Sample]) -> Array:
    """A row of hashes a sample with their places in it, the smallest first, filled up with `_NONE`."""
    rows = np.full((len(samples), MOST), _NONE, np.uint64)
    places = np.arange(MOST, dtype=np.uint64)
    for row, sample in zip(rows, samples, strict=True):
        size = sample.hashes.size
        row[:size] = (sample.hashes.astype(np.uint64) << np.uint64(_SIDE)) | places[:size]
    rows.sort(axis=1)
    return rows


def _candidates(hashes: Array) -> Array:
    """The numbers of two rows of *hashes* that share enough of the smallest, a pair a row."""
    count = len(hashes)
    telling = hashes[:, :_TELLING].ravel()  # of fewer shingles nothing is a sample
    order = np.argsort(telling, kind="stable")  # of equal ones by number
    telling, numbers = telling[order], order // _TELLING
    _, groups, sizes = np.unique(telling, return_inverse=True, return_counts=True)
    having = sizes[groups]
    found = []
    for step in range(1, _MANY):
        is_pair = telling[step:] == telling[:-step]
        if step > 1:
            is_pair &= having[step:] <= _MANY
        at = np.flatnonzero(is_pair)
        found.append(numbers[at] * count + numbers[at + step])
    pairs, times = np.unique(np.concatenate(found), return_counts=True)
    return np.stack(np.divmod(pairs[times >= _LEAST_SHARED], max(count, 1)), axis=1)


def _have_enough(ones: Array, others: Array, largest: Array) -> Array:
    """Of each pair of rows of hashes whether as many are the same as of reposts, in whatever order. Those up to
    the *largest* of a pair count: so far both have all of their texts."""
    sizes = np.sort([(side <= largest[:, None]).sum(axis=1) for side in (ones, others)], axis=0)
    both = np.sort(np.concatenate((ones, others), axis=1), axis=1)
    is_same = (both[:, 1:] == both[:, :-1]) & (both[:, 1:] != both.dtype.type(_NONE))
    found: Array = (is_same.sum(axis=1) >= _LEAST_SAME * sizes[1]) & (sizes[0] >= _LEAST_RATIO * sizes[1])
    return found


def _are_alike(ones: Array, others: Array, largest: Array) -> Array:
    """Of each pair of rows with places whether most of what is the same is in the same order and, were all of it
    so, is nearly all of either text, or leaves no more of the first one uncovered than of reposts."""
    same = _same_places(ones, others)
    pairs, at = np.nonzero(same >= 0)
    firsts = np.searchsorted(pairs, np.arange(len(ones)))
    counts = np.bincount(pairs, minlength=len(ones))

    is_counted = np.zeros(ones.shape, bool)
    in_pair, number = np.nonzero(ones >> np.uint64(_SIDE) <= largest[:, None].astype(np.uint64))
    is_counted[in_pair, ones[in_pair, number] & np.uint64(MOST)] = True
    sizes = is_counted.sum(axis=1)
    places = (np.cumsum(is_counted, axis=1) - 1)[pairs, at]
    gaps = np.diff(places, prepend=-1) - 1
    gaps[firsts] = places[firsts]
    tails = sizes - 1 - places[firsts + counts - 1]
    uncovered = np.bincount(pairs, gaps * (gaps > _LONGEST), len(ones)) + tails * (tails > _LONGEST)

    others_sizes = (others >> np.uint64(_SIDE) <= largest[:, None].astype(np.uint64)).sum(axis=1)
    shorter = np.minimum(sizes, others_sizes)
    is_whole = (shorter >= _LEAST_OF_WHOLE) & (counts >= _LEAST_WHOLE * shorter)
    is_covered = uncovered <= (1 - _LEAST_COVERED) * sizes

    tried = firsts[:, None] + (np.arange(_TRIED) * counts[:, None]) // _TRIED
    chosen = same[np.arange(len(ones))[:, None], at[tried]]
    found: Array = (is_whole | is_covered) & (_longest(chosen) >= _LEAST_IN_ORDER)
    return found


def _same_places(ones: Array, others: Array) -> Array:
    """Of each pair of rows, for each place in one text the place in the other of the same hash; -1 for none."""
    both = np.concatenate((ones, others | np.uint64(1 << _PLACE)), axis=1)
    both.sort(axis=1)
    hashes = both >> np.uint64(_SIDE)
    pairs, at = np.nonzero((hashes[:, 1:] == hashes[:, :-1]) & (both[:, 1:] != _NONE))
    places = np.full(ones.shape, -1, np.int16)
    places[pairs, both[pairs, at] & np.uint64(MOST)] = both[pairs, at + 1] & np.uint64(MOST)
    return places


def _longest(rows: Array) -> Array:
    """How many numbers of each of *rows* are in order at most."""
    longest = np.ones(rows.shape, np.int8)
    for last in range(1, rows.shape[1]):
        before = np.where(rows[:, :last] <= rows[:, last : last + 1], longest[:, :last], 0)
        longest[:, last] += before.max(axis=1)
    found: Array = longest.max(axis=1, initial=0)
    return found


def _in_both(hashes: Sequence[int], others: Sequence[int]) -> list[tuple[int, int]]:
    """The places in both of the longest row of *hashes* that the *others* have in the same order."""
    places = {each: at for at, each in enumerate(others)}
    return longest_in_order([(at, places[each]) for at, each in enumerate(hashes) if each in places])


def _covered(same: Sequence[tuple[int, int]], size: int, other_size: int, gap: float) -> tuple[int, int]:
    """How many places of each of two samples are *same*, or between such with no longer *gap* in either."""
    covered, other_covered = len(same), len(same)
    for (at, place), (next_at, next_place) in pairwise([(-1, -1), *same, (size, other_size)]):
        if max(next_at - at, next_place - place) - 1 <= gap:
            covered += next_at - at - 1
            other_covered += next_place - place - 1
    return covered, other_covered
