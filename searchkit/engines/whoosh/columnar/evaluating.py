"""Query trees -> the documents of a segment that match, all of them, by operations on whole arrays.

Scores are those of Whoosh's matchers when they score every match, their oddities included: a compound query with
one part has the weight of that part alone; `Not` beside other parts adds 1 to the score; a prefix or pattern that
stands for one term is scored like it, one for two terms or in a segment of more than 5,000 documents by the sum of
all, any other counts 1. Four errors of theirs are left out: of the parts of a `DisjunctionMax` Whoosh may take the
score of one that matches a later document; the first match of `AndNot` may be one that is ruled out; `Not` may
match a deleted document; inside other queries `AndMaybe` may leave out a score.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from whoosh import query as whoosh_query

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.expanding import numbers_of
from searchkit.engines.whoosh.columnar.field import Field
from searchkit.engines.whoosh.columnar.leaf import Leaf, UnsupportedQueryError
from searchkit.engines.whoosh.columnar.matches import (
    Matches,
    best_of,
    intersection,
    mask_of,
    union,
    with_bonus,
)
from searchkit.engines.whoosh.columnar.phrases import phrase_matches
from searchkit.engines.whoosh.columnar.pruning import sum_of, terms_in

_LARGE = 5000
_TOO_MANY = whoosh_query.Or.TOO_MANY_CLAUSES


def evaluate(query: Any, leaf: Leaf, *, scored: bool = True) -> Matches:
    """The documents that match and are not deleted.

    Raises:
        UnsupportedQueryError: there is something in *query* that only Whoosh's matchers can do.
    """
    matches = _Evaluation(leaf, scored).of(query)
    return matches if leaf.deleted is None else matches.where(leaf.alive[matches.documents])


class _Evaluation:
    def __init__(self, leaf: Leaf, scored: bool) -> None:
        self._leaf = leaf
        self._scored = scored

    def of(self, query: Any) -> Matches:
        """What *query* matches, deleted documents included."""
        answer = _ANSWERS.get(type(query))
        if answer is None:
            raise UnsupportedQueryError
        return answer(self, query)

    def _documents_of(self, query: Any) -> Array:
        return _Evaluation(self._leaf, False).of(query).documents

    def _all_with(self, documents: Array, score: float) -> Matches:
        """*documents* with one score."""
        if score <= 0:
            raise UnsupportedQueryError
        kind = documents.astype(self._leaf.document_type, copy=False)
        return Matches(kind, np.full(documents.size, float(score)) if self._scored else None)

    def nothing(self, query: Any = None) -> Matches:
        """No documents."""
        return self._all_with(np.zeros(0, np.int64), 1.0)

    # one term

    def term(self, query: Any) -> Matches:
        """A term."""
        if query.minquality or query.boost <= 0:
            raise UnsupportedQueryError
        found = self._leaf.term(query.fieldname, query.text)
        if found is None:
            return self.nothing()
        if not self._scored:
            field = found.ranking.field
            return Matches(field.documents(*field.span(found.number)))
        scored = found.scored()
        return Matches(scored.documents, scored.scores).times(query.boost)

    # several queries

    def _parts(self, query: Any) -> list[Matches]:
        if getattr(query, "boost", 1.0) <= 0:
            raise UnsupportedQueryError
        return [self.of(part) for part in query.subqueries]

    def or_(self, query: Any) -> Matches:
        """Any of the parts, scores added."""
        if query.scale or query.matcher_type != whoosh_query.Or.AUTO_MATCHER:
            raise UnsupportedQueryError
        wanted = terms_in(query, self._leaf) if self._scored else None
        if wanted and len(wanted) > 1:
            return sum_of(wanted, self._leaf)
        parts = self._parts(query)
        if len(parts) < 2:
            return parts[0] if parts else self.nothing()
        return union(_with_any(parts), self._leaf.size).times(query.boost)

    def disjunction_max(self, query: Any) -> Matches:
        """Any of the parts, the best score."""
        parts = self._parts(query)
        if len(parts) < 2:
            return parts[0] if parts else self.nothing()
        return best_of(_with_any(parts), self._leaf.size).times(query.boost)

    def and_(self, query: Any) -> Matches:
        """All of the parts, scores added."""
        parts = self._parts(query)
        if len(parts) < 2:
            return parts[0] if parts else self.nothing()
        return intersection(parts, self._leaf.size).times(query.boost)

    def not_(self, query: Any) -> Matches:
        """The documents that do not match."""
        missing = mask_of(self._documents_of(query.query), self._leaf.size)
        return self._all_with(np.flatnonzero(~missing), 1.0)

    def and_not(self, query: Any) -> Matches:
        """The first without the second."""
        base = self.of(query.a)
        return base.where(~mask_of(self._documents_of(query.b), self._leaf.size)[base.documents])

    def require(self, query: Any) -> Matches:
        """The first where the second matches too."""
        base = self.of(query.a)
        return base.where(mask_of(self._documents_of(query.b), self._leaf.size)[base.documents])

    def and_maybe(self, query: Any) -> Matches:
        """The first, with the scores of the second."""
        base = self.of(query.a)
        return with_bonus(base, self.of(query.b), self._leaf.size) if self._scored else base

    # whole sets

    def constant(self, query: Any) -> Matches:
        """One score for all that match."""
        return self._all_with(self._documents_of(query.child), query.score or 1.0)

    def every(self, query: Any) -> Matches:
        """All documents, or all that have a field."""
        return self._every(query.fieldname, query.boost)

    def _every(self, name: str | None, boost: float) -> Matches:
        if name is None:
            return self._all_with(np.arange(self._leaf.size), boost or 1.0)
        if name not in self._leaf.schema or not self._leaf.schema[name].format:
            raise UnsupportedQueryError
        field = self._leaf.field(name)
        if field is None:
            return self.nothing()
        return self._all_with(np.flatnonzero(_having(field, self._leaf.size)), boost or 1.0)

    def phrase(self, query: Any) -> Matches:
        """Words in a row."""
        if query.boost <= 0:
            raise UnsupportedQueryError
        return phrase_matches(query, self._leaf, scored=self._scored)

    def number_range(self, query: Any) -> Matches:
        """A range of numbers, which Whoosh makes into ranges of terms."""
        return self.of(query._compile_query(self._leaf.reader))

    # many terms

    def pattern(self, query: Any) -> Matches:
        """A prefix, wildcard or regular expression."""
        if query.text == _EVERYTHING[type(query)]:
            return self._every(query.fieldname, query.boost)
        return self.many(query)

    def many(self, query: Any) -> Matches:
        """What stands for any number of terms."""
        leaf = self._leaf
        numbers = numbers_of(query, leaf)
        field = leaf.field(query.field())
        if field is None or not numbers.size:
            return self.nothing()
        if not self._scored:
            return self._all_with(np.flatnonzero(mask_of(_postings(field, numbers)[0], leaf.size)), 1.0)
        if query.boost <= 0:
            raise UnsupportedQueryError
        if numbers.size == 1:
            scored = leaf.ranked(field, int(numbers[0])).scored()
            return Matches(scored.documents, scored.scores)
        is_one_by_one = numbers.size < _TOO_MANY and (numbers.size == 2 or leaf.size > _LARGE)
        if query.constantscore and not is_one_by_one:
            return self._all_with(np.flatnonzero(mask_of(_postings(field, numbers)[0], leaf.size)), 1.0)
        return self._sum_of(field, numbers).times(query.boost)

    def _sum_of(self, field: Field, numbers: Array) -> Matches:
        leaf = self._leaf
        documents, frequencies, counts = _postings(field, numbers)
        idf = np.repeat(leaf.idfs(field, numbers), counts)
        scores = leaf.ranking(field).scores_of(documents, frequencies, idf)
        total = np.bincount(documents, scores, minlength=leaf.size)
        found = np.flatnonzero(total)
        return Matches(found.astype(leaf.document_type, copy=False), total[found])


def _with_any(parts: list[Matches]) -> list[Matches]:
    """The parts that match anything, or one of those that do not."""
    return [part for part in parts if len(part)] or parts[:1]


def _having(field: Field, size: int) -> Array:
    """For every document whether it has any term of the field."""
    if field.facts.total:
        having: Array = field.lengths > 0
        return having
    return mask_of(field.documents(*field.span_of_all()), size)


def _postings(field: Field, numbers: Array) -> tuple[Array, Array, Array]:
    """(documents, frequencies, number of postings of each term) of all lists, one after the other."""
    if int(numbers[-1]) - int(numbers[0]) == numbers.size - 1:
        start, end = field.span(int(numbers[0]))[0], field.span(int(numbers[-1]))[1]
        return field.documents(start, end), field.frequencies(start, end), field.counts(numbers)
    places = field.postings_of(numbers)
    return field.documents_at(places), field.frequencies_at(places), field.counts(numbers)


_EVERYTHING = {whoosh_query.Prefix: "", whoosh_query.Wildcard: "*", whoosh_query.Regex: ".*"}

_ANSWERS: dict[type, Callable[[_Evaluation, Any], Matches]] = {
    whoosh_query.Term: _Evaluation.term,
    whoosh_query.Or: _Evaluation.or_,
    whoosh_query.And: _Evaluation.and_,
    whoosh_query.Not: _Evaluation.not_,
    whoosh_query.DisjunctionMax: _Evaluation.disjunction_max,
    whoosh_query.AndNot: _Evaluation.and_not,
    whoosh_query.AndMaybe: _Evaluation.and_maybe,
    whoosh_query.Require: _Evaluation.require,
    whoosh_query.ConstantScoreQuery: _Evaluation.constant,
    whoosh_query.Every: _Evaluation.every,
    whoosh_query.Phrase: _Evaluation.phrase,
    whoosh_query.Prefix: _Evaluation.pattern,
    whoosh_query.Wildcard: _Evaluation.pattern,
    whoosh_query.Regex: _Evaluation.pattern,
    whoosh_query.FuzzyTerm: _Evaluation.many,
    whoosh_query.Variations: _Evaluation.many,
    whoosh_query.TermRange: _Evaluation.many,
    whoosh_query.NumericRange: _Evaluation.number_range,
    whoosh_query.DateRange: _Evaluation.number_range,
    type(whoosh_query.NullQuery): _Evaluation.nothing,
}
