"""The pipeline as a whole: golden cases for both channels and the query cut, and what holds for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import is_han
from tests.analysis.texts import TEXTS
from tests.golden import Case, rows

HERE = Path(__file__).parent
ANALYZER = Analyzer()


def expected(case: Case) -> list[str]:
    return [] if case.expected == "(none)" else case.expected.split()


@pytest.mark.parametrize("case", rows(HERE / "words_cases.txt"), ids=lambda case: case.title)
def test_the_word_channel(case: Case) -> None:
    assert ANALYZER.words(case.given) == expected(case)


@pytest.mark.parametrize("case", rows(HERE / "characters_cases.txt"), ids=lambda case: case.title)
def test_the_character_channel(case: Case) -> None:
    assert ANALYZER.characters(case.given) == expected(case)


@pytest.mark.parametrize("case", rows(HERE / "cut_cases.txt"), ids=lambda case: case.title)
def test_the_cut_of_a_query(case: Case) -> None:
    assert [cut.term for cut in ANALYZER.cut(case.given)] == expected(case)


@given(TEXTS)
def test_nothing_is_dropped_from_the_word_channel(text: str) -> None:
    found = set("".join(ANALYZER.words(text)))
    assert {char for char in fold_case(text) if char.isalnum()} <= found


@given(TEXTS)
def test_nothing_but_blanks_is_dropped_from_the_character_channel(text: str) -> None:
    assert "".join(ANALYZER.characters(text)) == "".join(fold_case(text).split())


@given(TEXTS)
def test_every_word_of_a_query_is_a_term_of_the_same_text(text: str) -> None:
    words = set(ANALYZER.words(text))
    assert {cut.term for cut in ANALYZER.cut(text)} <= words


@given(TEXTS)
def test_the_tokens_of_the_words_of_a_query_are_its_tokens(text: str) -> None:
    for cut in ANALYZER.cut(text):
        assert cut.tokens == tuple(ANALYZER.characters(cut.term))
        assert cut.tokens


@given(TEXTS)
def test_a_word_of_a_query_is_called_as_it_stands_there(text: str) -> None:
    for cut in ANALYZER.cut(text):
        assert cut.text
        assert cut.text in text or cut.term in fold_case(text).replace(EDGE, "")


@pytest.mark.parametrize("typed", ["0Ⅳ", "Ⅳ0", "x²", "软體", "ＧＰＴ"])
def test_a_word_with_odd_characters_is_called_as_it_was_typed(typed: str) -> None:
    assert [cut.text for cut in ANALYZER.cut(f"看{typed}了")][1] == typed


@given(TEXTS, st.data())
def test_the_tokens_of_a_piece_stand_in_a_row_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    piece = ANALYZER.characters(text[start : data.draw(st.integers(start, len(text)))])
    tokens = ANALYZER.characters(text)
    rows_of = (tokens[at : at + len(piece)] for at in range(len(tokens) - len(piece) + 1))
    assert any(is_piece(row, piece) for row in rows_of)


def is_piece(row: list[str], piece: list[str]) -> bool:
    """Whether *piece* is *row*, but for the beginning of its first and the end of its last token."""
    if len(piece) < 2:
        return not piece or piece[0] in row[0]
    return row[0].endswith(piece[0]) and row[1:-1] == piece[1:-1] and row[-1].startswith(piece[-1])


@given(TEXTS)
def test_width_and_script_of_a_text_make_no_difference(text: str) -> None:
    assert ANALYZER.words(fold_case(text)) == ANALYZER.words(fold_case(fold_case(text)))
    assert ANALYZER.characters(fold_case(text)) == ANALYZER.characters(text)


@given(st.text())
def test_any_text_can_be_analysed(text: str) -> None:
    ANALYZER.words(text)
    ANALYZER.characters(text)
    ANALYZER.cut(text)


def test_each_token_of_the_character_channel_is_one_han_character_or_none() -> None:
    for token in ANALYZER.characters("机器學習ABC，１２３鿰𠮷"):
        assert len(token) == 1 or not any(map(is_han, token))


def test_a_term_has_a_greatest_length() -> None:
    assert max(map(len, ANALYZER.words("x" * 500))) == 120


def test_a_block_without_end_is_analysed_at_once() -> None:
    assert ANALYZER.words("a-" * 50_000)[0].startswith("a-a-")


def test_an_empty_text_has_no_terms() -> None:
    assert (ANALYZER.words(""), ANALYZER.characters(" \n"), ANALYZER.cut("")) == ([], [], [])


class TestUserDictionary:
    def test_a_word_of_the_user_is_kept_whole(self) -> None:
        assert "雾凇拼音" not in ANALYZER.words("安装雾凇拼音输入法")
        assert "雾凇拼音" in Analyzer(["雾凇拼音"]).words("安装雾凇拼音输入法")

    def test_a_frequency_may_follow_the_word(self) -> None:
        assert "雾凇拼音" in Analyzer(["雾凇拼音 50000 nz"]).words("安装雾凇拼音输入法")

    def test_a_word_in_another_form_is_the_same_word(self) -> None:
        assert "机器学习课" in Analyzer(["機器學習課"]).words("机器学习课开始了")

    def test_a_word_of_letters_and_han_is_a_term_of_its_own(self) -> None:
        words = Analyzer(["R语言 100", "T细胞"]).words("用R语言分析Ｔ細胞")
        assert {"r语言", "t细胞", "r", "语言", "细胞"} <= set(words)

    def test_the_parts_of_a_word_stay_terms(self) -> None:
        assert {"雾凇", "拼音"} <= set(Analyzer(["雾凇拼音"]).words("雾凇拼音"))

    def test_blank_and_repeated_lines_do_not_count(self) -> None:
        assert Analyzer(["雾凇拼音", "", "  ", "雾凇拼音 "]).user_words == ("雾凇拼音",)

    def test_without_a_word_of_the_user_nothing_changes(self) -> None:
        assert Analyzer(["雾凇拼音"]).words("今天的天气很好") == ANALYZER.words("今天的天气很好")
