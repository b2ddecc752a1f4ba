"""Named arrays in one file: written once, read through a memory map without copying, checked as they are read.
`array_directory.py` says what is where in it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from searchkit.engines.whoosh.segment.array_directory import (
    ANY,
    HEADER,
    MAGIC,
    PAGE,
    TRAILER,
    ArrayDirectory,
    header,
)
from searchkit.engines.whoosh.segment.safe_io import DamagedFile

Array = npt.NDArray[Any]


class ArrayFileWriter:
    """Writes arrays to the binary stream *stream* one after the other; `finish` makes the file whole."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._arrays: dict[str, tuple[str, int, int]] = {}
        self._checksums: list[int] = []
        self._open_page = 0
        self._open_size = 0
        self._at = 0
        self._write(header())

    def put(self, name: str, values: Array | bytes) -> None:
        """Add one array; bytes are read back as an array of bytes."""
        with_type = np.frombuffer(values, np.uint8) if isinstance(values, bytes) else values
        self.put_parts(name, with_type.dtype, [with_type])

    def put_parts(self, name: str, dtype: npt.DTypeLike, parts: Any) -> None:
        """Add one array of *dtype* that comes in *parts*, so that it need never be in memory whole."""
        self._write(b"\0" * (-self._at % HEADER))
        stored = np.dtype(dtype).newbyteorder("<")
        began = self._at
        for part in parts:
            self._write(np.ascontiguousarray(part, stored).tobytes())
        self._arrays[name] = (stored.str, began, (self._at - began) // stored.itemsize)

    def digest(self) -> str:
        """What was written up to now in 32 hexadecimal digits: of other content they are others."""
        from hashlib import blake2b  # which a reader has no use for

        checksums = np.array([*self._checksums, self._open_page], "<u4").tobytes()
        return blake2b(checksums + json.dumps(self._arrays).encode(), digest_size=16).hexdigest()

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the directory with *facts*, any JSON object."""
        self._end_page()
        pages = np.array(self._checksums, "<u4").tobytes()
        directory = json.dumps({"facts": facts, "arrays": self._arrays}, ensure_ascii=False).encode()
        at = self._at
        self._stream.write(pages + directory)
        checksum = zlib.crc32(pages + directory)
        self._stream.write(TRAILER.pack(MAGIC, at, len(pages), len(directory), checksum))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._at += len(data)
        view = memoryview(data)
        while view:
            room = PAGE - self._open_size
            self._open_page = zlib.crc32(view[:room], self._open_page)
            self._open_size += len(view[:room])
            view = view[room:]
            if self._open_size == PAGE:
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


class ArrayFile(ArrayDirectory):
    """The arrays of a file."""

    def column(self, name: str, kinds: Collection[str] = ANY) -> Column:
        """The array called *name*, which is of one of these *kinds*: `OCTETS`, `UNSIGNED` or any."""
        kind, at, count = self._found(name)
        if kind not in kinds:
            raise DamagedFile(f"{self.name}: the array {name} is of another type")
        return Column(self, np.frombuffer(self._data, kind, count, at), at)


def narrow(values: Array) -> Array:
    """*values*, which are not negative, in the smallest unsigned type that holds them."""
    largest = int(values.max()) if values.size else 0
    return values.astype(np.min_scalar_type(largest) if largest < 1 << 32 else np.uint64, copy=False)
