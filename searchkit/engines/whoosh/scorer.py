"""BM25F over all segments: documents that cannot reach the page asked for are dropped on the way.

The terms of a query are added one after the other, the one that can add most first. Once a page of documents has
more than another can still reach, that other is not looked at any more. What each term can add at most is known
from the index.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from searchkit.bm25f import FIELD_B, FIELD_WEIGHTS, inverse_frequency
from searchkit.engines.base import Request
from searchkit.engines.whoosh.fields import NO_DATE, bigrams_of, characters_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher, encode
from searchkit.model import Contribution
from searchkit.query.plan import Channel, Fields, RankTerm
from searchkit.schema import EXACT_TITLE_SCORE, FIELD_NAMES, K1, RECENCY_HALF_LIFE

_KEPT = 4096
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class _Weight:
    """What a term is worth: its idf times its weight, and at most how much a document can score by it."""

    idf: float
    most: float


class Scorer:
    """Scores documents of one state of an index."""

    def __init__(self, parts: list[SegmentSearcher]) -> None:
        self._parts = parts
        self._live = sum(part.live for part in parts)
        self._averages: dict[str, float] = {}
        self._factors: dict[tuple[int, str], Array] = {}
        self._weights: dict[RankTerm, _Weight] = {}
        self._counts: dict[tuple[SegmentSearcher, str, Fields, Channel], int] = {}

    def scores(self, masks: list[Array], request: Request, best: int | None) -> tuple[Array, Array]:
        """(document numbers in the whole index, scores) of the documents in *masks*, one mask a segment.

        If *best* is a number, documents that are not among so many best ones, ties included, may be missing.
        """
        weighed = sorted(((term, self._weight(term)) for term in request.rank), key=lambda pair: -pair[1].most)
        numbers, scores = [], []
        for part, mask in zip(self._parts, masks, strict=True):
            found = np.flatnonzero(mask)
            if found.size:
                found, scored = self._score(part, found, weighed, request, best)
                numbers.append(found + part.base)
                scores.append(scored)
        if not numbers:
            return np.zeros(0, np.int64), np.zeros(0)
        return np.concatenate(numbers), np.concatenate(scores)

    def article_frequency(self, term: str) -> int:
        """How many documents that are not deleted have *term* in the word channel of any field."""
        return sum(self._count(part, RankTerm(term)) for part in self._parts)

    def contributions(self, documents: list[int], request: Request) -> list[tuple[Contribution, ...]]:
        """What the score of each of the *documents* is the sum of."""
        found: dict[int, list[Contribution]] = {document: [] for document in documents}
        for part in self._parts:
            among = np.array(sorted(n for n in found if part.base <= n < part.base + part.size), np.int64)
            if among.size:
                self._contribute(part, among - part.base, request, [found[n] for n in among.tolist()])
        return [tuple(found[document]) for document in documents]

    def _contribute(
        self, part: SegmentSearcher, among: Array, request: Request, found: list[list[Contribution]]
    ) -> None:
        """Add to each list in *found* what the document *among* those of a segment has."""
        titled = part.documents("title_key", request.title_key) if request.title_key else among[:0]
        recent = self._recency(part, among) if request.recency else np.zeros(among.size)
        for document, share, own in zip(among.tolist(), recent.tolist(), found, strict=True):
            if document in titled:
                own.append(Contribution("exact title", EXACT_TITLE_SCORE))
            if share:
                own.append(Contribution("recency", request.recency * share))
        for term in request.rank:
            names = _fields(term)
            by_field = [self._frequency(part, replace(term, fields=(name,)), among) for name in names]
            whole = sum(by_field, np.zeros(among.size))
            scored = _saturated(whole, self._weight(term).idf)
            for at in np.flatnonzero(whole).tolist():
                for name, frequency in zip(names, by_field, strict=True):
                    if frequency[at]:
                        score = float(scored[at]) * float(frequency[at]) / float(whole[at])
                        found[at].append(Contribution(term.label, score, name, term.channel))

    def _score(
        self,
        part: SegmentSearcher,
        found: Array,
        weighed: list[tuple[RankTerm, _Weight]],
        request: Request,
        best: int | None,
    ) -> tuple[Array, Array]:
        scores = np.zeros(found.size)
        if request.title_key:
            titled = np.zeros(part.size, bool)
            titled[part.documents("title_key", request.title_key)] = True
            scores[titled[found]] = EXACT_TITLE_SCORE
        if request.recency:
            scores += request.recency * self._recency(part, found)
        left = sum(weight.most for _, weight in weighed)
        for at, (term, weight) in enumerate(weighed):
            if at and best and found.size > 4 * best and scores.max() > left:
                reached = np.partition(scores, found.size - best)[found.size - best]
                keep = scores + (left + _SLACK) >= reached
                if 2 * np.count_nonzero(keep) < found.size:
                    found, scores = found[keep], scores[keep]
            scores += _saturated(self._frequency(part, term, found), weight.idf)
            left -= weight.most
        return found, scores

    def _recency(self, part: SegmentSearcher, among: Array) -> Array:
        """What `ranking.recency_share` says of each of the documents *among* of a segment."""
        clocks = part.clocks[among]
        shares: Array = np.where(clocks == NO_DATE, 0.0, 0.5 ** ((self._newest - clocks) / RECENCY_HALF_LIFE))
        return shares

    @cached_property
    def _newest(self) -> int:
        """The clock of the newest article."""
        clocks = [part.clocks[part.alive & (part.clocks != NO_DATE)] for part in self._parts]
        return int(max((some.max() for some in clocks if some.size), default=0))

    def _frequency(self, part: SegmentSearcher, term: RankTerm, among: Array) -> Array:
        """The weighted frequency of *term* in each of the documents *among*, ascending, of a segment."""
        total = np.zeros(among.size)
        for name in _fields(term):
            field = part.field(_stored_as(term.channel, name))
            number = -1 if field is None else field.find(encode(term.term))
            if field is None or number < 0:
                continue
            start, end = field.span(number)
            documents, factors = field.documents(start, end), self._factor(part, term.channel, name)
            if documents.size > among.size * 16:
                at = np.searchsorted(documents, among)
                at[at == documents.size] = 0
                hits = np.flatnonzero(documents[at] == among)
                frequencies = field.frequencies(start, end)[at[hits]]
                total[hits] += frequencies * factors[among[hits]]
            else:
                dense = np.zeros(part.size)
                dense[documents] = field.frequencies(start, end) * factors[documents]
                total += dense[among]
        return total

    def _weight(self, term: RankTerm) -> _Weight:
        if term not in self._weights:
            if len(self._weights) >= _KEPT:
                self._weights.clear()
            self._weights[term] = self._weigh(term)
        return self._weights[term]

    def _weigh(self, term: RankTerm) -> _Weight:
        having = sum(self._count(part, term) for part in self._parts)
        idf = term.weight * inverse_frequency(self._live, having)
        most = max((self._bound(part, term) for part in self._parts), default=0.0)
        return _Weight(idf, idf * most * (K1 + 1.0) / (most + K1))

    def _count(self, part: SegmentSearcher, term: RankTerm) -> int:
        """How many documents that are not deleted have *term* in any of its fields."""
        key = (part, term.term, term.fields, term.channel)  # empty segments have the base of the next
        if key not in self._counts:
            if len(self._counts) >= _KEPT:
                self._counts.clear()
            self._counts[key] = self._counted(part, term)
        return self._counts[key]

    def _counted(self, part: SegmentSearcher, term: RankTerm) -> int:
        lists = [part.live_documents(_stored_as(term.channel, name), term.term) for name in _fields(term)]
        lists = [documents for documents in lists if documents.size]
        if len(lists) < 2:
            return sum(documents.size for documents in lists)
        having = np.zeros(part.size, bool)
        for documents in lists:
            having[documents] = True
        return int(np.count_nonzero(having))

    def _bound(self, part: SegmentSearcher, term: RankTerm) -> float:
        """At least the weighted frequency of *term* in any document of a segment."""
        total = 0.0
        for name in _fields(term):
            field = part.field(_stored_as(term.channel, name))
            number = -1 if field is None else field.find(encode(term.term))
            if field is not None and number >= 0:
                grown = self._average(term.channel, name) / max(1.0, field.facts.total / max(1, part.size))
                total += FIELD_WEIGHTS[name] * field.bound(number) * max(1.0, grown)
        return total

    def _average(self, channel: Channel, name: str) -> float:
        """The mean length of a field."""
        stored = _stored_as(channel, name)
        if stored not in self._averages:
            total = 0
            for part in self._parts:
                field = part.field(stored)
                if field is not None:
                    total += int(field.lengths[part.alive].sum() if part.deleted else field.facts.total)
            self._averages[stored] = total / max(1, self._live)
        return self._averages[stored]

    def _factor(self, part: SegmentSearcher, channel: Channel, name: str) -> Array:
        """What one occurrence in a field counts before saturation, for every document of a segment."""
        stored = _stored_as(channel, name)
        key = (part.base, stored)
        if key not in self._factors:
            b, average = FIELD_B[name], self._average(channel, name)
            lengths = part.segment.fields[stored].lengths
            norms = 1.0 - b + b * lengths / average if average else np.full(part.size, np.inf)
            self._factors[key] = FIELD_WEIGHTS[name] / norms
        return self._factors[key]


def _saturated(frequency: Array, idf: float) -> Array:
    """The score of weighted frequencies, with diminishing returns."""
    scored: Array = frequency / (frequency + K1)
    scored *= idf * (K1 + 1.0)
    return scored


def _fields(term: RankTerm) -> list[str]:
    return [name for name in term.fields or FIELD_NAMES if name in FIELD_WEIGHTS]


def _stored_as(channel: Channel, name: str) -> str:
    if channel == "words":
        return name
    return bigrams_of(name) if channel == "bigrams" else characters_of(name)
