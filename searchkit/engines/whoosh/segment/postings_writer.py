"""The terms of a batch of documents -> posting lists, by one sort; posting lists -> one field of a segment's file,
with what bounds their scores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from searchkit.engines.whoosh.segment.array_file import Array, ArrayFileWriter, narrow
from searchkit.engines.whoosh.segment.postings import MANY, FieldFacts


class Terms(Struct, frozen=True):
    """Distinct terms in the order of their bytes: all of them in a row, and where each ends."""

    text: bytes
    ends: Array

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> Terms:
        """*terms*, which are distinct and sorted."""
        lengths = np.fromiter(map(len, terms), np.int64, len(terms))
        return cls(b"".join(terms), np.cumsum(lengths))

    def __len__(self) -> int:
        return int(self.ends.size)


class Postings(Struct, frozen=True):
    """The posting lists of one field, term by term, each in the order of its documents.

    `counts` is how many documents each term has; `documents` and `frequencies` have that many values for each
    term; `positions`, where they are kept, have one value for each occurrence of the terms that are `placed`, a
    truth value for each, or of all.
    """

    terms: Terms
    counts: Array
    documents: Array
    frequencies: Array
    positions: Array | None = None
    placed: Array | None = None

    def with_positions_of(self, placed: Array) -> Postings:
        """These without the positions of terms that are not *placed*."""
        assert self.positions is not None
        kept = np.repeat(np.repeat(placed, self.counts), self.frequencies)
        return replace(self, positions=self.positions[kept], placed=placed)


def invert(
    terms_of: Callable[[Array], Terms], numbers: Array, rows: Array, positions: Array | None = None
) -> Postings:
    """Posting lists of the tokens of some texts, one after the other.

    Args:
        terms_of: says which terms distinct numbers, ascending, stand for, in the same order.
        numbers: for every token its number.
        rows: for every token the number of its document, never falling.
        positions: for every token its position; None if positions are not kept.
    """
    size = numbers.size
    bits = size.bit_length()
    keys = numbers.astype(np.int64) << bits
    keys |= np.arange(size, dtype=np.int64)
    keys.sort()
    numbered = keys >> bits
    keys &= (1 << bits) - 1
    places = keys
    documents = rows[places]
    begins_term = np.ones(size, bool)
    begins_term[1:] = numbered[1:] != numbered[:-1]
    is_first = begins_term.copy()
    is_first[1:] |= documents[1:] != documents[:-1]
    firsts = np.flatnonzero(is_first)
    return Postings(
        terms_of(numbered[begins_term]),
        np.diff(np.append(np.flatnonzero(begins_term[firsts]), firsts.size)),
        documents[firsts],
        np.diff(np.append(firsts, size)).astype(np.int32),
        None if positions is None else positions[places],
    )


def invert_texts(texts: Iterable[Sequence[str]], *, positions: bool = False) -> Postings:
    """Posting lists of *texts*, a list of terms for each document."""
    numbered = NumberedTexts()
    for text in texts:
        numbered.add(text)
    return numbered.invert(positions=positions)


class NumberedTexts:
    """Some texts, each a list of terms, as numbers, so that the terms of one text are in memory at a time."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._texts: list[Array] = []

    def add(self, text: Sequence[str]) -> None:
        """Add the terms of the next document."""
        self._texts.append(np.fromiter(map(self._numbers.__getitem__, text), np.int32, len(text)))

    @property
    def lengths(self) -> Array:
        """How many terms each document has."""
        return np.fromiter(map(len, self._texts), np.int64, len(self._texts))

    def invert(self, *, positions: bool = False) -> Postings:
        """The posting lists."""
        met = np.concatenate(self._texts) if self._texts else np.zeros(0, np.int32)
        encoded = [term.encode("utf-8", "surrogatepass") for term in self._numbers]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        terms = Terms.of([encoded[at] for at in order])
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        lengths = self.lengths
        return invert(
            lambda _: terms,
            ranks[met],
            np.repeat(np.arange(lengths.size, dtype=np.int32), lengths),
            np.arange(met.size) - np.repeat(np.cumsum(lengths) - lengths, lengths) if positions else None,
        )


class FieldWriter:
    """Writes one field, given in pieces of some terms each, in their order."""

    def __init__(self, file: ArrayFileWriter, name: str, facts: FieldFacts, lengths: Array) -> None:
        self._file, self._name, self._facts, self._lengths = file, name, facts, lengths
        average = max(1.0, facts.total / max(1, lengths.size))
        self._norms = np.ones(lengths.size)  # where no document has a length: the field is of keywords
        if lengths.any():
            self._norms = (1.0 - facts.b) + facts.b * lengths / average
        self._document_type = np.min_scalar_type(max(1, lengths.size - 1))
        self._counts: list[Array] = []
        self._occurrences: list[Array] = []
        self._documents: list[Array] = []
        self._frequencies: list[Array] = []
        self._bounds: list[Array] = []
        self._many_at: list[Array] = []
        self._many: list[Array] = []
        self._size = 0

    def add(self, counts: Array, documents: Array, frequencies: Array, placed: Array | None = None) -> None:
        """The posting lists of the next terms; each has at least one document. Positions are of those *placed*."""
        if not counts.size:
            return
        firsts = np.cumsum(counts) - counts
        self._counts.append(narrow(counts))
        if self._facts.positions:
            occurrences = np.add.reduceat(frequencies, firsts)
            self._occurrences.append(narrow(occurrences if placed is None else occurrences * placed))
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
        put(f"{name}/term_lengths", narrow(np.diff(terms.ends, prepend=0)))
        counts = _joined(self._counts)
        put(f"{name}/list_ends", narrow(np.cumsum(counts, dtype=np.int64)))
        self._file.put_parts(f"{name}/documents", self._document_type, self._documents)
        self._file.put_parts(f"{name}/frequencies", np.uint8, _in_halves(self._frequencies))
        put(f"{name}/many_at", narrow(_joined(self._many_at)))
        put(f"{name}/many", narrow(_joined(self._many)))
        self._file.put_parts(f"{name}/bounds", np.float16, self._bounds)
        put(f"{name}/lengths", narrow(self._lengths))
        if self._facts.positions:
            kind = np.min_scalar_type(max(1, self._facts.furthest, int(self._lengths.max(initial=1))))
            put(f"{name}/occurrence_ends", narrow(np.cumsum(_joined(self._occurrences), dtype=np.int64)))
            self._file.put_parts(f"{name}/positions", kind, positions)


def _in_halves(parts: list[Array]) -> Iterator[Array]:
    """Two frequencies a byte, the first in its lower half. What is left over of one part begins the next."""
    left = np.zeros(0, np.uint8)
    for part in [*parts, np.zeros(1, np.uint8)]:
        whole = np.concatenate((left, part)) if left.size else part
        even = whole.size & ~1
        yield whole[0:even:2] | (whole[1:even:2] << 4)
        left = whole[even:]


def _joined(parts: list[Array]) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
