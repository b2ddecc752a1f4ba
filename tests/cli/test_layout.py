"""Lines that fit a terminal, whatever the script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.cli.layout import break_lines, cell_width, clip_ranges, wrap

TEXTS = st.text(alphabet="月食是 红色ab，。“”（）\u0301👍ｉ-", max_size=60)


def test_full_width_characters_take_two_columns() -> None:
    assert cell_width("GPT 模型") == 8
    assert cell_width("ｉＰｈｏｎｅ") == 12
    assert cell_width("e\u0301") == 1


def test_a_word_of_letters_stays_whole() -> None:
    assert wrap("用 FindMarkers 看数据", 12) == "用\nFindMarkers\n看数据"


def test_a_word_wider_than_the_line_is_cut() -> None:
    assert wrap("FindMarkers", 4) == "Find\nMark\ners"


def test_punctuation_stays_with_the_character_it_belongs_to() -> None:
    assert wrap("月亮，红了", 4) == "月\n亮，\n红了"
    assert wrap("看「红月」吧", 4) == "看\n「红\n月」\n吧"


def test_an_empty_line_stays_a_line() -> None:
    assert wrap("月\n\n亮", 10) == "月\n\n亮"


def test_without_a_width_nothing_is_broken() -> None:
    assert break_lines("月" * 500, None) == [(0, 500)]


def test_highlights_are_split_where_lines_break() -> None:
    assert clip_ranges(((1, 4), (6, 7)), (0, 3)) == ((1, 3),)
    assert clip_ranges(((1, 4), (6, 7)), (3, 8)) == ((0, 1), (3, 4))


@given(TEXTS, st.integers(2, 30))
def test_no_line_is_too_wide(text: str, width: int) -> None:
    assert all(cell_width(text[a:b]) <= width for a, b in break_lines(text, width))


@given(TEXTS, st.integers(2, 30))
def test_only_blanks_are_lost_at_line_ends(text: str, width: int) -> None:
    kept = "".join(text[a:b] for a, b in break_lines(text, width))
    assert kept.replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("width", [20, 40, 80])
def test_lines_use_the_width_there_is(width: int) -> None:
    lines = wrap("月" * 200, width).split("\n")
    assert {cell_width(line) for line in lines[:-1]} == {width}
