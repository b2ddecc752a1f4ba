"""What Whoosh opens: an index, the table of contents of a generation, and its segments with their codec.

Whoosh's file of a table of contents is a pickle, and Whoosh runs what is in it. `open_whoosh` never reads it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from whoosh.codec.base import Codec, Segment
from whoosh.filedb.filestore import FileStorage, RamStorage, ReadOnlyError
from whoosh.index import TOC, FileIndex

from searchkit.analysis.fingerprint import check_fingerprint
from searchkit.engines.whoosh.directory import Directory
from searchkit.engines.whoosh.reader import WhooshReader
from searchkit.engines.whoosh.segment_meta import SegmentMeta, open_segment, read_segment_metas
from searchkit.engines.whoosh.whoosh_codec.schema import make_schema
from searchkit.engines.whoosh.whoosh_codec.segment_reader import ColumnarPerDocReader, SegmentReader
from searchkit.engines.whoosh.whoosh_codec.terms_reader import ColumnarTermsReader


def open_whoosh(path: str | Path = "index") -> Any:
    """The index at *path* as Whoosh's own class of an index: its readers, searchers and queries work on it.

    Nothing that lies in the folder is run: a program that cannot be sure who wrote there opens an index this way,
    not by `whoosh.index.open_dir`, which unpickles.

    Raises:
        IndexNotFound: there is none.
        IndexOutdated: it was written by another version; the message says what to do.
        IndexCorrupted: a file of it is damaged.
    """
    return ReadOnlyIndex(Path(path))


class ReadOnlyIndex(FileIndex):
    """The newest state of the index in *folder*: its table of contents is made of our own files whenever it is
    read."""

    def __init__(self, folder: Path) -> None:
        self.storage = FileStorage(str(folder), readonly=True)
        self.indexname = "MAIN"
        self._directory = Directory(folder)
        self._read_toc()

    def _read_toc(self) -> TOC:
        return self._directory.open_current(_contents)

    def latest_generation(self) -> int:
        return int(self._read_toc().generation)

    def writer(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse_writing()


def _contents(generation: Path) -> TOC:
    """The table of contents of a generation that can be opened, segments and all."""
    reader = WhooshReader(generation)
    state = reader.state
    reader.close()
    check_fingerprint(state.analyzer, generation.parent)
    return table_of_contents(generation.name, read_segment_metas(generation), state.user_words)


def table_of_contents(generation: str, segments: Sequence[SegmentMeta], user_words: Sequence[str]) -> TOC:
    """The table of contents of a generation, as Whoosh wants it."""
    made = [ColumnarSegment(generation, listed) for listed in segments]
    return TOC(make_schema(user_words), made, int(generation.rpartition("-")[2]))


def make_contents(generation: str, segments: Sequence[SegmentMeta], user_words: Sequence[str]) -> bytes:
    """The same as the bytes of a file, for the folder that the generation is in."""
    memory = RamStorage()
    table_of_contents(generation, segments, user_words).write(memory, "MAIN")
    (contents,) = memory.files.values()
    return bytes(contents)


class ColumnarSegment(Segment):
    """What the table of contents says of a segment. Its name and attributes are part of the format of an index:
    Whoosh unpickles them."""

    def __init__(self, generation: str, listed: SegmentMeta) -> None:
        self.generation = generation
        self.name = listed.name
        self.id = listed.id
        self.documents = listed.documents
        self.deleted = listed.deleted

    def codec(self) -> Any:
        return ColumnarCodec()

    def segment_id(self) -> str:
        return f"{self.generation}/{self.name}"

    def deleted_count(self) -> int:
        return len(self.deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(self.deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.deleted

    def doc_count_all(self) -> NoReturn:
        """Of all parts of Whoosh only a writer asks this of a segment, and not of its reader, before it begins."""
        refuse_writing()

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        refuse_writing()


def refuse_writing() -> NoReturn:
    """Say who writes an index."""
    raise ReadOnlyError("Whoosh only reads this index; write it with `searchkit reindex` or searchkit.reindex()")


class ColumnarCodec(Codec):
    """How segments are read. `reindex` writes them."""

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarPerDocReader:
        return ColumnarPerDocReader(_open(storage, segment), segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarTermsReader:
        return ColumnarTermsReader(_open(storage, segment))


_open_segments: weakref.WeakValueDictionary[tuple[str, str], SegmentReader] = weakref.WeakValueDictionary()
_opening = threading.Lock()


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
