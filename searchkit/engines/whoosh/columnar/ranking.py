"""BM25F of posting lists, exactly as `whoosh.scoring.BM25F` has it, a whole list at a time.

    score = idf * (weight * (k1 + 1)) / (weight + k1 * ((1 - b) + b * length / average length))

Scores of lists that were asked for are kept, up to a limit, for as long as the segment is open.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass

import numpy as np

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.field import Field
from searchkit.engines.whoosh.columnar.kept import Kept
from searchkit.engines.whoosh.columnar.lengths import STEPS, rounded

KEPT = 64 << 20
"""How many bytes of scores are kept for a field."""
_DENSE = 3
"""A list with one in so many documents is added up faster, and kept in less, with a score for every document."""
_LARGE = 1 << 16
_RANKINGS = 2


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a field is ranked. Without `scorable` a posting's score is its weight."""

    scorable: bool
    b: float
    k1: float
    average: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A posting list with its scores: one for each posting or, of a frequent term, one for each document of the
    segment."""

    documents: Array
    values: Array
    is_dense: bool
    idf: float

    @property
    def scores(self) -> Array:
        """A score for each of the documents."""
        return self.values[self.documents] if self.is_dense else self.values

    def add_to(self, total: Array, boost: float) -> None:
        """Add the scores times *boost* to *total*, which has a place for each document of the segment."""
        values = self.values if boost == 1.0 else self.values * boost
        if self.is_dense:
            total += values
        else:
            np.add.at(total, self.documents.astype(np.intp), values)  # several times faster than total[…] += …

    def at(self, candidates: Array) -> Array:
        """The scores of *candidates*, 0 where they are not among the documents."""
        if self.is_dense:
            return self.values[candidates]
        places, hits = find_in(self.documents, candidates)
        found: Array = self.values[places]
        found *= hits
        return found


class FieldRanking:
    """The scores of one field of a segment."""

    def __init__(self, field: Field, parameters: Parameters) -> None:
        p = parameters
        self.field = field
        self._size = field.lengths.size
        self._is_scorable = p.scorable
        self._factor = p.k1 + 1.0
        self._norms = p.k1 * ((1.0 - p.b) + p.b * rounded(field.lengths) / p.average) if p.scorable else None
        self._parameters = p
        self._tighten = self._growth()
        self._kept: Kept[Scored] = Kept(KEPT, _bytes_of)
        self._kept_ends: Kept[Array] = Kept(KEPT // 4, _size)

    def scored(self, number: int, idf: float) -> Scored:
        """The posting list of a term."""
        kept = self._kept.get(number)
        if kept is not None and kept.idf == idf:
            return kept
        start, end = self.field.span(number)
        documents = self.field.documents(start, end)
        scores = self._scores(documents, self.field.frequencies(start, end), idf)
        found = self._spread(documents, scores, idf)
        self._kept.put(number, found)
        return found

    def occurrence_ends(self, number: int) -> Array:
        """For each posting of a term how many positions it and those before it have."""
        ends = self._kept_ends.get(number)
        if ends is None:
            first, last = self.field.occurrences(number)
            kind = np.uint32 if last - first < 1 << 32 else np.int64
            ends = np.cumsum(self.field.frequencies(*self.field.span(number)), dtype=kind)
            self._kept_ends.put(number, ends)
        return ends

    def scores_of(self, documents: Array, frequencies: Array, idf: float | Array) -> Array:
        """The scores of any postings."""
        return self._scores(documents, frequencies, idf)

    def at(self, number: int, idf: float, count: int, candidates: Array) -> Array:
        """The scores of some documents, 0 where they do not have the term, which *count* documents have."""
        if count > _LARGE and self._kept.get(number) is None:
            return self._computed_at(number, idf, candidates)
        return self.scored(number, idf).at(candidates)

    def _computed_at(self, number: int, idf: float, candidates: Array) -> Array:
        start, end = self.field.span(number)
        places, hits = find_in(self.field.documents(start, end), candidates)
        frequencies = self.field.frequencies(start, end)[places]
        return np.where(hits, self._scores(candidates, frequencies, idf), 0.0)

    def bound(self, number: int, idf: float) -> float:
        """At least the highest score of the term."""
        boost = self.field.facts.boost
        if self._norms is None:
            return self.field.most(number) * boost
        ratio = boost * (self.field.bound(number) * self._tighten if self._tighten else self._loose(number))
        return idf * self._factor * ratio / (ratio + self._parameters.k1)

    def _loose(self, number: int) -> float:
        """At least the highest frequency / norm, from the highest frequency and the shortest document."""
        p = self._parameters
        length = max(1, int(STEPS[self.field.length_bytes(number)[0]]))
        return self.field.most(number) / max(1e-9, (1.0 - p.b) + p.b * length / p.average)

    def _growth(self) -> float:
        """By how much the bounds in the segment are too small now that documents are longer on average; 0 if they
        do not hold at all: they are for another b, or for lengths that Whoosh rounds down."""
        field, p = self.field, self._parameters
        if not p.scorable or field.facts.b != p.b or int(field.lengths.max(initial=0)) > int(STEPS[-1]):
            return 0.0
        return max(1.0, p.average / max(1.0, field.facts.total / max(1, self._size))) * (1.0 + 1e-9)

    def _scores(self, documents: Array, frequencies: Array, idf: float | Array) -> Array:
        weights = frequencies.astype(np.float64)
        if self.field.facts.boost != 1.0:
            weights *= self.field.facts.boost
        if self._norms is None:
            return weights
        below = self._norms[documents]
        below += weights
        weights *= self._factor * idf
        weights /= below
        return weights

    def _spread(self, documents: Array, scores: Array, idf: float) -> Scored:
        if documents.size * _DENSE < self._size:
            return Scored(documents, scores, False, idf)
        values = np.zeros(self._size)
        values[documents] = scores
        return Scored(documents, values, True, idf)


def _size(array: Array) -> int:
    return array.nbytes


def _bytes_of(kept: Scored) -> int:
    return kept.values.nbytes


def find_in(documents: Array, wanted: Array) -> tuple[Array, Array]:
    """For each of the *wanted* documents a place in *documents*, and whether it is there; *documents* are some."""
    places = documents.searchsorted(wanted.astype(documents.dtype, copy=False))
    places[places == documents.size] = 0
    return places, documents[places] == wanted


_rankings: weakref.WeakKeyDictionary[Field, dict[Parameters, FieldRanking]] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def ranking_of(field: Field, parameters: Parameters) -> FieldRanking:
    """The scores of *field*, shared by all who search it in the same way."""
    with _making:
        known = _rankings.setdefault(field, {})
        ranking = known.get(parameters)
        if ranking is None:
            if len(known) >= _RANKINGS:
                del known[next(iter(known))]
            ranking = known[parameters] = FieldRanking(field, parameters)
        return ranking
