"""One segment under one searcher: its fields with their ranking, and the terms that were looked up."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.scoring import BM25F

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.documents import ColumnarPerDocReader
from searchkit.engines.whoosh.columnar.field import Field
from searchkit.engines.whoosh.columnar.ranking import FieldRanking, Parameters, Scored, ranking_of

_MOST_KEPT = 65536


class UnsupportedQueryError(Exception):
    """Arrays cannot answer this; Whoosh's own matchers do."""


@dataclass(frozen=True, slots=True)
class RankedTerm:
    """A term of a segment."""

    ranking: FieldRanking
    number: int
    idf: float
    count: int
    bound: float
    """At least its highest score."""

    def scored(self) -> Scored:
        """Its posting list."""
        return self.ranking.scored(self.number, self.idf)

    def at(self, candidates: Array) -> Array:
        """The scores of some documents."""
        return self.ranking.at(self.number, self.idf, self.count, candidates)


class Leaf:
    """A segment to be searched.

    Raises:
        UnsupportedQueryError: it has no columns, or is not ranked by BM25F.
    """

    def __init__(self, searcher: Any, top: Any) -> None:
        self.reader = searcher.reader()
        perdoc = getattr(self.reader, "_perdoc", None)
        if not isinstance(perdoc, ColumnarPerDocReader) or type(top.weighting) is not BM25F:
            raise UnsupportedQueryError
        self.top = weakref.ref(top)
        self.size = perdoc.file.size
        self.fields = perdoc.file.fields
        self.schema = searcher.schema
        self.document_type = np.min_scalar_type(max(1, self.size - 1))
        self._weighting = top.weighting
        self._rankings: dict[str, FieldRanking] = {}
        self._terms: dict[tuple[str, Any], RankedTerm | None] = {}

    @cached_property
    def deleted(self) -> Array | None:
        """The numbers of deleted documents; None if there are none."""
        deleted = self.reader.deleted_docs_set
        return np.fromiter(deleted, np.int64, len(deleted)) if deleted else None

    @cached_property
    def alive(self) -> Array:
        """For every document whether it is not deleted."""
        alive = np.ones(self.size, bool)
        if self.deleted is not None:
            alive[self.deleted] = False
        return alive

    def field(self, name: str) -> Field | None:
        """A field of the segment, if it has it and the schema knows it."""
        return self.fields.get(name) if name in self.schema else None

    def ranking(self, field: Field) -> FieldRanking:
        """How a field is scored."""
        ranking = self._rankings.get(field.name)
        if ranking is None:
            weighting, top = self._weighting, self.top()
            is_scorable = bool(self.schema[field.name].scorable)
            average = (top.avg_field_length(field.name) or 1) if top is not None and is_scorable else 1
            b = weighting._field_B.get(field.name, weighting.B)
            if field.facts.boost <= 0:
                raise UnsupportedQueryError
            parameters = Parameters(is_scorable, float(b), float(weighting.K1), float(average))
            ranking = self._rankings[field.name] = ranking_of(field, parameters)
        return ranking

    def term(self, fieldname: str, text: Any) -> RankedTerm | None:
        """A term of the segment, None if it is not there."""
        key = (fieldname, text)
        try:
            return self._terms[key]
        except KeyError:
            found = self._look_up(fieldname, text)
        except TypeError:  # a list cannot be a key
            return self._look_up(fieldname, text)
        if len(self._terms) < _MOST_KEPT:
            self._terms[key] = found
        return found

    def _look_up(self, fieldname: str, text: Any) -> RankedTerm | None:
        encoded = self.encoded(fieldname, text)
        field = self.field(fieldname)
        number = -1 if field is None or encoded is None else field.find(encoded)
        if field is None or number < 0:
            return None
        return self.ranked(field, number, encoded)

    def encoded(self, fieldname: str, text: Any) -> bytes | None:
        """A term as the field writes it; None if it cannot."""
        if fieldname not in self.schema:
            return None
        try:
            encoded: bytes = self.schema[fieldname].to_bytes(text)
        except ValueError:
            return None
        return encoded

    def ranked(self, field: Field, number: int, encoded: bytes | None = None) -> RankedTerm:
        """A term by its number."""
        ranking = self.ranking(field)
        text = field.term(number) if encoded is None else encoded
        idf = self.idf(field, text)
        return RankedTerm(ranking, number, idf, field.count(number), ranking.bound(number, idf))

    def idfs(self, field: Field, numbers: Array) -> Array:
        """The weights of many terms; in one go where this segment is all there is."""
        top = self.top()
        if top is None or not self.schema[field.name].scorable or not top.is_atomic():
            return np.array([self.idf(field, field.term(number)) for number in numbers.tolist()])
        idfs: Array = np.log(top.doc_count_all() / (field.counts(numbers) + 1)) + 1
        return idfs

    def idf(self, field: Field, text: bytes) -> float:
        """The weight of a term by how rare it is in all segments."""
        top = self.top()
        return float(top.idf(field.name, text)) if top is not None and self.schema[field.name].scorable else 1.0


_leaves: weakref.WeakKeyDictionary[Any, Leaf | None] = weakref.WeakKeyDictionary()
_making = threading.Lock()


def leaf_of(searcher: Any, top: Any) -> Leaf | None:
    """The segment of *searcher*, a part of *top*; None if arrays cannot search it."""
    try:
        return _leaves[searcher]
    except KeyError:
        pass
    with _making:
        try:
            leaf: Leaf | None = Leaf(searcher, top)
        except UnsupportedQueryError:
            leaf = None
        _leaves[searcher] = leaf
    return leaf
