"""One fact has many names: every generator and editor has its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from searchkit.articles.facts import FACTS, NAMES, fold_name, read_facts, says_something


def facts_in(metadata: list[dict[str, Any]]) -> dict[str, Any]:
    return read_facts(metadata)[0]


def unread_in(metadata: list[dict[str, Any]]) -> tuple[str, ...]:
    return read_facts(metadata)[1]


@pytest.mark.parametrize(
    ("values", "fact", "expected"),
    [
        ({"tag": "读书"}, "tags", ("读书",)),
        ({"keywords": "读书, 写作"}, "tags", ("读书", "写作")),
        ({"标签": ["读书"]}, "tags", ("读书",)),
        ({"Category": "随笔"}, "categories", ("随笔",)),
        ({"taxonomies": {"tags": ["读书"]}}, "tags", ("读书",)),
        ({"extra": {"author": "甲"}}, "author", "甲"),
        ({"authors": [{"name": "甲"}, {"name": "乙"}]}, "author", "甲, 乙"),
        ({"作者": "甲"}, "author", "甲"),
        ({"translator": "乙", "author": "甲"}, "author", "甲, 乙"),
        ({"author": "甲", "译者": "乙、丙"}, "author", "甲, 乙, 丙"),
        ({"author": "甲", "translators": ["甲", "乙"]}, "author", "甲, 乙"),
        ({"translator": "乙", "author": None}, "author", "乙"),
        ({"categories": ["技术，生活"]}, "categories", ("技术", "生活")),
        ({"created": "2024-01-05"}, "date", datetime(2024, 1, 5, tzinfo=UTC)),
        ({"date created": "2024-01-05"}, "date", datetime(2024, 1, 5, tzinfo=UTC)),
        ({"createTime": "2024/1/5"}, "date", datetime(2024, 1, 5, tzinfo=UTC)),
        ({"pubDate": "Fri, 05 Jan 2024 00:00:00 GMT"}, "date", datetime(2024, 1, 5, tzinfo=UTC)),
        ({"published": "2024-01-05"}, "date", datetime(2024, 1, 5, tzinfo=UTC)),
        ({"last_modified_at": "2024-01-05"}, "lastmod", datetime(2024, 1, 5, tzinfo=UTC)),
        ({"last_update": {"date": "2024-01-05"}}, "lastmod", datetime(2024, 1, 5, tzinfo=UTC)),
        ({"lastUpdated": "2024-01-05"}, "lastmod", datetime(2024, 1, 5, tzinfo=UTC)),
        ({"source": "https://example.com/a"}, "url", "https://example.com/a"),
        ({"url": "/a/", "canonical": "https://example.com/a"}, "url", "https://example.com/a"),
        ({"permalink": "/archives/a/"}, "url", "/archives/a/"),
        ({"summary": "一句话"}, "description", "一句话"),
        ({"alias": "碳酸气"}, "aliases", ("碳酸气",)),
        ({"title": "archive_request", "标题": "春天"}, "title", "春天"),
    ],
)
def test_a_fact_has_many_names(values: dict[str, Any], fact: str, expected: object) -> None:
    assert facts_in([values])[fact] == expected


@pytest.mark.parametrize(
    ("values", "draft"),
    [
        ({"draft": True}, True),
        ({"published": "false"}, True),
        ({"publish": False}, True),
        ({"private": "yes"}, True),
        ({"status": "draft"}, True),
        ({"draft": "false", "published": "true"}, False),
        ({"published": "2024-01-05"}, False),
        ({"status": "publish"}, False),
        ({}, False),
    ],
)
def test_an_article_that_is_not_published_is_a_draft(values: dict[str, Any], draft: bool) -> None:
    assert facts_in([values])["draft"] is draft


def test_the_first_mapping_is_believed_and_tags_of_all_are_joined() -> None:
    own = {"author": "", "date": "昨天", "tags": ["甲"]}
    facts = facts_in([own, {"author": "李", "date": "2024-01-05", "tags": ["乙"]}])
    assert (facts["author"], facts["date"]) == ("李", datetime(2024, 1, 5, tzinfo=UTC))
    assert facts["tags"] == ("甲", "乙")


def test_a_name_beside_a_section_counts_more_than_the_one_in_it() -> None:
    assert facts_in([{"extra": {"author": "甲"}, "author": "乙"}])["author"] == "乙"


def test_an_empty_value_does_not_hide_one_in_a_section_or_of_less_trusted_metadata() -> None:
    facts = facts_in([{"tags": None, "title": "", "taxonomies": {"tags": ["甲"]}}, {"title": "乙"}])
    assert (facts["tags"], facts["title"]) == (("甲",), "乙")


def test_of_several_values_for_a_date_the_first_that_is_one_counts() -> None:
    assert facts_in([{"date": ["昨天", "2024-01-05"]}])["date"] == datetime(2024, 1, 5, tzinfo=UTC)


def test_what_less_trusted_metadata_say_is_reported_only_where_no_date_is_understood() -> None:
    assert unread_in([{}, {"date": "昨天"}]) == ("date: not a date: '昨天'",)
    assert unread_in([{"date": "2024-01-05"}, {"date": "昨天"}]) == ()


def test_a_date_that_is_not_understood_is_reported() -> None:
    assert unread_in([{"date": "昨天", "updated": "2024-13-01", "title": ""}]) == (
        "date: not a date: '昨天'",
        "updated: not a date: '2024-13-01'",
    )


@pytest.mark.parametrize("values", [{}, {"date": ""}, {"date": None}, {"published": True}, {"created": []}])
def test_what_is_not_there_is_not_reported(values: dict[str, Any]) -> None:
    assert unread_in([values]) == ()


def test_a_name_is_of_one_fact_and_stands_as_it_is_compared() -> None:
    names = [name for fact in FACTS.values() for name in fact.names]
    assert sorted(names) == sorted(set(names))
    assert [name for name in NAMES if fold_name(name) != name] == []


def test_a_name_says_something_only_with_a_value_that_is_understood() -> None:
    assert says_something("Source", "https://example.com")
    assert not says_something("Source", "新华社")
    assert says_something("Published", "false")
    assert not says_something("备注", "甲")
