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
_HALF = 1 << 31
"""Keys below this fit in 32 bits with the bit that `_both` adds."""
_SEARCH = 32
"""So many places are gathered and sorted in the time that one is searched for."""


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
    return _adjacent(field, terms, documents) if slop == 1 else _near(field, terms, documents, slop)


def _adjacent(field: Field, terms: list[RankedTerm], documents: Array) -> Array:
    """Those of *documents* where each term is right after the one before.

    A place of a term says where the phrase would end. Those of the rarest term are compared with those of the
    next, which is looked up only in the documents that are left, and so on.
    """
    bits = (max(field.facts.furthest, 1) + len(terms)).bit_length()
    (at, rarest), *others = sorted(enumerate(terms), key=lambda one: one[1].count)
    ends = _Places(field, rarest, documents).keys(bits, len(terms) - 1 - at)
    for at, term in others:
        ends = _both(ends, _Places(field, term, documents), bits, len(terms) - 1 - at)
        if not ends.size:
            return documents[:0]
        rows = ends >> bits
        is_first = _is_first(rows)
        documents = documents[rows[is_first]]
        ends += (is_first.cumsum(dtype=ends.dtype) - 1 - rows) << bits  # the rows as they are numbered now
    return documents


def _both(ends: Array, places: _Places, bits: int, shift: int) -> Array:
    """Those of *ends* that are also among the keys of *places*."""
    if ends.size * _SEARCH < places.size:
        rows = ends >> bits
        return ends[places.has(rows, ends - (rows << bits), shift)]
    both = np.concatenate((ends << 1, (places.keys(bits, shift) << 1) | 1))
    both.sort()
    found: Array = both[:-1][(both[1:] ^ both[:-1]) == 1] >> 1
    return found


def _near(field: Field, terms: list[RankedTerm], documents: Array, slop: int) -> Array:
    """Those of *documents* where each term is at most *slop* positions after the one before."""
    places = {term.number: _Places(field, term, documents).keys(_BITS, 0) for term in terms}
    reached = places[terms[0].number]
    for term in terms[1:]:
        following = places[term.number]
        before = reached.searchsorted(following)
        reached = following[(following - reached.take(before - 1, mode="clip") <= slop) & (before > 0)]
        if not reached.size:
            return documents[:0]
    rows = reached >> _BITS
    found: Array = documents[rows[_is_first(rows)]]
    return found


class _Places:
    """Where a term that all *documents* have occurs in them."""

    def __init__(self, field: Field, term: RankedTerm, documents: Array) -> None:
        self._all = field.positions(*field.occurrences(term.number))
        self._is_all = documents.size == term.count
        ends = term.ranking.occurrence_ends(term.number)
        if self._is_all:
            self._stops = ends.astype(np.int64)
            self._counts = np.diff(self._stops, prepend=0)
        else:
            wanted = field.documents(*field.span(term.number)).searchsorted(documents)
            self._stops = ends[wanted].astype(np.int64)
            self._counts = self._stops - np.where(wanted > 0, ends[wanted - 1], 0)
        self.size = int(self._counts.sum())

    def keys(self, bits: int, shift: int) -> Array:
        """Row of the document << *bits* | position + *shift*, ascending."""
        rows = self._counts.size
        kind = np.uint32 if rows << bits < _HALF else np.int64
        keys = np.arange(shift, shift + (rows << bits), 1 << bits, dtype=kind).repeat(self._counts)
        keys += self._positions()
        return keys

    def _positions(self) -> Array:
        if self._is_all:
            return self._all
        at = (self._stops - self._counts.cumsum()).repeat(self._counts)
        at += np.arange(at.size)
        positions: Array = self._all[at]
        return positions

    def has(self, rows: Array, positions: Array, shift: int) -> Array:
        """Whether the term is at each of some *positions*, *shift* subtracted, of the documents in these *rows*; a
        binary search for all at once."""
        wanted = positions.astype(np.int64) - shift
        last = self._stops[rows] - 1
        high = last + 1
        low = high - self._counts[rows]
        for _ in range(int(self._counts.max()).bit_length()):
            middle = (low + high) >> 1
            is_before = self._all[np.minimum(middle, last)] < wanted
            low = np.where(is_before & (low < high), middle + 1, low)
            high = np.where(is_before, high, middle)
        has: Array = (low <= last) & (self._all[np.minimum(low, last)] == wanted)
        return has


def _is_first(rows: Array) -> Array:
    """For each of *rows*, which ascend, whether it differs from the one before."""
    is_first = np.ones(rows.size, bool)
    np.not_equal(rows[1:], rows[:-1], out=is_first[1:])
    return is_first
