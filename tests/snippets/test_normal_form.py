"""Texts as they are searched for the words of a query."""

from __future__ import annotations

import pytest
from hypothesis import given

from searchkit.analysis.normalize import fold_case, fold_with_offsets
from searchkit.snippets.normal_form import normal_form
from searchkit.snippets.page import Page
from tests.analysis.texts import MARKED_TEXTS


@given(MARKED_TEXTS)
def test_where_every_character_is_wanted_the_whole_text_is_folded(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    found, origins = normal_form(text, Page((text,)).unusual, frozenset(fold_case(text)))
    assert found == folded
    assert [origins[at] for at in range(len(found) + 1)] == list(offsets)


def test_a_character_that_is_not_wanted_stays() -> None:
    text = "機器學習㈱…"
    assert normal_form(text, Page((text,)).unusual, frozenset("数据")) == (text, range(7))


@pytest.mark.parametrize(
    ("text", "folded"), [("零\u200b宽", "零宽"), ("ＡＢ", "AB"), ("5㎏", "5kg"), ("e\u0301", "e")]
)
def test_what_joins_or_parts_words_is_always_folded(text: str, folded: str) -> None:
    assert normal_form(text, Page((text,)).unusual, frozenset("数据"))[0] == folded


def test_a_text_in_normal_form_is_not_folded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("searchkit.snippets.normal_form.fold_with_offsets")
    text = "今天的“数据”，GPT-5很好……（据说）。\u3000" * 1000
    assert normal_form(text, Page((text,)).unusual, frozenset("数据")) == (text, range(len(text) + 1))
