from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from benchmarks.promises import Case
from benchmarks.questions import Answer, answers, in_other_words, make_questions, report


@pytest.mark.parametrize("title", ["给月季浇水", "如何浇水", "月季如何浇水才好", ""])
def test_a_title_that_is_no_question_or_too_short_is_not_asked(title: str) -> None:
    assert in_other_words(title) == ()


def test_titles_that_ask_the_same_are_one_question_with_both_articles() -> None:
    articles = [
        searchkit.Article(f"{n}.md", title, "浇透")
        for n, title in enumerate(("怎样给月季浇水", "怎样给月季浇水？"))
    ]
    assert make_questions(articles) == [
        Case("如何给月季浇水", frozenset({"0.md", "1.md"})),
        Case("给月季浇水怎么做", frozenset({"0.md", "1.md"})),
    ]


def test_the_place_of_the_article_is_told(tmp_path: Path) -> None:
    articles = [
        searchkit.Article("花.md", "如何给月季浇水", "早晨浇透"),
        searchkit.Article("狗.md", "如何给小狗洗澡", "水温不要太高"),
    ]
    searchkit.reindex(articles, tmp_path / "index")
    with searchkit.open_index(tmp_path / "index") as index:
        found = list(answers(index, [*make_questions(articles), Case("火箭", frozenset({"花.md"}))]))
    assert [answer.place for answer in found] == [1, 1, 1, 1, None]


def test_the_report_names_the_questions_without_their_article_first() -> None:
    places = {"甲": 1, "乙": 2, "丙": 11, "丁": None}
    found = [Answer(Case(text, frozenset()), place) for text, place in places.items()]
    assert list(report(found)) == [
        "4 questions: 75.0% found, 50.0% in the first ten, 25.0% first", "2\t乙", "11\t丙", "-\t丁",
    ]  # fmt: skip
