"""The terms of a segment as Whoosh's readers and queries ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.codec.base import EmptyCursor, FieldCursor, TermsReader
from whoosh.reading import TermInfo, TermNotFound

from searchkit.engines.whoosh.segment.postings import FieldPostings
from searchkit.engines.whoosh.segment.segment_file import SegmentFile
from searchkit.engines.whoosh.whoosh_codec.lengths import STEPS
from searchkit.engines.whoosh.whoosh_codec.matcher import ColumnarMatcher

Term = tuple[str, bytes]


def term_info(field: FieldPostings, number: int) -> Any:
    """What Whoosh wants to know of a term."""
    start, end = field.span(number)
    documents = field.documents(start, end)
    shortest, longest = field.length_bytes(number)
    boost = field.facts.boost
    return TermInfo(
        weight=field.total(number) * boost,
        df=end - start,
        minlength=int(STEPS[shortest]),
        maxlength=int(STEPS[longest]),
        maxweight=field.most(number) * boost,
        minid=int(documents[0]),
        maxid=int(documents[-1]),
    )


class ColumnarTermsReader(TermsReader):  # type: ignore[misc]
    """All terms of a segment, ordered by field name and bytes."""

    def __init__(self, file: SegmentFile) -> None:
        self.file = file
        self._names = sorted(file.fields)

    def __contains__(self, term: Term) -> bool:
        return self._find(*term) is not None

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int] | None:
        field = self.file.fields.get(fieldname)
        number = -1 if field is None else field.find(text)
        return None if field is None or number < 0 else (field, number)

    def _get(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int]:
        found = self._find(fieldname, text)
        if found is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return found

    def indexed_field_names(self) -> list[str]:
        """The fields of the segment."""
        return [name for name in self._names if len(self.file.fields[name])]

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        """A cursor over the terms of a field."""
        field = self.file.fields.get(fieldname)
        return ColumnarCursor(field, fieldobj) if field is not None else EmptyCursor()

    def _numbers_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[FieldPostings, range]]:
        for name in self._names:
            field = self.file.fields[name]
            if name > fieldname:
                yield field, range(len(field))
            elif name == fieldname:
                yield field, range(field.first_from(prefix), len(field))

    def terms(self) -> Iterator[Term]:
        """All terms."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms from this one on."""
        for field, numbers in self._numbers_from(fieldname, prefix):
            for text in field.terms(numbers):
                yield field.name, text

    def items(self) -> Iterator[tuple[Term, Any]]:
        """All terms, and what is known of each."""
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, Any]]:
        """The terms from this one on, and what is known of each."""
        for field, numbers in self._numbers_from(fieldname, prefix):
            for number, text in zip(numbers, field.terms(numbers), strict=True):
                yield (field.name, text), term_info(field, number)

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """What is known of a term.

        Raises:
            TermNotFound
        """
        return term_info(*self._get(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        """The weight of a term in all documents; 0 if there is none."""
        found = self._find(fieldname, text)
        if found is None:
            return 0
        field, number = found
        return field.total(number) * field.facts.boost

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many documents have a term, deleted ones included."""
        found = self._find(fieldname, text)
        return 0 if found is None else found[0].count(found[1])

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

    def __init__(self, field: FieldPostings, fieldobj: Any) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._at = 0

    def first(self) -> Any:
        """Go to the first term."""
        self._at = 0
        return self.text()

    def find(self, string: Any) -> Any:
        """Go to the first term that is not before *string*."""
        term = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._at = self._field.first_from(term)
        return self.text()

    def next(self) -> Any:
        """Go to the next term."""
        self._at += 1
        return self.text()

    def text(self) -> Any:
        """The term, None after the last."""
        return self._fieldobj.from_bytes(self._field.term(self._at)) if self.is_valid() else None

    def term_info(self) -> Any:
        """What is known of the term, None after the last."""
        return term_info(self._field, self._at) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether there is a term here."""
        return self._at < len(self._field)
