"""One field of a segment: its terms and their posting lists as arrays of the segment's file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import msgspec
import numpy as np

from searchkit.engines.whoosh.segment.array_directory import OCTETS
from searchkit.engines.whoosh.segment.array_file import Array, ArrayFile, Column
from searchkit.engines.whoosh.segment.safe_io import Count
from searchkit.engines.whoosh.segment.term_dictionary import TermDictionary

MANY = 15
"""A frequency of this or more stands apart: the array of frequencies has half a byte for each posting."""
_HALVES = (np.arange(256) & 15 | np.arange(256) >> 4 << 8).astype("<u2")
"""A byte -> the two frequencies in it, as two bytes."""
_MOST_OCCURRENCES = (1 << 32) - 1
_MAX_POSITION = (1 << 31) - 1
Factor = Annotated[float, msgspec.Meta(ge=0, lt=1 << 63)]


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What holds for a field as a whole.

    `b` is for the score bounds: how much length will matter in ranking. `furthest` is the last position, which may
    be beyond the lengths.
    """

    positions: bool
    boost: Factor = 1.0
    b: Factor = 0.75
    total: Count = 0
    furthest: Count = 0


class FieldPostings(TermDictionary):
    """One field of a segment, read from its file: its terms, and the posting list of each.

    Where a number says how much is read next, it is compared with what there is, so a file that was made to
    deceive cannot ask for more memory than its own size calls for.

    Raises:
        DamagedFile: from every method; the file is not what was written.
    """

    def __init__(self, file: ArrayFile, name: str, facts: FieldFacts) -> None:
        super().__init__(file, name)
        self.facts = facts
        self._size_of_segment = file.count(f"{name}/lengths")
        self._list_ends = self._column("list_ends")
        self._documents = self._column("documents")
        self._frequencies = file.column(f"{name}/frequencies", OCTETS)
        self._check_sizes()

    def _check_sizes(self) -> None:
        """See that arrays of a value for each term, or each posting, have as many values as there are."""
        terms, many_at = len(self), self._file.count(f"{self.name}/many_at")
        sizes = {"term_lengths": terms, "bounds": terms, "many": many_at}
        sizes["frequencies"] = (self._documents.size + 1) // 2
        if self.facts.positions:
            sizes["occurrence_ends"] = terms
        for name, size in sizes.items():
            if (found := self._file.count(f"{self.name}/{name}")) != size:
                raise self.damaged(f"{found} values of {name}, not {size}")

    def count(self, number: int) -> int:
        """How many documents have the term, deleted ones included."""
        start, end = self.span(number)
        return end - start

    def span(self, number: int) -> tuple[int, int]:
        """Where the posting list of the term stands among all postings."""
        return self._span(self._list_ends, number, self._documents.size)

    def span_of_all(self) -> tuple[int, int]:
        """Where all posting lists stand."""
        return 0, self._documents.size

    def lists_of(self, numbers: Array) -> tuple[Array, Array]:
        """For each of the terms with these *numbers* where its posting list begins, and how long it is."""
        return _spans(self.list_ends, numbers)

    @cached_property
    def list_ends(self) -> Array:
        """Where each posting list ends."""
        return self._ascending(self._list_ends, self._documents.size)

    def postings_of(self, numbers: Array) -> Array:
        """The places, among all postings, of the lists of the terms with these *numbers*."""
        return spread(*self.lists_of(numbers))

    def documents_at(self, places: Array) -> Array:
        """The document numbers of the postings at these *places*."""
        if not places.size:
            return np.zeros(0, np.int64)
        first, last = int(places.min()), int(places.max()) + 1
        return self._in_segment(self._documents.cut(first, last)[places - first])

    def frequencies_at(self, places: Array) -> Array:
        """How often the term occurs, for the postings at these *places*."""
        if not places.size:
            return np.zeros(0, np.uint8)
        first, last = int(places.min()) >> 1, (int(places.max()) >> 1) + 1
        pairs = self._frequencies.cut(first, last)[(places >> 1) - first]
        frequencies: Array = (pairs >> ((places & 1) << 2).astype(np.uint8)) & 15
        high = np.flatnonzero(frequencies == MANY)
        if high.size:
            hits, at = places_in(self._many_at, places[high])
            frequencies = frequencies.astype(np.int64)
            frequencies[high[hits]] = self._many[at]
        return frequencies

    def occurrences_of(self, numbers: Array) -> tuple[Array, Array]:
        """For each of the terms with these *numbers* where its positions begin, and how many there are."""
        if numbers.size == 1:  # which needs no look at those of all terms
            start, end = self.occurrences(int(numbers[0]))
            return np.array([start]), np.array([end - start])
        return _spans(self.occurrence_ends, numbers)

    @cached_property
    def occurrence_ends(self) -> Array:
        """Where the positions of each term end; only for a field that has positions. A term may have none."""
        return self._rising(self._occurrence_ends, self._positions.size)

    def counts_in(self, mask: Array) -> list[int]:
        """For every term how many of the documents in *mask* have it."""
        sums = np.concatenate(([0], np.cumsum(mask[self.documents(*self.span_of_all())])))
        counts: list[int] = np.diff(sums[self.list_ends], prepend=0).tolist()
        return counts

    def documents(self, start: int, end: int) -> Array:
        """The document numbers of the postings from *start* to *end*."""
        return self._in_segment(self._documents.cut(start, end))

    def _in_segment(self, documents: Array) -> Array:
        if documents.size and int(documents.max()) >= self._size_of_segment:
            raise self.damaged("document id out of range")
        return documents.astype(np.int64)  # by which other arrays are indexed faster

    def frequencies(self, start: int, end: int) -> Array:
        """How often the term occurs, for the postings from *start* to *end*."""
        pairs = self._frequencies.cut(start >> 1, (end + 1) >> 1)
        stored: Array = _HALVES[pairs].view(np.uint8)[start & 1 : (start & 1) + end - start]
        if not self._many_at.size:
            return stored
        first, last = self._many_at.searchsorted((start, end))
        if first == last:
            return stored
        exact = stored.astype(self._many.dtype)
        exact[self._many_at[first:last] - start] = self._many[first:last]
        return exact

    def frequencies_among(self, number: int, among: Array) -> Array:
        """How often each of the documents *among* these, ascending, has the term with this *number*."""
        start, end = self.span(number)
        hits, at = places_in(self._documents.cut(start, end), among)
        found = np.zeros(among.size, np.int64)
        found[hits] = self.frequencies_at(at + start)
        return found

    @cached_property
    def _many_at(self) -> Array:
        places = self._column("many_at").whole().astype(np.int64)
        if (np.diff(places, append=self._documents.size) <= 0).any() or (places < 0).any():
            raise self.damaged("high frequencies out of range")
        return places

    @cached_property
    def _many(self) -> Array:
        many = self._column("many").whole().astype(np.int64)
        if many.size and int(many.max()) > _MOST_OCCURRENCES:
            raise self.damaged("a term occurs more often than anything can")
        return many

    @cached_property
    def _occurrence_ends(self) -> Column:
        return self._column("occurrence_ends")

    @property
    def occurrence_count(self) -> int:
        """How many positions there are."""
        return self._positions.size

    def occurrences(self, number: int) -> tuple[int, int]:
        """Where the positions of the term stand among all positions."""
        return self._span(self._occurrence_ends, number, self._positions.size)

    @cached_property
    def _positions(self) -> Column:
        positions = self._column("positions")
        if positions.dtype.itemsize > 4:
            raise self.damaged("position out of range")
        return positions

    def positions(self, start: int, end: int) -> Array:
        """The positions from *start* to *end*; the first token of a document has position 0."""
        return self._positions.cut(start, end)

    def positions_at(self, places: Array) -> Array:
        """The positions at these *places*, ascending, among all positions."""
        if not places.size:
            return np.zeros(0, np.int64)
        first, last = int(places.min()), int(places.max()) + 1
        positions: Array = self._positions.cut(first, last)[places - first]
        if int(positions.max()) > _MAX_POSITION:
            raise self.damaged("position out of range")
        return positions

    # for ranking

    @cached_property
    def lengths(self) -> Array:
        """How many tokens every document has in this field."""
        return self._column("lengths").whole()

    def bound(self, number: int) -> float:
        """At least the largest frequency / (1 - b + b * length / average) of the term, with the b and the
        average length of this segment when it was written."""
        return float(self._file.column(f"{self.name}/bounds").cut(number, number + 1)[0])

    def _span(self, ends: Column, number: int, total: int) -> tuple[int, int]:
        """The stretch with this *number* of those that end at *ends*, the last one at *total*."""
        start, end = ends.cut(number - 1, number + 1).tolist() if number else (0, int(ends.cut(0, 1)[0]))
        if not start < end <= total:
            raise self.damaged(f"postings of term {number} out of range")
        return start, end

    def _ascending(self, ends: Column, total: int) -> Array:
        every = self._rising(ends, total)
        if (every[1:] == every[:-1]).any():
            raise self.damaged("postings out of range")
        return every

    def _rising(self, ends: Column, total: int) -> Array:
        every = ends.whole()
        if (every[1:] < every[:-1]).any() or (int(every[-1]) if every.size else 0) != total:
            raise self.damaged("postings out of range")
        return every


def _spans(every: Array, numbers: Array) -> tuple[Array, Array]:
    """(starts, counts) of the stretches with these *numbers* of those that end at *every*."""
    if not numbers.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.where(numbers > 0, every[numbers - 1], 0).astype(np.int64)
    return starts, every[numbers].astype(np.int64) - starts


def places_in(values: Array, among: Array) -> tuple[Array, Array]:
    """For each of the numbers *among* whether it is one of *values*, which ascend; and where those are."""
    if not values.size:
        return np.zeros(among.size, bool), np.zeros(0, np.int64)
    wanted = among
    if values.dtype != among.dtype:  # all values would be converted
        largest = min(np.iinfo(values.dtype).max, np.iinfo(among.dtype).max)
        wanted = np.minimum(among, largest).astype(values.dtype)
    at = values.searchsorted(wanted)
    at[at == values.size] = 0
    hits = values[at] == among
    return hits, at[hits]


def spread(starts: Array, counts: Array) -> Array:
    """*counts* numbers from each of *starts* on, one stretch after the other."""
    ends = np.cumsum(counts)
    return np.repeat(starts - (ends - counts), counts) + np.arange(int(ends[-1]) if ends.size else 0)
