"""The terms of a field that are like a word, found by operations on all of them at once.

`engines/reference.py` says the same one term at a time; a test holds the two together. Terms that cannot be meant
fall away first, by their length and by which characters they have; the rest is compared character by character.
"""

from __future__ import annotations

import re

import numpy as np

from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings, spread
from searchkit.query.plan import MultiTerm

_ANY = ord("?")
BATCH_SIZE = 8192  # terms: what is made of them on the way, eight bytes a character, stays in a processor's cache


class TermExpansion:
    """The terms of *field* as one array of characters; numbers of terms are those of the field."""

    def __init__(self, field: FieldPostings) -> None:
        self._field = field
        text = field.text
        try:
            self._points = _points_of(text.decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError as error:
            raise field.damaged("a term is not UTF-8") from error
        sizes = field.term_lengths()
        goes_on = (np.frombuffer(text, np.uint8) & 0xC0) == 0x80  # a byte that begins no character
        self._lengths = sizes - np.add.reduceat(goes_on.view(np.int8), np.cumsum(sizes) - sizes, dtype=np.int64)
        if (self._lengths <= 0).any():
            raise field.damaged("a term is not UTF-8")
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._traits = _traits_of_all(self._points, self._starts)
        self._by_length = np.argsort(self._lengths.astype(np.min_scalar_type(sizes.max(initial=0))), kind="stable")
        self._up_to_length = np.cumsum(np.bincount(self._lengths))

    def expand(self, condition: MultiTerm) -> Array:
        """The numbers of the terms that *condition* stands for, ascending."""
        if condition.kind == "pattern":
            return self._fitting(condition.text)
        return self._similar(condition.text, condition.distance)

    def _similar(self, word: str, distance: int) -> Array:
        points = _points_of(word)
        traits = np.bitwise_or.reduce(_traits(points))
        found = []
        for length in range(max(1, points.size - distance), points.size + distance + 1):
            numbers = self._of_length(length)
            having = self._traits[numbers]
            numbers = numbers[_has_few(having & ~traits, distance) & _has_few(traits & ~having, distance)]
            if numbers.size:
                terms = self._points[self._starts[numbers] + np.arange(length)[:, None]]
                found.append(numbers[_are_similar(points, terms, distance)])
        return np.sort(np.concatenate([_NONE, *found]))

    def _of_length(self, length: int) -> Array:
        if length >= self._up_to_length.size:
            return _NONE
        numbers: Array = self._by_length[self._up_to_length[length - 1] : self._up_to_length[length]]
        return numbers

    def _fitting(self, pattern: str) -> Array:
        head, *others = (_points_of(part) for part in pattern.split("*"))
        parts = [part for part in others[:-1] if part.size]
        least = head.size + sum(part.size for part in others)
        if least >= self._up_to_length.size:
            return _NONE
        prefix = re.split(r"[*?\[]", pattern, maxsplit=1)[0].encode("utf-8", "surrogatepass")
        among = self._field.beginning_with(prefix)
        near = slice(among.start, among.stop)
        literal = _points_of(pattern.replace("*", "").replace("?", ""))
        traits = np.bitwise_or.reduce(_traits(literal), initial=np.uint64(0))
        lengths = self._lengths[near]
        fits = (self._traits[near] & traits) == traits
        fits &= lengths >= least if others else lengths == least
        terms = _Terms(np.flatnonzero(fits) + among.start, self._starts, self._lengths, self._points)
        terms.begin_with(head)
        if others:
            terms.end_with(others[-1])
            for part in parts:
                terms.go_on_with(part)
        return terms.numbers


class _Terms:
    """Terms that fit a pattern so far: of each, what is between *at* and *end* is still to be looked at."""

    def __init__(self, numbers: Array, starts: Array, lengths: Array, points: Array) -> None:
        self.numbers = numbers
        self._points = points
        self._at = starts[numbers]
        self._end = self._at + lengths[numbers]

    def begin_with(self, part: Array) -> None:
        """Keep those that go on with *part* right here."""
        self._keep_equal(part, self._at)
        self._at = self._at + part.size

    def end_with(self, part: Array) -> None:
        """Keep those that end with *part*."""
        self._end = self._end - part.size
        self._keep_equal(part, self._end)

    def go_on_with(self, part: Array) -> None:
        """Keep those that have *part* anywhere; what is before its first place is done with."""
        if 8 * int((self._end - self._at).sum()) < self._points.size:
            self._leave_the_rest()
        if self._points.size < part.size:
            self._keep(np.zeros(self.numbers.size, bool))
            return
        here = np.ones(self._points.size - part.size + 1, bool)
        for back, point in enumerate(part.tolist()):
            if point != _ANY:
                here &= self._points[back : back + here.size] == point
        places = np.append(np.flatnonzero(here), self._points.size)
        first = places[np.searchsorted(places, self._at)]
        self._at = first + part.size
        self._keep(self._at <= self._end)

    def _leave_the_rest(self) -> None:
        """Let the characters be only those that are still to be looked at."""
        counts = self._end - self._at
        self._points = self._points[spread(self._at, counts)]
        self._end = np.cumsum(counts)
        self._at = self._end - counts

    def _keep_equal(self, part: Array, places: Array) -> None:
        equal = np.ones(self.numbers.size, bool)
        for back, point in enumerate(part.tolist()):
            if point != _ANY:
                equal &= self._points[places + back] == point
        self._keep(equal)

    def _keep(self, chosen: Array) -> None:
        self.numbers, self._at, self._end = self.numbers[chosen], self._at[chosen], self._end[chosen]


_NONE = np.zeros(0, np.int64)


def _points_of(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _traits(points: Array) -> Array:
    """A bit for each character, the same for some; Latin letters and digits have one of their own."""
    bits: Array = np.uint64(1) << ((points + 26 * (points >> 6)) & 63).astype(np.uint64)
    return bits


def _traits_of_all(points: Array, starts: Array) -> Array:
    """The traits of terms that begin at *starts*, some at a time so that what is made on the way is small."""
    found = np.zeros(starts.size, np.uint64)
    for first in range(0, starts.size, BATCH_SIZE):
        some = starts[first : first + BATCH_SIZE + 1]
        stop = int(some[-1]) if some.size > BATCH_SIZE else points.size
        begins = some[:BATCH_SIZE]
        traits = _traits(points[begins[0] : stop])
        found[first : first + begins.size] = np.bitwise_or.reduceat(traits, begins - begins[0])
    return found


def _has_few(bits: Array, most: int) -> Array:
    """Whether at most so many bits are set."""
    for _ in range(most):
        bits = bits & (bits - np.uint64(1) * (bits > 0))
    few: Array = bits == 0
    return few


def _are_similar(word: Array, terms: Array, distance: int) -> Array:
    """Whether each of the *terms*, one a column, is at most *distance* edits from *word*: the rows of the table of
    `reference.edit_distance`, of all terms at once, as far as they can be small enough."""
    length, count = terms.shape
    far = distance + 1
    before = row = np.full((length + 1, count), far, np.uint8)
    row = row.copy()
    row[: far + 1] = np.arange(min(far, length) + 1)[:, None]
    for i, point in enumerate(word.tolist(), 1):
        following = np.full_like(row, far)
        following[0] = min(i, far)
        equal = terms == point
        for j in range(max(1, i - distance), min(length, i + distance) + 1):
            cost = np.minimum(np.minimum(row[j], following[j - 1]) + 1, row[j - 1] + ~equal[j - 1])
            if i > 1 and j > 1:
                swapped = equal[j - 2] & (terms[j - 1] == word[i - 2])
                cost = np.where(swapped, np.minimum(cost, before[j - 2] + 1), cost)
            following[j] = np.minimum(cost, far)
        before, row = row, following
        if row.min() == far:
            break
    near: Array = row[length] <= distance
    return near
