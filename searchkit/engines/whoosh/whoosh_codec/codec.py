"""What lets Whoosh read a segment: `whoosh.index.open_dir`, readers, searchers and queries work as ever.

The segments of a table of contents are `ColumnarSegment`s, and Whoosh asks them for their codec.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from whoosh.codec.base import Codec, Segment
from whoosh.filedb.filestore import ReadOnlyError

from searchkit.engines.whoosh.segment_meta import SegmentMeta, open_segment
from searchkit.engines.whoosh.whoosh_codec.per_document import ColumnarPerDocReader
from searchkit.engines.whoosh.whoosh_codec.segment_reader import SegmentReader
from searchkit.engines.whoosh.whoosh_codec.terms_reader import ColumnarTermsReader

_open_segments: weakref.WeakValueDictionary[tuple[str, str], SegmentReader] = weakref.WeakValueDictionary()
_opening = threading.Lock()


class ColumnarSegment(Segment):  # type: ignore[misc]  # Whoosh has no types
    """What the table of contents says of a segment. Its name and attributes are part of the format of an index:
    Whoosh unpickles them."""

    def __init__(self, generation: str, listed: SegmentMeta) -> None:
        self.generation = generation
        self.name = listed.name
        self.id = listed.id
        self.documents = listed.documents
        self.deleted = listed.deleted

    def codec(self) -> ColumnarCodec:
        """How it is read."""
        return ColumnarCodec()

    def segment_id(self) -> str:
        """Its name among all of an index."""
        return f"{self.generation}/{self.name}"

    def deleted_count(self) -> int:
        """How many of its documents are deleted."""
        return len(self.deleted)

    def deleted_docs(self) -> Iterator[int]:
        """The documents that are deleted."""
        return iter(self.deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self.deleted

    def doc_count_all(self) -> NoReturn:
        """Of all parts of Whoosh only a writer asks this of a segment, and not of its reader, before it begins."""
        refuse_writing()

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        """Nothing is deleted this way."""
        refuse_writing()


class ColumnarCodec(Codec):  # type: ignore[misc]
    """How segments are read. `reindex` writes them."""

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarPerDocReader:
        """The reader of lengths, stored values and columns."""
        return ColumnarPerDocReader(_open(storage, segment), segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarTermsReader:
        """The reader of terms and postings."""
        return ColumnarTermsReader(_open(storage, segment))


def refuse_writing() -> NoReturn:
    """Say who writes an index.

    Raises:
        ReadOnlyError
    """
    raise ReadOnlyError("Whoosh only reads this index; write it with `searchkit reindex` or searchkit.reindex()")


def _open(storage: Any, segment: ColumnarSegment) -> SegmentReader:
    """*segment*, which is opened once for all who read it at a time.

    Raises:
        OSError: it cannot be read.
        DamagedFile, OutdatedFile
    """
    listed = SegmentMeta(segment.name, segment.id, segment.documents)
    generation = Path(storage.folder, segment.generation).absolute()
    key = (str(generation / listed.file), listed.id)
    with _opening:
        opened = _open_segments.get(key)
        if opened is None:
            opened = _open_segments[key] = SegmentReader(open_segment(generation, listed))
    return opened
