"""A segment as Whoosh wants to read it: lengths rounded as its ranking rounds them, a field for the dates, stored
values, and what documents are sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from whoosh.codec.base import PerDocumentReader
from whoosh.columns import ColumnReader
from whoosh.reading import TermInfo
from whoosh.util.numeric import _length_byte_cache, byte_to_length
from whoosh.util.times import datetime_to_long

from searchkit.engines.whoosh.fields import CLOCK, NO_DATE, bigrams_of, characters_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldFacts, FieldPostings
from searchkit.engines.whoosh.segment.postings_writer import Terms, invert
from searchkit.engines.whoosh.segment.segment_file import (
    Content,
    FieldContent,
    SegmentFile,
    segment_bytes,
)
from searchkit.engines.whoosh.segment_searcher import stored_article
from searchkit.engines.whoosh.whoosh_codec.character_positions import with_all_positions
from searchkit.engines.whoosh.whoosh_codec.schema import DATE, NO_MOMENT, STORED
from searchkit.schema import CHARACTER_FIELDS

STEPS = np.array(_length_byte_cache, np.int64)
"""The length that each byte stands for."""
BLOCK = 128
"""Postings that are read, or passed over, together: as many as Whoosh's own codec has in a block."""


@dataclass(frozen=True, slots=True)
class BlockBounds:
    """What bounds the scores in each block of a posting list."""

    max_weight: list[float]
    min_length: list[int]
    max_length: list[int]


