"""Words of asking and of grammar: which they are, and that they weigh little beside others."""

from __future__ import annotations

import pytest

from searchkit.analysis.analyzer import Analyzer
from searchkit.bm25f import ASKING_WEIGHT, BIGRAM_WEIGHT
from searchkit.query.asking import is_asking
from searchkit.query.parser import parse
from searchkit.query.plan import RankTerm
from searchkit.query.planner import make_plan


def ranked(query: str) -> dict[tuple[str, str], float]:
    rank: tuple[RankTerm, ...] = make_plan(parse(query), Analyzer()).rank
    return {(term.channel, term.term): term.weight for term in rank if term.fields is None}


@pytest.mark.parametrize(
    "word",
    [
        "怎么",
        "如何",
        "怎样",
        "什么",
        "为什么",
        "哪些",
        "能",
        "可以",
        "是",
        "有",
        "吗",
        "的",
        "时候",
        "能不能",
        "how",
        "what",
        "the",
    ],
)
def test_a_word_of_asking_or_of_grammar_is_known(word: str) -> None:
    assert is_asking(word)


@pytest.mark.parametrize(
    "word",
    ["方法", "工具", "问题", "原因", "区别", "还", "得", "我", "他", "用", "做", "画", "for", "if", "not"],
)
def test_a_word_that_may_be_what_is_wanted_is_none(word: str) -> None:
    assert not is_asking(word)


@pytest.mark.parametrize("words", ["怎么", "如何", "怎样"])
def test_words_of_asking_weigh_little_beside_others(words: str) -> None:
    weights = ranked(f"{words}给花浇水")
    assert weights["words", words] == weights["words", "浇水"] * ASKING_WEIGHT
    assert weights["bigrams", words] == weights["bigrams", "浇水"] * ASKING_WEIGHT


def test_words_of_asking_alone_weigh_as_others() -> None:
    weights = ranked("为什么")
    assert weights["words", "为什么"] == 1.0
    assert weights["bigrams", "什么"] == BIGRAM_WEIGHT


def test_traditional_and_full_width_words_of_asking_weigh_little_too() -> None:
    assert ranked("為什麼下雨")["words", "为什么"] == ASKING_WEIGHT
    assert ranked("Ｈｏｗ 下雨")["words", "how"] == ASKING_WEIGHT
