"""Articles with nearly the same text: another header, an added line, a new version -> clusters of reposts.

All that is known of each text is a sample of its shingles (`shingles.py`), so a run that reads a few files knows
of all of them, and finds what a run that reads everything finds. Texts with rare shingles in common are
candidates; the samples of two are aligned, and they are reposts where hardly a stretch of either has nothing of
the other. Shared code, a footer or a quotation leave such stretches, in which an article is itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from searchkit.articles.duplicates import Group, earliest_first
from searchkit.articles.shingles import MOST, Sample, sample_of
from searchkit.in_order import longest_in_order

LEAST = 100
"""Shingles of a text, its boilerplate left out, about as many ideographs: shorter ones have the same form, such as
a notice or the entry of a list, and of one that was much changed too little is left. In an archive of 5,280
articles, of the texts with 15 to 99 no two are as like as reposts, and two with fewer are links."""
_TELLING, _LEAST_SHARED = 64, 3
"""Shingles of a text by which candidates are found, and how many of these two must share. Copies with 30 % of
their characters changed share ten."""
_MANY = 16
"""Texts: what more share is code or a phrase, and brings each together with the next one only. So any number of
copies is one cluster, and a licence in every text costs no more than a line of it."""
_LEAST_COVERED, _LEAST_SAME, _LEAST_RATIO = 0.79, 0.15, 0.6
"""The share of each text that must be covered by the other, of its shingles that must be the same, and of the
longer one that the shorter one must be. In an archive of 5,280 articles pairs that cover 0.80 and more of each
other are reposts; those with 0.66 to 0.78 share code, or are reports on one study, but for one. Of copies with
30 % of their characters changed 93 % cover 0.80. What is in a text twice as long is a part of it."""
_GAP, _SHORTEST, _LONGEST = 4.0, 6, 20
"""Shingles in a row that are not the same and still count as covered: so many times as one is the same, and no
fewer and no more than these. Where changes are spread evenly, one gap of fifty is longer."""
_NONE = np.uint32((1 << 32) - 1)
_AT_ONCE = 4_096
"""Pairs that are compared at a time, eight megabytes."""

Array = NDArray[Any]


def with_clusters(groups: Sequence[Group]) -> list[Group]:
    """*groups* with the name of the cluster of each that is in one: the id of its earliest article. The order of
    *groups* does not count."""
    heads: dict[str, str] = {}
    firsts = {group.id: group.files[0] for group in groups}
    for cluster in clusters_of(repost_pairs(groups)):
        earliest = min((firsts[article_id] for article_id in cluster), key=earliest_first)
        heads.update(dict.fromkeys(cluster, earliest.id))
    return [replace(group, cluster=heads[group.id]) if group.id in heads else group for group in groups]


def repost_pairs(groups: Iterable[Group]) -> Iterator[tuple[str, str]]:
    """The ids of two of *groups* that are reposts of each other, for each pair of them."""
    ordered = sorted(groups, key=lambda group: group.id)
    sampled = ((group.id, sample_of(group.files[0].shingles, group.left_out)) for group in ordered)
    long = [(article_id, sample) for article_id, sample in sampled if sample.hashes.size >= LEAST]
    samples = [sample for _, sample in long]
    hashes = _sorted_hashes(samples)
    for one, other in _with_enough_in_both(_candidates(hashes), samples, hashes).tolist():
        if are_reposts(long[one][1], long[other][1]):
            yield long[one][0], long[other][0]


def clusters_of(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The ids that *pairs* connect, those of each cluster and the clusters in the order of the alphabet."""
    heads: dict[str, str] = {}
    for pair in pairs:
        one, other = (_head(heads, article_id) for article_id in pair)
        heads[max(one, other)] = min(one, other)
    together: dict[str, list[str]] = {}
    for article_id in sorted({*heads, *heads.values()}):
        together.setdefault(_head(heads, article_id), []).append(article_id)
    return list(together.values())


def are_reposts(one: Sample, other: Sample) -> bool:
    """Whether two texts with these samples are the same but for changes that are spread over them, or are few."""
    largest = min(one.largest, other.largest)
    hashes, others = (sample.hashes[sample.hashes <= largest] for sample in (one, other))
    shorter, longer = sorted((hashes.size, others.size))
    if shorter < _LEAST_RATIO * longer:
        return False
    same = _in_both(hashes.tolist(), others.tolist())
    if len(same) < _LEAST_SAME * longer:
        return False
    gap = min(_LONGEST, max(_SHORTEST, _GAP * longer / len(same)))
    return all(
        covered >= _LEAST_COVERED * size
        for covered, size in zip(
            _covered(same, hashes.size, others.size, gap), (hashes.size, others.size), strict=True
        )
    )


def _sorted_hashes(samples: Sequence[Sample]) -> Array:
    """A row of hashes a sample, the smallest first, filled up with `_NONE`."""
    rows = np.full((len(samples), MOST), _NONE, np.uint32)
    for row, sample in zip(rows, samples, strict=True):
        row[: sample.hashes.size] = sample.hashes
    rows.sort(axis=1)
    return rows


def _candidates(rows: Array) -> Array:
    """The numbers of two of *rows* of hashes that share enough of what tells them from others, a pair a row."""
    count = len(rows)
    telling = rows[:, :_TELLING].ravel()  # of fewer shingles nothing is a sample
    order = np.argsort(telling, kind="stable")  # of equal ones by number
    hashes, numbers = telling[order], order // _TELLING
    _, groups, sizes = np.unique(hashes, return_inverse=True, return_counts=True)
    having = sizes[groups]
    found = []
    for step in range(1, _MANY):
        is_pair = hashes[step:] == hashes[:-step]
        if step > 1:
            is_pair &= having[step:] <= _MANY
        at = np.flatnonzero(is_pair)
        found.append(numbers[at] * count + numbers[at + step])
    pairs, times = np.unique(np.concatenate(found), return_counts=True)
    return np.stack(np.divmod(pairs[times >= _LEAST_SHARED], max(count, 1)), axis=1)


def _with_enough_in_both(pairs: Array, samples: Sequence[Sample], rows: Array) -> Array:
    """Those of *pairs* that have as many hashes in common as reposts, in whatever order: most have not, and are
    not aligned. Those of both up to the smaller `largest` count."""
    largest = np.array([sample.largest for sample in samples], np.uint32)
    kept = [pairs[:0]]
    for begin in range(0, len(pairs), _AT_ONCE):
        some = pairs[begin : begin + _AT_ONCE]
        ones, others = rows[some[:, 0]], rows[some[:, 1]]
        least = largest[some].min(axis=1)[:, None]
        longer = np.maximum((ones <= least).sum(axis=1), (others <= least).sum(axis=1))
        both = np.sort(np.concatenate((ones, others), axis=1), axis=1)
        same = ((both[:, 1:] == both[:, :-1]) & (both[:, 1:] != _NONE)).sum(axis=1)
        kept.append(some[same >= _LEAST_SAME * longer])
    return np.concatenate(kept)


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


def _head(heads: Mapping[str, str], article_id: str) -> str:
    while (head := heads.get(article_id, article_id)) != article_id:
        article_id = head
    return article_id
