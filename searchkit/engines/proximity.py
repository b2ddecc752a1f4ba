"""Spans of several pieces in one text -> whether all of them stand close together."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int, int]


def within_reach(spans: Iterable[Span], pieces: int, room: int) -> bool:
    """Whether one stretch of *room* tokens holds a span of each of the *pieces*.

    A span is (first position, position after the last, number of the piece).
    """
    ordered = sorted(spans)
    for first, (begin, _, _) in enumerate(ordered):
        seen = set()
        for start, end, piece in ordered[first:]:
            if start >= begin + room:
                break
            if end <= begin + room:
                seen.add(piece)
        if len(seen) == pieces:
            return True
    return False
