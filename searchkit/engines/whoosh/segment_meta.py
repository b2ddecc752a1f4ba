"""Which segments a generation has, and the small facts that are committed with them: JSON with a checksum."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta, Struct, structs

from searchkit.engines.whoosh.filesystem import FILESYSTEM, Filesystem
from searchkit.engines.whoosh.segment.array_directory import ArrayDirectory, map_file
from searchkit.engines.whoosh.segment.safe_io import (
    DamagedFile,
    SegmentId,
    converted,
    json_value,
    open_file,
    read_small,
)
from searchkit.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from searchkit.engines.whoosh.segment.segment_file import SegmentFile
    from searchkit.engines.whoosh.segment_searcher import SegmentSearcher

STATE, MANIFEST, LISTING = "state.json", "manifest.gz", "segments.json"
_EXTENSION = ".columns"
_LARGEST = 256 << 20
"""Bytes of a sealed file: a list of thirty million deleted documents has fewer."""
# 255 characters are what file systems allow
Name = Annotated[str, Meta(pattern=r"\A[0-9A-Za-z]+_[0-9A-Za-z]+\Z", max_length=255 - len(_EXTENSION))]
DocumentCount = Annotated[int, Meta(ge=0, lt=1 << 32)]  # much larger numbers can all have the same hash


class SegmentMeta(Struct, frozen=True):
    """A segment: the name of its file without the extension, the id in that file, how many documents it has, and
    the numbers of those that are deleted."""

    name: Name
    id: SegmentId
    documents: DocumentCount
    deleted: frozenset[DocumentCount] = frozenset()

    def __post_init__(self) -> None:
        if self.deleted and max(self.deleted) >= self.documents:
            raise ValueError(f"{self.name} has no document {max(self.deleted)}")

    @property
    def file(self) -> str:
        """The name of its file."""
        return file_name(self.name)


def file_name(segment: str) -> str:
    """The name of the file of the segment called *segment*."""
    return segment + _EXTENSION


def read_segment_metas(generation: Path) -> list[SegmentMeta]:
    """The segments of a generation, in the order of their documents."""
    path = generation / LISTING
    return converted(read_sealed(path), list[SegmentMeta], f"{path}: not a list of segments")


def open_segments(generation: Path) -> list[SegmentSearcher]:
    """The segments of a generation, mapped into memory."""
    from searchkit.engines.whoosh.segment_searcher import SegmentSearcher  # most of NumPy's users

    parts: list[SegmentSearcher] = []
    base = 0
    for listed in read_segment_metas(generation):
        segment = open_segment(generation, listed)
        parts.append(SegmentSearcher(segment, listed.deleted, base))
        base += segment.size
    return parts


def check_segments(generation: Path) -> None:
    """See that the segments of a generation are there, with whole directories. Their pages are not looked at.

    Raises:
        DamagedFile, OutdatedFile: one of them is not what is listed.
    """
    for listed in read_segment_metas(generation):
        path = generation / listed.file
        with open_file(path) as stream:
            facts = ArrayDirectory(map_file(stream), str(path)).facts
        if (facts.get("id"), facts.get("documents")) != (listed.id, listed.documents):
            raise _another_one(path, listed)


def open_segment_file(path: Path) -> SegmentFile:
    """The segment in the file at *path*."""
    from searchkit.engines.whoosh.segment.segment_file import SegmentFile

    with open_file(path) as stream:
        return SegmentFile(map_file(stream), str(path))


def open_segment(generation: Path, listed: SegmentMeta) -> SegmentFile:
    """A segment of a generation.

    Raises:
        DamagedFile: its file holds another one than is *listed*.
    """
    path = generation / listed.file
    segment = open_segment_file(path)
    if (segment.id, segment.size) != (listed.id, listed.documents):
        raise _another_one(path, listed)
    return segment


def _another_one(path: Path, listed: SegmentMeta) -> DamagedFile:
    return DamagedFile(f"{path}: not the segment that {LISTING} lists, which has the id {listed.id}")


def write_segment_metas(generation: Path, segments: Sequence[SegmentMeta], disk: Filesystem = FILESYSTEM) -> None:
    """Write the list of the segments of a generation."""
    entries = [{**structs.asdict(listed), "deleted": sorted(listed.deleted)} for listed in segments]
    write_sealed(generation / LISTING, entries, disk)


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
    bare line, which is believed only where it says that another schema is at work. Raises what `read_sealed` does.
    """
    try:
        return read_sealed(path)
    except DamagedFile:
        with suppress(DamagedFile):
            state = json_value(read_small(path, _LARGEST), str(path))
            if isinstance(state, dict) and state.get("schema", SCHEMA_VERSION) != SCHEMA_VERSION:
                return state
        raise