class FieldReader:
    """A field of a segment."""

    def __init__(self, postings: FieldPostings) -> None:
        self._stored = postings

    @cached_property
    def postings(self) -> FieldPostings:
        """The posting lists as Whoosh sees them."""
        return self._stored

    @property
    def has_terms(self) -> bool:
        """Whether any document has anything in this field."""
        return len(self._stored) > 0

    @cached_property
    def boost(self) -> float:
        """What a frequency is multiplied by."""
        return self._stored.facts.boost

    @cached_property
    def length_bytes(self) -> Array:
        """`whoosh.util.numeric.length_to_byte` of the length of the field in every document."""
        return np.minimum(np.searchsorted(STEPS, self.postings.lengths), 255).astype(np.uint8)

    def block_bounds(self, start: int, end: int) -> BlockBounds:
        """The bounds of the posting list from *start* to *end*."""
        firsts = np.arange(0, end - start, BLOCK)
        lengths = self.length_bytes[self.postings.documents(start, end)]
        weights = np.maximum.reduceat(self.postings.frequencies(start, end), firsts) * self.boost
        shortest, longest = (STEPS[of.reduceat(lengths, firsts)].tolist() for of in (np.minimum, np.maximum))
        return BlockBounds(weights.tolist(), shortest, longest)

    def term_info(self, number: int) -> TermInfo:
        """What Whoosh wants to know of a term."""
        start, end = self.postings.span(number)
        documents, frequencies = self.postings.documents(start, end), self.postings.frequencies(start, end)
        lengths = self.length_bytes[documents]
        return TermInfo(
            weight=self.weight(number),
            df=end - start,
            minlength=int(STEPS[lengths.min()]),
            maxlength=int(STEPS[lengths.max()]),
            maxweight=int(frequencies.max()) * self.boost,
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def weight(self, number: int) -> float:
        """How often the term occurs, times the boost of the field."""
        return int(self.postings.frequencies(*self.postings.span(number)).sum(dtype=np.int64)) * self.boost


class CharactersReader(FieldReader):
    """The character channel: the positions of Han are put in order when they are first asked for."""

    def __init__(self, characters: FieldPostings, bigrams: FieldPostings) -> None:
        super().__init__(characters)
        self._bigrams = bigrams

    @cached_property
    def postings(self) -> FieldPostings:
        return with_all_positions(self._stored, self._bigrams)


class SegmentReader:
    """A segment that is open. All readers of it in this process share what they read."""

    def __init__(self, file: SegmentFile) -> None:
        self.file = file
        self.fields = {name: FieldReader(field) for name, field in file.fields.items()}
        for name in CHARACTER_FIELDS:
            characters, bigrams = characters_of(name), bigrams_of(name)
            if bigrams in file.fields:
                self.fields[characters] = CharactersReader(file.fields[characters], file.fields[bigrams])
        if CLOCK in file.column_names:
            self.fields[DATE] = FieldReader(_date_field(self.moments))

    @cached_property
    def moments(self) -> Array:
        """The date of every document in microseconds as Whoosh counts them, `NO_MOMENT` where it has none."""
        clocks = self.file.column(CLOCK).whole()
        moments: Array = (clocks * 1_000_000 + _EPOCH).astype(np.uint64)
        moments[clocks == NO_DATE] = NO_MOMENT
        return moments


_EPOCH = datetime_to_long(datetime(1970, 1, 1))


def _date_field(moments: Array) -> FieldPostings:
    """A field with a term for each moment, as `whoosh.fields.DATETIME` encodes it."""
    documents = np.flatnonzero(moments != NO_MOMENT)
    distinct, ranks = np.unique(moments[documents], return_inverse=True)
    terms = np.zeros((distinct.size, 9), np.uint8)
    terms[:, 1:] = (distinct + np.uint64(1 << 63)).astype(">u8").view(np.uint8).reshape(-1, 8)
    every = Terms(terms.tobytes(), np.arange(1, distinct.size + 1) * 9)
    postings = invert(lambda _: every, ranks, documents)
    field = FieldContent(postings, np.zeros(moments.size, np.uint8), FieldFacts(positions=False))
    return SegmentFile(segment_bytes(Content(moments.size, {DATE: field})), DATE).fields[DATE]


class ColumnarPerDocReader(PerDocumentReader):
    """The documents of a segment; *listed* says which of them are deleted. Any field can be sorted by: the schema
    says which are. Lengths are rounded as Whoosh rounds them."""

    def __init__(self, segment: SegmentReader, listed: Any) -> None:
        self._segment = segment
        self._listed = listed

    def doc_count_all(self) -> int:
        return self._segment.file.size

    def doc_count(self) -> int:
        return self._segment.file.size - int(self._listed.deleted_count())

    def has_deletions(self) -> bool:
        return bool(self._listed.deleted_count())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._listed.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        return self._listed.deleted_docs()

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The article, a value for each of `STORED`; what it does not have is empty, its date None."""
        article = stored_article(self._segment.file, docnum)
        values = {name: getattr(article, name) for name in STORED}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    # lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        field = self._segment.fields.get(fieldname)
        return (byte_to_length(field.length_bytes[docnum]) if field else 0) or default

    def field_length(self, fieldname: str) -> int:
        field = self._segment.fields.get(fieldname)
        return field.postings.facts.total if field else 0

    def min_field_length(self, fieldname: str) -> int:
        return self._shortest_and_longest(fieldname)[0]

    def max_field_length(self, fieldname: str) -> int:
        return self._shortest_and_longest(fieldname)[1]

    def _shortest_and_longest(self, fieldname: str) -> tuple[int, int]:
        field = self._segment.fields.get(fieldname)
        lengths = field.length_bytes if field else np.zeros(0, np.uint8)
        return (byte_to_length(lengths.min()), byte_to_length(lengths.max())) if lengths.size else (0, 0)

    # columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self._segment.fields

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        """The date of every document, or the first term it has in another field."""
        if fieldname == DATE:
            return DateColumn(self._segment.moments)
        return FirstTermColumn(self._segment.fields[fieldname].postings, self._segment.file.size)


class DateColumn(ColumnReader):
    """The date of every document, in microseconds as Whoosh counts them."""

    def __init__(self, moments: Array) -> None:
        self._moments = moments
        self._doccount = moments.size
        self._sign = 1

    def __getitem__(self, docnum: int) -> int:
        return int(self._moments[docnum])

    def set_reverse(self) -> None:
        self._sign = -1

    def sort_key(self, docnum: int) -> int:
        """The moment; documents without one are the last in either order."""
        moment = self[docnum]
        return moment if moment == NO_MOMENT else self._sign * moment


class FirstTermColumn(ColumnReader):
    """The first term of every document in the order of their bytes, empty where it has none."""

    def __init__(self, field: FieldPostings, documents: int) -> None:
        self._doccount = documents
        self._term = lru_cache(maxsize=None)(field.term)
        self._numbers = np.full(documents, -1)
        counts = np.diff(field.list_ends, prepend=field.list_ends.dtype.type(0))
        numbers = np.repeat(np.arange(counts.size), counts)
        self._numbers[field.documents(*field.span_of_all())[::-1]] = numbers[::-1]

    def __getitem__(self, docnum: int) -> bytes:
        number = int(self._numbers[docnum])
        return self._term(number) if number >= 0 else b""
