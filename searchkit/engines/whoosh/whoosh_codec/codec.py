"""Whoosh's view of a segment with columns: `index.open_dir`, the TOC, deletions and all queries work as ever.

A segment is one file, `<name>_<id>.columns`, and a file for each sortable field. All readers of a segment in this
process share what they read of it.
"""

from __future__ import annotations

import os
import threading
import weakref
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment

from searchkit.engines.whoosh.segment.array_file import map_file
from searchkit.engines.whoosh.segment.safe_io import open_file
from searchkit.engines.whoosh.segment.segment_file import SegmentFile
from searchkit.engines.whoosh.whoosh_codec.per_document import ColumnarPerDocReader
from searchkit.engines.whoosh.whoosh_codec.terms_reader import ColumnarTermsReader

EXTENSION = ".columns"

_open_files: weakref.WeakValueDictionary[tuple[Any, ...], SegmentFile] = weakref.WeakValueDictionary()
_opening = threading.Lock()


class ColumnarSegment(W3Segment):  # type: ignore[misc]
    """What the TOC says of a segment: its name, how many documents it has, and which of them are deleted."""

    _deleted: set[int] | None

    def should_assemble(self) -> bool:
        """It is one file already."""
        return False

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document as deleted, or no longer so."""
        if delete:
            self._deleted = self._deleted or set()
            self._deleted.add(docnum)
        elif self._deleted is not None:
            self._deleted.discard(docnum)

    def columns_filename(self) -> str:
        """The name of its file."""
        return str(self.make_filename(EXTENSION))


class ColumnarCodec(W3Codec):  # type: ignore[misc]
    """How segments with columns are read. `reindex` writes them."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        """An empty segment."""
        return ColumnarSegment(self, indexname)

    def per_document_reader(self, storage: Any, segment: Any) -> ColumnarPerDocReader:
        """The reader of lengths, stored values, columns and vectors."""
        return ColumnarPerDocReader(storage, segment, open_segment(storage, segment))

    def terms_reader(self, storage: Any, segment: Any) -> ColumnarTermsReader:
        """The reader of terms and postings."""
        return ColumnarTermsReader(open_segment(storage, segment))


def open_segment(storage: Any, segment: Any) -> SegmentFile:
    """The file of *segment*, which is opened once for all who read it at a time.

    Raises:
        OSError: it cannot be read.
        DamagedFile, OutdatedFile
    """
    name = segment.make_filename(EXTENSION)
    in_memory = getattr(storage, "files", None)
    with _opening:
        if in_memory is not None:
            return _open_in_memory(in_memory, name)
        return _open_on_disk(Path(storage.folder) / name)


def _open_in_memory(files: dict[str, bytes], name: str) -> SegmentFile:
    if name not in files:
        raise FileNotFoundError(name)
    data = files[name]
    key = (name, id(data))  # the bytes live as long as what was opened on them, so no other bytes have their id
    opened = _open_files.get(key)
    if opened is None:
        opened = _open_files[key] = SegmentFile(data, name)
    return opened


def _open_on_disk(path: Path) -> SegmentFile:
    with open_file(path) as stream:
        facts = os.fstat(stream.fileno())
        key = (str(path.absolute()), facts.st_ino, facts.st_size, facts.st_mtime_ns)
        opened = _open_files.get(key)
        if opened is None:
            opened = _open_files[key] = SegmentFile(map_file(stream), str(path))
    return opened
