"""Segments -> one segment, without a Python loop over documents or postings; and which of them to merge.

The terms of all segments are brought into one order. For a run of terms at a time, the lists of each segment,
which stand in a row there, are moved to their places in the result. Memory holds one such run, and the documents
and frequencies of one field.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from math import log
from typing import IO

import numpy as np
from msgspec import to_builtins

from searchkit.engines.whoosh.segment.array_file import Array, ArrayFileWriter
from searchkit.engines.whoosh.segment.doc_store import Block, compress, write_stored
from searchkit.engines.whoosh.segment.postings import FieldFacts, FieldPostings, spread
from searchkit.engines.whoosh.segment.postings_writer import FieldWriter, Terms
from searchkit.engines.whoosh.segment.segment_file import VECTORS, SegmentFacts, SegmentFile

_RUN = 1 << 19
_RELEASE = 8
"""After so many runs the pages of the sources that were read are given back."""
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to be merged, and the numbers of the documents that are left out."""

    segment: SegmentFile
    deleted: frozenset[int] = frozenset()

    @property
    def alive(self) -> Array:
        """For every document whether it is kept."""
        alive = np.ones(self.segment.size, bool)
        alive[list(self.deleted)] = False
        return alive


def merge(sources: Sequence[Source], stream: IO[bytes]) -> None:
    """Write one segment with the documents of *sources*, of which there are some, in their order."""
    file = ArrayFileWriter(stream)
    kept = [source.alive for source in sources]
    numbers = _new_numbers(kept)
    names = dict.fromkeys(name for source in sources for name in source.segment.fields)
    facts = {name: _merge_field(file, name, sources, kept, numbers) for name in names}
    columns = sources[0].segment.column_names
    for name in columns:
        parts = [s.segment.column(name).whole()[k] for s, k in zip(sources, kept, strict=True)]
        file.put(f"column/{name}", np.concatenate(parts))
    if width := max(source.segment.vector_size for source in sources):
        file.put_parts(VECTORS, np.uint8, _vectors(sources, kept, width))
    write_stored(file, _stored(sources))
    documents = sum(int(alive.sum()) for alive in kept)
    file.finish(to_builtins(SegmentFacts(file.digest(), documents, facts, columns)))


def _new_numbers(kept: list[Array]) -> list[Array]:
    """For every document of each source its number in the result, -1 for those left out."""
    numbers, base = [], 0
    for alive in kept:
        counted = np.cumsum(alive) + (base - 1)
        base += int(alive.sum())
        numbers.append(np.where(alive, counted, -1).astype(np.int64))
    return numbers


def _vectors(sources: Sequence[Source], kept: list[Array], width: int) -> Iterator[Array]:
    """The vectors of the documents that are kept, of *width* bytes, and zeros where there are none."""
    for source, alive in zip(sources, kept, strict=True):
        rows = source.segment.vectors[alive]
        yield rows if rows.shape[1] == width else np.zeros((len(rows), width), np.uint8)


def _stored(sources: Sequence[Source]) -> Iterator[Block]:
    for source in sources:
        if source.deleted:
            values = source.segment.stored
            yield from compress(values[n] for n in range(len(values)) if n not in source.deleted)
        else:
            yield from source.segment.stored.blocks()


def _merge_field(
    file: ArrayFileWriter, name: str, sources: Sequence[Source], kept: list[Array], numbers: list[Array]
) -> FieldFacts:
    lengths = np.concatenate([
        s.segment.fields[name].lengths[k] if name in s.segment.fields else np.zeros(int(k.sum()), np.uint8)
        for s, k in zip(sources, kept, strict=True)
    ])  # fmt: skip
    both = zip(sources, numbers, strict=True)
    having = [(source.segment, n) for source, n in both if name in source.segment.fields]
    fields = [segment.fields[name] for segment, _ in having]
    furthest = max(field.facts.furthest for field in fields)
    facts = replace(fields[0].facts, total=int(lengths.sum(dtype=np.int64)), furthest=furthest)

    def release() -> None:
        for source in sources:
            source.segment.release()

    merging = _Merger(name, [segment for segment, _ in having], [n for _, n in having], release)
    writer = FieldWriter(file, name, facts, lengths)
    has_any = []
    for low, high, counts, documents, frequencies in merging.runs():
        has_any.append(counts > 0)
        placed = merging.placed[low:high] if facts.positions else has_any[-1]
        writer.add(counts[counts > 0], documents, frequencies, placed[counts > 0])
    writer.finish(_select(merging.terms, has_any), merging.positions() if facts.positions else ())
    release()
    return facts


