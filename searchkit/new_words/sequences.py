"""Pieces that stand in a row again and again: how often, how firmly together, and how freely among others.

A sequence of n pieces is frequent only if both sequences of n - 1 pieces in it are, so each length is found among
the sequences of the length before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from searchkit.analysis.scripts import is_segmented
from searchkit.new_words.pieces import Array, Pieces

LEAST_COUNT = 5
"""Of fewer, neither how often they stand together nor what stands next to them tells anything."""
MOST_PIECES, MOST_CHARACTERS = 5, 6


class Sequences(Struct, frozen=True):
    """Sequences of `length` pieces, by number: the `counts` and the `cohesion` of each, from 0 for pieces that
    stand together by chance to 1 for those that never stand apart. They begin at `positions`, which ascend;
    `numbers` says which of them begins there."""

    length: int
    positions: Array
    numbers: Array
    counts: Array
    cohesion: Array

    def among(self, which: Array) -> Sequences:
        """Those for which *which* says so, numbered anew."""
        there = which[self.numbers]
        numbers = (np.cumsum(which, dtype=np.int32) - 1)[self.numbers[there]]
        return Sequences(self.length, self.positions[there], numbers, self.counts[which], self.cohesion[which])

    def first(self) -> Array:
        """Where each of them begins for the first time."""
        return self.positions[np.unique(self.numbers, return_index=True)[1]]

    def mean(self, values: Array) -> Array:
        """For each of them the mean of *values*, one for each position."""
        return np.bincount(self.numbers, values, self.counts.size) / self.counts


def find_sequences(pieces: Pieces) -> Iterator[Sequences]:
    """The frequent sequences of two pieces of Han, of three, …"""
    sizes = np.array([_size(piece) for piece in pieces.vocabulary], np.uint8)[pieces.ids]
    positions = np.flatnonzero(sizes <= MOST_CHARACTERS).astype(np.int32)
    counts = np.bincount(pieces.ids, minlength=len(pieces.vocabulary))
    found = [Sequences(1, positions, pieces.ids[positions], counts, np.zeros(counts.size))]
    ends = np.cumsum(sizes, dtype=np.int32)
    for length in range(2, MOST_PIECES + 1):
        before = found[-1]
        follows = np.flatnonzero(np.diff(before.positions) == 1)
        begins = before.positions[follows]
        follows = follows[ends[begins + length - 1] - ends[begins - 1] <= MOST_CHARACTERS]
        found.append(_longer(found, follows.astype(np.int32)))
        yield found[-1]


def _size(piece: str) -> int:
    """The characters of a piece of Han; of others, more than a word may have."""
    return min(len(piece), MOST_CHARACTERS + 1) if is_segmented(piece) else MOST_CHARACTERS + 1


def _longer(shorter: Sequence[Sequences], follows: Array) -> Sequences:
    """The frequent sequences that begin where one of the last of *shorter* *follows* the other by one piece.

    Cohesion is the normalized pointwise mutual information (Bouma 2009) of those two parts that have least of it.
    """
    before = shorter[-1]
    keys = before.numbers[follows].astype(np.int64) << 32 | before.numbers[follows + 1]
    _, numbers, counts = np.unique(keys, return_inverse=True, return_counts=True)
    length, total = before.length + 1, shorter[0].positions.size
    found = Sequences(length, before.positions[follows], numbers, counts, np.zeros(counts.size))
    found = found.among(counts >= LEAST_COUNT)
    first = found.first()
    information = np.full(found.counts.size, np.inf)
    for size in range(1, length):
        by_chance = _counts_at(shorter[size - 1], first) * _counts_at(shorter[length - size - 1], first + size)
        np.minimum(information, np.log(found.counts * (total / by_chance)), out=information)
    return replace(found, cohesion=information / np.log(total / found.counts))


def _counts_at(sequences: Sequences, positions: Array) -> Array:
    """How often there is what begins at each of *positions*."""
    at = np.searchsorted(sequences.positions, positions)
    return sequences.counts[sequences.numbers[at]].astype(np.float64)


def freedom(sequences: Sequences, pieces: Pieces) -> Array:
    """The entropy of what stands next to each of *sequences*, on the side where it is less. Where a sentence or a
    part of it ends, anything might stand, so each such place counts as another neighbour."""
    is_word = np.array([piece.isalnum() for piece in pieces.vocabulary])
    entropies = []
    for side in (sequences.positions - 1, sequences.positions + sequences.length):
        ids = pieces.ids[side]
        neighbours = np.where(is_word[ids], ids, is_word.size + np.arange(side.size))
        keys, counts = np.unique(sequences.numbers.astype(np.int64) << 32 | neighbours, return_counts=True)
        surprise = np.bincount(keys >> 32, counts * np.log(counts), sequences.counts.size)
        entropies.append(np.log(sequences.counts) - surprise / sequences.counts)
    return np.minimum(*entropies)


def accounts(sequences: Sequences, pieces: Pieces) -> Array:
    """In how many accounts each of *sequences* stands."""
    keys = sequences.numbers.astype(np.int64) << 32 | pieces.accounts_at(sequences.positions)
    return np.bincount(np.unique(keys) >> 32, minlength=sequences.counts.size)
