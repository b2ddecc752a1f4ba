"""Where the words of a query stand in a text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold_case
from searchkit.query.parser import parse
from searchkit.query.plan import Highlight
from searchkit.query.planner import make_plan
from searchkit.snippets import find_ranges
from searchkit.snippets.highlights import find_matches
from searchkit.snippets.page import Page
from tests.analysis.texts import MARKED_TEXTS

ANALYZER = Analyzer()


def marked(text: str, query: str) -> list[str]:
    """What *query* marks in *text*."""
    highlights = make_plan(parse(query), ANALYZER).highlights
    return [text[start:end] for start, end in find_ranges(text, highlights)]


def mark(word: str, *, open_ends: bool = False) -> Highlight:
    return Highlight(tuple(ANALYZER.characters(word)), open_ends, open_ends)


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("今天的融资新闻", "融资", ["融资"]),
        ("融资，再融资", "融资", ["融资", "融资"]),
        ("人工智能很智能", "人工智能", ["人工智能"]),
        ("人工湖边的智能手机", "人工智能", ["人工", "智能"]),
        ("人工智能很智能", "人工 智能", ["人工智能", "智能"]),
        ("人工湖边的智能手机，人工智能", '"人工智能"', ["人工智能"]),
        ("人民的银行，人民银行", "人民银行降准了吗", ["人民银行"]),
        ("单细胞不是细胞", "单细胞", ["单细胞"]),
        ("單細胞不是細胞", "单细胞", ["單細胞"]),
        ("一个细胞", "单细胞", ["细胞"]),
        ("单细胞不是细胞", "单细胞 细胞", ["单细胞", "细胞"]),
        ("单细胞的细胞通讯", "单细胞 细胞通讯", ["单细胞", "细胞通讯"]),
        ("CO2有2种", "CO2", ["CO2"]),
        ("有2种", "CO2", []),
        ("GPT-4和4个GPT", "GPT-4", ["GPT-4"]),
        ("GPT-5和4个", "GPT-4", ["GPT"]),
        ("FindMarkers会find所有markers", "FindMarkers", ["FindMarkers"]),
        ("7个人，2024年7月", "2024年7月 选举", ["2024年7月"]),
        ("用FindMarkers找基因", "markers", ["Markers"]),
        ("用FindMarkers找基因", "findmarkers", ["FindMarkers"]),
        ("this article is art", "art", ["art"]),
        ("an article", "art", []),
        ("iPhone15和iPhone", "iphone", ["iPhone", "iPhone"]),
        ("升级到GPT-5.2了", "GPT-5.2", ["GPT-5.2"]),
        ("C++和C", "C++", ["C++"]),
        ("p<0.05有意义", "p<0.05", ["p<0.05"]),
        ("10x与100x", "10x", ["10x"]),
        ("ＧＰＴ－５很好", "gpt-5", ["ＧＰＴ－５"]),
        ("機器學習與機器", "机器学习", ["機器學習", "機器"]),
        ("机器学习", "機器學習", ["机器学习"]),
        ("这是①号", "1", ["①"]),
        ("重5㎏", "kg", ["㎏"]),
        ("零\u200b宽字", "零宽", ["零\u200b宽"]),
        ("cafe\u0301里", "café", ["cafe\u0301"]),
        ("雾凇 拼音", "雾凇拼音", ["雾凇 拼音"]),
        ("猫在这里，狗在那里", "猫 狗", ["猫", "狗"]),
        ("没有", "融资", []),
        ("", "融资", []),
    ],
)
def test_what_a_query_marks(text: str, query: str, words: list[str]) -> None:
    assert marked(text, query) == words


def test_a_part_of_a_word_is_not_marked_if_the_word_stands_elsewhere_in_the_article() -> None:
    part = Highlight(("细", "胞"), whole=("单", "细", "胞"))
    assert find_ranges("细胞图谱", (part,)) == find_ranges("细胞图谱", (part,), "说的是细胞") == ((0, 2),)
    assert find_ranges("细胞图谱", (part,), "说的是單細胞") == ()


def test_ranges_are_offsets_in_the_text_as_it_is() -> None:
    assert find_ranges("㈱ｉＰｈｏｎｅ１５與龍", (mark("iphone"), mark("龙"))) == ((1, 7), (10, 11))


def test_of_two_words_that_overlap_the_first_counts() -> None:
    text = "研究生命科学"
    ranges = find_ranges(text, (mark("生命"), mark("研究生")))
    assert [text[start:end] for start, end in ranges] == ["研究生"]


def test_of_two_words_that_begin_together_the_longest_counts() -> None:
    assert find_ranges("人工智能", (mark("人工"), mark("人工智能"))) == ((0, 4),)


def test_a_mark_with_open_ends_may_lie_inside_a_word() -> None:
    assert find_ranges("FindMarkers", (mark("dmark", open_ends=True),)) == ((3, 8),)
    assert find_ranges("FindMarkers", (mark("dmark"),)) == ()


def test_a_part_of_a_character_is_not_marked() -> None:
    assert find_ranges("½ ㈱", (mark("2"), mark("1"), mark("株"))) == ()


def test_of_many_matches_the_first_are_found() -> None:
    marks = (Highlight(("甲",)), Highlight(("乙", "甲")), Highlight(("2",)))
    text = "乙甲½甲2甲½乙甲" * 20
    (every,) = find_matches(Page((text,)), marks, rests=("",))
    assert len(every) == 100
    assert all(
        find_matches(Page((text,)), marks, most, rests=("",)) == [every[:most]]
        for most in (0, 1, 7, 99, 100, 1_000)
    )


def test_a_number_inside_a_longer_number_is_not_marked() -> None:
    assert find_ranges("2024年", (mark("20"), mark("24"))) == ()


@pytest.mark.parametrize(
    ("text", "word", "whole"),
    [
        ("一家👨\u200d👩\u200d👧人", "👩", "👨\u200d👩\u200d👧"),
        ("👩🏽\u200d🚀起飞", "🚀", "👩🏽\u200d🚀"),
        ("点赞👍🏽！", "👍", "👍🏽"),
        ("👍👎", "👎", "👎"),
        ("人\u200d民", "民", "民"),
    ],
)
def test_an_emoji_of_several_characters_is_marked_whole(text: str, word: str, whole: str) -> None:
    ((start, end),) = find_ranges(text, [Highlight((word,))])
    assert text[start:end] == whole


@pytest.mark.parametrize(
    ("text", "word", "marked"),
    [
        ("面积 A² 与 B³", ("a", "2"), ["A²"]),
        ("在2024¹年", ("2024",), ["2024"]),
        ("步骤①开机", ("步", "骤", "1"), ["步骤①"]),
        ("理查德·凯利", tuple("理查德凯利"), ["理查德·凯利"]),
        ("TGFβ与β", ("tgf",), ["TGF"]),
        ("フリーレンの旅", tuple("フリーレン"), ["フリーレン"]),
        ("½ 杯", ("1",), []),
        ("計畫與看著", tuple("计划"), ["計畫"]),
        ("Pokémon", ("pokemon",), ["Pokémon"]),
        ("Mann–Whitney", ("mann", "-", "whitney"), ["Mann–Whitney"]),
    ],
)
def test_a_word_is_marked_as_it_is_spelled(text: str, word: tuple[str, ...], marked: list[str]) -> None:
    assert [text[start:end] for start, end in find_ranges(text, [Highlight(word)])] == marked


def test_the_case_of_a_letter_that_grows_does_not_shift_ranges() -> None:
    text = "Straße İstanbul 融资"
    assert [text[start:end] for start, end in find_ranges(text, (mark("融资"),))] == ["融资"]


@given(MARKED_TEXTS, st.data(), st.booleans())
def test_every_range_is_a_mark(text: str, data: st.DataObject, open_ends: bool) -> None:
    pieces = data.draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5)), max_size=4))
    terms = [*ANALYZER.words(text), *(text[start : start + length] for start, length in pieces)]
    highlights = [mark(term, open_ends=open_ends) for term in terms if ANALYZER.characters(term)]
    names = {"".join(highlight.tokens) for highlight in highlights}
    ranges = find_ranges(text, highlights)
    for start, end in ranges:
        assert "".join(fold_case(text[start:end]).split()) in names
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))
    assert all(0 <= start < end <= len(text) for start, end in ranges)


@given(st.text("的人数据分析机器学习 ", min_size=1, max_size=40), st.integers(0, 39), st.integers(1, 6))
def test_every_piece_of_han_of_a_text_is_marked(text: str, start: int, length: int) -> None:
    piece = text[start : start + length].strip()
    if piece:
        assert find_ranges(text, (mark(piece),))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a" * 100_000, "a"),
        ("aB" * 50_000, "a"),
        ("ab " * 50_000, "ab"),
        ("a" + " " * 100_000, "a b"),
        ("数据" * 50_000, "数据"),
        ("數據½" * 30_000, "数据"),
    ],
    ids=lambda value: f"{value[:6]}… {len(value)}",
)
def test_a_huge_text_is_searched_at_once(text: str, word: str) -> None:
    began = time.process_time()
    find_ranges(text, (mark(word),))
    assert time.process_time() - began < 1
