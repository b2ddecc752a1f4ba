"""A segment as Whoosh wants to read it: lengths rounded as its ranking rounds them, and a field for the dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from whoosh.reading import TermInfo
from whoosh.util.numeric import _length_byte_cache
from whoosh.util.times import datetime_to_long

from searchkit.engines.whoosh.fields import CLOCK, NO_DATE
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldFacts, FieldPostings
from searchkit.engines.whoosh.segment.postings_writer import Terms, invert
from searchkit.engines.whoosh.segment.segment_file import (
    Content,
    FieldContent,
    SegmentFile,
    no_lengths,
    segment_bytes,
)
from searchkit.engines.whoosh.whoosh_codec.schema import DATE, NO_MOMENT

STEPS = np.array(_length_byte_cache, np.int64)
"""The length that each byte stands for."""
BLOCK = 128
"""Postings that are read, or passed over, together: as many as Whoosh's own codec has in a block."""


def as_bytes(lengths: Array) -> Array:
    """`whoosh.util.numeric.length_to_byte` of each of *lengths*."""
    rounded = np.minimum(np.searchsorted(STEPS, lengths, "left"), 255).astype(np.uint8)
    rounded[lengths == 0] = 0
    return rounded


@dataclass(frozen=True, slots=True)
class BlockBounds:
    """What bounds the scores in each block of a posting list."""

    max_weight: list[float]
    min_length: list[int]
    max_length: list[int]


class FieldReader:
    """A field of a segment."""

    def __init__(self, postings: FieldPostings) -> None:
        self.postings = postings
        self.boost = postings.facts.boost

    @cached_property
    def length_bytes(self) -> Array:
        """The length of the field in every document, rounded to one of the `STEPS`: its number."""
        return as_bytes(self.postings.lengths)

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


class SegmentReader:
    """A segment that is open. All readers of it in this process share what they read."""

    def __init__(self, file: SegmentFile) -> None:
        self.file = file
        self.fields = {name: FieldReader(field) for name, field in file.fields.items()}
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
    postings = invert(Terms(terms.tobytes(), np.arange(1, distinct.size + 1) * 9), ranks, documents)
    field = FieldContent(postings, no_lengths(moments.size), FieldFacts(positions=False))
    return SegmentFile(segment_bytes(Content(moments.size, {DATE: field})), DATE).fields[DATE]
