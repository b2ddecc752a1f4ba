"""Phrases: first the documents that have all words, then the places of the words in those documents at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.field import Field
from searchkit.engines.whoosh.columnar.leaf import Leaf, RankedTerm, UnsupportedQueryError
from searchkit.engines.whoosh.columnar.matches import Matches
from searchkit.engines.whoosh.columnar.ranking import find_in

_BITS = 32


def phrase_matches(query: Any, leaf: Leaf, *, scored: bool) -> Matches:
    """The documents where the words follow each other, each at most `slop` positions after the one before.

    Raises:
        UnsupportedQueryError: the field has no positions; Whoosh says so.
    """
    nothing = Matches(np.zeros(0, leaf.document_type), np.zeros(0) if scored else None)
    name = query.fieldname
    if name not in leaf.schema:
        return nothing
    if not query.words or not leaf.schema[name].format or not leaf.schema[name].format.supports("positions"):
        raise UnsupportedQueryError
    words = [leaf.term(name, word) for word in query.words]
    terms = [word for word in words if word is not None]
    if len(terms) < len(words):
        return nothing
    field = terms[0].ranking.field
    documents = _in_a_row(field, terms, _with_all(field, terms), query.slop)
    if not scored:
        return Matches(documents)
    scores = np.zeros(documents.size)
    for term in terms:
        scores += term.at(documents)
    return Matches(documents, scores * query.boost)


def _with_all(field: Field, terms: list[RankedTerm]) -> Array:
    """The documents that have all terms, beginning with the rarest."""
    rarest, *others = sorted({term.number: term.count for term in terms}.items(), key=lambda one: one[1])
    documents = field.documents(*field.span(rarest[0]))
    for number, _ in others:
        _, hits = find_in(field.documents(*field.span(number)), documents)
        documents = documents[hits]
    return documents


def _in_a_row(field: Field, terms: list[RankedTerm], documents: Array, slop: int) -> Array:
    """Those of *documents* where the terms follow each other."""
    if not documents.size or len(terms) == 1:
        return documents
    places = {term.number: _places(field, term.number, documents) for term in terms}
    reached = places[terms[0].number]
    for term in terms[1:]:
        following = places[term.number]
        before = np.searchsorted(reached, following, "left") - 1
        gaps = following - reached[np.maximum(before, 0)]
        reached = following[(before >= 0) & (gaps <= slop)]
        if not reached.size:
            return documents[:0]
    rows = reached >> _BITS
    found: Array = documents[rows[np.concatenate(([True], rows[1:] != rows[:-1]))]]
    return found


def _places(field: Field, number: int, documents: Array) -> Array:
    """Where a term that all *documents* have occurs in them: row of the document << 32 | position, ascending."""
    start, end = field.span(number)
    wanted = np.searchsorted(field.documents(start, end), documents)
    frequencies = field.frequencies(start, end)
    first, last = field.occurrences(number)
    ends = np.cumsum(frequencies, dtype=np.int64)
    counts = frequencies[wanted].astype(np.int64)
    shift = ends[wanted] - np.cumsum(counts)
    at = np.repeat(shift, counts) + np.arange(int(counts.sum()))
    rows: Array = np.repeat(np.arange(documents.size, dtype=np.int64), counts)
    rows <<= _BITS
    rows += field.positions(first, last)[at]
    return rows
