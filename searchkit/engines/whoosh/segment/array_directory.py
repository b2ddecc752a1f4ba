"""What is where in a file of arrays: its directory, which is checked when the file is opened, and its pages, which
are checked as they are read. What the arrays hold is for `array_file.py`, which needs NumPy.

    magic and version    64 bytes
    arrays               little-endian, each at a multiple of 64 bytes
    page checksums       one CRC-32 for each 16 KB of what stands before
    directory            JSON: facts of the writer, and the type, place and length of every array
    trailer              where the checksums and the directory stand, and a CRC-32 of both

A page is checked when something on it is first looked at, so opening a large file costs next to nothing. A file
that was made to deceive names no place outside of itself, and no type but plain numbers.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from typing import IO, Any

from msgspec import Struct

from searchkit.engines.whoosh.segment.safe_io import Count, DamagedFile, converted, json_value
from searchkit.schema import ARRAY_FILE_VERSION as VERSION

MAGIC = b"SKCOLUMN"
HEADER = 64
PAGE_BITS = 14
PAGE = 1 << PAGE_BITS
TRAILER = struct.Struct("<8sQQQI")
OCTETS = ("|u1",)
UNSIGNED = (*OCTETS, "<u2", "<u4", "<u8")
ANY = (*UNSIGNED, "|i1", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8", "|b1")
"""What an array may be made of. NumPy knows others, such as pointers, and would follow them."""
Place = tuple[str, int, int]
"""What an array is made of, where it begins, and how many values it has."""


class OutdatedFile(ValueError):
    """A file was written by another version of this format."""


def header() -> bytes:
    """What a file begins with."""
    return (MAGIC + struct.pack("<I", VERSION)).ljust(HEADER, b"\0")


class _Listing(Struct, frozen=True):
    """The directory of a file as it is written: `arrays` has the type, place and length of each."""

    facts: dict[str, Any]
    arrays: dict[str, tuple[str, Count, Count]]


class ArrayDirectory:
    """What is in a file of arrays, which is in memory or mapped into it.

    Raises:
        OutdatedFile: another version of `ArrayFileWriter` wrote it.
        DamagedFile: from every method; it cannot be what was written, or has no such array.
    """

    def __init__(self, data: bytes | mmap.mmap, name: str = "arrays") -> None:
        self.name = name
        self._data = memoryview(data)
        size = len(self._data)
        if size < HEADER + TRAILER.size:
            raise DamagedFile(f"{name}: cut short")
        if bytes(self._data[:8]) != MAGIC:
            raise DamagedFile(f"{name}: not a file of arrays")
        magic, self._end, pages, directory, checksum = TRAILER.unpack_from(self._data, size - TRAILER.size)
        tail = self._data[self._end : size - TRAILER.size] if self._end <= size else self._data[:0]
        is_whole = magic == MAGIC and pages + directory == len(tail) and zlib.crc32(tail) == checksum
        is_whole = is_whole and pages == 4 * ((self._end + PAGE - 1) >> PAGE_BITS) > 0
        if is_whole:
            self._checksums = tail[:pages].cast("I")
            self._checked = bytearray(len(self._checksums))
            self.check(0, HEADER)
        version = struct.unpack_from("<I", self._data, 8)[0]
        if version != VERSION:
            raise OutdatedFile(f"{name}: written in format {version}, this version's is {VERSION}")
        if not is_whole:
            raise DamagedFile(f"{name}: damaged at its end")
        values = json_value(bytes(tail[pages:]), name)
        listing = converted(values, _Listing, f"{name}: its directory makes no sense")
        self.facts = listing.facts
        self._places = {array: self._place(array, *place) for array, place in listing.arrays.items()}

    def _place(self, name: str, kind: str, at: int, count: int) -> Place:
        if kind not in ANY or not HEADER <= at <= at + count * int(kind[2:]) <= self._end:
            raise DamagedFile(f"{self.name}: the array {name} is not in it")
        return kind, at, count

    def __contains__(self, name: str) -> bool:
        """Whether there is an array called *name*."""
        return name in self._places

    def count(self, name: str) -> int:
        """How many values the array called *name* has."""
        return self._found(name)[2]

    def _found(self, name: str) -> Place:
        if name not in self._places:
            raise DamagedFile(f"{self.name}: has no array {name}")
        return self._places[name]

    def check(self, start: int, stop: int) -> None:
        """Compare the bytes from *start* to *stop* with their checksums, unless that was done before."""
        first, end = start >> PAGE_BITS, (stop + PAGE - 1) >> PAGE_BITS
        at = self._checked.find(0, first, end)
        while at >= 0:
            if not self._is_whole(at):
                raise DamagedFile(f"{self.name}: damaged at byte {at << PAGE_BITS}")
            self._checked[at] = 1
            at = self._checked.find(0, at + 1, end)

    def damaged_pages(self) -> list[int]:
        """Where pages begin that differ from their checksums, whatever was checked before."""
        return [at << PAGE_BITS for at in range(len(self._checksums)) if not self._is_whole(at)]

    def _is_whole(self, page: int) -> bool:
        data = self._data[page << PAGE_BITS : min((page + 1) << PAGE_BITS, self._end)]
        return zlib.crc32(data) == self._checksums[page]


def map_file(stream: IO[bytes]) -> bytes | mmap.mmap:
    """The content of the open file *stream*, mapped; it may be closed afterwards."""
    try:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:  # an empty file cannot be mapped
        return b""
    except OSError as error:
        raise OSError(error.errno, error.strerror, stream.name) from error
