"""Named values, such as a line of JSON, to an Article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchkit.articles.records import article_from_mapping
from searchkit.errors import ArticleError


def test_an_article_from_named_values() -> None:
    article = article_from_mapping(
        {"title": "云", "text": "第一行\n第二行", "tags": "甲,fetched", "date": "2024-01-02", "author": "李"}, "7"
    )
    assert (article.id, article.title, article.body, article.tags) == ("7", "云", "第一行\n第二行", ("甲",))
    assert (article.author, article.date) == ("李", datetime(2024, 1, 2, tzinfo=UTC))


def test_named_values_may_hold_html() -> None:
    assert article_from_mapping({"title": "云", "body": "<p>一</p><p>二</p>"}, "7").body == "一\n二"


@pytest.mark.parametrize("value", [None, 12, ["甲"], {"a": 1}])
def test_other_named_values_of_any_type_are_no_error(value: object) -> None:
    assert article_from_mapping({"title": ["云"], "date": value, "tags": value}, "7").title == "云"


@pytest.mark.parametrize(("body", "text"), [(None, ""), ([], ""), (["第一行", "第二行"], "第一行\n第二行")])
def test_the_text_of_named_values_may_be_missing_or_a_list_of_lines(body: object, text: str) -> None:
    assert article_from_mapping({"title": ["云"], "text": body}, "7").body == text


@pytest.mark.parametrize(
    ("body", "kind"), [(12, "int"), (False, "bool"), ({"a": 1}, "dict"), (["一", None], "NoneType")]
)
def test_a_text_of_another_type_is_an_error_that_names_it(body: object, kind: str) -> None:
    with pytest.raises(ArticleError, match=f'"text" holds a {kind};'):
        article_from_mapping({"title": "云", "text": body}, "7")


def test_lone_surrogates_in_named_values_are_dropped() -> None:
    assert article_from_mapping({"title": "云", "text": "<p>\ud800 hi</p>"}, "7").body == "hi"
