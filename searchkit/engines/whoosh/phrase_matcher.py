"""Where a phrase stands: tokens one directly after the other, found by sets and sorted numbers.

Each Han character has its positions together with the one that follows, so the lists of a phrase are short.
Documents that cannot have the phrase fall away first, by the rarest lists. In those left, the places of as few
lists as hold all tokens, rarest first, are compared as numbers that hold document and position.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from searchkit.analysis.scripts import is_han
from searchkit.engines.whoosh.fields import bigrams_of, characters_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings, places_in, spread
from searchkit.engines.whoosh.segment.term_dictionary import encode
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.query.plan import Phrase
from searchkit.schema import FIELD_NAMES

_NONE = np.zeros(0, np.int64)
MAX_SHIFT = 1 << 16
"""A start may come out before the first position of its document. Shifted by more than a phrase has tokens,
500 at most (see `query/limits.py`), it is still one of that document."""
FEW = 4
"""In so few documents the places are compared, whatever else the phrase has."""


class _Unit(Struct, frozen=True, gc=False):
    """Tokens of a phrase, `length` from its token `at` on: two Han characters, one alone, or another token, which
    may be the end of a longer one (`before`), or its beginning (`after`)."""

    at: int
    length: int
    text: bytes
    is_han: bool
    before: bool = False
    after: bool = False


class _Part(Struct, frozen=True, gc=False):
    """A unit of a phrase as any of the terms with these `numbers` of `field`. Which documents have any is said by
    `listed`, a field and its numbers."""

    at: int
    length: int
    field: FieldPostings
    numbers: Array
    listed: tuple[FieldPostings, Array]


class PhraseMatcher:
    """Looks for phrases in one segment."""

    def __init__(self, segment: SegmentSearcher) -> None:
        self._segment = segment

    def mark(self, mask: Array, phrase: Phrase) -> None:
        """Set *mask* for the documents with *phrase* in any of its fields; where it is set is not looked."""
        units = _units(phrase)
        for field in phrase.fields or FIELD_NAMES:
            parts = self._parts(field, units)
            if len(parts) == 1:
                self._segment.mark_numbers(mask, *parts[0].listed)
            elif parts:
                mask[self._starts(parts, ~mask) >> 32] = True

    def starts(self, field: str, phrase: Phrase) -> Array:
        """Where *phrase* begins in *field*: document << 32 | position, ascending."""
        parts, every = self._parts(field, _units(phrase)), np.ones(self._segment.size, bool)
        return self._starts(parts, every) if parts else np.zeros(0, np.int64)

    def _parts(self, name: str, units: list[_Unit]) -> list[_Part]:
        """What a text with all *units* has; nothing if there is no such text."""
        bigrams, characters = self._segment.fields[bigrams_of(name)], self._segment.fields[characters_of(name)]
        parts = []
        for unit in units:
            field = bigrams if unit.length == 2 else characters
            if unit.before or unit.after:
                numbers = _longer(field, unit)
            else:
                number = field.find(unit.text)
                numbers = np.array([number]) if number >= 0 else _NONE
            if not numbers.size:
                return []
            listed = field, numbers
            if unit.is_han and unit.length == 1:
                field, numbers = bigrams, _beginning(bigrams, unit.text)
            parts.append(_Part(unit.at, unit.length, field, numbers, listed))
        return parts

    def _starts(self, parts: list[_Part], candidates: Array) -> Array:
        """Where all *parts* stand together in the documents that are *candidates*."""
        sizes = {part.at: _count(part) for part in parts}
        parts = sorted(parts, key=lambda part: sizes[part.at])
        for part in parts:
            candidates &= self._having(part)
            if np.count_nonzero(candidates) <= FEW:
                break
        starts, narrowed = np.zeros(0, np.int64), sum(sizes.values())
        if not candidates.any():
            return starts
        known: dict[tuple[str, bytes], Array] = {}  # a long phrase has many a part again and again
        for done, part in enumerate(_covering(parts)):
            key = (part.field.name, part.numbers.tobytes())
            if key not in known:
                known[key] = _places(part, candidates)
            keys = known[key] - part.at
            starts = _shared(starts, keys) if done else keys
            if not starts.size:
                return starts
            # looking at candidates again costs a pass over them: worth it only where few are left of many
            if keys.size > 4 * starts.size and 2 * starts.size <= narrowed:
                narrowed = starts.size
                candidates = np.zeros(candidates.size, bool)
                candidates[(starts + MAX_SHIFT) >> 32] = True
                known.clear()
        return starts

    def _having(self, part: _Part) -> Array:
        """A mask of the documents that have a part."""
        mask = np.zeros(self._segment.size, bool)
        self._segment.mark_numbers(mask, *part.listed)
        return mask


def _covering(parts: list[_Part]) -> list[_Part]:
    """As many of *parts*, from the first one on, as have every token of the phrase."""
    covered: set[int] = set()
    chosen = []
    for part in parts:
        tokens = range(part.at, part.at + part.length)
        if not covered.issuperset(tokens):
            covered.update(tokens)
            chosen.append(part)
    return chosen


def _count(part: _Part) -> int:
    """How often a part occurs."""
    return int(part.field.occurrences_of(part.numbers)[1].sum())


def _units(phrase: Phrase) -> list[_Unit]:
    """The pairs of Han characters of *phrase*, and the tokens that are in no pair; those at open ends, which are
    looked for among all terms, come last."""
    tokens, last = phrase.tokens, len(phrase.tokens) - 1
    are_han = [*map(is_han, tokens), False]
    whole, ends = list[_Unit](), list[_Unit]()
    for at, token in enumerate(tokens):
        if are_han[at] and are_han[at + 1]:
            whole.append(_Unit(at, 2, encode(token + tokens[at + 1]), True))
        elif are_han[at]:
            if not at or not are_han[at - 1]:
                whole.append(_Unit(at, 1, encode(token), True))
        else:
            is_part = token.isalnum()  # a sign is no part of a longer token
            before, after = is_part and phrase.open_start and at == 0, is_part and phrase.open_end and at == last
            (ends if before or after else whole).append(_Unit(at, 1, encode(token), False, before, after))
    return whole + ends


def _longer(field: FieldPostings, unit: _Unit) -> Array:
    """The numbers of the terms that may stand for a token at an open end: itself or longer ones."""
    if not unit.before:
        return _beginning(field, unit.text)
    return field.containing(unit.text) if unit.after else field.ending_with(unit.text)


def _beginning(field: FieldPostings, prefix: bytes) -> Array:
    """The numbers of the terms that begin with *prefix*."""
    found = field.beginning_with(prefix)
    return np.arange(found.start, found.stop)


def _places(part: _Part, candidates: Array) -> Array:
    """Where *part* stands in the documents that are *candidates*, ascending."""
    field, numbers = part.field, part.numbers
    if numbers.size == 1:
        span = field.span(int(numbers[0]))
        documents, frequencies = field.documents(*span), field.frequencies(*span)
        counts = np.array([documents.size])
    else:
        starts, counts = field.lists_of(numbers)
        postings = spread(starts, counts)
        documents, frequencies = field.documents_at(postings), field.frequencies_at(postings)
    ends = np.cumsum(frequencies, dtype=np.int64)
    before = ends - frequencies
    firsts = np.cumsum(counts) - counts
    starts, occurring = field.occurrences_of(numbers)
    if (np.diff(ends[firsts + counts - 1], prepend=0) != occurring).any():
        raise field.damaged("terms occur more or less often than they have positions")
    begins = np.repeat(starts - before[firsts], counts) + before
    chosen = np.flatnonzero(candidates[documents])
    occurrences = frequencies[chosen].astype(np.int64)
    positions = field.positions_at(spread(begins[chosen], occurrences))
    places = (np.repeat(documents[chosen].astype(np.int64), occurrences) << 32) + positions
    if numbers.size > 1:
        places.sort()
    return places


def _shared(values: Array, others: Array) -> Array:
    """What two arrays have in common; both are ascending, and neither has anything twice."""
    if values.size * 8 < others.size:  # so few are looked up one by one in less time than all are sorted
        found: Array = values[places_in(others, values)[0]]
        return found
    both = np.concatenate((values, others))
    both.sort()
    twice: Array = both[:-1][both[1:] == both[:-1]]
    return twice
