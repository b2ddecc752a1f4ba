"""What lets Whoosh read a segment: `whoosh.index.open_dir`, readers, searchers and queries work as ever."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import Any

from whoosh.codec.base import Codec

from searchkit.engines.whoosh.segment_meta import SegmentMeta, open_segment
from searchkit.engines.whoosh.whoosh_codec.per_document import ColumnarPerDocReader
from searchkit.engines.whoosh.whoosh_codec.segment import ColumnarSegment
from searchkit.engines.whoosh.whoosh_codec.segment_reader import SegmentReader
from searchkit.engines.whoosh.whoosh_codec.terms_reader import ColumnarTermsReader

_open_segments: weakref.WeakValueDictionary[tuple[str, str], SegmentReader] = weakref.WeakValueDictionary()
_opening = threading.Lock()


class ColumnarCodec(Codec):  # type: ignore[misc]
    """How segments are read. `reindex` writes them."""

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarPerDocReader:
        """The reader of lengths, stored values and columns."""
        return ColumnarPerDocReader(_open(storage, segment), segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> ColumnarTermsReader:
        """The reader of terms and postings."""
        return ColumnarTermsReader(_open(storage, segment))


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
