"""The terms of a field that are like a word, found by operations on all of them at once.

`engines/reference.py` says the same one term at a time; a test holds the two together. Terms that cannot be meant
fall away first, by their length and by which characters they have; the rest is compared character by character.
"""

from __future__ import annotations

import re
from functools import cached_property

import numpy as np

from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings, spread
from searchkit.engines.whoosh.segment.term_dictionary import encode
from searchkit.query.plan import MultiTerm

_ANY = ord("?")
_HALVED = 3
"""Characters of a word that has some on either side of its middle."""
_MOST_BYTES = 4
"""That one edit adds or takes away."""
BATCH_SIZE = 8192  # terms: what is made of them on the way, eight bytes a character, stays in a processor's cache


class _Spelled:
    """Terms as one array of characters. *text* is all of them in a row, of so many bytes each.

    Raises:
        DamagedFile: they are no UTF-8.
    """

    def __init__(self, field: FieldPostings, text: bytes, sizes: Array) -> None:
        try:
            self.points = _points_of(text.decode("utf-8", "surrogatepass"))
        except UnicodeDecodeError as error:
            raise field.damaged("a term is not UTF-8") from error
        goes_on = (np.frombuffer(text, np.uint8) & 0xC0) == 0x80  # a byte that begins no character
        self.lengths = sizes - np.add.reduceat(goes_on.view(np.int8), np.cumsum(sizes) - sizes, dtype=np.int64)
        if (self.lengths <= 0).any():
            raise field.damaged("a term is not UTF-8")
        self.starts = np.cumsum(self.lengths) - self.lengths

    def similar(self, numbers: Array, length: int, points: Array, distance: int) -> Array:
        """Those of *numbers*, of terms of this *length*, that are at most *distance* edits from other *points*."""
        if not numbers.size:
            return numbers
        terms = self.points[self.starts[numbers] + np.arange(length)[:, None]]
        return numbers[_are_similar(points, terms, distance)]


class TermExpansion:
    """What terms of *field* are like a word; numbers of terms are those of the field."""

    def __init__(self, field: FieldPostings) -> None:
        self._field = field

    @cached_property
    def _all(self) -> _Spelled:
        return _Spelled(self._field, self._field.text, self._field.term_lengths())

    @cached_property
    def _traits(self) -> Array:
        return _traits_of_all(self._all.points, self._all.starts)

    @cached_property
    def _by_length(self) -> tuple[Array, Array]:
        """The numbers of all terms, the shortest first; and where those of each length end."""
        lengths = self._all.lengths
        order = np.argsort(lengths.astype(np.min_scalar_type(lengths.max(initial=0))), kind="stable")
        return order, np.cumsum(np.bincount(lengths))

    def expand(self, condition: MultiTerm) -> Array:
        """The numbers of the terms that *condition* stands for, ascending."""
        if condition.kind == "pattern":
            return self._fitting(condition.text)
        if condition.distance == 1 and len(condition.text) >= _HALVED:
            return self._one_edit_away(condition.text)
        return self._similar(condition.text, condition.distance)

    def _one_edit_away(self, word: str) -> Array:
        """The terms at most one edit from *word*, which leaves the characters on one side of its middle as they
        are: only such terms are spelled."""
        middle, size = len(word) // 2, len(encode(word))
        near = self._field.of_size(size - _MOST_BYTES, size + _MOST_BYTES)
        head = self._field.beginning_with(encode(word[:middle]))
        first, last = np.searchsorted(near, (head.start, head.stop)).tolist()
        others = np.concatenate((near[:first], near[last:]))
        others = self._field.ending_with(encode(word[middle + 1 :]), others)
        numbers = np.sort(np.concatenate((near[first:last], others)))
        if not numbers.size:
            return numbers
        texts, points = self._field.terms_at(numbers), _points_of(word)
        terms = _Spelled(self._field, b"".join(texts), np.fromiter(map(len, texts), np.int64, len(texts)))
        found = [
            terms.similar(np.flatnonzero(terms.lengths == length), length, points, 1)
            for length in range(points.size - 1, points.size + 2)
        ]
        chosen: Array = numbers[np.sort(np.concatenate(found))]
        return chosen

    def _similar(self, word: str, distance: int) -> Array:
        points = _points_of(word)
        traits = np.bitwise_or.reduce(_traits(points))
        found = []
        for length in range(max(1, points.size - distance), points.size + distance + 1):
            numbers = self._of_length(length)
            having = self._traits[numbers]
            numbers = numbers[_has_few(having & ~traits, distance) & _has_few(traits & ~having, distance)]
            found.append(self._all.similar(numbers, length, points, distance))
        return np.sort(np.concatenate([_NONE, *found]))

    def _of_length(self, length: int) -> Array:
        order, ends = self._by_length
        return order[ends[length - 1] : ends[length]] if length < ends.size else _NONE

    def _fitting(self, pattern: str) -> Array:
        head, *others = (_points_of(part) for part in pattern.split("*"))
        parts = [part for part in others[:-1] if part.size]
        least = head.size + sum(part.size for part in others)
        if least > self._all.lengths.max(initial=0):
            return _NONE
        among = self._field.beginning_with(encode(re.split(r"[*?\[]", pattern, maxsplit=1)[0]))
        near = slice(among.start, among.stop)
        literal = _points_of(pattern.replace("*", "").replace("?", ""))
        traits = np.bitwise_or.reduce(_traits(literal), initial=np.uint64(0))
        lengths = self._all.lengths[near]
        fits = (self._traits[near] & traits) == traits
        fits &= lengths >= least if others else lengths == least
        terms = _Terms(np.flatnonzero(fits) + among.start, self._all)
        terms.begin_with(head)
        if others:
            terms.end_with(others[-1])
            for part in parts:
                terms.go_on_with(part)
        return terms.numbers


class _Terms:
    """Terms that fit a pattern so far: of each, what is between *at* and *end* is still to be looked at."""

    def __init__(self, numbers: Array, terms: _Spelled) -> None:
        self.numbers = numbers
        self._points = terms.points
        self._at = terms.starts[numbers]
        self._end = self._at + terms.lengths[numbers]

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
