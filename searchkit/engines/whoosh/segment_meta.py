"""Which segments a generation has: a small JSON file of ours, and the table of contents Whoosh reads.

Both say the same. Ours is what the engine reads: Whoosh's is a pickle, and one that somebody else put into the
folder would run code.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchkit.engines.whoosh.filesystem import FILESYSTEM, Filesystem, named
from searchkit.engines.whoosh.segment.array_file import map_file
from searchkit.engines.whoosh.segment.safe_io import DamagedFile, is_count, json_value, open_file, read_small
from searchkit.engines.whoosh.segment.segment_file import SegmentFile
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.schema import SCHEMA_VERSION

STATE, MANIFEST, LISTING = "state.json", "manifest.gz", "segments.json"
CONTENTS = "_MAIN_1.toc"
_EXTENSION = ".columns"
_NAME = re.compile(r"[0-9A-Za-z]+_[0-9A-Za-z]+")
_LONGEST_NAME = 255 - len(_EXTENSION)  # what file systems allow
_LAST_DOCUMENT = (1 << 32) - 1
_LARGEST = 256 << 20
"""Bytes of a sealed file: a list of thirty million deleted documents has fewer."""


@dataclass(frozen=True, slots=True)
class SegmentMeta:
    """A segment by the name of its file without the extension, and the numbers of its deleted documents."""

    name: str
    deleted: frozenset[int] = frozenset()

    @property
    def file(self) -> str:
        """The name of its file."""
        return self.name + _EXTENSION


def read_segment_metas(generation: Path) -> list[SegmentMeta]:
    """The segments of a generation, in the order of their documents."""
    path = generation / LISTING
    entries = read_sealed(path)
    if not isinstance(entries, list):
        raise DamagedFile(f"{path}: not a list of segments")
    listed = [_listed(path, entry) for entry in entries]
    if len({one.name for one in listed}) < len(listed):
        raise DamagedFile(f"{path}: names a segment twice")
    return listed


def _listed(path: Path, entry: Any) -> SegmentMeta:
    """An entry of the list at *path*; its name is that of a file in the same folder."""
    if not isinstance(entry, dict) or entry.keys() != {"name", "deleted"}:
        raise DamagedFile(f"{path}: not a list of segments")
    name, deleted = entry["name"], entry["deleted"]
    if not isinstance(name, str) or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise DamagedFile(f"{path}: {name!r:.80} is not the name of a segment")
    if not isinstance(deleted, list) or not all(map(_is_number, deleted)) or len(set(deleted)) < len(deleted):
        raise DamagedFile(f"{path}: the deleted documents of {name} are not a list of numbers")
    return SegmentMeta(name, frozenset(deleted))


def _is_number(value: object) -> bool:
    """Whether *value* can be that of a document. Much larger numbers can all have the same hash."""
    return is_count(value) and value <= _LAST_DOCUMENT


def open_segments(generation: Path) -> list[SegmentSearcher]:
    """The segments of a generation, mapped into memory."""
    parts: list[SegmentSearcher] = []
    base = 0
    for listed in read_segment_metas(generation):
        segment = open_segment_file(generation / listed.file)
        if listed.deleted and max(listed.deleted) >= segment.size:
            raise DamagedFile(f"{generation / LISTING}: {listed.file} has no document {max(listed.deleted)}")
        parts.append(SegmentSearcher(segment, listed.deleted, base))
        base += segment.size
    return parts


def open_segment_file(path: Path) -> SegmentFile:
    """The segment in the file at *path*."""
    with named(path), open_file(path) as stream:
        return SegmentFile(map_file(stream), str(path))


def write_segment_metas(
    generation: Path, segments: Sequence[SegmentMeta], sizes: Sequence[int], disk: Filesystem = FILESYSTEM
) -> None:
    """Write both lists; *sizes* is how many documents each segment has."""
    entries = [{"name": listed.name, "deleted": sorted(listed.deleted)} for listed in segments]
    write_sealed(generation / LISTING, entries, disk)
    disk.write(generation / CONTENTS, make_contents(segments, sizes))


def write_sealed(path: Path, value: Any, disk: Filesystem = FILESYSTEM) -> None:
    """A new file at *path*: *value* as a line of JSON, and the line's CRC-32."""
    line = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    disk.write(path, b"%s\n%08x\n" % (line, zlib.crc32(line)))


def read_sealed(path: Path) -> Any:
    """What `write_sealed` wrote.

    Raises:
        OSError: the file cannot be read.
        DamagedFile: it is not what was written.
    """
    line, _, checksum = read_small(path, _LARGEST).partition(b"\n")
    if checksum != b"%08x\n" % zlib.crc32(line):
        raise DamagedFile(f"{path}: damaged")
    return json_value(line, str(path))


def read_state(path: Path) -> Any:
    """What `write_sealed` wrote of the state of an index, or what searchkit wrote before it sealed its files: the
    bare line, which is believed only where it says that another schema is at work.

    Raises:
        OSError: the file cannot be read.
        DamagedFile: it is not what was written.
    """
    try:
        return read_sealed(path)
    except DamagedFile:
        state = json_value(read_small(path, _LARGEST), str(path))
        if isinstance(state, dict) and state.get("schema", SCHEMA_VERSION) != SCHEMA_VERSION:
            return state
        raise


def make_contents(segments: Sequence[SegmentMeta], sizes: Sequence[int]) -> bytes:
    """The table of contents as Whoosh writes it; *sizes* is how many documents each segment has."""
    from whoosh.filedb.filestore import RamStorage
    from whoosh.index import TOC

    from searchkit.engines.whoosh.fields import make_schema
    from searchkit.engines.whoosh.whoosh_codec.codec import ColumnarCodec

    made = []
    for listed, size in zip(segments, sizes, strict=True):
        name, _, segment_id = listed.name.rpartition("_")
        segment = ColumnarCodec().new_segment(None, name)
        segment.segid = segment_id
        segment.set_doc_count(size)
        for number in sorted(listed.deleted):
            segment.delete_document(number)
        made.append(segment)
    memory = RamStorage()
    TOC(make_schema(), made, 1).write(memory, "MAIN")
    contents: bytes = memory.files[CONTENTS]
    return contents
