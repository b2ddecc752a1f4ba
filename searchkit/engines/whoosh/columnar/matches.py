"""The documents of a segment that a query matches, with their scores, and how such sets are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.ranking import find_in

_SPARSE = 32


@dataclass(frozen=True, slots=True)
class Matches:
    """Documents, ascending, and a score for each; None where scores do not matter. Every score is above 0."""

    documents: Array
    scores: Array | None = None

    def __len__(self) -> int:
        return int(self.documents.size)

    def times(self, boost: float) -> Matches:
        """The same with another weight."""
        if boost == 1.0 or self.scores is None:
            return self
        return Matches(self.documents, self.scores * boost)

    def where(self, mask: Array) -> Matches:
        """Those for which *mask*, of their own size, is true."""
        return Matches(self.documents[mask], None if self.scores is None else self.scores[mask])


def union(parts: Sequence[Matches], size: int) -> Matches:
    """What any of *parts*, of which there are some, has; scores are added."""
    if len(parts) == 1:
        return parts[0]
    total = np.zeros(size)
    for part in parts:
        if part.scores is None:
            return _any_of(parts, size)
        total[part.documents] += part.scores
    return _nonzero(total, parts[0].documents.dtype)


def best_of(parts: Sequence[Matches], size: int) -> Matches:
    """What any of *parts* has; the highest score counts."""
    if len(parts) == 1:
        return parts[0]
    best = np.zeros(size)
    for part in parts:
        if part.scores is None:
            return _any_of(parts, size)
        best[part.documents] = np.maximum(best[part.documents], part.scores)
    return _nonzero(best, parts[0].documents.dtype)


def _any_of(parts: Sequence[Matches], size: int) -> Matches:
    mask = np.zeros(size, bool)
    for part in parts:
        mask[part.documents] = True
    return Matches(np.flatnonzero(mask).astype(parts[0].documents.dtype, copy=False))


def _nonzero(scores: Array, dtype: np.dtype[np.generic]) -> Matches:
    documents = scores.nonzero()[0]
    return Matches(documents.astype(dtype, copy=False), scores[documents])


def intersection(parts: Sequence[Matches], size: int) -> Matches:
    """What all of *parts* have; scores are added."""
    first, *others = sorted(parts, key=len)
    for other in others:
        if not len(first):
            break
        first = _both(first, other, size)
    return first


def _both(small: Matches, large: Matches, size: int) -> Matches:
    if len(small) * _SPARSE < len(large) or small.scores is None or large.scores is None:
        places, hits = find_in(large.documents, small.documents)
        if small.scores is None or large.scores is None:
            return Matches(small.documents[hits])
        return Matches(small.documents[hits], small.scores[hits] + large.scores[places[hits]])
    spread = np.zeros(size)
    spread[large.documents] = large.scores
    found = spread[small.documents]
    hits = found > 0
    return Matches(small.documents[hits], small.scores[hits] + found[hits])


def with_bonus(base: Matches, bonus: Matches, size: int) -> Matches:
    """*base*, with the scores of *bonus* added where both match."""
    if base.scores is None or bonus.scores is None or not len(bonus):
        return base
    spread = np.zeros(size)
    spread[bonus.documents] = bonus.scores
    return Matches(base.documents, base.scores + spread[base.documents])


def mask_of(documents: Array, size: int) -> Array:
    """For every document of the segment whether it is among *documents*."""
    mask = np.zeros(size, bool)
    mask[documents] = True
    return mask
