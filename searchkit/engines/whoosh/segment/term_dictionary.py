"""The terms of one field of a segment, sorted by their bytes: looked up, gone through, searched for pieces."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np

from searchkit.engines.whoosh.segment.array_directory import OCTETS, UNSIGNED
from searchkit.engines.whoosh.segment.array_file import Array, ArrayFile, Column
from searchkit.engines.whoosh.segment.safe_io import DamagedFile

_MOST_KEPT = 65536
_STEP = 64
"""The beginning of every so many-th term is kept: a term is looked for between two of them."""
_KEY = 8
"""Bytes of the terms that are found many at a time, as two Han characters are."""
FEW_TERMS = 256
"""So many terms are cut out of the file one by one, as a command needs; a process that goes on reads all once."""
_TOGETHER = 8192
"""So many terms are cut out of the text at a time."""


class TermDictionary:
    """The terms of a field, read from its file. They have numbers, in the order of their bytes.

    Raises:
        DamagedFile: from every method; the file is not what was written.
    """

    def __init__(self, file: ArrayFile, name: str) -> None:
        self.name = name
        self._file = file
        self._term_text = file.column(f"{name}/terms", OCTETS)
        self._size = file.count(f"{name}/list_ends")
        self._read = 0
        self._numbers: dict[bytes, int] = {}

    def __len__(self) -> int:
        return self._size

    def _column(self, name: str) -> Column:
        return self._file.column(f"{self.name}/{name}", UNSIGNED)

    def damaged(self, what: str) -> DamagedFile:
        """The error that says *what* is wrong with this field."""
        return DamagedFile(f"{self._file.name}: {self.name}: {what}")

    def term(self, number: int) -> bytes:
        """The term with this number."""
        ends = self._term_ends
        start, end = int(ends[number - 1]) if number else 0, int(ends[number])
        if self._read >= FEW_TERMS:
            return self.text[start:end]
        self._read += 1
        return self._term_text.cut(start, end).tobytes()

    def find(self, term: bytes) -> int:
        """The number of *term*, or -1."""
        number = self._numbers.get(term)
        if number is None:
            at = self.first_from(term)
            number = at if at < len(self) and self.term(at) == term else -1
            if len(self._numbers) < _MOST_KEPT:
                self._numbers[term] = number
        return number

    def look_up(self, terms: Iterable[bytes]) -> None:
        """Find many *terms* at the same time, so that `find` knows those of at most eight bytes."""
        some = [term for term in terms if len(term) <= _KEY and term not in self._numbers]
        if not some or not len(self):
            return
        if len(self._numbers) + len(some) > _MOST_KEPT:
            self._numbers.clear()
        wanted = np.frombuffer(b"".join(term.ljust(_KEY, b"\0") for term in some), ">u8")
        low, high = np.zeros(wanted.size, np.int64), np.full(wanted.size, len(self))
        while (low < high).any():
            middle = (low + high) // 2
            before = (self._keys(np.minimum(middle, len(self) - 1)) < wanted) & (low < high)
            low, high = np.where(before, middle + 1, low), np.where(before, high, middle)
        at = np.minimum(low, len(self) - 1)
        lengths = self._term_ends[at] - self._begins(at)
        found = (self._keys(at) == wanted) & (lengths == np.array([len(term) for term in some]))
        self._numbers.update(zip(some, np.where(found, at, -1).tolist(), strict=True))

    def _keys(self, numbers: Array) -> Array:
        """The first eight bytes of the terms with these *numbers*, as numbers that are in the same order."""
        text, begins = self._term_text.whole(), self._begins(numbers)
        places = begins[:, None] + np.arange(_KEY)
        inside = places < self._term_ends[numbers][:, None]
        keys: Array = np.where(inside, text[np.minimum(places, text.size - 1)], 0).astype(np.uint8)
        return keys.view(">u8")[:, 0]

    def _begins(self, numbers: Array) -> Array:
        begins: Array = np.where(numbers > 0, self._term_ends[numbers - 1], 0)
        return begins

    def first_from(self, term: bytes, low: int = 0) -> int:
        """The number of the first term that is not before *term*."""
        high = len(self)
        if self._read >= FEW_TERMS:
            key = int.from_bytes(term[:_KEY].ljust(_KEY, b"\0"), "big")
            low = max(low, (bisect_left(self._marks, key) - 1) * _STEP)
            high = min(high, bisect_right(self._marks, key) * _STEP)
        while low < high:
            middle = (low + high) // 2
            if self.term(middle) < term:
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def _marks(self) -> list[int]:
        """The key of every so many-th term."""
        marks: list[int] = self._keys(np.arange(0, len(self), _STEP)).tolist()
        return marks

    def beginning_with(self, prefix: bytes) -> range:
        """The numbers of the terms that begin with *prefix*."""
        if not prefix:
            return range(len(self))
        first = self.first_from(prefix)
        after = prefix.rstrip(b"\xff")
        end = self.first_from(after[:-1] + bytes([after[-1] + 1]), first) if after else len(self)
        return range(first, end)

    def ending_with(self, piece: bytes, among: Array | None = None) -> Array:
        """The numbers of the terms that end with *piece*, which is not empty, ascending; those *among* some."""
        text, ends = self._term_text.whole(), self._term_ends
        is_long = self._column("term_lengths").whole() >= len(piece)
        numbers: Array = np.flatnonzero(is_long) if among is None else among[is_long[among]]
        for back, byte in enumerate(reversed(piece), 1):
            numbers = numbers[text[ends[numbers] - back] == byte]
        return numbers

    def containing(self, piece: bytes) -> Array:
        """The numbers of the terms that have *piece* in them, ascending."""
        text = self._term_text.whole()
        places = np.flatnonzero(text[: text.size - len(piece) + 1] == piece[0])
        for after, byte in enumerate(piece[1:], 1):
            places = places[text[places + after] == byte]
        places = places.astype(self._term_ends.dtype)
        numbers = np.searchsorted(self._term_ends, places, "right")
        fitting = numbers[places + len(piece) <= self._term_ends[numbers]]
        distinct: Array = fitting[np.diff(fitting, prepend=-1) != 0]
        return distinct

    @cached_property
    def _term_ends(self) -> Array:
        """Where each term ends in the text of all: in half the memory where that is enough, as it is made anew in
        each process."""
        lengths, size = self._column("term_lengths").whole(), self._term_text.size
        if lengths.size and (int(lengths.max()) > size or int(lengths.sum(dtype=np.int64)) != size):
            raise self.damaged("the terms do not end where their text does")
        return np.cumsum(lengths, dtype=np.int32 if size < 1 << 31 else np.int64)

    @cached_property
    def text(self) -> bytes:
        """All terms in a row."""
        return self._term_text.whole().tobytes()

    def terms(self, numbers: range | None = None) -> Iterator[bytes]:
        """The terms with these numbers, or all; their order is that of their bytes."""
        numbers = range(len(self)) if numbers is None else numbers
        if not len(numbers):
            return
        start = int(self._term_ends[numbers.start - 1]) if numbers.start else 0
        for low in range(numbers.start, numbers.stop, _TOGETHER):
            ends = self._term_ends[low : min(low + _TOGETHER, numbers.stop)].tolist()
            text, first = self._term_text.cut(start, ends[-1]).tobytes(), start
            for end in ends:
                yield text[start - first : end - first]
                start = end

    def terms_at(self, numbers: Array) -> list[bytes]:
        """The terms with these *numbers*, in their order."""
        if not numbers.size:
            return []
        text, ends = self.text, self._term_ends[numbers]
        starts = ends - self._column("term_lengths").whole()[numbers]
        return [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]

    def of_size(self, least: int, most: int) -> Array:
        """The numbers of the terms of at least and at most so many bytes, ascending."""
        sizes = self._column("term_lengths").whole()
        return np.flatnonzero((sizes >= least) & (sizes <= most))

    def term_lengths(self) -> Array:
        """How many bytes each term has."""
        return np.diff(self._term_ends, prepend=0)


def encode(term: str) -> bytes:
    """A term as it is stored."""
    return term.encode("utf-8", "surrogatepass")


def decode(term: bytes) -> str:
    """A stored term as text.

    Raises:
        DamagedFile: it is not text.
    """
    try:
        return term.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise DamagedFile(f"a term of the index is not UTF-8: {term!r:.80}") from error
