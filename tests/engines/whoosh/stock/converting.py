"""A codec that writes as Whoosh's own does and reads postings as ours: a segment is converted when it is opened.

Terms, posting lists, positions and lengths are read through our segments, our terms reader and our matcher. Stored
values, columns and vectors stay Whoosh's, since an index of articles has its own.
"""

from __future__ import annotations

import weakref
from collections import Counter
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PerDocReader
from whoosh.formats import Existence, Frequency, Positions

from searchkit.engines.whoosh.segment.postings import FieldFacts
from searchkit.engines.whoosh.segment.postings_writer import Postings, Terms
from searchkit.engines.whoosh.segment.segment_file import Content, FieldContent, SegmentFile, segment_bytes
from searchkit.engines.whoosh.whoosh_codec.segment_reader import ColumnarPerDocReader, SegmentReader
from searchkit.engines.whoosh.whoosh_codec.terms_reader import ColumnarTermsReader

OPENED: Counter[str] = Counter()
"""How many segments were opened by each codec, and why not by ours."""
_converted: weakref.WeakKeyDictionary[Any, SegmentReader | str] = weakref.WeakKeyDictionary()


class Unsupported(Exception):
    """A segment of ours cannot hold a field; the message says why."""


class ConvertedCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec but for how postings and lengths are read."""

    def field_writer(self, storage: Any, segment: Any) -> Any:
        return _FieldWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> Any:
        found = self._convert(storage, segment)
        OPENED["ours" if isinstance(found, SegmentReader) else found] += 1
        return (
            ColumnarTermsReader(found)
            if isinstance(found, SegmentReader)
            else super().terms_reader(storage, segment)
        )

    def per_document_reader(self, storage: Any, segment: Any) -> Any:
        stock = super().per_document_reader(storage, segment)
        found = _converted.get(segment)  # set by the terms reader, which is opened first
        return _PerDocReader(storage, segment, found) if isinstance(found, SegmentReader) else stock

    def _convert(self, storage: Any, segment: Any) -> SegmentReader | str:
        terms, documents = super().terms_reader(storage, segment), super().per_document_reader(storage, segment)
        try:
            found: SegmentReader | str = SegmentReader(convert(terms, documents, getattr(segment, "formats", {})))
        except Unsupported as error:
            found = str(error)
        _converted[segment] = found
        return found


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Notes the formats of fields, which Whoosh's files do not tell."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._formats = segment.formats = {}

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._formats[fieldname] = fieldobj.format
        super().start_field(fieldname, fieldobj)


class _PerDocReader(W3PerDocReader):  # type: ignore[misc]
    """Lengths by our reader, everything else by Whoosh's."""

    def __init__(self, storage: Any, segment: Any, ours: SegmentReader) -> None:
        super().__init__(storage, segment)
        self._ours = ColumnarPerDocReader(ours, segment)
        self.doc_field_length, self.field_length = self._ours.doc_field_length, self._ours.field_length
        self.min_field_length, self.max_field_length = self._ours.min_field_length, self._ours.max_field_length


def convert(terms: Any, documents: Any, formats: Any) -> SegmentFile:
    """What Whoosh's readers of a segment give, as a segment of ours.

    Raises:
        Unsupported: it has a format, or the boost of a single term or document, that ours has not.
    """
    size = documents.doc_count_all()
    fields = {
        name: _field(name, terms, documents, formats.get(name), size) for name in terms.indexed_field_names()
    }
    return SegmentFile(segment_bytes(Content(size, fields, [b""] * size)))


def _field(name: str, terms: Any, documents: Any, form: Any, size: int) -> FieldContent:
    if type(form) not in (Existence, Frequency, Positions):
        raise Unsupported(f"format {type(form).__name__}")
    postings = _postings(name, terms, form)
    if int(postings.documents.max(initial=-1)) >= size:
        raise Unsupported("posting of a document that was not written")
    lengths = np.array([documents.doc_field_length(n, name) or 0 for n in range(size)], np.int64)
    furthest = int(postings.positions.max(initial=0)) if postings.positions is not None else 0
    total = documents.field_length(name)
    facts = FieldFacts(postings.positions is not None, form.field_boost, total=total, furthest=furthest)
    return FieldContent(postings, lengths, facts)


def _postings(name: str, terms: Any, form: Any) -> Postings:
    texts: list[bytes] = []
    counts, numbers, frequencies, positions = list[int](), list[int](), list[int](), list[int]()
    for field, text in terms.terms_from(name, b""):
        if field != name:
            break
        matcher = terms.matcher(name, text, form)
        before = len(numbers)
        while matcher.is_active():
            frequency = _frequency(matcher, form)
            if matcher.weight() != np.float32(frequency * form.field_boost):
                raise Unsupported("boost of a single term or document")
            numbers.append(matcher.id())
            frequencies.append(frequency)
            positions.extend(matcher.value_as("positions") if type(form) is Positions else ())
            matcher.next()
        texts.append(text)
        counts.append(len(numbers) - before)
    per_term, documents, times = (np.array(values, np.int64) for values in (counts, numbers, frequencies))
    placed = np.array(positions, np.int64) if type(form) is Positions else None
    return Postings(Terms.of(texts), per_term, documents, times, placed)


def _frequency(matcher: Any, form: Any) -> int:
    try:
        return 1 if type(form) is Existence else int(matcher.value_as("frequency"))
    except IndexError as error:
        raise Unsupported("posting without the value of its format") from error
