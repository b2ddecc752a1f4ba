"""BM25F over all segments: documents that cannot reach the page asked for are dropped on the way.

The terms of a query are added in stages, those that can add most first. A document that cannot reach the page any
more, and of which is known whether it is in the list, is not looked at any more. What each term can add at most is
known from the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct

from searchkit.bm25f import (
    BM25F,
    FIELD_B,
    RECENCY_HALF_LIFE,
    Bm25f,
    inverse_frequency,
)
from searchkit.engines.base import Request
from searchkit.engines.whoosh.fields import NO_DATE
from searchkit.engines.whoosh.impacts import (
    CHEAP,
    COMMON_RATIO,
    SPARSE_RATIO,
    CountedImpacts,
    Impacts,
    ListedImpacts,
    counted,
    saturated,
)
from searchkit.engines.whoosh.ranked_postings import (
    STORED_AS,
    Postings,
    frequencies_of,
    postings_of,
    sum_of,
    unranked_of,
)
from searchkit.engines.whoosh.segment.array_file import Array, narrow
from searchkit.engines.whoosh.segment.postings import FieldPostings, places_in
from searchkit.engines.whoosh.segment.term_dictionary import encode
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.model import Contribution
from searchkit.query.plan import Channel, Fields, RankTerm
from searchkit.schema import FIELD_NAMES

CACHE_BYTES = 32 << 20
"""Of what terms give to the documents that have them, which is cached: a long query ranks by a hundred terms or
two; the next page by the same, the next key, as it is typed, by nearly all of them."""
MANY = 24  # terms that are found faster together
CACHE_SIZE = 1 << 14  # terms; a query ranks by some hundred at most, so one never evicts its own
SLACK = 1e-9  # more than float additions in another order can differ by, less than scores that tell articles apart
WORTH = 0.75  # of the documents left: unless some fall away, it costs more to take the others out
FEW = 40  # documents: of fewer, it costs more to drop some than to score them

_Weighed = list[tuple[RankTerm, "_Weight"]]
_Key = tuple[SegmentSearcher, str, Fields, Channel]
"""A term of a segment, whatever it weighs."""
_NONE = np.zeros(0, np.int64)


class _Weight(Struct, frozen=True, gc=False):
    """What a term is worth: its idf times its weight, and at most how much a document can score by it."""

    idf: float
    most: float


class Scorer:
    """Scores documents of one state of an index."""

    def __init__(self, segments: list[SegmentSearcher], bm25f: Bm25f = BM25F) -> None:
        self.bm25f = bm25f
        self._segments = segments
        self._live = sum(segment.live for segment in segments)
        self._size = sum(segment.size for segment in segments)
        self._ends = [segment.base + segment.size for segment in segments]
        self._averages: dict[str, float] = {}
        self._factors: dict[tuple[int, str], Array] = {}
        self._weights: dict[RankTerm, _Weight] = {}
        self._counts: dict[_Key, int] = {}
        self._impacts: dict[_Key, Impacts] = {}
        self._impact_bytes = 0

    def scores(
        self, matching: Array, kept: Array, request: Request, extra: Array, best: int | None
    ) -> tuple[Array, Array, Array]:
        """(documents in the list, those of them that may be among the *best*, None for all; scores of the latter).

        In the list are those *matching* whose score, without what is *extra*, is not below the floor, and of them
        all that are *kept*. Documents are numbers in the whole index, and masks have a value for each.
        """
        found, sums, listed = np.flatnonzero(matching), np.zeros(self._size), [_NONE]
        if best == 0 and np.array_equal(matching, kept):  # no score is looked at
            return found, _NONE, sums[:0]
        bonuses, is_kept = extra.take(found), kept.take(found)
        if request.recency:
            sums[found] = request.recency * self._recency(found)
        weighed = [(term, weight) for term in request.rank if (weight := self._weight(term)).most]
        weighed.sort(key=lambda pair: -pair[1].most)
        left, last = sum(weight.most for _, weight in weighed), 0.0
        for some in _in_stages(weighed, left):
            self._add(sums, some, found)
            left -= sum(weight.most for _, weight in some)
            so_far = sums.take(found)
            if found.size > FEW and float(so_far.max()) > left:
                is_sure, may_be_in = self._compared(so_far, is_kept, left + SLACK, request.best)
                with_extra = so_far + bonuses
                last = _last_of(with_extra[is_sure & (with_extra > last)], best, last)
                stays = with_extra >= min(last, float(so_far.max())) - left - SLACK  # the best sets the floor
                if best == 0 or not request.only_page:
                    stays |= ~is_sure
                stays &= may_be_in
                if np.count_nonzero(stays) < found.size * WORTH:
                    listed.append(found[is_sure & ~stays])
                    found = found[stays]
                    bonuses, is_kept = extra.take(found), kept.take(found)
        so_far = sums.take(found)
        chosen = is_kept | (so_far >= self.bm25f.least(float(so_far.max(initial=request.best))))
        leading = found[chosen]
        return np.concatenate([*listed, leading]), leading, (so_far + bonuses)[chosen]

    def _compared(self, so_far: Array, is_kept: Array, left: float, best: float) -> tuple[Array, Array]:
        """Which documents are in the list whatever is *left* to be added, and which may be in it, which ends below
        the highest score or *best*."""
        highest = float(so_far.max())
        is_sure = is_kept | (so_far >= self.bm25f.least(max(highest + left, best)))
        return is_sure, is_kept | (so_far >= self.bm25f.least(max(highest, best)) - left)

    def article_frequencies(self, terms: Sequence[RankTerm]) -> list[int]:
        """How many documents that are not deleted have each of *terms* in its channel of any of its fields."""
        for segment in self._segments if len(terms) >= MANY else ():
            unknown = [term for term in terms if _key(segment, term) not in self._counts]
            for channel in {term.channel for term in unknown}:
                encoded = [encode(term.term) for term in unknown if term.channel == channel]
                for name in FIELD_NAMES:
                    segment.fields[STORED_AS[channel](name)].look_up(encoded)
        return [sum(self._count(segment, term) for segment in self._segments) for term in terms]

    def contributions(self, documents: list[int], request: Request) -> list[tuple[Contribution, ...]]:
        """What the score of each of the *documents* is the sum of."""
        found: dict[int, list[Contribution]] = {document: [] for document in documents}
        numbers = np.array(sorted(found), np.int64)
        if request.recency:
            for number, share in zip(numbers.tolist(), self._recency(numbers).tolist(), strict=True):
                found[number] += [Contribution("recency", request.recency * share)] if share else []
        for segment, among in self._by_segment(numbers):
            self._contribute(segment, among, request, [found[n + segment.base] for n in among.tolist()])
        return [tuple(found[document]) for document in documents]

    def _contribute(
        self, segment: SegmentSearcher, among: Array, request: Request, found: list[list[Contribution]]
    ) -> None:
        """Add to each list in *found* what the terms give to the document *among* those of a segment."""
        for term in request.rank:
            by_field = {
                posting[0]: self._frequencies_among(segment, [posting], among)
                for posting in postings_of(segment, term)
            }
            whole = sum(by_field.values(), np.zeros(among.size))
            scored = saturated(whole, self.bm25f.k1) * (self._weight(term).idf * (self.bm25f.k1 + 1.0))
            for at in np.flatnonzero(whole).tolist():
                for name in (name for name in FIELD_NAMES if name in by_field):
                    if frequency := float(by_field[name][at]):
                        score = float(scored[at]) * frequency / float(whole[at])
                        found[at].append(Contribution(term.label, score, name, term.channel))

    def _by_segment(self, numbers: Array) -> Iterator[tuple[SegmentSearcher, Array]]:
        """Each segment, and those of the documents with these *numbers*, ascending, that it has, as it counts
        them."""
        start = 0
        for segment, end in zip(self._segments, np.searchsorted(numbers, self._ends).tolist(), strict=True):
            yield segment, numbers[start:end] - segment.base
            start = end

    def _add(self, sums: Array, weighed: _Weighed, found: Array) -> None:
        """Add to *sums* what the terms give at least to the documents *found*."""
        for segment, among in self._by_segment(found):
            of_segment = sums[segment.base : segment.base + segment.size]
            for term, weight in weighed:
                impacts = self._impacts_of(segment, term, among)
                impacts.add_to(of_segment, among, weight.idf * (self.bm25f.k1 + 1.0))

    def _impacts_of(self, segment: SegmentSearcher, term: RankTerm, among: Array) -> Impacts:
        """What *term* gives at least to the documents *among* those of a segment."""
        key = _key(segment, term)
        if (impacts := self._impacts.get(key)) is None:
            postings = postings_of(segment, term)
            sizes = [field.count(number) for _, field, number in postings]
            if sum(sizes) > max(among.size * SPARSE_RATIO, CHEAP):
                return ListedImpacts(
                    among, saturated(self._frequencies_among(segment, postings, among), self.bm25f.k1)
                )
            if max(sizes, default=0) * COMMON_RATIO > segment.size:
                impacts = self._common(segment, postings)
            else:
                documents, frequencies = self._frequencies(segment, postings)
                impacts = ListedImpacts(narrow(documents), saturated(frequencies, self.bm25f.k1))
            self._remember(key, impacts)
        else:
            self._impacts[key] = self._impacts.pop(key)  # the last one, as it was asked for last
        return impacts

    def _remember(self, key: _Key, impacts: Impacts) -> None:
        """Put *impacts* into the cache; what was asked for longest ago makes room."""
        self._impacts[key] = impacts
        self._impact_bytes += impacts.nbytes
        while self._impact_bytes > CACHE_BYTES and len(self._impacts) > 1:
            self._impact_bytes -= self._impacts.pop(next(iter(self._impacts))).nbytes

    @cached_property
    def clocks(self) -> Array:
        """The date of every document, NO_DATE where it has none or is deleted."""
        clocks = [np.where(segment.alive, segment.clocks, NO_DATE) for segment in self._segments]
        return np.concatenate([_NONE, *clocks])

    def _recency(self, numbers: Array) -> Array:
        """What `bm25f.recency_share` says of each of the documents with these *numbers*."""
        clocks = self.clocks[numbers]
        shares: Array = np.where(clocks == NO_DATE, 0.0, 0.5 ** ((self._newest - clocks) / RECENCY_HALF_LIFE))
        return shares

    @cached_property
    def _newest(self) -> int:
        """The clock of the newest article."""
        known = self.clocks[self.clocks != NO_DATE]
        return int(known.max()) if known.size else 0

    def _common(self, segment: SegmentSearcher, postings: Postings) -> CountedImpacts:
        """What a term gives that many documents of a segment have."""
        *others, (name, field, number) = postings
        counts = counted(*frequencies_of(segment, field, number), segment.size)
        factors = self._factor(segment, field, name)
        return CountedImpacts(counts, factors, *self._frequencies(segment, others), self.bm25f.k1)

    def _frequencies(self, segment: SegmentSearcher, postings: Postings) -> tuple[Array, Array]:
        """The documents of a segment that have a term, ascending, and its weighted frequency in each."""
        found = _NONE, np.zeros(0)
        for name, field, number in postings:
            documents, often = frequencies_of(segment, field, number)
            weighted = often * self._factor(segment, field, name).take(documents)
            found = sum_of((documents, weighted), found)
        return found

    def _frequencies_among(self, segment: SegmentSearcher, postings: Postings, among: Array) -> Array:
        """The weighted frequency of a term in each of the documents *among* those of a segment, ascending."""
        total = np.zeros(among.size)
        for name, field, number in postings:
            often = field.frequencies_among(number, among)
            if left := unranked_of(segment, field, number):
                often = np.maximum(often - left[0].frequencies_among(left[1], among), 0)
            total += often * self._factor(segment, field, name).take(among)
        return total

    def _weight(self, term: RankTerm) -> _Weight:
        if term not in self._weights:
            if len(self._weights) >= CACHE_SIZE:
                self._weights.clear()
            self._weights[term] = self._weigh(term)
        return self._weights[term]

    def _weigh(self, term: RankTerm) -> _Weight:
        having = sum(self._count(segment, term) for segment in self._segments)
        idf = term.weight * inverse_frequency(self._live, having)
        most = max((self._bound(segment, term) for segment in self._segments), default=0.0)
        k1 = self.bm25f.k1
        return _Weight(idf, idf * most * (k1 + 1.0) / (most + k1))

    def _count(self, segment: SegmentSearcher, term: RankTerm) -> int:
        """How many documents that are not deleted have *term* in any of its fields."""
        key = _key(segment, term)
        if key not in self._counts:
            if len(self._counts) >= CACHE_SIZE:
                self._counts.clear()
            self._counts[key] = self._counted(segment, term)
        return self._counts[key]

    def _counted(self, segment: SegmentSearcher, term: RankTerm) -> int:
        found = postings_of(segment, term)
        if len(found) == 1 and not segment.deleted:
            return found[0][1].count(found[0][2])
        lists = [field.documents(*field.span(number)) for _, field, number in found]
        if segment.deleted:
            lists = [documents[segment.alive[documents]] for documents in lists]
        *others, longest = sorted([_NONE, *lists], key=len)
        more = np.concatenate([_NONE, *others])
        more = more[~places_in(longest, more)[0]]
        more.sort()
        return longest.size + more.size - int(np.count_nonzero(more[1:] == more[:-1]))

    def _bound(self, segment: SegmentSearcher, term: RankTerm) -> float:
        """At least the weighted frequency of *term* in any document of a segment."""
        total = 0.0
        for name, field, number in postings_of(segment, term):
            grown = self._average(field.name) / max(1.0, field.facts.total / max(1, segment.size))
            total += self.bm25f.weight(name) * field.bound(number) * max(1.0, grown)
        return total

    def _average(self, stored: str) -> float:
        """The mean length of a field."""
        if stored not in self._averages:
            total = 0
            for segment in self._segments:
                field = segment.fields[stored]
                total += int(field.lengths[segment.alive].sum() if segment.deleted else field.facts.total)
            self._averages[stored] = total / max(1, self._live)
        return self._averages[stored]

    def _factor(self, segment: SegmentSearcher, field: FieldPostings, name: str) -> Array:
        """What one occurrence in a field counts before saturation, for every document of a segment."""
        key = (segment.base, field.name)
        if key not in self._factors:
            b, average = FIELD_B[name], self._average(field.name)
            norms = 1.0 - b + b * field.lengths / average if average else np.full(segment.size, np.inf)
            self._factors[key] = self.bm25f.weight(name) / norms
        return self._factors[key]


def _in_stages(weighed: _Weighed, left: float) -> Iterator[_Weighed]:
    """The terms in stages: after each, the others can add a third of what they could before, or less."""
    stage: _Weighed = []
    most = left / 3
    for term, weight in weighed:
        stage.append((term, weight))
        left -= weight.most
        if left <= most:
            yield stage
            stage, most = [], left / 3
    if stage:
        yield stage


def _last_of(leading: Array, best: int | None, before: float) -> float:
    """What the last of the *best* documents, None for all, has at least: one of the scores that are *leading*, if
    they are so many, or what it had *before*."""
    if not best:
        return 0.0 if best is None else float("inf")
    return float(np.partition(leading, -best)[-best]) if best <= leading.size else before


def _key(segment: SegmentSearcher, term: RankTerm) -> _Key:
    return segment, term.term, term.fields, term.channel  # empty segments have the base of the next
