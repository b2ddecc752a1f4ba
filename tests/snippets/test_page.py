"""Texts that are looked at together."""

from __future__ import annotations

import re
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.normalize import foldable_in
from searchkit.query.plan import Highlight
from searchkit.snippets.highlights import find_matches
from searchkit.snippets.page import LONG, TOGETHER, USUAL, Page, pages_of
from tests.analysis.texts import MARKED_TEXTS, TEXTS

_SENTENCE = re.compile(r"[^。！？；…!?;\n]*(?:[。！？；…!?;]+[”’」』）)\"']*|\n|$)")
SIGNS = st.text(st.sampled_from("。！?…”’)'\n字a😀與"), max_size=12)


def sentence_ends(text: str) -> list[int]:
    """The reference: one sentence after the other."""
    return list(accumulate(map(len, _SENTENCE.findall(text)), initial=0))


@given(st.lists(st.one_of(TEXTS, SIGNS), min_size=1, max_size=4))
def test_sentences_end_where_each_text_alone_says(texts: list[str]) -> None:
    found = Page(texts).sentence_ends
    assert [sorted(set(ends)) for ends in found] == [sorted(set(sentence_ends(text))) for text in texts]
    assert all(ends[-1] == len(text) for ends, text in zip(found, texts, strict=True))


@given(st.lists(st.one_of(MARKED_TEXTS, st.text()), min_size=1, max_size=4))
def test_unusual_characters_may_fold_and_are_no_usual_signs(texts: list[str]) -> None:
    assert Page(texts).unusual == foldable_in("".join(texts)) - set(USUAL)


def test_a_text_may_have_the_character_that_is_between_texts() -> None:
    part = Highlight(("细", "胞"), whole=("单", "细", "胞"))
    texts, rests = ("\0\0细胞", "细\0胞", "单细胞\0细胞", "\0细胞"), ("", "", "", "单细胞")
    found = find_matches(Page(texts), (part,), rests=rests)
    assert found == [[(2, 4, 0)], [], [], []]


@given(st.lists(st.tuples(MARKED_TEXTS, MARKED_TEXTS), min_size=1, max_size=5), st.data())
def test_texts_are_searched_together_as_each_alone(articles: list[tuple[str, str]], data: st.DataObject) -> None:
    texts, rests = zip(*articles, strict=True)
    letters = st.sampled_from(sorted({*"".join(texts), "单", "1", "a"}))
    words = st.lists(letters, max_size=3).map(tuple)
    marks = data.draw(
        st.lists(st.builds(Highlight, words.filter(bool), st.booleans(), st.booleans(), words), max_size=4)
    )
    most = data.draw(st.sampled_from([None, 1, 2]))
    alone = [find_matches(Page((text,)), marks, most, rests=(rest,))[0] for text, rest in articles]
    assert find_matches(Page(texts), marks, most, rests=rests) == alone


def test_a_word_does_not_stand_in_two_texts() -> None:
    part = Highlight(("月",), whole=("月", "\0", "亮"))
    assert find_matches(Page(["月", "亮"]), (part,), rests=("", "")) == [[(0, 1, 0)], []]
    assert find_matches(Page(["月\0亮", "月"]), (part,), rests=("", "")) == [[], [(0, 1, 0)]]


def test_long_texts_are_not_looked_at_together() -> None:
    texts = ["长。" * (LONG // 2), "短。", "也短！", "长。" * LONG]
    pages = list(pages_of(texts))
    assert [len(page.texts) for page in pages] == [1, 2, 1]
    ends = [ends for page in pages for ends in page.sentence_ends]
    assert ends[1:3] == [[0, 2, 2], [0, 3, 3]]
    assert ends[3] == [*range(0, 2 * LONG + 1, 2), 2 * LONG]


def test_pages_hold_all_texts_in_their_order() -> None:
    texts = [str(number) for number in range(2 * TOGETHER + 1)]
    pages = list(pages_of(texts))
    assert [text for page in pages for text in page.texts] == texts
    assert max(len(page.texts) for page in pages) == TOGETHER
    assert all(
        page.joined[start:].startswith(text)
        for page in pages
        for start, text in zip(page.starts, page.texts, strict=True)
    )
