"""Places that two texts have in common -> as many as have the same order in both."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def longest_in_order(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest row of *places*, which are sorted by the first text, that is sorted by the second one too, by
    patience sorting (Fredman, On computing the length of longest increasing subsequences, 1975).

    >>> longest_in_order([(0, 5), (1, 2), (2, 3), (4, 1)])
    [(1, 2), (2, 3)]
    """
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(places):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [place], [number]
    row = []
    number = last[-1] if last else -1
    while number >= 0:
        row.append(places[number])
        number = before[number]
    return row[::-1]
