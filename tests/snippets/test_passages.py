"""The passages shown of an article."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold_case
from searchkit.model import Range, Snippet
from searchkit.query.parser import parse
from searchkit.query.planner import make_plan
from searchkit.snippets import make_snippets, passages
from tests.analysis.texts import TEXTS

ANALYZER = Analyzer()
FILLER = "这一句只是为了占些地方，里面没有要找的东西。"


def snippets(text: str, query: str, weights: dict[str, float] | None = None) -> tuple[Snippet, ...]:
    told = {tuple(ANALYZER.characters(word)): weight for word, weight in (weights or {}).items()}
    return make_snippets(text, make_plan(parse(query), ANALYZER).highlights, told)


def shown(text: str, query: str) -> list[str]:
    return [snippet.text for snippet in snippets(text, query)]


def marked(snippet: Snippet) -> list[str]:
    return [snippet.text[start:end] for start, end in snippet.highlights]


def test_a_snippet_is_a_whole_sentence() -> None:
    text = FILLER * 5 + "昨天公司宣布融资两亿元，用来建设新的实验室。" + FILLER * 5
    (only,) = shown(text, "融资")
    assert only.startswith("昨天公司宣布融资")
    assert only.endswith("。")


@pytest.mark.parametrize("end", ["。", "！", "？", "；", "…", "……", "！？", "。”", "!", "?", "\n"])
def test_a_sentence_ends_at_its_sign(end: str) -> None:
    (only,) = shown(f"{'前面一句' * 30}{end}昨天下午，公司宣布融资两亿元{end}{'后面一句' * 30}", "融资")
    assert only == f"昨天下午，公司宣布融资两亿元{end}".strip()


def test_the_next_sentences_fill_the_passage() -> None:
    (only,) = shown("公司宣布融资。" + FILLER * 10, "融资")
    assert only == "公司宣布融资。" + FILLER * 5
    assert len(only) <= 120


def test_a_passage_does_not_go_on_over_a_line_end() -> None:
    assert shown("标题行\n公司宣布融资。再说一句。\n另一段", "融资") == ["公司宣布融资。再说一句。"]


def test_a_long_sentence_is_cut_to_about_120_characters_around_the_match() -> None:
    text = "，".join(["这是一个没有句号的很长的句子"] * 30 + ["公司宣布融资"] + ["后面还有很多很多的话"] * 30)
    (only,) = snippets(text, "融资")
    assert marked(only) == ["融资"]
    assert 90 <= len(only.text) <= 150


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    text = "，".join(["这是一个没有句号的长句子"] * 30) + "，公司宣布融资" + "，后面还有" * 60
    (only,) = shown(text, "融资")
    assert only.startswith("这是一个没有句号的长句子，")


def test_a_snippet_keeps_whole_words() -> None:
    words = "retrieval augmented generation improves factuality "
    (only,) = shown(words * 10 + "Seurat " + words * 10, "seurat")
    assert set(only.split()) <= {*words.split(), "Seurat"}


@pytest.mark.parametrize("shift", range(12))
def test_a_snippet_never_starts_inside_a_latin_word(shift: int) -> None:
    text = "中" * shift + " ".join(["internationalization"] * 3) + "的" * 18 + "融资" + "后" * 200
    (only,) = shown(text, "融资")
    start = text.index(only)
    around = text[start - 1 : start + 1]
    assert not (around.isascii() and around.isalpha())


@pytest.mark.parametrize("one", ["👨‍👩‍👧‍👦", "👩🏽‍🔬", "👍🏿", "🏳️‍🌈", "❤️", "🇨🇳", "1️⃣", "e\u0301", "か\u3099", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
@pytest.mark.parametrize("text", ["{0}融资{0}", "{0}融资", "安装\n{0}", "{0}\n安装", "{1}安装{0}"])
def test_a_passage_is_not_cut_inside_of_what_is_shown_as_one_character(one: str, text: str) -> None:
    for shift in range(14):
        whole = text.format("中" * shift + (one * 3 + "好") * 60, "好" * shift + one)
        for passage in shown(whole, "融资 安装"):
            for piece in (*whole.split(passage, 1), passage):
                assert not piece.replace(one, "").strip("\n中好融资安装")


def test_at_most_three_passages_are_shown_in_their_order() -> None:
    text = "\n".join(
        [FILLER, "第一处银行。", FILLER, "第二处改革。", FILLER, "第三处数据。", FILLER, "第四处模型。"]
    )
    found = shown(text, "银行 改革 数据 模型")
    assert len(found) == 3
    assert [text.index(passage) for passage in found] == sorted(text.index(passage) for passage in found)


def test_what_one_passage_shows_is_not_shown_again() -> None:
    lines = ["今年的银行改革有了不少进展。", FILLER, "银行在街角。", FILLER, "改革很难。"]
    assert shown("\n".join(lines), "银行 改革") == ["今年的银行改革有了不少进展。"]


def test_the_passage_with_the_rarer_word_is_chosen() -> None:
    lines = [f"第{number}段，公司开会。" for number in "一二三四五"] + ["最后说到公司里面的那些萤火虫。"]
    (only,) = snippets("\n".join(lines), "公司 萤火虫", {"公司": 0.1, "萤火虫": 5.0})
    assert only.text == "最后说到公司里面的那些萤火虫。"


def test_words_near_each_other_are_shown_before_those_far_apart() -> None:
    apart = "银行今天上午在这里开了一个很长很长的会，说了许多别的事，到最后也没有人再说改革。"
    (only,) = shown("\n".join([apart, FILLER, "大家等了多年，银行的改革总算有了不小的进展。"]), "银行 改革")
    assert only.startswith("大家等了多年")


@pytest.mark.parametrize(
    ("query", "apart", "row"),
    [
        (
            "机器学习",
            "这台机器就像孩子在学习认字，机器先看，再学习，然后被人改正。",
            "后来才有人讲起机器学习的来历。",
        ),
        ("论文写作", "这篇论文教人写作，论文不长，写作的门道却都说到了。", "图书馆每年秋天开一门论文写作的课。"),
        (
            "论文写作",
            "这篇论文教人写作，论文不长，写作的门道却都说到了。",
            "第二章 论文写作\n课在图书馆里上，每周一次，不收钱。",
        ),
        ("花园设计", "花园很大，设计它的人姓陈，花园里的路也由他设计。", "这本書專講花園設計的方法和歷史。"),
        ("维生素D", "维生素分好几种，D是其中的一种，维生素吃多了也不好。", "冬天少见太阳，医生让她补维生素D。"),
        ("R语言", "这门语言叫R，语言本身不难，R的函数却很多。", "下学期她打算从头学一遍R语言。"),
        (
            "open source",
            "The source is open, and an open door is a source of joy.",
            "He wrote about open source in the spring of that year.",
        ),
        ("春节 火车票", "春节快到了，火车票还没买到，春节的火车票总是难买。", "柜台上写着春节火车票开售的日子。"),
    ],
)
def test_words_in_a_row_as_typed_are_shown_before_the_same_words_apart(query: str, apart: str, row: str) -> None:
    told = {query: 2.0}  # as much as its two words
    (only,) = snippets(f"{apart}\n{FILLER}\n{row}\n{FILLER}\n{apart}", query, told)
    assert only.text == row
    assert snippets(f"{apart}\n{FILLER}", query, told)[0].text == apart


def test_words_in_a_row_are_shown_next_to_the_other_words_of_the_query() -> None:
    lines = ["机器在学习。" + FILLER, "她教过两年机器学习这门课。", FILLER, "后来又去研究蜜蜂怎样认路。"]
    found = snippets("\n".join(lines), "机器学习 蜜蜂", {"机器学习": 2.0})
    assert [snippet.text for snippet in found] == ["她教过两年机器学习这门课。", "后来又去研究蜜蜂怎样认路。"]


def test_prose_with_the_words_is_shown_before_code_with_them_in_a_row() -> None:
    prose = "这台机器就像孩子在学习认字，先看，再想，然后被人改正。"
    code = '机器学习 <- train(data, by = "group")'
    (only,) = snippets(f"{code}\n{FILLER}\n{prose}", "机器学习", {"机器学习": 2.0})
    assert only.text == prose


def test_a_short_word_is_no_part_of_a_longer_one_that_has_its_letters() -> None:
    both = "The error came from R after all, and nobody knew why."
    (only,) = shown(f"An error came up again and again in the night.\n{FILLER}\n{both}", "R error")
    assert only == both
    assert shown(f"One error is in here, they say so.\n{FILLER}\n今天教大家怎样用R画一张好看的图。", "error R")[
        -1:
    ] == ["今天教大家怎样用R画一张好看的图。"]


PROSE = "到了周末，我们用萤火虫库把这些图重新画了一遍，颜色好看多了。"


@pytest.mark.parametrize(
    "other",
    [
        "library(萤火虫)",
        'fig <- 萤火虫(data, by = "group")',
        "> 萤火虫$cells[1:3, ]",
        "import numpy as 萤火虫; print(萤火虫.shape)",
        "萤火虫 0.00121 3.55e-08 0.4418 2.310 17 0.95",
        "第三节 萤火虫的安装和使用",
        "作者：萤火虫 编辑：小林",
        "点击下方图片，关注公众号萤火虫",
        "萤火虫 https://fireflies.example/guide https://fireflies.example/faq",
        "萤火虫入门 | 萤火虫进阶 | 萤火虫问答 | 萤火虫下载",
        "萤火虫入门\n萤火虫进阶\n萤火虫问答",
        "[3] Lin Y, et al. 萤火虫 in motion. 2020;12(3):4",
        "萤火虫！",
    ],
)
def test_prose_is_shown_before_what_is_none(other: str) -> None:
    assert shown(f"{other}\n{FILLER}\n{PROSE}\n{FILLER}\n{other}", "萤火虫") == [PROSE]
    assert "萤火虫" in shown(other, "萤火虫")[0]


def test_a_word_that_only_code_has_is_shown_there() -> None:
    (only,) = snippets(f"{FILLER}\nfit <- runFireflies(cells)\n{FILLER}", "runFireflies")
    assert marked(only) == ["runFireflies"]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("一、怎样安装\n先把盒子打开，再插上电源。\n", "一、怎样安装\n先把盒子打开，再插上电源。"),
        ("盒子要横着放。安装完了。\n下一段说的是别的事情。", "盒子要横着放。安装完了。"),
        ("安装\n\n盒子\n\n先把盒子打开，再插上电源。", "安装\n\n盒子\n\n先把盒子打开，再插上电源。"),
        (f"{FILLER}\n安装完了", f"{FILLER}\n安装完了"),
        ("安装", "安装"),
    ],
)
def test_what_says_little_is_shown_with_what_stands_next_to_it(text: str, passage: str) -> None:
    assert shown(text, "安装") == [passage]


@pytest.mark.parametrize("line_end", ["。", "。\n", "\n", "，", "\n\n  "])
def test_no_snippet_is_short_if_the_text_is_not(line_end: str) -> None:
    text = line_end.join(["前面的话", "好", "融资", "又", "后面一句" * 40, "再融资", "好的"])
    assert all(len(snippet.text) >= 12 for snippet in snippets(text, "融资"))


def test_without_a_match_the_first_sentence_is_shown() -> None:
    (only,) = snippets("这是第一句话，说的是天气。" + FILLER * 20, "融资")
    assert only.text.startswith("这是第一句话，说的是天气。")
    assert len(only.text) <= 120
    assert only.highlights == ()


@pytest.mark.parametrize(
    "before", ["作者：小林 来源：山里的报纸", "目录", "library(ggplot2)", "点击上方蓝字，关注我们", "好。"]
)
def test_what_stands_above_the_first_sentence_is_not_shown_for_it(before: str) -> None:
    (only,) = shown(f"{before}\n\n{before}\n{PROSE}\n{FILLER}", "融资")
    assert only.startswith(PROSE)


@pytest.mark.parametrize("text", ["", "  ", "\n\n"])
def test_a_text_without_words_has_no_snippet(text: str) -> None:
    assert snippets(text, "融资") == ()


def test_a_short_text_is_shown_whole() -> None:
    assert snippets("公司融资", "融资") == (Snippet("公司融资", ((2, 4),)),)


def test_originals_in_full_width_and_traditional_characters_are_shown_as_they_are() -> None:
    (only,) = snippets("前面一行\n他說ＧＰＴ－５的機器學習很好。", "gpt-5 机器学习")
    assert only.text == "他說ＧＰＴ－５的機器學習很好。"
    assert marked(only) == ["ＧＰＴ－５", "機器學習"]


def test_ranges_are_characters_of_the_text_shown() -> None:
    text = FILLER * 10 + "公司宣布融资。" + FILLER * 10
    (only,) = snippets(text, "融资")
    ((start, end),) = only.highlights
    assert only.text[start:end] == "融资"


def test_words_that_stand_on_two_lines_are_shown_on_both() -> None:
    (only,) = snippets("上一段说人工\n智能这一段", '"人工智能"')
    assert marked(only) == ["人工\n智能"]


@given(st.lists(TEXTS, max_size=8).map("\n".join), TEXTS)
def test_every_snippet_is_a_piece_of_the_text_and_every_range_a_word_of_the_query(text: str, query: str) -> None:
    highlights = make_plan(parse(query), ANALYZER).highlights
    names = {"".join(mark.tokens) for mark in highlights}
    found = make_snippets(text, highlights, {})
    assert len(found) <= 3
    assert bool(found) == bool(text.strip())
    for snippet in found:
        assert snippet.text in text
        assert snippet.text == snippet.text.strip()
        ranges = snippet.highlights
        assert all(0 <= start < end <= len(snippet.text) for start, end in ranges)
        assert all(before[1] <= after[0] for before, after in pairwise(ranges))
        assert {"".join(fold_case(word).split()) for word in marked(snippet)} <= names


@given(st.text("的一数据分析，a b", min_size=130, max_size=600))
def test_a_snippet_is_about_120_characters_at_most(text: str) -> None:
    assert all(len(snippet.text) <= 180 for snippet in snippets(text, "数据 分析"))


@pytest.mark.parametrize(
    "unit",
    [
        "今天的数据很好，",
        "今天的数据很好。",
        "今天的數據很好㈱",
        "data of the ",
        "data",
        "…",
        "。”",
        "数据",
        "数 据 ",
    ],
)
def test_a_huge_text_on_one_line_is_cut_at_once(unit: str) -> None:
    text = unit * (200_000 // len(unit)) + "数据 data"
    began = time.process_time()
    assert snippets(text, "数据 data")
    assert time.process_time() - began < 1.5


@pytest.mark.parametrize("unit", ["今天的数据很好，", "今天的数据很好。", "big data here "])
def test_the_passages_looked_at_do_not_grow_with_the_matches(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0
    grown = passages._grown

    def counted(text: str, ends: Sequence[int], first: int, last: int, match: Range) -> Range:
        nonlocal looked_at
        looked_at += 1
        return grown(text, ends, first, last, match)

    monkeypatch.setattr(passages, "_grown", counted)
    assert snippets(unit * 20_000, "数据 data")
    assert 0 < looked_at <= 200
