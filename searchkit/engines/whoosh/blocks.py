"""A posting list of Whoosh's as the blocks it is stored in.

Whoosh's own matchers move one posting at a time through several layers of Python objects. Here a list is a
sequence of blocks of some hundred postings; a block is unpacked when it is first needed and kept a while. The
attributes used are those of Whoosh-Reloaded's `W3LeafMatcher`, which is why its version is pinned.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from itertools import accumulate, repeat
from pickle import loads
from typing import Any

from whoosh.reading import TermNotFound

_MOST_LISTS = 512
_COUNT_BYTES = 4


class Block:
    """Some postings in a row. Document numbers count from the beginning of the index; `last` is the largest."""

    def __init__(self, matcher: Any, base: int) -> None:
        self._base = base
        self.last: int = base + matcher._maxid
        self._count: int = matcher._blocklength
        self._file = matcher._postfile
        self._place = (matcher._dataoffset, matcher._nextoffset - matcher._dataoffset)
        self._compressed: int = matcher._compression

    @cached_property
    def _data(self) -> tuple[Any, Any, Any]:
        packed = self._file.get(*self._place)
        data: tuple[Any, Any, Any] = loads(zlib.decompress(packed) if self._compressed else packed)
        return data

    @cached_property
    def documents(self) -> list[int]:
        """Document numbers, ascending."""
        steps = self._data[0]
        return list(accumulate((self._base + steps[0], *steps[1:])))

    @property
    def frequencies(self) -> Any:
        """How often the term occurs in each of the documents."""
        weights = self._data[1]
        if weights is None:
            return repeat(1.0, self._count)
        return repeat(weights, self._count) if isinstance(weights, float) else weights

    def positions(self, at: int) -> list[int]:
        """Where the term stands in the document number *at* of the block."""
        return list(accumulate(loads(self._data[2][at][_COUNT_BYTES:])))


class PostingLists:
    """The posting lists of an index; those used last are kept."""

    def __init__(self, leaves: list[tuple[Any, int]], format_of: Callable[[str], Any]) -> None:
        self._leaves = leaves
        self._format_of = format_of
        self._kept: OrderedDict[tuple[str, str], list[Block]] = OrderedDict()

    def blocks(self, field: str, term: str) -> list[Block]:
        """The blocks of one term, in the order of their documents."""
        key = (field, term)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        blocks = self._read(field, term.encode("utf-8", "replace"))
        self._kept[key] = blocks
        if len(self._kept) > _MOST_LISTS:
            self._kept.popitem(last=False)
        return blocks

    def _read(self, field: str, term: bytes) -> list[Block]:
        blocks: list[Block] = []
        for leaf, base in self._leaves:
            try:
                matcher = leaf._terms.matcher(field, term, self._format_of(field))
            except TermNotFound:
                continue
            while True:
                blocks.append(Block(matcher, base))
                matcher._next_block()
                if not matcher.is_active():
                    break
        return blocks
