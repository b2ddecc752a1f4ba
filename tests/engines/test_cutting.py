"""Which words may be those of a text, whatever dictionary cut it."""

from __future__ import annotations

from collections import Counter

import pytest

from searchkit.analysis.analyzer import Analyzer
from searchkit.engines.cutting import is_another_cut

TEXT = "掏心掏肺的付出,付出claude"
EXPECTED = Analyzer().words(TEXT)


def may_be(*words: str) -> bool:
    return is_another_cut(TEXT, Counter(words), Counter(EXPECTED))


@pytest.mark.parametrize("user_word", ["掏心掏肺", "心掏", "的付 100000", "付出", "雾凇拼音 100000000", "掏心 1"])
def test_what_a_dictionary_makes_of_it_is_another_cut(user_word: str) -> None:
    assert may_be(*Analyzer([user_word]).words(TEXT))


def test_single_characters_are_a_cut() -> None:
    assert may_be(*"掏心掏肺的付出付出", "claude")


@pytest.mark.parametrize(
    "words",
    [
        [*EXPECTED, "付出"],  # more often than it stands there
        [*EXPECTED, "出付"],  # stands there only across a sign
        [*EXPECTED, "数据"],
        [*EXPECTED, "claude"],
        [word for word in EXPECTED if word != "claude"],
        [word for word in EXPECTED if word != "的"],
        ["付出" if word == "的" else word for word in EXPECTED],
        list(dict.fromkeys(EXPECTED)),  # each once
        [],
    ],
)
def test_other_words_are_none(words: list[str]) -> None:
    assert not may_be(*words)


@pytest.mark.parametrize("run", ["哈哈哈哈", "人人人", "中华人民共和国", "研究生命起源"])
def test_words_that_overlap_are_counted_wherever_they_begin(run: str) -> None:
    for user_word in ("哈哈", "哈哈哈", "人人", "人民共和国 9000000", "研究生 90000000"):
        words = Counter(Analyzer([user_word]).words(run))
        assert is_another_cut(run, words, Counter(run))
