"""The table of contents of a generation: as a file that stock Whoosh opens, and made of our own lists.

Whoosh's file is a pickle, and Whoosh runs what is in it. `open_whoosh` never reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchkit.engines.whoosh.segment_meta import SegmentMeta

if TYPE_CHECKING:
    from whoosh.index import TOC


def make_contents(generation: str, segments: Sequence[SegmentMeta], user_words: Sequence[str]) -> bytes:
    """The bytes of the table of contents of a generation, for the folder that the generation is in."""
    from whoosh.filedb.filestore import RamStorage

    memory = RamStorage()
    table_of_contents(generation, segments, user_words).write(memory, "MAIN")
    (contents,) = memory.files.values()
    return bytes(contents)


def table_of_contents(generation: str, segments: Sequence[SegmentMeta], user_words: Sequence[str]) -> TOC:
    """The table of contents of a generation, as Whoosh wants it."""
    from whoosh.index import TOC

    from searchkit.engines.whoosh.whoosh_codec.schema import make_schema
    from searchkit.engines.whoosh.whoosh_codec.segment import ColumnarSegment

    made = [ColumnarSegment(generation, listed) for listed in segments]
    return TOC(make_schema(user_words), made, int(generation.rpartition("-")[2]))


def open_whoosh(path: str | Path = "index") -> Any:
    """The index at *path* as Whoosh's own class of an index: its readers, searchers and queries work on it.

    Nothing that lies in the folder is run: a program that cannot be sure who wrote there opens an index this way,
    not by `whoosh.index.open_dir`, which unpickles.

    Raises:
        IndexNotFound: there is none.
        IndexOutdated: it was written by another version; the message says what to do.
        IndexCorrupted: a file of it is damaged.
    """
    from searchkit.engines.whoosh.whoosh_codec.index import ReadOnlyIndex

    return ReadOnlyIndex(Path(path))
