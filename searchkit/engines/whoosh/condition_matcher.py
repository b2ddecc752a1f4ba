"""A condition -> a mask of the documents of one segment that meet it."""

from __future__ import annotations

import re

import numpy as np

from searchkit.engines.reference import FILES, path_regexp
from searchkit.engines.whoosh.fields import NO_DATE
from searchkit.engines.whoosh.phrase_matcher import PhraseMatcher
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.term_dictionary import encode
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.query import plan
from searchkit.query.plan import Condition, Fields
from searchkit.schema import FIELD_NAMES

CACHE_SIZE, CACHE_BYTES = 32, 1 << 21
"""So many masks are cached, a byte a document each, and more of a small segment: those of a query with 32 words,
which are looked at twice, for any of them and for all, and again for the next page."""

_CACHED = (plan.Word, plan.Phrase, plan.Proximity, plan.MultiTerm, plan.PathGlob, plan.Terms)


class ConditionMatcher:
    """Answers conditions on one segment. Masks may have deleted documents in them; `find` takes them out."""

    def __init__(self, segment: SegmentSearcher) -> None:
        self._segment = segment
        self._phrases = PhraseMatcher(segment)
        self._masks: dict[Condition, Array] = {}
        self._cache_size = max(CACHE_SIZE, CACHE_BYTES // max(1, segment.size))

    def find(self, condition: Condition) -> Array:
        """A mask of the documents that meet *condition*."""
        found: Array = self._find(condition) & self._segment.alive
        return found

    def lacks(self, document: int, condition: Condition) -> bool:
        """Whether one document does not meet *condition*."""
        return not self._find(condition)[document]

    def _find(self, condition: Condition) -> Array:
        """A mask that must not be changed: those of words, phrases, paths and values are cached for the next
        condition with them, such as all words of a query after any, or its next page."""
        if not isinstance(condition, _CACHED):
            return self._evaluate(condition)
        found = self._masks.pop(condition, None)
        if found is None:
            found = self._evaluate(condition)
        self._masks[condition] = found
        if len(self._masks) > self._cache_size:
            del self._masks[next(iter(self._masks))]
        return found

    def _evaluate(self, condition: Condition) -> Array:
        match condition:
            case plan.And(nodes) | plan.Relaxable(nodes):
                return self._all(nodes)
            case plan.Or(nodes):
                found = self._none()
                for node in nodes:
                    found |= self._find(node)
                return found
            case plan.Not(node):
                return ~self._find(node)
            case plan.Terms(field, values):
                found = self._none()
                self._segment.mark(found, field, sorted(map(encode, values)))
                return found
            case plan.PathGlob(pattern):
                found = self._none()
                for name in FILES:
                    self._segment.mark_fitting(found, name, re.compile(path_regexp(pattern), re.DOTALL))
                return found
            case plan.DateRange(since, until):
                return self._date_range(since, until)
            case plan.Word(term, tokens, fields):
                found = self._any_term((term,), fields)
                self._phrases.mark(found, plan.Phrase(tokens, fields))  # the rest by its characters
                return found
            case plan.Phrase():
                found = self._none()
                self._phrases.mark(found, condition)
                return found
            case plan.Proximity():
                return self._proximity(condition)
            case plan.MultiTerm(terms=terms, fields=fields):
                return self._any_term(terms, fields)

    def _none(self) -> Array:
        return np.zeros(self._segment.size, bool)

    def _all(self, nodes: tuple[Condition, ...]) -> Array:
        found = np.ones(self._segment.size, bool)
        for node in nodes:
            found &= self._find(node)
            if not found.any():
                break
        return found

    def _date_range(self, since: int | None, until: int | None) -> Array:
        clocks = self._segment.clocks
        found: Array = clocks != NO_DATE
        if since is not None:
            found &= clocks >= since
        if until is not None:
            found &= clocks < until
        return found

    def _any_term(self, terms: tuple[str, ...], fields: Fields) -> Array:
        found, encoded = self._none(), sorted(map(encode, terms))
        for field in fields or FIELD_NAMES:
            if field in FIELD_NAMES:  # others have no word channel
                self._segment.mark(found, field, encoded)
        return found

    def _proximity(self, condition: plan.Proximity) -> Array:
        found = self._none()
        for field in condition.fields or FIELD_NAMES:
            found[self._close_in(field, condition.phrases, condition.slop)] = True
        return found

    def _close_in(self, field: str, phrases: tuple[tuple[str, ...], ...], slop: int) -> Array:
        """Numbers of the documents in which a stretch has all *phrases*: what `reference.within_reach` says of
        one, of all together. A stretch begins where a phrase does, and documents are farther apart than any."""
        room = sum(map(len, phrases)) + slop
        starts_of: dict[tuple[str, ...], Array] = {}
        for phrase in dict.fromkeys(phrases):
            starts_of[phrase] = self._phrases.starts(field, plan.Phrase(phrase))
            if not starts_of[phrase].size:
                return starts_of[phrase]
        shared = np.ones(self._segment.size, bool)
        for starts in starts_of.values():
            having = self._none()
            having[starts >> 32] = True
            shared &= having
        starts_of = {phrase: starts[shared[starts >> 32]] for phrase, starts in starts_of.items()}
        begins = np.concatenate(list(starts_of.values()))
        begins.sort(kind="stable")  # sorted numbers are looked up faster
        for phrase, starts in sorted(starts_of.items(), key=lambda entry: entry[1].size):
            at = np.searchsorted(starts, begins)
            begins, at = begins[at < starts.size], at[at < starts.size]
            begins = begins[starts[at] + len(phrase) <= begins + room]
        return begins >> 32
