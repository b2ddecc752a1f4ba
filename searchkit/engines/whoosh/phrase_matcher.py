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
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher, encode
from searchkit.query.plan import Phrase

MAX_SHIFT = 1 << 16
"""A start may come out before the first position of its document. Shifted by more than a phrase has tokens,
500 at most (see `query/limits.py`), it is still one of that document."""
FEW = 4
"""In so few documents the places are compared, whatever else the phrase has."""


class _Part(Struct, frozen=True, gc=False):
    """Tokens of a phrase, `length` from its token `at` on: any of the terms with these `numbers` of `field`. Which
    documents have any is said by `listed`, a field and its numbers."""

    at: int
    length: int
    field: FieldPostings
    numbers: Array
    listed: tuple[FieldPostings, Array]


class PhraseMatcher:
    """Looks for phrases in one segment."""

    def __init__(self, segment: SegmentSearcher) -> None:
        self._segment = segment

    def find(self, field: str, phrase: Phrase, known: Array) -> Array:
        """A mask of the documents with *phrase* in *field*.

        Documents that are *known* need not be looked at, and may or may not be in the result.
        """
        parts = self._parts(field, phrase)
        if len(parts) == 1:
            return self._having(parts[0])
        mask = np.zeros(self._segment.size, bool)
        if parts[-1].numbers.size:
            mask[self._starts(parts, ~known) >> 32] = True
        return mask

    def starts(self, field: str, phrase: Phrase) -> Array:
        """Where *phrase* begins in *field*: document << 32 | position, ascending."""
        parts, every = self._parts(field, phrase), np.ones(self._segment.size, bool)
        return self._starts(parts, every) if parts[-1].numbers.size else np.zeros(0, np.int64)

    def _parts(self, name: str, phrase: Phrase) -> list[_Part]:
        """What a text with *phrase* has: pairs of Han characters, and the tokens that are in no pair. The last one
        has no terms if there is no such text."""
        bigrams, characters = self._segment.fields[bigrams_of(name)], self._segment.fields[characters_of(name)]
        tokens, parts = phrase.tokens, list[_Part]()
        are_han = [*map(is_han, tokens), False]
        for at in range(len(tokens)):
            if are_han[at] and are_han[at + 1]:
                numbers = _equal(bigrams, tokens[at] + tokens[at + 1])
                parts.append(_Part(at, 2, bigrams, numbers, (bigrams, numbers)))
            elif not are_han[at]:
                numbers = _terms(characters, phrase, at)
                parts.append(_Part(at, 1, characters, numbers, (characters, numbers)))
            elif not at or not are_han[at - 1]:
                alone = _equal(characters, tokens[at])
                parts.append(_Part(at, 1, bigrams, _beginning(bigrams, tokens[at]), (characters, alone)))
            if parts and not parts[-1].numbers.size:
                break
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


def _equal(field: FieldPostings, term: str) -> Array:
    """The number of *term*, if it is there."""
    number = field.find(encode(term))
    return np.array([number] if number >= 0 else [], np.int64)


def _beginning(field: FieldPostings, term: str) -> Array:
    """The numbers of the terms that begin with *term*."""
    found = field.beginning_with(encode(term))
    return np.arange(found.start, found.stop)


def _terms(field: FieldPostings, phrase: Phrase, at: int) -> Array:
    """Numbers of the terms that may stand for a token that is not Han: itself or, at an open end, longer ones."""
    token, last = phrase.tokens[at], len(phrase.tokens) - 1
    before, after = phrase.open_start and at == 0, phrase.open_end and at == last
    if not token.isalnum() or not (before or after):  # a sign is no part of a longer token
        return _equal(field, token)
    if not before:
        return _beginning(field, token)
    return field.containing(encode(token)) if after else field.ending_with(encode(token))


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
