"""The terms of a segment as Whoosh's readers and queries ask for them, and their postings as its matchers step
through them, a block at a time. How these step, skip and compare is `W3LeafMatcher`'s; only where blocks come from
is different."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.codec.base import EmptyCursor, FieldCursor, TermsReader
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.formats import Frequency, Positions
from whoosh.matching import ReadTooFar
from whoosh.reading import TermNotFound
from whoosh.system import pack_uint

from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.whoosh_codec.segment_reader import BLOCK, BlockBounds, FieldReader, SegmentReader

Term = tuple[str, bytes]


class ColumnarTermsReader(TermsReader):
    """All terms of a segment, ordered by field name and bytes. What the methods give is said by Whoosh's class."""

    def __init__(self, segment: SegmentReader) -> None:
        self._fields = segment.fields
        self._names = sorted(segment.fields)

    def __contains__(self, term: Term) -> bool:
        return self._find(*term) is not None

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldReader, int] | None:
        field = self._fields.get(fieldname)
        number = -1 if field is None else field.postings.find(text)
        return None if field is None or number < 0 else (field, number)

    def _get(self, fieldname: str, text: bytes) -> tuple[FieldReader, int]:
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return found

    def indexed_field_names(self) -> list[str]:
        return [name for name in self._names if self._fields[name].has_terms]

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        field = self._fields.get(fieldname)
        return ColumnarCursor(field, fieldobj) if field is not None else EmptyCursor()

    def _numbers_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[FieldReader, range]]:
        for name in self._names:
            field = self._fields[name]
            if name >= fieldname:
                first = field.postings.first_from(prefix) if name == fieldname else 0
                yield field, range(first, len(field.postings))

    def terms(self) -> Iterator[Term]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        for field, numbers in self._numbers_from(fieldname, prefix):
            for text in field.postings.terms(numbers):
                yield field.postings.name, text

    def items(self) -> Iterator[tuple[Term, Any]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, Any]]:
        for field, numbers in self._numbers_from(fieldname, prefix):
            for number, text in zip(numbers, field.postings.terms(numbers), strict=True):
                yield (field.postings.name, text), field.term_info(number)

    def term_info(self, fieldname: str, text: bytes) -> Any:
        field, number = self._get(fieldname, text)
        return field.term_info(number)

    def frequency(self, fieldname: str, text: bytes) -> float:
        found = self._find(fieldname, text)
        return 0 if found is None else found[0].weight(found[1])

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found = self._find(fieldname, text)
        return 0 if found is None else found[0].postings.count(found[1])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ColumnarMatcher:
        field, number = self._get(fieldname, text)
        return ColumnarMatcher(field, number, format_, (fieldname, text), scorer)


class ColumnarCursor(FieldCursor):
    """A place among the terms of a field."""

    def __init__(self, field: FieldReader, fieldobj: Any) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._at = 0

    def first(self) -> Any:
        self._at = 0
        return self.text()

    def find(self, string: Any) -> Any:
        term = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._at = self._field.postings.first_from(term)
        return self.text()

    def next(self) -> Any:
        self._at += 1
        return self.text()

    def text(self) -> Any:
        return self._fieldobj.from_bytes(self._field.postings.term(self._at)) if self.is_valid() else None

    def term_info(self) -> Any:
        return self._field.term_info(self._at) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._at < len(self._field.postings)


class ColumnarMatcher(W3LeafMatcher):
    """Serves every query class of Whoosh. Lengths of blocks are rounded as Whoosh rounds them."""

    _ids: list[int] | None
    _i: int

    def __init__(
        self, field: FieldReader, number: int, format_: Any, term: tuple[str, bytes], scorer: Any = None
    ) -> None:
        self.format, self.scorer, self._term = format_, scorer, term
        self._field, self._number = field, number
        self._start, self._end = field.postings.span(number)
        self._documents = field.postings.documents(self._start, self._end)
        self._last_ids = np.append(self._documents[BLOCK - 1 : -1 : BLOCK], self._documents[-1])
        self._baseoffset = 0
        self.reset()

    def _goto(self, position: int) -> None:
        """Go to the first posting of the block with this number."""
        self._block, self._i = position, 0
        self._nextoffset = position + 1
        self._lastblock = self._nextoffset == self._last_ids.size
        self._maxid = int(self._last_ids[position])
        low = self._start + position * BLOCK
        self._extent = low, min(low + BLOCK, self._end)
        self._blocklength = self._extent[1] - low
        self._ids = self._weights = None

    def skip_to(self, targetid: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        if targetid > self._maxid:
            self._skip_blocks(int(np.searchsorted(self._last_ids, targetid)))
        if self.is_active() and targetid > self.id():
            self._i = bisect_left(self._ids or (), targetid, self._i)

    def _skip_blocks(self, block: int) -> None:
        """Go to a later block; if there is none, the end is reached and the place is in the last one."""
        self._atend = block == self._last_ids.size
        if not (self._atend and self._lastblock):
            self._goto(block - self._atend)

    def all_ids(self) -> Iterator[int]:
        at = self._block * BLOCK + self._i if self.is_active() else self._documents.size
        return iter(self._documents[at:].tolist())

    # what is here

    def _read_ids(self) -> None:
        start, end = self._extent
        self._ids = self._field.postings.documents(start, end).tolist()

    def _frequencies(self) -> Array:
        return self._field.postings.frequencies(*self._extent)

    def _read_weights(self) -> None:
        self._weights = (self._frequencies() * self._field.boost).tolist()

    @cached_property
    def _occurrence_starts(self) -> list[int]:
        """Where the positions of each posting begin, and where the last ones end."""
        first, _ = self._field.postings.occurrences(self._number)
        frequencies = self._field.postings.frequencies(self._start, self._end)
        return [first, *(np.cumsum(frequencies, dtype=np.int64) + first).tolist()]

    def _positions(self) -> list[int]:
        at = self._block * BLOCK + self._i
        positions: list[int] = self._field.postings.positions(*self._occurrence_starts[at : at + 2]).tolist()
        return positions

    def value(self) -> bytes:
        if isinstance(self.format, Positions):
            encoded: bytes = self.format.encode(self._positions())
            return encoded
        return pack_uint(int(self._frequencies()[self._i])) if isinstance(self.format, Frequency) else b""

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and self._field.postings.facts.positions:
            return self._positions()
        return super().value_as(astype)

    # how good it can be

    @cached_property
    def _bounds(self) -> BlockBounds:
        return self._field.block_bounds(self._start, self._end)

    def block_min_length(self) -> int:
        return self._bounds.min_length[self._block]

    def block_max_length(self) -> int:
        return self._bounds.max_length[self._block]

    def block_max_weight(self) -> float:
        return self._bounds.max_weight[self._block]
