"""The postings of a term as Whoosh's matchers step through them; the whole list is one block."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from whoosh.formats import Frequency, Positions
from whoosh.matching import LeafMatcher, NullMatcher, ReadTooFar
from whoosh.system import pack_uint

from searchkit.engines.whoosh.segment.postings import FieldPostings
from searchkit.engines.whoosh.whoosh_codec.lengths import STEPS


class ColumnarMatcher(LeafMatcher):  # type: ignore[misc]
    """Serves every query class of Whoosh."""

    def __init__(
        self,
        field: FieldPostings,
        number: int,
        format_: Any,
        term: tuple[str, bytes],
        scorer: Any = None,
        at: int = 0,
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._field = field
        self._number = number
        self._term = term
        self._at = at
        self._span = field.span(number)
        self._documents: list[int] = field.documents(*self._span).tolist()
        self._counted: list[int] | None = None
        self._starts: list[int] = []

    # where it is

    def is_active(self) -> bool:
        """Whether there is a posting here."""
        return self._at < len(self._documents)

    def reset(self) -> None:
        """Go to the first posting."""
        self._at = 0

    def copy(self) -> ColumnarMatcher:
        """Another matcher at the same place."""
        return ColumnarMatcher(self._field, self._number, self.format, self._term, self.scorer, self._at)

    def id(self) -> int:
        """The document."""
        return self._documents[self._at]

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        return iter(self._documents[self._at :])

    def next(self) -> bool:
        """Go to the next posting. Never into another block."""
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return False

    def skip_to(self, id: int) -> bool:
        """Go to the first document that is not before *id*."""
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._documents, id, self._at)
        return False

    def replace(self, minquality: float = 0) -> Any:
        """Nothing if there is nothing left, or nothing so good."""
        if not self.is_active():
            return NullMatcher()
        if minquality and self.supports_block_quality() and self.max_quality() < minquality:
            return NullMatcher()
        return self

    # what is here

    def _frequencies(self) -> list[int]:
        if self._counted is None:
            self._counted = self._field.frequencies(*self._span).tolist()
        return self._counted

    def weight(self) -> float:
        """How much the posting weighs: how often the term occurs, times the boost of the field."""
        return self._frequencies()[self._at] * self._field.facts.boost

    def _positions(self) -> list[int]:
        frequencies = self._frequencies()
        if not self._starts:
            first, _ = self._field.occurrences(self._number)
            ends = np.cumsum(frequencies, dtype=np.int64) + first
            self._starts = [first, *ends.tolist()]
        positions: list[int] = self._field.positions(*self._starts[self._at : self._at + 2]).tolist()
        return positions

    def value(self) -> bytes:
        """The posting as the format of the field encodes it."""
        if isinstance(self.format, Positions):
            encoded: bytes = self.format.encode(self._positions())
        elif isinstance(self.format, Frequency):
            encoded = pack_uint(self._frequencies()[self._at])
        else:
            encoded = b""
        return encoded

    def value_as(self, astype: str) -> Any:
        """The posting as frequency, weight, positions or what else the format knows."""
        if astype == "positions" and self._field.facts.positions:
            return self._positions()
        if astype == "frequency":
            return self._frequencies()[self._at]
        return super().value_as(astype)

    # how good it can be

    def skip_to_quality(self, minquality: float) -> int:
        """Go past the block, which is all there is, if it is not better."""
        if self.block_quality() > minquality:
            return 0
        self._at = len(self._documents)
        return 1

    def block_min_id(self) -> int:
        """The first document."""
        return self._documents[0]

    def block_max_id(self) -> int:
        """The last document."""
        return self._documents[-1]

    @cached_property
    def _length_range(self) -> tuple[int, int]:
        shortest, longest = self._field.length_bytes(self._number)
        return int(STEPS[shortest]), int(STEPS[longest])

    def block_min_length(self) -> int:
        """The length of the shortest document with the term, rounded."""
        return self._length_range[0]

    def block_max_length(self) -> int:
        """The length of the longest."""
        return self._length_range[1]

    def block_max_weight(self) -> float:
        """The weight of the heaviest posting."""
        return max(self._frequencies()) * self._field.facts.boost
