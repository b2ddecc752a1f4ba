"""One field of a segment: its terms and their posting lists as arrays of the segment's file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from searchkit.engines.whoosh.columnar.arrays import Array, ArrayFile, ArrayFileWriter, Column, narrow
from searchkit.engines.whoosh.columnar.inversion import Postings, Terms

MANY = 255
"""A frequency of this or more stands apart: the array of frequencies has a byte for each posting."""
_MOST_KEPT = 65536


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What holds for a field as a whole.

    `b` is for the score bounds: how much length will matter in ranking. `furthest` is the last position, which may
    be beyond the lengths.
    """

    positions: bool
    boost: float = 1.0
    b: float = 0.75
    total: int = 0
    furthest: int = 0


class FieldWriter:
    """Writes one field, given in pieces of some terms each, in their order."""

    def __init__(self, file: ArrayFileWriter, name: str, facts: FieldFacts, lengths: Array) -> None:
        self._file, self._name, self._facts, self._lengths = file, name, facts, lengths
        present = np.count_nonzero(lengths)
        average = max(1.0, facts.total / max(1, lengths.size))
        self._norms = (1.0 - facts.b) + facts.b * lengths / average if present else np.ones(lengths.size)
        self._document_type = np.min_scalar_type(max(1, lengths.size - 1))
        self._counts: list[Array] = []
        self._occurrences: list[Array] = []
        self._documents: list[Array] = []
        self._frequencies: list[Array] = []
        self._bounds: list[Array] = []
        self._many_at: list[Array] = []
        self._many: list[Array] = []
        self._size = 0

    def add(self, counts: Array, documents: Array, frequencies: Array) -> None:
        """The posting lists of the next terms; each has at least one document."""
        if not counts.size:
            return
        firsts = np.cumsum(counts) - counts
        self._counts.append(narrow(counts))
        if self._facts.positions:
            self._occurrences.append(narrow(np.add.reduceat(frequencies, firsts)))
        self._documents.append(documents.astype(self._document_type))
        self._frequencies.append(np.minimum(frequencies, MANY).astype(np.uint8))
        many = np.flatnonzero(frequencies >= MANY)
        self._many_at.append(many + self._size)
        self._many.append(frequencies[many])
        bounds = np.maximum.reduceat(frequencies / self._norms[documents], firsts)
        with np.errstate(over="ignore"):  # what is too large becomes infinite, which is a bound too
            self._bounds.append(np.nextafter(bounds.astype(np.float16), np.float16(np.inf)))
        self._size += documents.size

    def finish(self, terms: Terms, positions: Iterable[Array] = ()) -> None:
        """Write everything; *terms* are those whose lists were added."""
        put, name = self._file.put, self._name
        put(f"{name}/terms", terms.text)
        put(f"{name}/term_ends", narrow(terms.ends))
        counts = _joined(self._counts)
        put(f"{name}/list_ends", narrow(np.cumsum(counts, dtype=np.int64)))
        self._file.put_parts(f"{name}/documents", self._document_type, self._documents)
        self._file.put_parts(f"{name}/frequencies", np.uint8, self._frequencies)
        put(f"{name}/many_at", narrow(_joined(self._many_at)))
        put(f"{name}/many", narrow(_joined(self._many)))
        self._file.put_parts(f"{name}/bounds", np.float16, self._bounds)
        put(f"{name}/lengths", narrow(self._lengths))
        if self._facts.positions:
            kind = np.min_scalar_type(max(1, self._facts.furthest, int(self._lengths.max(initial=1))))
            put(f"{name}/occurrence_ends", narrow(np.cumsum(_joined(self._occurrences), dtype=np.int64)))
            self._file.put_parts(f"{name}/positions", kind, positions)


def write_field(file: ArrayFileWriter, name: str, facts: FieldFacts, lengths: Array, postings: Postings) -> None:
    """Write a field that is in memory whole."""
    writer = FieldWriter(file, name, facts, lengths)
    writer.add(postings.counts, postings.documents, postings.frequencies)
    writer.finish(postings.terms, [] if postings.positions is None else [postings.positions])


