"""Posting lists the other way round: not a term's documents, but the terms of a few documents at a time."""

from __future__ import annotations

import numpy as np

from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings, spread


class ByDocument:
    """All posting lists of *field*, which are sorted, read side by side: two numbers a term are kept."""

    def __init__(self, field: FieldPostings) -> None:
        self._field = field
        self._terms = np.arange(len(field))
        self._at, counts = field.lists_of(self._terms)
        self._ends = self._at + counts

    def up_to(self, document: int) -> tuple[Array, Array]:
        """The postings, not given before, of documents before *document*: the number of the term of each, and its
        place among all postings. Terms ascend, and so do the documents of a term."""
        chosen = np.flatnonzero(self._field.documents_at(self._at) < document)
        starts = self._at[chosen]
        ends = self._first_from(document, starts, self._ends[chosen])
        terms = np.repeat(self._terms[chosen], ends - starts)
        self._at[chosen] = ends
        self._forget_finished()
        return terms, spread(starts, ends - starts)

    def _first_from(self, document: int, low: Array, high: Array) -> Array:
        """In each list, from *low* up to *high*, the place of the first document that is not before *document*."""
        low, high = low.copy(), high.copy()
        open_ = np.arange(low.size)
        while open_.size:
            middle = (low[open_] + high[open_]) >> 1
            before = self._field.documents_at(middle) < document
            low[open_[before]] = middle[before] + 1
            high[open_[~before]] = middle[~before]
            open_ = open_[low[open_] < high[open_]]
        return low

    def _forget_finished(self) -> None:
        left = self._at < self._ends
        if not left.all():
            self._terms, self._at, self._ends = self._terms[left], self._at[left], self._ends[left]


class PlacedByDocument:
    """The same of a field that has positions, which are found by it: a third number a term is kept."""

    def __init__(self, field: FieldPostings) -> None:
        self._field = field
        self._postings = ByDocument(field)
        self._at, _ = field.occurrences_of(np.arange(len(field)))

    def up_to(self, document: int) -> tuple[Array, Array, Array]:
        """What `ByDocument.up_to` gives, and where the positions of each posting begin among all positions."""
        terms, places = self._postings.up_to(document)
        frequencies = self._field.frequencies_at(places).astype(np.int64)
        ends = np.cumsum(frequencies)
        firsts = np.flatnonzero(np.diff(terms, prepend=-1))  # of each term
        before = (ends - frequencies)[firsts]
        owners, sizes = terms[firsts], np.diff(firsts, append=terms.size)
        starts = ends - frequencies + np.repeat(self._at[owners] - before, sizes)
        self._at[owners] += np.diff(before, append=ends[-1:])
        return terms, places, starts
