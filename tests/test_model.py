"""Articles, filters and results as values: what a program may give, and what it is told of the rest."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

import searchkit
from searchkit import Article, ArticleError, Filters, Hit, Results, Snippet


def make(**values: Any) -> Article:
    return Article(**{"id": "甲", "title": "题", **values})


@pytest.mark.parametrize(
    ("name", "given", "held"),
    [
        ("tags", ["茶", "早茶"], ("茶", "早茶")),
        ("tags", {"早茶", "茶"}, ("早茶", "茶")),
        ("categories", None, ()),
        ("body", None, ""),
        ("author", None, ""),
        ("date", None, None),
        ("date", date(2024, 5, 14), datetime(2024, 5, 14)),
        ("date", "2024-05-14T08:30:00+08:00", datetime.fromisoformat("2024-05-14T08:30:00+08:00")),
        ("lastmod", "2024-05-14", datetime(2024, 5, 14)),
    ],
)
def test_what_a_program_gives_becomes_what_an_article_holds(name: str, given: object, held: object) -> None:
    value = getattr(make(**{name: given}), name)
    assert value == held
    assert type(value) is type(held)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("tags", "茶", r"tags must be a tuple of texts, such as \('茶',\), not '茶'"),
        ("aliases", ("茶", 5), "aliases must be a tuple of texts"),
        ("tags", {"茶": 1}, "tags must be a tuple of texts"),
        ("title", 5, "title must be text, not 5"),
        ("body", b"bytes", "body must be text"),
        ("date", "昨天", "date must be a date such as 2024-05-14"),
        ("date", 20240514, "date must be a datetime, a date or ISO 8601 text, not 20240514"),
        ("draft", "false", "draft must be True or False, not 'false'"),
    ],
)
def test_what_no_article_can_hold_is_an_error_that_names_article_and_field(
    name: str, given: object, said: str
) -> None:
    with pytest.raises(ArticleError, match=f"^article '甲': {said}"):
        make(**{name: given})


@pytest.mark.parametrize("given", ["", 5, None, b"a"])
def test_an_id_is_text_that_is_not_empty(given: object) -> None:
    with pytest.raises(ArticleError, match="id must be text"):
        make(id=given)


def test_a_text_of_another_class_is_stored_as_text() -> None:
    class Marked(str):
        __slots__ = ()

    assert type(make(title=Marked("题")).title) is str
    assert type(make(id=Marked("甲")).id) is str


def test_a_single_text_for_tags_is_an_error_that_says_what_to_write() -> None:
    with pytest.raises(ValueError, match=r"tags='茶' is a single text; write tags=\('茶',\)"):
        Filters(tags="茶")
    assert Filters(tags=["茶"]) == Filters(tags=("茶",))


def results() -> Results:
    hits = [
        Hit(
            Article(
                str(n), f"<题{n}>", date=datetime(2024, 5, n), url="javascript:alert(1)" if n == 1 else "https://x"
            ),
            score=1.0,
            title_highlights=((1, 2),),
            snippets=(Snippet("a & b", ((0, 1),)),),
        )
        for n in (1, 2, 3)
    ]
    return Results("茶 <b>", 7, tuple(hits))


def test_results_are_a_sequence_of_their_hits() -> None:
    found = results()
    assert (len(found), found[0].id, [hit.id for hit in found[1:]], list(found)) == (
        3,
        "1",
        ["2", "3"],
        list(found.hits),
    )
    assert found[1] in found


def test_results_say_in_a_line_what_they_are() -> None:
    assert repr(results()) == "<Results for '茶 <b>': 3 of 7 hits, 0 with all words>"
    assert repr(Results("茶", 0, (), 5)) == "<Results for '茶': 0 of 0 hits, 5 with all words>"


def test_results_as_html_have_marks_and_no_markup_of_an_article() -> None:
    shown = results()._repr_html_()
    assert "&lt;<mark>题</mark>1&gt;" in shown
    assert "<mark>a</mark> &amp; b" in shown
    assert "javascript" not in shown
    assert shown.count('href="https://x"') == 2
    assert "<b>茶 &lt;b&gt;</b>" in shown


def test_a_hit_has_its_article() -> None:
    hit = results()[0]
    assert (hit.article.title, hit.title, hit.date, hit.tags) == ("<题1>", "<题1>", datetime(2024, 5, 1), ())


def test_an_article_of_the_wrong_kind_leaves_the_old_index(tmp_path: Any) -> None:
    searchkit.reindex([make()], tmp_path, jobs=1)
    with pytest.raises(ArticleError, match="tags must be a tuple of texts"):
        searchkit.reindex((make(tags=tags) for tags in ((), "abc")), tmp_path, jobs=1)
    with searchkit.open_index(tmp_path) as index:
        assert [article.id for article in index] == ["甲"]
