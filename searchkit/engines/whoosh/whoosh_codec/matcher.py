"""The postings of a term as Whoosh's matchers step through them, a block at a time.

How it steps, skips and compares is `W3LeafMatcher`'s; only where blocks come from is different.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.formats import Frequency, Positions
from whoosh.matching import ReadTooFar
from whoosh.system import pack_uint

from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.whoosh_codec.segment_reader import BLOCK, BlockBounds, FieldReader


class ColumnarMatcher(W3LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """Serves every query class of Whoosh."""

    _ids: list[int] | None
    _values: tuple[list[int], list[int]] | None
    """Where the positions of each posting of the block begin and end among all, and those of the block."""
    _i: int

    def __init__(
        self, field: FieldReader, number: int, format_: Any, term: tuple[str, bytes], scorer: Any = None
    ) -> None:
        self.format, self.scorer, self._term = format_, scorer, term
        self._field, self._number = field, number
        self._start, self._end = field.postings.span(number)
        self._documents = field.postings.documents(self._start, self._end)
        self._last_ids = np.append(self._documents[BLOCK - 1 : -1 : BLOCK], self._documents[-1])
        self._baseoffset = 0
        self.reset()

    def _goto(self, position: int) -> None:
        """Go to the first posting of the block with this number."""
        self._block, self._i = position, 0
        self._nextoffset = position + 1
        self._lastblock = self._nextoffset == self._last_ids.size
        self._maxid = int(self._last_ids[position])
        low = self._start + position * BLOCK
        self._extent = low, min(low + BLOCK, self._end)
        self._blocklength = self._extent[1] - low
        self._ids = self._weights = self._values = None

    def skip_to(self, targetid: int) -> None:
        """Go to the first document that is not before *targetid*."""
        if not self.is_active():
            raise ReadTooFar
        if targetid > self._maxid:
            self._skip_blocks(int(np.searchsorted(self._last_ids, targetid)))
        if self.is_active() and targetid > self.id():
            self._i = bisect_left(self._ids or (), targetid, self._i)

    def _skip_blocks(self, block: int) -> None:
        """Go to a later block; if there is none, the end is reached and the place is in the last one."""
        self._atend = block == self._last_ids.size
        if not (self._atend and self._lastblock):
            self._goto(block - self._atend)

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        at = self._block * BLOCK + self._i if self.is_active() else self._documents.size
        return iter(self._documents[at:].tolist())

    # what is here

    def _read_ids(self) -> None:
        start, end = self._extent
        self._ids = self._field.postings.documents(start, end).tolist()

    def _frequencies(self) -> Array:
        return self._field.postings.frequencies(*self._extent)

    def _read_weights(self) -> None:
        self._weights = (self._frequencies() * self._field.boost).tolist()

    @cached_property
    def _occurrence_starts(self) -> list[int]:
        """Where the positions of each posting begin, and where the last ones end."""
        first, _ = self._field.postings.occurrences(self._number)
        frequencies = self._field.postings.frequencies(self._start, self._end)
        return [first, *(np.cumsum(frequencies, dtype=np.int64) + first).tolist()]

    def _positions(self) -> list[int]:
        if self._values is None:
            first = self._block * BLOCK
            starts = self._occurrence_starts[first : first + self._blocklength + 1]
            self._values = starts, self._field.postings.positions(starts[0], starts[-1]).tolist()
        starts, positions = self._values
        return positions[starts[self._i] - starts[0] : starts[self._i + 1] - starts[0]]

    def value(self) -> bytes:
        """The posting as the format of the field encodes it."""
        if isinstance(self.format, Positions):
            encoded: bytes = self.format.encode(self._positions())
            return encoded
        return pack_uint(int(self._frequencies()[self._i])) if isinstance(self.format, Frequency) else b""

    def value_as(self, astype: str) -> Any:
        """The posting as frequency, weight, positions or what else the format knows."""
        if astype == "positions" and self._field.postings.facts.positions:
            return self._positions()
        return super().value_as(astype)

    # how good it can be

    @cached_property
    def _bounds(self) -> BlockBounds:
        return self._field.block_bounds(self._start, self._end)

    def block_min_length(self) -> int:
        """The length of the shortest document of the block, rounded."""
        return self._bounds.min_length[self._block]

    def block_max_length(self) -> int:
        """The length of the longest."""
        return self._bounds.max_length[self._block]

    def block_max_weight(self) -> float:
        """The weight of the heaviest posting of the block."""
        return self._bounds.max_weight[self._block]
