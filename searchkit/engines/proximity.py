"""Spans of several phrases in one text -> whether all of them stand close together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

Span = tuple[int, int, int]


def within_reach(spans: Iterable[Span], phrases: int, room: int) -> bool:
    """Whether one stretch of *room* tokens holds a span of each of the *phrases*.

    A span is (first position, position after the last, number of the phrase).
    """
    places: list[list[tuple[int, int]]] = [[] for _ in range(phrases)]
    for start, end, phrase in sorted(spans):
        places[phrase].append((start, end))
    begins = [start for spans_of_one in places for start, _ in spans_of_one]
    return any(all(_reaches(own, begin, begin + room) for own in places) for begin in begins)


def _reaches(spans: list[tuple[int, int]], begin: int, limit: int) -> bool:
    """Whether the first of the sorted *spans* from *begin* on ends within the *limit*."""
    at = bisect_left(spans, (begin, 0))
    return at < len(spans) and spans[at][1] <= limit
