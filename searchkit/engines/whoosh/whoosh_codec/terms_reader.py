"""The terms of a segment as Whoosh's readers and queries ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.codec.base import EmptyCursor, FieldCursor, TermsReader
from whoosh.reading import TermNotFound

from searchkit.engines.whoosh.whoosh_codec.matcher import ColumnarMatcher
from searchkit.engines.whoosh.whoosh_codec.segment_reader import FieldReader, SegmentReader

Term = tuple[str, bytes]


class ColumnarTermsReader(TermsReader):  # type: ignore[misc]
    """All terms of a segment, ordered by field name and bytes."""

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
        """The fields of the segment."""
        return [name for name in self._names if len(self._fields[name].postings)]

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        """A cursor over the terms of a field."""
        field = self._fields.get(fieldname)
        return ColumnarCursor(field, fieldobj) if field is not None else EmptyCursor()

    def _numbers_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[FieldReader, range]]:
        for name in self._names:
            field = self._fields[name]
            if name >= fieldname:
                first = field.postings.first_from(prefix) if name == fieldname else 0
                yield field, range(first, len(field.postings))

    def terms(self) -> Iterator[Term]:
        """All terms."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms from this one on."""
        for field, numbers in self._numbers_from(fieldname, prefix):
            for text in field.postings.terms(numbers):
                yield field.postings.name, text

    def items(self) -> Iterator[tuple[Term, Any]]:
        """All terms, and what is known of each."""
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, Any]]:
        """The terms from this one on, and what is known of each."""
        for field, numbers in self._numbers_from(fieldname, prefix):
            for number, text in zip(numbers, field.postings.terms(numbers), strict=True):
                yield (field.postings.name, text), field.term_info(number)

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """What is known of a term.

        Raises:
            TermNotFound
        """
        field, number = self._get(fieldname, text)
        return field.term_info(number)

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The weight of a term in all documents; 0 if there is none."""
        found = self._find(fieldname, text)
        return 0 if found is None else found[0].weight(found[1])

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many documents have a term, deleted ones included."""
        found = self._find(fieldname, text)
        return 0 if found is None else found[0].postings.count(found[1])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ColumnarMatcher:
        """The postings of a term.

        Raises:
            TermNotFound
        """
        field, number = self._get(fieldname, text)
        return ColumnarMatcher(field, number, format_, (fieldname, text), scorer)

    def close(self) -> None:
        """The file is closed when nobody reads it any more."""


class ColumnarCursor(FieldCursor):  # type: ignore[misc]
    """A place among the terms of a field."""

    def __init__(self, field: FieldReader, fieldobj: Any) -> None:
        self._field = field
        self._terms = field.postings
        self._fieldobj = fieldobj
        self._at = 0

    def first(self) -> Any:
        """Go to the first term."""
        self._at = 0
        return self.text()

    def find(self, string: Any) -> Any:
        """Go to the first term that is not before *string*."""
        term = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._at = self._terms.first_from(term)
        return self.text()

    def next(self) -> Any:
        """Go to the next term."""
        self._at += 1
        return self.text()

    def text(self) -> Any:
        """The term, None after the last."""
        return self._fieldobj.from_bytes(self._terms.term(self._at)) if self.is_valid() else None

    def term_info(self) -> Any:
        """What is known of the term, None after the last."""
        return self._field.term_info(self._at) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether there is a term here."""
        return self._at < len(self._terms)
