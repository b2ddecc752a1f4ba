"""The normal form of a text, and the way back to the original offsets."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.character_tables import simplified, variants
from searchkit.analysis.normalize import (
    _MARK,
    fold,
    fold_case,
    fold_to_cut,
    fold_with_offsets,
    is_same_title,
    title_key,
)
from tests.analysis.texts import EVERYDAY, MARKED_TEXTS, ODD, SIGNS, TEXTS, WIDE


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ｉＰｈｏｎｅ１５", "iPhone15"),
        ("，。！（）", ",。!()"),
        ("機器學習與資料庫", "机器学习与资料库"),
        ("龍", "龙"),
        ("㈱㎏½", "(株)kg\x1f1/2\x1f"),
        ("零\u200b宽\ufeff", "零宽"),
        ("葛\U000e0100", "葛"),
        ("e\u0301", "e"),
        ("か\u3099ｶﾞ", "がガ"),
        ("\u1112\u1161\u11ab", "한"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_fold_keeps_case_and_fold_case_does_not() -> None:
    assert (fold("ＦindＭarkers"), fold_case("ＦindＭarkers Straße")) == ("FindMarkers", "findmarkers strasse")


def test_a_character_with_several_simplified_forms_takes_the_first() -> None:
    assert simplified()["乾"] == "干"


def test_a_variant_stands_for_its_class() -> None:
    assert [fold(word) for word in ("看著", "看着", "計畫", "计划", "甚麼", "什么", "瞭解", "了解")] == [
        *("看着", "看着", "计划", "计划", "什么", "什么", "了解", "了解")
    ]


def test_different_words_stay_different() -> None:
    assert len({fold(char) for char in "缺欠辨辩瓣浜滨艺芸联连沪滤醋酢"}) == 15


def test_few_common_characters_have_a_variant() -> None:
    assert len(variants()) < 30


@given(TEXTS)
def test_what_a_dictionary_sees_folds_as_the_text_does(text: str) -> None:
    assert fold(fold_to_cut(text)) == fold(text)
    assert len(fold_to_cut(text)) == len(fold(text))


def test_a_dictionary_sees_a_real_word() -> None:
    assert (fold_to_cut("著名"), fold("著名")) == ("著名", "着名")


@given(MARKED_TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_no_character_folds_to_one_that_folds_further() -> None:
    folded = {fold(chr(code)) for code in range(0x110000)}
    assert [char for char in set().union(*folded) if fold(char) != char] == []


def test_a_long_text_folds_as_its_characters_do() -> None:
    for code in range(0x80, 0x110000, 0x40):
        chars = [chr(each) for each in range(code, code + 0x40) if not _MARK.match(chr(each))]
        assert fold("字" * 500 + "".join(chars)) == "字" * 500 + "".join(map(fold, chars))


@given(st.text(st.one_of(EVERYDAY, SIGNS, WIDE, ODD)))
def test_the_length_of_a_text_makes_no_difference(text: str) -> None:
    assert fold("字" * 500 + text) == "字" * 500 + fold(text)


@given(TEXTS, TEXTS)
def test_a_piece_of_a_text_folds_to_a_piece_of_the_folded_text(left: str, right: str) -> None:
    assert fold(left + right) == fold(left) + fold(right)
    assert fold_case(left + right) == fold_case(left) + fold_case(right)


@given(MARKED_TEXTS)
def test_there_is_an_offset_for_each_folded_character_and_for_the_end(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    assert offsets[-1] == len(text)


@given(MARKED_TEXTS)
def test_offsets_never_go_back(text: str) -> None:
    offsets = list(fold_with_offsets(text)[1])
    assert offsets == sorted(offsets)


@given(MARKED_TEXTS)
def test_a_folded_character_comes_from_the_original_characters_its_offset_points_at(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    for char, start in zip(folded, offsets, strict=False):
        end = next(offset for offset in [*offsets, len(text)] if offset > start)
        assert char in fold(text[start:end])


@given(st.text())
def test_any_text_can_be_folded(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert len(offsets) == len(folded) + 1


@given(TEXTS)
def test_folded_text_is_in_nfkc(text: str) -> None:
    assert unicodedata.is_normalized("NFKC", fold(text))


def test_very_many_marks_on_one_letter_take_linear_time() -> None:
    began = time.process_time()
    folded = fold("e" + "\u0316\u0301" * 100_000)
    assert time.process_time() - began < 1
    assert fold_with_offsets("e" + "\u0316\u0301" * 100)[0] == fold("e" + "\u0316\u0301" * 100)
    assert folded == "e"


@given(st.data())
def test_two_titles_are_the_same_if_their_keys_are(data: st.DataObject) -> None:
    titles = st.one_of(
        st.text(st.sampled_from("着著看eEéＥ1①国國 \u3000\u200b\u0301\u3099か"), max_size=3),
        MARKED_TEXTS,
        st.text(max_size=3),
    )
    one, other = data.draw(titles), data.draw(titles)
    assert is_same_title(one, other) == (title_key(one) == title_key(other))
