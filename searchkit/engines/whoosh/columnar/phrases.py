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
    places = {term.number: _places(field, term, documents) for term in terms}
    reached = places[terms[0].number]
    for term in terms[1:]:
        following = places[term.number]
        before = reached.searchsorted(following)
        reached = following[(following - reached.take(before - 1, mode="clip") <= slop) & (before > 0)]
        if not reached.size:
            return documents[:0]
    rows = reached >> _BITS
    found: Array = documents[rows[np.concatenate(([True], rows[1:] != rows[:-1]))]]
    return found


def _places(field: Field, term: RankedTerm, documents: Array) -> Array:
    """Where a term that all *documents* have occurs in them: row of the document << 32 | position, ascending."""
    first, last = field.occurrences(term.number)
    ends = term.ranking.occurrence_ends(term.number)
    if documents.size == term.count:
        counts = np.diff(ends, prepend=0)
        positions = field.positions(first, last)
    else:
        wanted = field.documents(*field.span(term.number)).searchsorted(documents)
        stops = ends[wanted]
        counts = stops - np.where(wanted > 0, ends[wanted - 1], 0)
        shift = stops - counts.cumsum()
        at = shift.repeat(counts)
        at += np.arange(at.size)
        positions = field.positions(first, last)[at]
    rows: Array = np.arange(0, documents.size << _BITS, 1 << _BITS).repeat(counts)
    rows += positions
    return rows
