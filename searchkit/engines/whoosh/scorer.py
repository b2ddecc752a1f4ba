"""BM25F over all segments: documents that cannot reach the page asked for are dropped on the way.

The terms of a query are added in stages, those that can add most first. Once a page of documents has more than
another can still reach, that other is not looked at any more. What each term can add at most is known from the
index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from searchkit.bm25f import (
    BM25F,
    FIELD_B,
    RECENCY_HALF_LIFE,
    Bm25f,
    inverse_frequency,
)
from searchkit.engines.base import Request
from searchkit.engines.whoosh.fields import NO_DATE, bigrams_of, characters_of, left_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings, places_in
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher, encode
from searchkit.model import Contribution
from searchkit.query.plan import Channel, Fields, RankTerm
from searchkit.schema import FIELD_NAMES

CACHE_BYTES = 32 << 20
"""Of what terms give to the documents that have them, which is cached: a long query ranks by a hundred terms or
two; the next page by the same, the next key, as it is typed, by nearly all of them."""
MANY = 24  # terms that are found faster together
CACHE_SIZE = 1 << 14  # terms; a query ranks by some hundred at most, so one never evicts its own
SLACK = 1e-9  # more than float additions in another order can differ by, less than scores that tell articles apart
FEW = 40  # documents: of fewer, it costs more to drop some than to score them
SPARSE_RATIO = 16  # a posting list this many times longer than the documents left is searched for them

_Weighed = list[tuple[RankTerm, "_Weight"]]
_Key = tuple[SegmentSearcher, str, Fields, Channel]
"""A term of a segment, whatever it weighs."""
_NONE = np.zeros(0, np.int64)
_STORED_AS: dict[Channel, Callable[[str], str]] = {
    "words": str, "bigrams": bigrams_of, "characters": characters_of,
}  # fmt: skip


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
        self._averages: dict[str, float] = {}
        self._factors: dict[tuple[int, str], Array] = {}
        self._weights: dict[RankTerm, _Weight] = {}
        self._counts: dict[_Key, int] = {}
        self._given: dict[_Key, tuple[Array, Array]] = {}
        self._given_bytes = 0
        self._zeros: dict[SegmentSearcher, Array] = {}

    def scores(
        self, masks: list[Array], request: Request, extra: list[Array], best: int | None
    ) -> tuple[Array, Array]:
        """(document numbers in the whole index, scores) of the documents in *masks*, one mask a segment.
        *extra* is what each document of a segment gets on top.

        If *best* is a number, documents that are not among so many best ones, ties included, may be missing.
        """

        def least(scores: Array) -> float:
            if not best or scores.size <= 4 * best:
                return 0.0
            return float(np.partition(scores, scores.size - best)[scores.size - best])

        found = []
        for segment, mask, bonus in zip(self._segments, masks, extra, strict=True):
            numbers = np.flatnonzero(mask)
            found.append((segment, *self._score(segment, numbers, bonus[numbers], request, least)))
        return _joined(found)

    def listed(
        self, masks: list[Array], kept: list[Array], request: Request, extra: list[Array]
    ) -> tuple[Array, Array]:
        """(document numbers in the whole index, scores) of the documents in *masks* whose score, without what is
        *extra*, is not below the floor, and of all those in *kept*."""
        highest = 0.0

        def least(scores: Array) -> float:
            nonlocal highest
            highest = max(highest, float(scores.max(initial=0.0)))
            return self.bm25f.least(highest)

        found = []
        for segment, mask, always in zip(self._segments, masks, kept, strict=True):
            numbers = np.flatnonzero(mask)
            numbers, scores = self._score(segment, numbers, np.zeros(numbers.size), request, least, always)
            least(scores)
            found.append((segment, numbers, scores))
        lowest = self.bm25f.least(highest)
        listed = []
        for (segment, numbers, scores), always, bonus in zip(found, kept, extra, strict=True):
            chosen = (scores >= lowest) | always[numbers]
            listed.append((segment, numbers[chosen], (scores + bonus[numbers])[chosen]))
        return _joined(listed)

    def article_frequencies(self, terms: Sequence[RankTerm]) -> list[int]:
        """How many documents that are not deleted have each of *terms* in its channel of any of its fields."""
        for segment in self._segments if len(terms) >= MANY else ():
            for name in FIELD_NAMES:
                for channel in {term.channel for term in terms}:
                    field = segment.fields[_STORED_AS[channel](name)]
                    field.look_up(encode(term.term) for term in terms if term.channel == channel)
        return [sum(self._count(segment, term) for segment in self._segments) for term in terms]

    def contributions(self, documents: list[int], request: Request) -> list[tuple[Contribution, ...]]:
        """What the score of each of the *documents* is the sum of."""
        found: dict[int, list[Contribution]] = {document: [] for document in documents}
        for segment in self._segments:
            among = np.array(sorted(n for n in found if segment.base <= n < segment.base + segment.size), np.int64)
            if among.size:
                self._contribute(segment, among - segment.base, request, [found[n] for n in among.tolist()])
        return [tuple(found[document]) for document in documents]

    def _contribute(
        self, segment: SegmentSearcher, among: Array, request: Request, found: list[list[Contribution]]
    ) -> None:
        """Add to each list in *found* what the document *among* those of a segment has."""
        recent = self._recency(segment, among) if request.recency else np.zeros(among.size)
        for share, own in zip(recent.tolist(), found, strict=True):
            if share:
                own.append(Contribution("recency", request.recency * share))
        for term in request.rank:
            names = _fields(term)
            by_field = [np.zeros(among.size) for _ in names]
            for name, of_field in zip(names, by_field, strict=True):
                documents, frequencies = self._frequencies(segment, replace(term, fields=(name,)), among)
                of_field[np.searchsorted(among, documents)] = frequencies
            whole = sum(by_field, np.zeros(among.size))
            scored = self._saturated(whole) * (self._weight(term).idf * (self.bm25f.k1 + 1.0))
            for at in np.flatnonzero(whole).tolist():
                for name, frequency in zip(names, by_field, strict=True):
                    if frequency[at]:
                        score = float(scored[at]) * float(frequency[at]) / float(whole[at])
                        found[at].append(Contribution(term.label, score, name, term.channel))

    def _score(
        self,
        segment: SegmentSearcher,
        found: Array,
        scores: Array,
        request: Request,
        least: Callable[[Array], float],
        kept: Array | None = None,
    ) -> tuple[Array, Array]:
        """(document numbers, *scores* with what all terms add) of the documents *found* that may reach what
        *least* says of the scores so far, and of all those in *kept*."""
        sums = np.zeros(segment.size)  # those of documents that were not found mean nothing
        sums[found] = scores
        if request.recency:
            sums[found] += request.recency * self._recency(segment, found)
        weighed = [(term, weight) for term in request.rank if (weight := self._weight(term)).most]
        weighed.sort(key=lambda pair: -pair[1].most)
        left = sum(weight.most for _, weight in weighed)
        for some in _in_stages(weighed, left):
            self._add(sums, segment, some, found)
            left -= sum(weight.most for _, weight in some)
            if found.size > FEW and sums.max() > left:
                so_far = sums.take(found)
                keep = so_far + (left + SLACK) >= least(so_far)
                if kept is not None:
                    keep |= kept[found]
                found = found[keep]
        return found, sums.take(found)

    def _add(self, sums: Array, segment: SegmentSearcher, weighed: _Weighed, found: Array) -> None:
        """Add to *sums* what the terms give at least to the documents *found* of a segment."""
        given = [self._given_to(segment, term, found) for term, _ in weighed]
        weights = [weight.idf * (self.bm25f.k1 + 1.0) for _, weight in weighed]
        shares = np.concatenate([shares for _, shares in given])
        shares *= np.repeat(weights, [documents.size for documents, _ in given])
        np.add.at(sums, np.concatenate([documents for documents, _ in given]), shares)

    def _given_to(self, segment: SegmentSearcher, term: RankTerm, found: Array) -> tuple[Array, Array]:
        """Documents of a segment that have *term*, all or those that were *found*, ascending, and what it gives to
        each before its weight."""
        key = _key(segment, term)
        given = self._given.pop(key, None)
        if given is None:
            size = sum(field.count(number) for _, field, number in _postings_of(segment, term))
            few = found if size > found.size * SPARSE_RATIO else None
            documents, frequencies = self._frequencies(segment, term, few)
            given = documents, self._saturated(frequencies)
            if few is not None:
                return given
            self._given_bytes += _bytes_of(given)
            while self._given and self._given_bytes > CACHE_BYTES:
                self._given_bytes -= _bytes_of(self._given.pop(next(iter(self._given))))
        self._given[key] = given  # the last one, as it was asked for last
        return given

    def _recency(self, segment: SegmentSearcher, among: Array) -> Array:
        """What `bm25f.recency_share` says of each of the documents *among* of a segment."""
        clocks = segment.clocks[among]
        shares: Array = np.where(clocks == NO_DATE, 0.0, 0.5 ** ((self._newest - clocks) / RECENCY_HALF_LIFE))
        return shares

    @cached_property
    def _newest(self) -> int:
        """The clock of the newest article."""
        clocks = [segment.clocks[segment.alive & (segment.clocks != NO_DATE)] for segment in self._segments]
        return int(max((some.max() for some in clocks if some.size), default=0))

    def _frequencies(
        self, segment: SegmentSearcher, term: RankTerm, among: Array | None = None
    ) -> tuple[Array, Array]:
        """The documents of a segment that have *term*, ascending, those *among* these or all; and its weighted
        frequency in each."""
        lists = []
        for name, field, number in _postings_of(segment, term):
            factors = self._factor(segment, field, name)
            documents, often = _postings(field, number, among)
            weighted = often * factors.take(documents)
            left = segment.fields.get(left_of(field.name))
            if left and (number := left.find(encode(term.term))) >= 0:
                some, unranked = _postings(left, number)
                hits, at = places_in(documents, some)
                weighted[at] = np.maximum(weighted[at] - unranked[hits] * factors[some[hits]], 0.0)
            lists.append((documents, weighted))
        if len(lists) == 1:
            return lists[0]
        total, having = self._scratch(segment), np.zeros(segment.size, bool)
        try:
            for documents, weighted in lists:
                np.add.at(total, documents, weighted)
                having[documents] = True
            numbers = np.flatnonzero(having)
            return numbers, total.take(numbers)
        finally:  # also when it is interrupted
            for documents, _ in lists:
                total[documents] = 0.0

    def _scratch(self, segment: SegmentSearcher) -> Array:
        """A zero for every document of a segment; who changes it makes it zero again."""
        if segment not in self._zeros:
            self._zeros[segment] = np.zeros(segment.size)
        return self._zeros[segment]

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
        found = [(field, number) for _, field, number in _postings_of(segment, term)]
        if len(found) == 1 and not segment.deleted:
            return found[0][0].count(found[0][1])
        lists = [field.documents(*field.span(number)) for field, number in found]
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
        for name, field, number in _postings_of(segment, term):
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

    def _saturated(self, frequency: Array) -> Array:
        """The share of the most that weighted frequencies can give: `bm25f.saturated` of all, by k1 + 1."""
        shares: Array = frequency / (frequency + self.bm25f.k1)
        return shares


def _in_stages(weighed: _Weighed, left: float) -> Iterator[_Weighed]:
    """The terms in stages: after each, those that are left can add half as much as before it, or less."""
    stage: _Weighed = []
    half = left / 2
    for term, weight in weighed:
        stage.append((term, weight))
        left -= weight.most
        if left <= half:
            yield stage
            stage, half = [], left / 2
    if stage:
        yield stage


def _key(segment: SegmentSearcher, term: RankTerm) -> _Key:
    return segment, term.term, term.fields, term.channel  # empty segments have the base of the next


def _postings(field: FieldPostings, number: int, among: Array | None = None) -> tuple[Array, Array]:
    """The documents that have the term with this *number*, those *among* these or all, and how often each does."""
    start, end = field.span(number)
    documents = field.documents(start, end)
    if among is None:
        return documents, field.frequencies(start, end)
    hits, at = places_in(documents, among)
    return among[hits], field.frequencies_at(at + start)


def _bytes_of(given: tuple[Array, Array]) -> int:
    return sum(array.nbytes for array in given)


def _joined(found: list[tuple[SegmentSearcher, Array, Array]]) -> tuple[Array, Array]:
    """(document numbers in the whole index, scores) of what was *found* in each segment."""
    numbers = [numbers + segment.base for segment, numbers, _ in found]
    return np.concatenate([_NONE, *numbers]), np.concatenate([np.zeros(0), *(scores for _, _, scores in found)])


def _postings_of(segment: SegmentSearcher, term: RankTerm) -> Iterator[tuple[str, FieldPostings, int]]:
    """The fields of *term* that have it: their names, what is stored of them, and its number there."""
    if term.channel == "bigrams" and len(term.term) == 1:
        return  # a Han character that nothing follows is there for phrases only
    encoded = encode(term.term)
    for name in _fields(term):
        field = segment.fields[_STORED_AS[term.channel](name)]
        number = field.find(encoded)
        if number >= 0:
            yield name, field, number


def _fields(term: RankTerm) -> list[str]:
    return [name for name in term.fields or FIELD_NAMES if name in FIELD_NAMES]
