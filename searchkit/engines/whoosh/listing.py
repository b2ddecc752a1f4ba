"""Which segments a generation has: a small JSON file of ours, and the table of contents Whoosh reads.

Both say the same. Ours is what the engine reads: Whoosh's is a pickle, and one that somebody else put into the
folder would run code.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any

from searchkit.engines.whoosh.columnar.arrays import DamagedFile, map_file
from searchkit.engines.whoosh.columnar.segment import SegmentFile
from searchkit.engines.whoosh.disk import DISK, Disk, named
from searchkit.engines.whoosh.part import Part

LISTING = "segments.json"
_CONTENTS = "_MAIN_1.toc"
_EXTENSION = ".columns"


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment by the name of its file without the extension, and the numbers of its deleted documents."""

    name: str
    deleted: frozenset[int] = frozenset()

    @property
    def file(self) -> str:
        """The name of its file."""
        return self.name + _EXTENSION


def read_listing(generation: Path) -> list[Listed]:
    """The segments of a generation, in the order of their documents."""
    path = generation / LISTING
    entries = read_sealed(path)
    try:
        return [Listed(str(entry["name"]), frozenset(map(index, entry["deleted"]))) for entry in entries]
    except (TypeError, KeyError) as error:
        raise DamagedFile(f"{path}: not a list of segments") from error


def open_parts(generation: Path) -> list[Part]:
    """The segments of a generation, mapped into memory."""
    parts: list[Part] = []
    base = 0
    for listed in read_listing(generation):
        segment = open_segment_file(generation / listed.file)
        for number in listed.deleted:
            if not 0 <= number < segment.size:
                raise DamagedFile(f"{generation / LISTING}: {listed.file} has no document {number}")
        parts.append(Part(segment, listed.deleted, base))
        base += segment.size
    return parts


def open_segment_file(path: Path) -> SegmentFile:
    """The segment in the file at *path*."""
    with named(path), path.open("rb") as stream:
        return SegmentFile(map_file(stream), path.name)


def write_listing(generation: Path, segments: Sequence[Listed], sizes: Sequence[int], disk: Disk = DISK) -> None:
    """Write both lists; *sizes* is how many documents each segment has."""
    entries = [{"name": listed.name, "deleted": sorted(listed.deleted)} for listed in segments]
    write_sealed(generation / LISTING, entries, disk)
    disk.write(generation / _CONTENTS, _contents(segments, sizes))


def write_sealed(path: Path, value: Any, disk: Disk = DISK) -> None:
    """A new file at *path*: *value* as a line of JSON, and the line's CRC-32."""
    line = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    disk.write(path, b"%s\n%08x\n" % (line, zlib.crc32(line)))


def read_sealed(path: Path) -> Any:
    """What `write_sealed` wrote. A file of an older version, without a second line, is read as it is.

    Raises:
        DamagedFile: the lines do not fit.
    """
    line, _, checksum = path.read_bytes().partition(b"\n")
    if checksum and checksum != b"%08x\n" % zlib.crc32(line):
        raise DamagedFile(f"{path}: damaged")
    return json.loads(line.decode("utf-8", "surrogatepass"))


def _contents(segments: Sequence[Listed], sizes: Sequence[int]) -> bytes:
    """The table of contents as Whoosh writes it."""
    from whoosh.filedb.filestore import RamStorage
    from whoosh.index import TOC

    from searchkit.engines.whoosh.columnar.codec import ColumnarCodec
    from searchkit.engines.whoosh.fields import make_schema

    made = []
    for listed, size in zip(segments, sizes, strict=True):
        name, _, segment_id = listed.name.rpartition("_")
        segment = ColumnarCodec().new_segment(None, name)
        segment.segid = segment_id
        segment.set_doc_count(size)
        segment.deleted = set(listed.deleted) or None
        made.append(segment)
    memory = RamStorage()
    TOC(make_schema(), made, 1).write(memory, "MAIN")
    contents: bytes = memory.files[_CONTENTS]
    return contents
