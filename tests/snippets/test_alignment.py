"""Where a passage stands in a text, and what differs."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from searchkit.analysis.normalize import fold_case
from searchkit.snippets.alignment import Alignment, align

TEXT = (
    "清晨的盐湖像一面镜子。\n"
    "守湖人每天走四十里路，看水位和风向，把数字写进蓝皮本子。\n"
    "他说盐是湖的骨头，雨水多的年份骨头就软。2023年夏天水位涨了三十厘米。\n"
    "镜子碎了，鸟却多了起来。"
)


def aligned(passage: str, text: str = TEXT) -> Alignment:
    found = align(passage, text)
    assert found
    return found


def there(passage: str, text: str = TEXT) -> str:
    found = aligned(passage, text)
    return text[found.start : found.end]


@given(start=st.integers(0, len(TEXT) - 12), length=st.integers(10, 60))
def test_a_piece_of_a_text_stands_where_it_was_cut(start: int, length: int) -> None:
    piece = TEXT[start : start + length]
    assume(not re.search(r"^\d年|(?<!\d)\d$", piece))  # a digit alone is everywhere
    found = aligned(piece)
    assert (found.identity, found.differences) == (1.0, ())
    assert TEXT[found.start : found.end] == piece.strip("。，\n")


@pytest.mark.parametrize(
    ("passage", "differences"),
    [
        ("守湖人每周走四十里路，看水位和风向", [("天", "周")]),
        ("守湖人每天走四十里山路，看水位和风向", [("", "山")]),
        ("守湖人每天走四十里，看水位和风向", [("路", "")]),
        ("守湖人每天走五十公里路，看水温和风向", [("四", "五"), ("", "公"), ("位", "温")]),
        ("守湖人每天走四十里路看水位和风向把数字写进蓝皮本子", []),
        ("守湖人每天走四十里路,看水位和風向,把數字寫進藍皮本子。", []),
        ("守 湖 人 每 天 走 四 十 里 路", []),
        ("雨水多的年份骨头就软。2024年夏天水位涨了三十厘米。", [("3", "4")]),
        ("像一面镜子。守湖人每天走", []),
    ],
)
def test_what_differs_is_told(passage: str, differences: list[tuple[str, str]]) -> None:
    assert [(TEXT[d.start : d.end], d.given) for d in aligned(passage).differences] == differences


def test_the_share_that_is_the_same_is_of_the_longer_of_both() -> None:
    assert aligned("守湖人每周走四十里路").identity == pytest.approx(9 / 10)
    assert aligned("守湖人每天走四十里山路").identity == pytest.approx(10 / 11)
    assert aligned("守湖人每天走里路").identity == pytest.approx(8 / 10)


def test_words_around_a_passage_are_not_part_of_it() -> None:
    passage = "盐是湖的骨头，雨水多的年份骨头就软"
    assert there(f"转自朋友圈：{passage}，大家怎么看") == passage


def test_the_place_with_most_of_the_passage_is_taken() -> None:
    text = "盐是湖的。\n" * 30 + "盐是湖的骨头，雨水多的年份骨头就软。\n" + "骨头就软。\n" * 30
    assert there("盐是湖的骨头，雨水多的年份骨头就软", text) == "盐是湖的骨头，雨水多的年份骨头就软"


def test_offsets_are_those_of_the_text_as_it_was_written() -> None:
    """㍿ and ﬁ fold to several characters, and accents to none."""
    text = "㍿ﬁ㍿e\u0301\n" * 5 + "Cafe\u0301 的 ﬁle 在㍿的柜子里，钥匙在门口的花盆下面。"
    assert there("café的file在株式会社的柜子里,钥匙在窗口的花盆下面", text) == text[30:-1]


@pytest.mark.parametrize("passage", ["", "，。", "鲸", "鲸鱼在极夜里歌唱"])
def test_what_has_nothing_of_a_text_stands_nowhere(passage: str) -> None:
    assert align(passage, TEXT) is None


def test_an_empty_text_has_no_passage() -> None:
    assert align("盐是湖的骨头", "") is None


@given(st.text("盐湖骨 \n，aé㍿", max_size=40), st.text("盐湖骨 \n，aé㍿", max_size=80))
def test_differences_make_the_passage_of_the_text(passage: str, text: str) -> None:
    found = align(passage, text)
    if found:
        assert 0 <= found.start < found.end <= len(text)
        assert 0 < found.same <= len(passage) * 4
        assert 0 < found.identity <= 1
        made, at = "", found.start
        for difference in found.differences:
            assert at <= difference.start <= difference.end <= found.end
            made += text[at : difference.start] + difference.given
            at = difference.end
        made += text[at : found.end]
        assert letters(made) in letters(passage)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold_case(text)))


ADDRESS = "https://example.org/articles/2024/05/a-lake-of-salt-and-its-keeper.html?from=feed"


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        (TEXT[12:40] + ADDRESS + TEXT[40:76], TEXT),
        (TEXT[12:76], TEXT[:40] + ADDRESS + TEXT[40:]),
        (TEXT[12:40] + "编者按这里原有一张湖面的照片" + TEXT[40:76], TEXT),
    ],
    ids=["in the passage", "in the text", "a caption"],
)
def test_what_was_put_in_does_not_part_a_passage(passage: str, text: str) -> None:
    found = aligned(passage, text)
    assert text[found.start :].startswith(TEXT[12:39])
    assert text[: found.end].endswith(TEXT[60:76])
    assert len(found.differences) == 1


def test_single_letters_that_are_the_same_are_no_likeness() -> None:
    """Every English sentence has the letters of any other."""
    found = aligned("an ox grew by its own barn", "The by-law of 1870 was signed in a room above the inn.")
    assert (found.same, found.differences) == (2, ())


@pytest.mark.parametrize("unit", ["盐湖", "盐", "盐湖的骨头，", "ab", "é"])
def test_a_passage_that_repeats_takes_linear_time(unit: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        align(unit * 200, unit * times)
        return time.process_time() - began

    seconds(100)
    assert seconds(40_000) < 12 * seconds(10_000) + 0.2