class _Merger:
    """The posting lists of the field *name* of several segments, as one sequence."""

    def __init__(
        self, name: str, segments: list[SegmentFile], numbers: list[Array], release: Callable[[], None]
    ) -> None:
        self._fields = [segment.field(name) for segment in segments]
        self._numbers = numbers
        self.terms, self._ranks = _union([segment.field(name) for segment in segments])
        self._list_ends = [field.list_ends for field in self._fields]
        self._release = release

    @cached_property
    def placed(self) -> Array:
        """For every term whether it has positions; only for a field that has any."""
        placed = np.zeros(len(self.terms), bool)
        for field, ranks in zip(self._fields, self._ranks, strict=True):
            placed[ranks[_sizes(field.occurrence_ends, 0, ranks.size) > 0]] = True
        return placed

    def runs(self) -> Iterator[tuple[int, int, Array, Array, Array]]:
        """All posting lists, some terms at a time, from a first one up to another: how many documents that are
        kept each term has, their new numbers, and the frequencies."""
        for low, high in self._ranges(self._list_ends):
            slices = self._slices(low, high)
            places, owner = self._places(slices, self._list_ends, low, high)
            size = owner.size
            documents, frequencies = np.empty(size, np.int64), np.empty(size, np.int64)
            for at, (first, last) in enumerate(slices):
                start, end = _extent(self._list_ends[at], first, last)
                documents[places[at]] = self._numbers[at][self._fields[at].documents(start, end)]
                frequencies[places[at]] = self._fields[at].frequencies(start, end)
            keep = documents >= 0
            counts = np.bincount(owner[keep], minlength=high - low)
            yield low, high, counts, documents[keep], frequencies[keep]

    def positions(self) -> Iterator[Array]:
        """The positions of all occurrences, in the same order."""
        occurrence_ends = [field.occurrence_ends for field in self._fields]
        for low, high in self._ranges(occurrence_ends):
            slices = self._slices(low, high)
            places, owner = self._places(slices, occurrence_ends, low, high)
            positions = np.empty(owner.size, np.int64)
            keep = np.ones(owner.size, bool)
            for at, (first, last) in enumerate(slices):
                start, end = _extent(occurrence_ends[at], first, last)
                positions[places[at]] = self._fields[at].positions(start, end)
                if (self._numbers[at] < 0).any():
                    keep[places[at]] = self._kept_occurrences(at, first, last, end - start)
            yield positions[keep]

    def _kept_occurrences(self, at: int, first: int, last: int, size: int) -> Array:
        field = self._fields[at]
        start, end = _extent(self._list_ends[at], first, last)
        is_placed = np.repeat(
            _sizes(field.occurrence_ends, first, last) > 0, _sizes(self._list_ends[at], first, last)
        )
        frequencies = field.frequencies(start, end)[is_placed]
        if int(frequencies.sum(dtype=np.int64)) != size:
            raise field.damaged("terms occur more or less often than they have positions")
        return np.repeat(self._numbers[at][field.documents(start, end)[is_placed]] >= 0, frequencies)

    def _slices(self, low: int, high: int) -> list[tuple[int, int]]:
        """For each field the numbers of its terms whose rank is from *low* up to *high*."""
        bounds = [np.searchsorted(ranks, (low, high)) for ranks in self._ranks]
        return [(int(first), int(last)) for first, last in bounds]

    def _ranges(self, ends: list[Array]) -> Iterator[tuple[int, int]]:
        """Ranges of ranks, each with about as many values as fit in memory."""
        sums = np.zeros(len(self.terms), np.int64)
        for ranks, field_ends in zip(self._ranks, ends, strict=True):
            sums[ranks] += np.diff(field_ends, prepend=field_ends.dtype.type(0))
        np.cumsum(sums, out=sums)
        low = 0
        for done in count():
            if low >= sums.size:
                break
            if done % _RELEASE == _RELEASE - 1:
                self._release()
            before = int(sums[low - 1]) if low else 0
            high = max(low + 1, int(np.searchsorted(sums, before + _RUN, "right")))
            yield low, high
            low = high

    def _places(
        self, slices: list[tuple[int, int]], ends: list[Array], low: int, high: int
    ) -> tuple[list[Array], Array]:
        """Where the values of each field go, for the terms from *low* to *high*; and whose each value is."""
        totals = np.zeros(high - low, np.int64)
        for at, (first, last) in enumerate(slices):
            totals[self._ranks[at][first:last] - low] += _sizes(ends[at], first, last)
        free = np.cumsum(totals) - totals
        places = []
        for at, (first, last) in enumerate(slices):
            own, sizes = self._ranks[at][first:last] - low, _sizes(ends[at], first, last)
            places.append(spread(free[own], sizes))
            free[own] += sizes
        return places, np.repeat(np.arange(high - low), totals)


def _sizes(ends: Array, first: int, last: int) -> Array:
    """How many values each of the terms from *first* to *last* has."""
    return np.diff(ends[first:last].astype(np.int64), prepend=int(ends[first - 1]) if first else 0)


