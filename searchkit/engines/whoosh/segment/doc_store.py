"""Stored values, one byte string a document, compressed a few documents at a time.

zlib at level 4, in blocks of 2 KB, which are mostly one article: ten hits read ten blocks. Larger blocks take a
little less room and more time to read; a higher level takes more time to write, and hardly less room.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import numpy as np

from searchkit.engines.whoosh.segment.array_directory import OCTETS, UNSIGNED
from searchkit.engines.whoosh.segment.array_file import ArrayFile, ArrayFileWriter, narrow
from searchkit.engines.whoosh.segment.safe_io import DamagedFile, unpacked

_BLOCK, _LEVEL = 2048, 4
_KEPT = 16
_LARGE = 1 << 20
"""A block of this or more, which is a single value, is not kept."""
_MOST = 1 << 29
"""No block unpacks to more."""
LARGEST = _MOST - _BLOCK
"""Bytes of a value: with those before it in a block it is no more than that."""

Block = tuple[bytes, list[int]]
"""Compressed values, and where each of them ends in the block."""


def compress(values: Iterable[bytes]) -> Iterator[Block]:
    """*values* in blocks.

    Raises:
        ValueError: one is larger than can be read back.
    """
    waiting: list[bytes] = []
    size = 0
    for value in values:
        if len(value) > LARGEST:
            raise ValueError(f"cannot store {len(value):,} bytes of one document; {LARGEST:,} is the most")
        waiting.append(value)
        size += len(value)
        if size >= _BLOCK:
            yield _block(waiting)
            waiting, size = [], 0
    if waiting:
        yield _block(waiting)


def _block(values: list[bytes]) -> Block:
    ends = np.cumsum([len(value) for value in values]).tolist()
    return zlib.compress(b"".join(values), _LEVEL), ends


def write_stored(file: ArrayFileWriter, blocks: Iterable[Block]) -> None:
    """Write the values of all documents."""
    sizes: list[int] = []
    counts: list[int] = []
    ends: list[int] = []

    def parts() -> Iterator[np.ndarray[tuple[int], np.dtype[np.uint8]]]:
        for data, block_ends in blocks:
            sizes.append(len(data))
            counts.append(len(block_ends))
            ends.extend(block_ends)
            yield np.frombuffer(data, np.uint8)

    file.put_parts("stored/blocks", np.uint8, parts())
    file.put("stored/block_ends", narrow(np.cumsum(sizes, dtype=np.int64)))
    file.put("stored/last", narrow(np.cumsum(counts, dtype=np.int64)))
    file.put("stored/value_ends", narrow(np.array(ends, np.int64)))


class DocStore:
    """The stored values of a segment."""

    def __init__(self, file: ArrayFile) -> None:
        self._name = file.name
        self._blocks = file.column("stored/blocks", OCTETS)
        self._block_ends = file.column("stored/block_ends", UNSIGNED)
        self._last = file.column("stored/last", UNSIGNED)
        self._value_ends = file.column("stored/value_ends", UNSIGNED)
        self._kept: dict[int, bytes] = {}

    def __len__(self) -> int:
        return self._value_ends.size

    def __getitem__(self, document: int) -> bytes:
        last = self._last.whole()
        block = bisect_right(last, document)  # searchsorted would first convert all of them
        first = int(last[block - 1]) if block else 0
        ends = self._value_ends.cut(first, int(last[block])).tolist() if block < last.size else []
        at = document - first
        if not 0 <= at < len(ends):
            raise DamagedFile(f"{self._name}: has no stored value {document}")
        return self._block(block, ends[-1])[ends[at - 1] if at else 0 : ends[at]]

    def blocks(self) -> Iterator[Block]:
        """The blocks as they are stored: together no more than what the file has, or one of them is damaged."""
        first = 0
        for block, last in enumerate(self._last.whole().tolist()):
            if last < first:
                raise DamagedFile(f"{self._name}: stored values stand nowhere")
            yield self._compressed(block), self._value_ends.cut(first, last).tolist()
            first = last

    def _compressed(self, block: int) -> bytes:
        start = int(self._block_ends.cut(block - 1, block)[0]) if block else 0
        end = int(self._block_ends.cut(block, block + 1)[0])
        if not start <= end <= self._blocks.size:
            raise DamagedFile(f"{self._name}: stored values stand nowhere")
        return self._blocks.cut(start, end).tobytes()

    def _block(self, block: int, size: int) -> bytes:
        """The values of a block, *size* bytes; the blocks read last are kept."""
        data = self._kept.pop(block, None)
        if data is None:
            data = unpacked(self._compressed(block), min(size, _MOST), f"{self._name}: stored values")
        if len(data) != size:
            raise DamagedFile(f"{self._name}: stored values are cut short")
        if size < _LARGE:
            self._kept[block] = data
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return data
