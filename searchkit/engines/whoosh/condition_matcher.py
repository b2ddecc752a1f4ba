"""A condition -> a mask of the documents of one segment that meet it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from searchkit.engines.whoosh.fields import NO_DATE
from searchkit.engines.whoosh.phrase_matcher import PhraseMatcher
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.query import plan
from searchkit.query.plan import Condition, Fields
from searchkit.schema import FIELD_NAMES

_KEPT, _KEPT_BYTES = 32, 1 << 21
"""So many masks are kept, a byte a document each, and more of a small segment."""


class ConditionMatcher:
    """Answers conditions on one segment. Masks may have deleted documents in them; `find` takes them out."""

    def __init__(self, part: SegmentSearcher) -> None:
        self._part = part
        self._pieces = PhraseMatcher(part)
        self._kept: dict[Condition, Array] = {}
        self._most_kept = max(_KEPT, _KEPT_BYTES // max(1, part.size))

    def find(self, condition: Condition) -> Array:
        """A mask of the documents that meet *condition*."""
        found: Array = self._find(condition) & self._part.alive
        return found

    def _find(self, condition: Condition) -> Array:
        """A mask that must not be changed: those of words and pieces are kept for the next condition with them,
        such as the same query with fewer words wanted, or its next page."""
        if not isinstance(condition, (plan.Word, plan.Phrase, plan.Proximity, plan.MultiTerm)):
            return self._evaluate(condition)
        found = self._kept.pop(condition, None)
        if found is None:
            found = self._evaluate(condition)
        self._kept[condition] = found
        if len(self._kept) > self._most_kept:
            del self._kept[next(iter(self._kept))]
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
            case plan.MinimumMatch(count, nodes):
                return self._at_least(count, nodes)
            case plan.Not(node):
                return ~self._find(node)
            case plan.Terms(field, values):
                found = self._none()
                self._part.mark(found, field, values)
                return found
            case plan.DateRange(since, until):
                return self._dated(since, until)
            case plan.Word(term, tokens, fields):
                return self._word(term, tokens, fields)
            case plan.Phrase():
                found = self._none()
                self._mark_piece(found, condition)
                return found
            case plan.Proximity():
                return self._near(condition)
            case plan.MultiTerm(fields=fields):
                return self._like(condition, fields)

    def _none(self) -> Array:
        return np.zeros(self._part.size, bool)

    def _all(self, nodes: tuple[Condition, ...]) -> Array:
        found = np.ones(self._part.size, bool)
        for node in nodes:
            found &= self._find(node)
            if not found.any():
                break
        return found

    def _at_least(self, count: int, nodes: tuple[Condition, ...]) -> Array:
        met = np.zeros(self._part.size, np.uint32)
        for node in nodes:
            met += self._find(node)
        enough: Array = met >= count
        return enough

    def _dated(self, since: int | None, until: int | None) -> Array:
        clocks = self._part.clocks
        found: Array = clocks != NO_DATE
        if since is not None:
            found &= clocks >= since
        if until is not None:
            found &= clocks < until
        return found

    def _word(self, term: str, tokens: tuple[str, ...], fields: Fields) -> Array:
        """Documents with the term; the rest are looked through for its characters."""
        found = self._none()
        for field in _words_in(fields):
            self._part.mark(found, field, (term,))
        self._mark_piece(found, plan.Phrase(tokens, fields))
        return found

    def _mark_piece(self, found: Array, piece: plan.Phrase) -> None:
        for field in piece.fields or FIELD_NAMES:
            having = self._pieces.find(field, piece, found)
            if having is not None:
                found |= having

    def _like(self, wanted: plan.MultiTerm, fields: Fields) -> Array:
        found = self._none()
        for name in _words_in(fields):
            field = self._part.field(name)
            if field is not None:
                self._part.mark_numbers(found, field, self._part.like(name, wanted))
        return found

    def _near(self, near: plan.Proximity) -> Array:
        found = self._none()
        for field in near.fields or FIELD_NAMES:
            found[self._near_in(field, near.pieces, near.slop)] = True
        return found

    def _near_in(self, field: str, pieces: tuple[tuple[str, ...], ...], slop: int) -> Array:
        """Numbers of the documents in which a stretch has all *pieces*: what `proximity.within_reach` says of one
        document, of all at once. A stretch begins where a piece does, and documents are farther apart than any."""
        room = sum(map(len, pieces)) + slop
        places: dict[tuple[str, ...], Array] = {}
        for piece in dict.fromkeys(pieces):
            places[piece] = self._pieces.starts(field, plan.Phrase(piece))
            if not places[piece].size:
                return places[piece]
        shared = self._shared(list(places.values()))
        places = {piece: starts[shared[starts >> 32]] for piece, starts in places.items()}
        begins = np.concatenate(list(places.values()))
        begins.sort(kind="stable")  # sorted numbers are looked up faster
        for piece, starts in sorted(places.items(), key=lambda entry: entry[1].size):
            at = np.searchsorted(starts, begins)
            begins, at = begins[at < starts.size], at[at < starts.size]
            begins = begins[starts[at] + len(piece) <= begins + room]
        return begins >> 32

    def _shared(self, several: list[Array]) -> Array:
        """A mask of the documents that each of *several* lists of places has."""
        shared = np.ones(self._part.size, bool)
        for places in several:
            having = self._none()
            having[places >> 32] = True
            shared &= having
        return shared


def _words_in(fields: Fields) -> Iterator[str]:
    """Those of *fields* that have a word channel."""
    return (field for field in fields or FIELD_NAMES if field in FIELD_NAMES)