class Field:
    """One field of a segment, read from its file. Terms have numbers, in the order of their bytes."""

    def __init__(self, file: ArrayFile, name: str, facts: FieldFacts) -> None:
        self.name = name
        self.facts = facts
        self._file = file
        self._term_text = self._column("terms")
        self._term_ends = self._column("term_ends")
        self._list_ends = self._column("list_ends")
        self._documents = self._column("documents")
        self._frequencies = self._column("frequencies")
        self._numbers: dict[bytes, int] = {}

    def __len__(self) -> int:
        return self._term_ends.size

    def _column(self, name: str) -> Column:
        return self._file.column(f"{self.name}/{name}")

    # terms

    def term(self, number: int) -> bytes:
        """The term with this number."""
        start, end = _span(self._term_ends, number)
        return self._term_text.cut(start, end).tobytes()

    def find(self, term: bytes) -> int:
        """The number of *term*, or -1."""
        number = self._numbers.get(term)
        if number is None:
            at = self.first_from(term)
            number = at if at < len(self) and self.term(at) == term else -1
            if len(self._numbers) < _MOST_KEPT:
                self._numbers[term] = number
        return number

    def first_from(self, term: bytes, low: int = 0) -> int:
        """The number of the first term that is not before *term*."""
        high = len(self)
        while low < high:
            middle = (low + high) // 2
            if self.term(middle) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def beginning_with(self, prefix: bytes) -> range:
        """The numbers of the terms that begin with *prefix*."""
        if not prefix:
            return range(len(self))
        first = self.first_from(prefix)
        after = prefix.rstrip(b"\xff")
        end = self.first_from(after[:-1] + bytes([after[-1] + 1]), first) if after else len(self)
        return range(first, end)

    def containing(self, piece: bytes, *, at_end: bool = False) -> Array:
        """The numbers of the terms that have *piece* in them, or *at_end* of them, ascending."""
        found, at = [], self.text.find(piece)
        while at >= 0:
            found.append(at)
            at = self.text.find(piece, at + 1)
        places = np.array(found, np.int64)
        ends = self._term_ends.whole()
        numbers = np.searchsorted(ends, places, "right")
        after = places + len(piece)
        fitting = numbers[(after == ends[numbers]) if at_end else (after <= ends[numbers])]
        return fitting[np.diff(fitting, prepend=-1) != 0]

    @cached_property
    def text(self) -> bytes:
        """All terms in a row."""
        return self._term_text.whole().tobytes()

    def terms(self, numbers: range | None = None) -> Iterator[bytes]:
        """The terms with these numbers, or all; their order is that of their bytes."""
        numbers = range(len(self)) if numbers is None else numbers
        if not len(numbers):
            return
        start = _span(self._term_ends, numbers.start)[0]
        ends = self._term_ends.cut(numbers.start, numbers.stop).tolist()
        text = self._term_text.cut(start, ends[-1]).tobytes()
        first = start
        for end in ends:
            yield text[start - first : end - first]
            start = end

    # posting lists

    def count(self, number: int) -> int:
        """How many documents have the term, deleted ones included."""
        start, end = self.span(number)
        return end - start

    def counts(self, numbers: Array) -> Array:
        """How many documents have each of the terms with these *numbers*."""
        ends = self._list_ends.whole().astype(np.int64, copy=False)
        counts: Array = ends[numbers] - np.where(numbers > 0, ends[numbers - 1], 0)
        return counts

    def span(self, number: int) -> tuple[int, int]:
        """Where the posting list of the term stands among all postings."""
        return _span(self._list_ends, number)

    def span_of_all(self) -> tuple[int, int]:
        """Where all posting lists stand."""
        return 0, self._documents.size

    def postings_of(self, numbers: Array) -> Array:
        """The places, among all postings, of the lists of the terms with these *numbers*."""
        ends = self._list_ends.whole().astype(np.int64, copy=False)
        stops = ends[numbers]
        starts = np.where(numbers > 0, ends[numbers - 1], 0)
        counts = stops - starts
        shift = starts - (np.cumsum(counts) - counts)
        return np.repeat(shift, counts) + np.arange(int(counts.sum()))

    def occurrence_counts(self, numbers: Array) -> Array:
        """How often each of the terms with these *numbers* occurs in all documents together."""
        spans = [self.occurrences(number) for number in numbers.tolist()]
        return np.array([end - start for start, end in spans], np.int64)

    def counts_in(self, mask: Array) -> list[int]:
        """For every term how many of the documents in *mask* have it."""
        ends = self._list_ends.whole()
        sums = np.concatenate(([0], np.cumsum(mask[self._documents.whole()])))
        counts: list[int] = np.diff(sums[ends], prepend=0).tolist()
        return counts

    def documents(self, start: int, end: int) -> Array:
        """The document numbers of the postings from *start* to *end*."""
        return self._documents.cut(start, end)

    def frequencies(self, start: int, end: int) -> Array:
        """How often the term occurs, for the postings from *start* to *end*."""
        stored = self._frequencies.cut(start, end)
        if not self._many_at.size:
            return stored
        first, last = np.searchsorted(self._many_at, (start, end))
        if first == last:
            return stored
        exact = stored.astype(np.int64)
        exact[self._many_at[first:last] - start] = self._many[first:last]
        return exact

    @cached_property
    def _many_at(self) -> Array:
        return self._column("many_at").whole().astype(np.int64)

    @cached_property
    def _many(self) -> Array:
        return self._column("many").whole()

    @cached_property
    def _occurrence_ends(self) -> Column:
        return self._column("occurrence_ends")

    def occurrences(self, number: int) -> tuple[int, int]:
        """Where the positions of the term stand among all positions."""
        return _span(self._occurrence_ends, number)

    @cached_property
    def _positions(self) -> Column:
        return self._column("positions")

    def positions(self, start: int, end: int) -> Array:
        """The positions from *start* to *end*; the first token of a document has position 0."""
        return self._positions.cut(start, end)

    # for ranking

    @cached_property
    def lengths(self) -> Array:
        """How many tokens every document has in this field."""
        return self._column("lengths").whole()

    def total(self, number: int) -> int:
        """How often the term occurs in all documents together."""
        return int(self.frequencies(*self.span(number)).sum(dtype=np.int64))

    def most(self, number: int) -> int:
        """The highest frequency of the term."""
        return int(self.frequencies(*self.span(number)).max())

    def length_bytes(self, number: int) -> tuple[int, int]:
        """The smallest and the largest length byte of the documents with the term."""
        from searchkit.engines.whoosh.columnar.lengths import as_bytes  # Whoosh's table, which search does without

        lengths = self.lengths[self.documents(*self.span(number))]
        shortest, longest = as_bytes(np.array([lengths.min(), lengths.max()])).tolist()
        return shortest, longest

    def bound(self, number: int) -> float:
        """At least the largest frequency / (1 - b + b * length / average) of the term, with the b and the
        average length of this segment when it was written."""
        return float(self._bounds.cut(number, number + 1)[0])

    @cached_property
    def _bounds(self) -> Column:
        return self._column("bounds")

    def term_lengths(self) -> Array:
        """How many bytes each term has."""
        return np.diff(self._term_ends.whole().astype(np.int64), prepend=0)

    def list_ends(self) -> Array:
        """Where each posting list ends."""
        return self._list_ends.whole().astype(np.int64)

    def occurrence_ends(self) -> Array:
        """Where the positions of each term end; only for a field that has positions."""
        return self._occurrence_ends.whole().astype(np.int64)


def _span(ends: Column, number: int) -> tuple[int, int]:
    if number:
        start, end = ends.cut(number - 1, number + 1).tolist()
        return start, end
    return 0, int(ends.cut(0, 1)[0])


def _joined(parts: list[Array]) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
