"""Named arrays in one file: written once, read through a memory map without copying, checked as they are read.

    magic and version    64 bytes
    arrays               little-endian, each at a multiple of 64 bytes
    page checksums       one CRC-32 for each 16 KB of what stands before
    directory            JSON: facts of the writer, and the type, place and length of every array
    trailer              where the checksums and the directory stand, and a CRC-32 of both

A page is checked when something on it is first looked at, so opening a large file costs next to nothing. The
directory is checked when the file is opened: a file that was made to deceive names no place outside of itself, and
no type but plain numbers.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.segment.safe_io import Count, DamagedFile, converted, json_value
from searchkit.schema import ARRAY_FILE_VERSION as VERSION

Array = npt.NDArray[Any]

_MAGIC = b"SKCOLUMN"
_HEADER = 64
_PAGE_BITS = 14
_PAGE = 1 << _PAGE_BITS
_TRAILER = struct.Struct("<8sQQQI")
OCTETS = ("|u1",)
UNSIGNED = (*OCTETS, "<u2", "<u4", "<u8")
ANY = (*UNSIGNED, "|i1", "<i2", "<i4", "<i8", "<f2", "<f4", "<f8", "|b1")
"""What an array may be made of. NumPy knows others, such as pointers, and would follow them."""


class OutdatedFile(ValueError):
    """A file was written by another version of this format."""


class ArrayFileWriter:
    """Writes arrays to the binary stream *stream* one after the other; `finish` makes the file whole."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._arrays: dict[str, tuple[str, int, int]] = {}
        self._checksums: list[int] = []
        self._open_page = 0
        self._open_size = 0
        self._at = 0
        self._write((_MAGIC + struct.pack("<I", VERSION)).ljust(_HEADER, b"\0"))

    def put(self, name: str, values: Array | bytes) -> None:
        """Add one array; bytes are read back as an array of bytes."""
        with_type = np.frombuffer(values, np.uint8) if isinstance(values, bytes) else values
        self.put_parts(name, with_type.dtype, [with_type])

    def put_parts(self, name: str, dtype: npt.DTypeLike, parts: Any) -> None:
        """Add one array of *dtype* that comes in *parts*, so that it need never be in memory whole."""
        self._write(b"\0" * (-self._at % _HEADER))
        stored = np.dtype(dtype).newbyteorder("<")
        began = self._at
        for part in parts:
            self._write(np.ascontiguousarray(part, stored).tobytes())
        self._arrays[name] = (stored.str, began, (self._at - began) // stored.itemsize)

    def digest(self) -> str:
        """What was written up to now in 32 hexadecimal digits: of other content they are others."""
        checksums = np.array([*self._checksums, self._open_page], "<u4").tobytes()
        return hashlib.blake2b(checksums + json.dumps(self._arrays).encode(), digest_size=16).hexdigest()

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the directory with *facts*, any JSON object."""
        self._end_page()
        pages = np.array(self._checksums, "<u4").tobytes()
        directory = json.dumps({"facts": facts, "arrays": self._arrays}, ensure_ascii=False).encode()
        at = self._at
        self._stream.write(pages + directory)
        checksum = zlib.crc32(pages + directory)
        self._stream.write(_TRAILER.pack(_MAGIC, at, len(pages), len(directory), checksum))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._at += len(data)
        view = memoryview(data)
        while view:
            room = _PAGE - self._open_size
            self._open_page = zlib.crc32(view[:room], self._open_page)
            self._open_size += len(view[:room])
            view = view[room:]
            if self._open_size == _PAGE:
                self._end_page()

    def _end_page(self) -> None:
        if self._open_size:
            self._checksums.append(self._open_page)
            self._open_page = self._open_size = 0


class Column:
    """One array of a file. A slice of it is a view into the file, on pages that were checked."""

    __slots__ = ("_array", "_at", "_file", "dtype", "size")

    def __init__(self, file: ArrayFile, array: Array, at: int) -> None:
        self._file = file
        self._at = at
        self._array = array
        self.dtype = array.dtype
        self.size = int(array.size)

    def cut(self, start: int, stop: int) -> Array:
        """The values from *start* up to, not including, *stop*."""
        width = self.dtype.itemsize
        self._file.check(self._at + start * width, self._at + stop * width)
        return self._array[start:stop]

    def whole(self) -> Array:
        """All values."""
        return self.cut(0, self.size)


@dataclass(frozen=True, slots=True)
class _Directory:
    """The directory of a file: `arrays` has the type, place and length of each."""

    facts: dict[str, Any]
    arrays: dict[str, tuple[str, Count, Count]]


class ArrayFile:
    """The arrays of a file that is in memory or mapped into it.

    Raises:
        OutdatedFile: another version of `ArrayFileWriter` wrote it.
        DamagedFile: from every method; it cannot be what was written, or has no such array.
    """

    def __init__(self, data: bytes | mmap.mmap, name: str = "arrays") -> None:
        self.name = name
        self._data = memoryview(data)
        size = len(self._data)
        if size < _HEADER + _TRAILER.size:
            raise DamagedFile(f"{name}: cut short")
        if bytes(self._data[:8]) != _MAGIC:
            raise DamagedFile(f"{name}: not a file of arrays")
        magic, self._end, pages, directory, checksum = _TRAILER.unpack_from(self._data, size - _TRAILER.size)
        tail = self._data[self._end : size - _TRAILER.size] if self._end <= size else self._data[:0]
        is_whole = magic == _MAGIC and pages + directory == len(tail) and zlib.crc32(tail) == checksum
        is_whole = is_whole and pages == 4 * ((self._end + _PAGE - 1) >> _PAGE_BITS) > 0
        if is_whole:
            self._checksums = tail[:pages].cast("I")
            self._checked = bytearray(len(self._checksums))
            self.check(0, _HEADER)
        version = struct.unpack_from("<I", self._data, 8)[0]
        if version != VERSION:
            raise OutdatedFile(f"{name}: written in format {version}, this version's is {VERSION}")
        if not is_whole:
            raise DamagedFile(f"{name}: damaged at its end")
        values = json_value(bytes(tail[pages:]), name)
        listing = converted(values, _Directory, f"{name}: its directory makes no sense")
        self.facts = listing.facts
        self._places = {array: self._place(array, *place) for array, place in listing.arrays.items()}

    def _place(self, name: str, kind: str, at: int, count: int) -> tuple[np.dtype[Any], int, int]:
        if kind not in ANY or not _HEADER <= at <= at + count * np.dtype(kind).itemsize <= self._end:
            raise DamagedFile(f"{self.name}: the array {name} is not in it")
        return np.dtype(kind), at, count

    def __contains__(self, name: str) -> bool:
        """Whether there is an array called *name*."""
        return name in self._places

    def count(self, name: str) -> int:
        """How many values the array called *name* has."""
        return self._found(name)[2]

    def column(self, name: str, kinds: Collection[str] = ANY) -> Column:
        """The array called *name*, which is of one of these *kinds*: `OCTETS`, `UNSIGNED` or any."""
        dtype, at, count = self._found(name)
        if dtype.str not in kinds:
            raise DamagedFile(f"{self.name}: the array {name} is of another type")
        return Column(self, np.frombuffer(self._data, dtype, count, at), at)

    def _found(self, name: str) -> tuple[np.dtype[Any], int, int]:
        if name not in self._places:
            raise DamagedFile(f"{self.name}: has no array {name}")
        return self._places[name]

    def check(self, start: int, stop: int) -> None:
        """Compare the bytes from *start* to *stop* with their checksums, unless that was done before."""
        first, end = start >> _PAGE_BITS, (stop + _PAGE - 1) >> _PAGE_BITS
        at = self._checked.find(0, first, end)
        while at >= 0:
            if not self._is_whole(at):
                raise DamagedFile(f"{self.name}: damaged at byte {at << _PAGE_BITS}")
            self._checked[at] = 1
            at = self._checked.find(0, at + 1, end)

    def damaged_pages(self) -> list[int]:
        """Where pages begin that differ from their checksums, whatever was checked before."""
        return [at << _PAGE_BITS for at in range(len(self._checksums)) if not self._is_whole(at)]

    def _is_whole(self, page: int) -> bool:
        data = self._data[page << _PAGE_BITS : min((page + 1) << _PAGE_BITS, self._end)]
        return zlib.crc32(data) == self._checksums[page]


def map_file(stream: IO[bytes]) -> bytes | mmap.mmap:
    """The content of the open file *stream*, mapped; it may be closed afterwards."""
    try:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:  # an empty file cannot be mapped
        return b""
    except OSError as error:
        raise OSError(error.errno, error.strerror, stream.name) from error


def narrow(values: Array) -> Array:
    """*values*, which are not negative, in the smallest unsigned type that holds them."""
    largest = int(values.max()) if values.size else 0
    return values.astype(np.min_scalar_type(largest) if largest < 1 << 32 else np.uint64, copy=False)