def _extent(ends: Array, first: int, last: int) -> tuple[int, int]:
    start = int(ends[first - 1]) if first else 0
    return start, int(ends[last - 1]) if last > first else start


def _union(fields: list[FieldPostings]) -> tuple[Terms, list[Array]]:
    """The distinct terms of all *fields*, and for each field the rank of each of its terms among them.

    Terms of at most eight bytes, as most are, are numbers in the order of the terms; each other one is put after
    the short ones that its first eight bytes are not before.
    """
    ranks_of_long: dict[bytes, int] = {}
    keys, longer = zip(*(_short_and_long(field, ranks_of_long) for field in fields), strict=True)
    short = np.unique(np.concatenate(keys))
    long = sorted(ranks_of_long)
    prefixes = np.frombuffer(b"".join(term[:_SHORT].ljust(_SHORT, b"\0") for term in long), ">u8")
    long_ranks = np.searchsorted(short, prefixes, "right") + np.arange(len(long))
    is_short = np.ones(short.size + len(long), bool)
    is_short[long_ranks] = False
    short_ranks = np.flatnonzero(is_short)
    ranks_of_long.update(zip(long, long_ranks.tolist(), strict=True))
    ranks = []
    ranks_of_met = np.fromiter(ranks_of_long.values(), np.uint32, len(long))
    for field, own, (at, met) in zip(fields, keys, longer, strict=True):
        found = np.zeros(len(field), np.uint32)
        found[np.delete(np.arange(len(field)), at)] = short_ranks[np.searchsorted(short, own)]
        found[at] = ranks_of_met[met]
        ranks.append(found)
    return _in_one_order(short, short_ranks, long, long_ranks), ranks


def _short_and_long(field: FieldPostings, met: dict[bytes, int]) -> tuple[Array, tuple[Array, Array]]:
    """The terms of at most eight bytes as numbers in their order; which all others are, also those with a zero
    byte, and the number of each among those that were *met*, to which they are added."""
    text, lengths = np.frombuffer(field.text, np.uint8), field.term_lengths()
    owner = np.repeat(np.arange(lengths.size), lengths)
    is_long = lengths > _SHORT
    is_long[owner[text == 0]] = True
    long = np.flatnonzero(is_long)
    column = np.arange(text.size) - (np.cumsum(lengths) - lengths)[owner]
    kept = ~is_long[owner]
    digits = np.zeros((lengths.size, _SHORT), np.uint8)
    digits[owner[kept], column[kept]] = text[kept]
    keys = digits.view(">u8").ravel()[~is_long].astype(np.uint64)
    numbers = np.array([met.setdefault(term, len(met)) for term in field.terms_at(long)], np.uint32)
    return keys, (long, numbers)


def _in_one_order(short: Array, short_ranks: Array, long: list[bytes], long_ranks: Array) -> Terms:
    """*short* terms as numbers and *long* ones, each at its rank."""
    digits = short.astype(">u8").view(np.uint8).reshape(-1, _SHORT)
    lengths = np.zeros(short.size + len(long), np.int64)
    lengths[short_ranks] = (digits != 0).sum(axis=1)
    lengths[long_ranks] = list(map(len, long))
    text = np.empty(int(lengths.sum()), np.uint8)
    of_long = np.zeros(lengths.size, bool)
    of_long[long_ranks] = True
    is_long = np.repeat(of_long, lengths)
    text[~is_long] = digits[digits != 0]
    text[is_long] = np.frombuffer(b"".join(long), np.uint8)
    return Terms(text.tobytes(), np.cumsum(lengths))


def _select(terms: Terms, wanted: list[Array]) -> Terms:
    """The *terms* that are wanted."""
    chosen = np.concatenate(wanted) if wanted else np.zeros(0, bool)
    if chosen.all():
        return terms
    lengths = np.diff(terms.ends, prepend=0)
    text = np.frombuffer(terms.text, np.uint8)[np.repeat(chosen, lengths)]
    return Terms(text.tobytes(), np.cumsum(lengths[chosen]))


_RATIO = 8
_MOST = 4
_HALF = 0.5


def tiers(sizes: Sequence[int], deleted: Sequence[int]) -> list[list[int]]:
    """Groups of segments, by their place in *sizes*, to be merged into one each.

    *sizes* are their documents, *deleted* how many of those are deleted. Segments whose live documents are within
    a power of eight are one tier; a tier of more than four is merged, and a segment more than half deleted.
    """
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for at, (size, lost) in enumerate(zip(sizes, deleted, strict=True)):
        groups[int(log(max(1, size - lost), _RATIO))].append(at)
    alone = [[at] for at, (size, lost) in enumerate(zip(sizes, deleted, strict=True)) if lost > size * _HALF]
    many = [group for group in groups.values() if len(group) > _MOST]
    merged = {at for group in many for at in group}
    return [*many, *(group for group in alone if group[0] not in merged)]
