"""BM25F over Whoosh's postings: every matching document gets its whole score, and the best are picked after."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from searchkit.engines.ranking import FIELD_WEIGHTS, field_factor, inverse_frequency, saturated
from searchkit.engines.whoosh.fields import length_of
from searchkit.engines.whoosh.postings import Segments
from searchkit.model import Contribution
from searchkit.query.plan import RankTerm
from searchkit.schema import EXACT_TITLE_SCORE, FIELD_NAMES


class Scoring:
    """Scores documents of one state of an index."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._factors: dict[str, list[float]] = {}

    def scores(self, documents: set[int], rank: tuple[RankTerm, ...], title_key: str) -> dict[int, float]:
        """The score of each of *documents*."""
        scores = dict.fromkeys(documents, 0.0)
        for document in self._titled(title_key):
            if document in scores:
                scores[document] += EXACT_TITLE_SCORE
        for term in rank:
            weighted, idf = self._weighted(term)
            few, many = (weighted, scores) if len(weighted) < len(scores) else (scores, weighted)
            for document in few:
                if document in many:
                    scores[document] += term.weight * idf * saturated(weighted[document])
        return scores

    def contributions(self, document: int, rank: tuple[RankTerm, ...], title_key: str) -> Iterator[Contribution]:
        """What the score of one document is the sum of."""
        if document in self._titled(title_key):
            yield Contribution("exact title", EXACT_TITLE_SCORE)
        for term in rank:
            weighted, idf = self._weighted(term)
            if document in weighted:
                yield Contribution(term.term, term.weight * idf * saturated(weighted[document]))

    def _titled(self, title_key: str) -> list[int]:
        return self._segments.documents("title_key", title_key) if title_key else []

    def _weighted(self, term: RankTerm) -> tuple[dict[int, float], float]:
        """The weighted frequency of *term* by document, and its inverse document frequency."""
        weighted: dict[int, float] = {}
        for field in term.fields or FIELD_NAMES:
            if field not in FIELD_WEIGHTS:
                continue
            factors = self._factor(field)
            for document, frequency in self._segments.frequencies(field, term.term):
                weighted[document] = weighted.get(document, 0.0) + frequency * factors[document]
        return weighted, inverse_frequency(self._live, len(weighted))

    @cached_property
    def _live(self) -> int:
        return self._segments.size - len(self._segments.deleted)

    def _factor(self, field: str) -> list[float]:
        if field not in self._factors:
            lengths: list[int] = list(self._segments.column(length_of(field)))
            total = sum(length for n, length in enumerate(lengths) if n not in self._segments.deleted)
            average = total / max(1, self._live)
            self._factors[field] = [field_factor(field, length, average) for length in lengths]
        return self._factors[field]
