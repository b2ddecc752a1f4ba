"""What a term gives to the documents of a segment before its weight: of a rare term a list of those that have it,
of a common one how often each document has it, in a byte or two."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from searchkit.engines.whoosh.segment.array_file import Array, narrow
from searchkit.engines.whoosh.segment.postings import places_in

SPARSE_RATIO = 16  # a list this many times longer than the documents asked for is searched for them
CHEAP = 12_000  # postings: so many are put together for the cache in no more time than some take to be looked up
MOST_RATIO = 2  # where more than one in so many documents is asked for, all are looked at, which takes less
COMMON_RATIO = 4  # a list of one in so many documents takes less room, and is read faster, as a count of each


class ListedImpacts(Struct, frozen=True, gc=False):
    """The documents that have a term, ascending, and what it gives to each."""

    documents: Array
    shares: Array

    def add_to(self, sums: Array, among: Array, weight: float) -> None:
        """Add to *sums* what the term gives at least to the documents *among* all."""
        documents, shares = self.documents, self.shares
        if documents.size > among.size * SPARSE_RATIO:
            hits, at = places_in(documents, among)
            documents, shares = among[hits], shares[at]
        np.add.at(sums, documents, shares * weight)

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.documents.nbytes + self.shares.nbytes


class CountedImpacts(Struct, frozen=True, gc=False):
    """How often each document has a term in one field, with the `factors` of that field; the `documents` that have
    it in others, ascending, and its weighted frequency in these."""

    counts: Array
    factors: Array
    documents: Array
    frequencies: Array
    k1: float

    def add_to(self, sums: Array, among: Array, weight: float) -> None:
        """Add to *sums* what the term gives at least to the documents *among* all."""
        if among.size * MOST_RATIO > sums.size:
            total = self.counts * self.factors
            np.add.at(total, self.documents, self.frequencies)
            sums += saturated(total, self.k1) * weight
        else:
            total = self.counts.take(among) * self.factors.take(among)
            hits, at = places_in(self.documents, among)
            total[hits] += self.frequencies[at]
            np.add.at(sums, among, saturated(total, self.k1) * weight)

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.counts.nbytes + self.documents.nbytes + self.frequencies.nbytes


Impacts = ListedImpacts | CountedImpacts


def counted(documents: Array, frequencies: Array, size: int) -> Array:
    """For each of *size* documents how often it has a term."""
    frequencies = narrow(frequencies)
    counts = np.zeros(size, frequencies.dtype)
    counts[documents] = frequencies
    return counts


def saturated(frequencies: Array, k1: float) -> Array:
    """The share of the most that weighted frequencies can give: `bm25f.saturated` of all, by k1 + 1."""
    shares: Array = frequencies / (frequencies + k1)
    return shares
