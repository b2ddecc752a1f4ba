"""How far two words are apart, against the plain definition; whether spans stand close together."""

from __future__ import annotations

import re
import time
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engines.reference import edit_distance, path_regexp, within_reach


def plain_distance(a: str, b: str) -> int:
    """Optimal string alignment as its recurrence says it."""

    @lru_cache(None)
    def apart(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(apart(i - 1, j) + 1, apart(i, j - 1) + 1, apart(i - 1, j - 1) + (a[i - 1] != b[j - 1]))
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            best = min(best, apart(i - 2, j - 2) + 1)
        return best

    return apart(len(a), len(b))


WORDS = st.text("abc", max_size=7)


@given(WORDS, WORDS, st.sampled_from([1, 2, 3]))
def test_words_near_each_other_are_as_far_apart_as_defined(a: str, b: str, limit: int) -> None:
    assert min(edit_distance(a, b, limit), limit + 1) == min(plain_distance(a, b), limit + 1)


def test_two_letters_changed_at_both_ends() -> None:
    assert edit_distance("abcde", "xbcdy", 2) == 2


def test_every_phrase_must_lie_within_one_stretch() -> None:
    assert within_reach([(0, 2, 0), (5, 7, 1)], phrases=2, room=7)
    assert not within_reach([(0, 2, 0), (5, 7, 1)], phrases=2, room=6)
    assert not within_reach([(0, 2, 0), (1, 3, 0)], phrases=2, room=9)


def test_order_does_not_matter() -> None:
    assert within_reach([(5, 7, 0), (0, 2, 1)], phrases=2, room=7)


def test_many_occurrences_take_no_long_time() -> None:
    spans = [(2 * n, 2 * n + 1, 0) for n in range(100_000)]
    began = time.process_time()
    assert not within_reach(spans, phrases=2, room=5)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("pattern", ["*a" * 90 + "b", "?*" * 90 + "b", "*" * 200, "**/" * 12 + "b"])
def test_no_pattern_of_paths_takes_long(pattern: str) -> None:
    began = time.process_time()
    assert bool(re.fullmatch(path_regexp(pattern), "x/" * 6 + "a" * 250)) is ("b" not in pattern)
    assert time.process_time() - began < 1
