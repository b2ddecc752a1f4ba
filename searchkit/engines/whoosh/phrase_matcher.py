"""Where a phrase stands: contiguous tokens of the character channel, found by sets and sorted numbers.

Documents that cannot have the phrase fall away first: two Han characters in a row are one look-up among the
bigrams. In those left, the places of each token, rarest first, are compared as numbers that hold document and
position.
"""

from __future__ import annotations

from itertools import compress, pairwise

import numpy as np

from searchkit.analysis.scripts import is_han
from searchkit.engines.whoosh.fields import bigrams_of, characters_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings, spread
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher, encode
from searchkit.query.plan import Phrase
from searchkit.schema import FIELD_NAMES

MAX_SHIFT = 1 << 16
"""A start may come out before the first position of its document. Shifted by more than a phrase has tokens,
500 at most (see `query/limits.py`), it is still one of that document."""


class PhraseMatcher:
    """Looks for phrases in one segment."""

    def __init__(self, segment: SegmentSearcher) -> None:
        self._segment = segment

    def find(self, field: str, phrase: Phrase, known: Array) -> Array:
        """A mask of the documents with *phrase* in *field*.

        Documents that are *known* need not be looked at, and may or may not be in the result.
        """
        tests = _tests(field, phrase)
        candidates = self._candidates(field, phrase, tests)
        if len(tests) == 1:  # which says it all
            return candidates
        mask = np.zeros(self._segment.size, bool)
        mask[self._starts(field, phrase, candidates & ~known) >> 32] = True
        return np.ones(self._segment.size, bool) if mask is None else mask

    def starts(self, field: str, phrase: Phrase) -> Array:
        """Where *phrase* begins in *field*: document << 32 | position, ascending."""
        return self._starts(field, phrase, self._candidates(field, phrase, _tests(field, phrase)))

    def _candidates(self, name: str, phrase: Phrase, tests: list[int | str]) -> Array:
        """A mask of the documents that pass all *tests*."""
        field = self._segment.fields[characters_of(name)]
        masks = (self._mask_of(field, name, phrase, step) for step in tests)
        mask = next(masks)
        for met in masks:
            if not mask.any():
                break
            mask &= met
        return mask

    def _mask_of(self, field: FieldPostings, name: str, phrase: Phrase, step: int | str) -> Array:
        """A mask of the documents that pass one test."""
        mask = np.zeros(self._segment.size, bool)
        if isinstance(step, int):
            self._segment.mark_numbers(mask, field, _terms(field, phrase, step))
        else:
            mask[self._segment.documents(bigrams_of(name), step)] = True
        return mask

    def _starts(self, name: str, phrase: Phrase, candidates: Array) -> Array:
        starts = np.zeros(0, np.int64)
        if not candidates.any():
            return starts
        field = self._segment.fields[characters_of(name)]
        terms = [_terms(field, phrase, at) for at in range(len(phrase.tokens))]
        sizes = [int(field.occurrences_of(numbers)[1].sum()) for numbers in terms]
        order = sorted(range(len(terms)), key=sizes.__getitem__)
        narrowed = sum(sizes)
        known: dict[bytes, Array] = {}  # a long phrase has many a token again and again
        for done, at in enumerate(order):
            key = terms[at].tobytes()
            if key not in known:
                known[key] = _occurrences_of(field, terms[at], candidates)
            keys = known[key] - at
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


def _tests(name: str, phrase: Phrase) -> list[int | str]:
    """What a document must have: pairs of Han characters, as text, and other tokens, by their place."""
    tokens = phrase.tokens
    is_pair = [name in FIELD_NAMES and is_han(one) and is_han(other) for one, other in pairwise(tokens)]
    pairs = [one + other for one, other in compress(pairwise(tokens), is_pair)]
    return [*pairs, *(at for at in range(len(tokens)) if not any(is_pair[max(0, at - 1) : at + 1]))]


def _terms(field: FieldPostings, phrase: Phrase, at: int) -> Array:
    """Numbers of the terms that may stand for one token: itself or, at an open end, longer ones."""
    token, last = phrase.tokens[at], len(phrase.tokens) - 1
    before, after = phrase.open_start and at == 0, phrase.open_end and at == last
    encoded = encode(token)
    runs_on = token.isalnum() and not is_han(token[0])  # only letters and digits can be a part of a longer token
    if not (runs_on and (before or after)):
        number = field.find(encoded)
        return np.array([number] if number >= 0 else [], np.int64)
    if not before:
        found = field.beginning_with(encoded)
        return np.arange(found.start, found.stop)
    return field.containing(encoded) if after else field.ending_with(encoded)


def _occurrences_of(field: FieldPostings, numbers: Array, candidates: Array) -> Array:
    """Where the terms with these *numbers* stand in the documents that are *candidates*, ascending."""
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
        at = np.searchsorted(others, values)
        at[at == others.size] = 0
        found: Array = values[others[at] == values]
        return found
    both = np.concatenate((values, others))
    both.sort()
    twice: Array = both[:-1][both[1:] == both[:-1]]
    return twice
