"""Named values, such as a line of JSON, to an Article."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from searchkit.articles.records import article_from_mapping as read
from searchkit.errors import ArticleError
from searchkit.reports import Problem


def test_an_article_from_named_values() -> None:
    article = read(
        {"title": "云", "text": "第一行\n第二行", "tags": "甲,fetched", "date": "2024-01-02", "author": "李"}, "7"
    ).article
    assert (article.id, article.title, article.body, article.tags) == ("7", "云", "第一行\n第二行", ("甲",))
    assert (article.author, article.date) == ("李", datetime(2024, 1, 2, tzinfo=UTC))


def test_named_values_may_hold_html() -> None:
    assert read({"title": "云", "body": "<p>一</p><p>二</p>"}, "7").article.body == "一\n二"


@pytest.mark.parametrize("value", [None, 12, ["甲"], {"a": 1}])
def test_other_named_values_of_any_type_are_no_error(value: object) -> None:
    assert read({"title": ["云"], "date": value, "tags": value}, "7").article.title == "云"


@pytest.mark.parametrize(("body", "text"), [(None, ""), ([], ""), (["第一行", "第二行"], "第一行\n第二行")])
def test_the_text_of_named_values_may_be_missing_or_a_list_of_lines(body: object, text: str) -> None:
    assert read({"title": ["云"], "text": body}, "7").article.body == text


@pytest.mark.parametrize(("body", "kind"), [(12, "int"), (False, "bool"), ({"a": 1}, "dict"), (["一", 3], "int")])
def test_a_text_of_another_type_is_an_error_that_names_it(body: object, kind: str) -> None:
    with pytest.raises(ArticleError, match=f'"text" holds a {kind};'):
        read({"title": "云", "text": body}, "7")


def test_lone_surrogates_in_named_values_are_dropped() -> None:
    assert read({"title": "云", "text": "<p>\ud800 hi</p>"}, "7").article.body == "hi"


@pytest.mark.parametrize(
    ("values", "body"),
    [
        ({"body": "", "text": "雨停了。", "desc": "雨"}, "雨停了。"),
        ({"content": ["雨停了。", "出门。"]}, "雨停了。\n出门。"),
        ({"paragraphs": [["雨停了。"], ["出门。", ["回家。"]]]}, "雨停了。\n出门。\n回家。"),
        ({"paragraphs": [{"text": "雨停了。"}, {"段落": [{"内容": "出门。"}]}]}, "雨停了。\n出门。"),
        ({"正文": "雨停了。"}, "雨停了。"),
        ({"text": " \n", "content": "雨停了。"}, "雨停了。"),
        ({"text": 3, "content": "雨停了。"}, "雨停了。"),
        ({"text": [None, " "], "正文": "雨停了。"}, "雨停了。"),
        ({"body": {"lang": "zh"}, "desc": "雨停了。"}, "雨停了。"),
        ({"paragraphs": [None, "雨停了。", [None]]}, "雨停了。"),
        ({"text": "\u3000"}, ""),
        ({" Content ": "雨停了。"}, "雨停了。"),
        ({"html": "雨<b>停</b>了。"}, "雨停了。"),
        ({"markdown": "<p>雨停了。</p>"}, "雨停了。"),
        ({"desc": "雨", "answer": "停了。"}, "雨\n停了。"),
        ({"sentence1": "雨停了。", "sentence2": "没有雨了。"}, "雨停了。\n没有雨了。"),
    ],
)
def test_a_text_has_many_names(values: dict[str, Any], body: str) -> None:
    loaded = read({"title": "题", **values}, "7")
    assert (loaded.article.title, loaded.article.body, loaded.recovered) == ("题", body, None)


def test_the_other_values_have_many_names() -> None:
    values = {
        "正文": "雨停了。",
        "标题": "雨",
        "作者": "李四",
        "发布时间": "2016年3月21日 10:01",
        "更新时间": "2016-04-01",
        "链接": "https://example.org/1",
        "关键词": "天气；散步",
        "栏目": "生活",
    }
    article = read(values, "7").article
    assert (article.title, article.author, article.url) == ("雨", "李四", "https://example.org/1")
    assert article.date == datetime(2016, 3, 21, 10, 1, tzinfo=UTC)
    assert article.lastmod == datetime(2016, 4, 1, tzinfo=UTC)
    assert (article.tags, article.categories) == (("天气", "散步"), ("生活",))


def test_of_two_names_the_better_one_counts_if_it_can_be_read() -> None:
    article = read(
        {"text": "雨", "time": "昨天", "created": "2024-01-02", "headline": "乙", "title": "甲"}, "7"
    ).article
    assert (article.title, article.date) == ("甲", datetime(2024, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize("value", [1_704_153_600, 1_704_153_600_000, "1704153600", 1_704_153_600.0])
def test_a_moment_may_be_a_number(value: object) -> None:
    assert read({"text": "雨", "time": value}, "7").article.date == datetime(2024, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("value", [0, -5, 12, 10**30, "1" * 5_000, float("nan"), float("inf"), True, "²"])
def test_a_number_that_is_no_moment_is_no_date(value: object) -> None:
    assert read({"text": "雨", "time": value}, "7").article.date is None


def test_a_title_alone_is_an_article_with_a_remark() -> None:
    loaded = read({"id": 7, "title": "雨", "诗句": ["雨停了。"]}, "7")
    assert (loaded.article.title, loaded.article.body) == ("雨", "")
    assert loaded.recovered == Problem("7", "no text; the line has the names id, title, 诗句")


def test_a_text_that_is_empty_has_no_remark() -> None:
    assert read({"title": "雨", "text": ""}, "7").recovered is None


@pytest.mark.parametrize(
    ("values", "names"), [({"id": 7, "诗句": "雨停了。"}, "the names id, 诗句"), ({}, "no names")]
)
def test_neither_title_nor_text_is_an_error_that_lists_the_names(values: dict[str, Any], names: str) -> None:
    with pytest.raises(ArticleError, match=f"^no title and no text; the line has {names}$"):
        read(values, "7")


@pytest.mark.parametrize(
    "values",
    [
        {"question": "", "name": "雨停了"},
        {"subject": None, "chapter": "雨停了"},
        {"title": " ", "问题": "雨停了"},
        {"title": [], "headline": "雨停了"},
        {"question": {"a": 1}, "题目": "雨停了"},
    ],
)
def test_a_title_without_a_value_gives_way_to_the_next_one(values: dict[str, Any]) -> None:
    assert read({"text": "出门。", **values}, "7").article.title == "雨停了"


@pytest.mark.parametrize(
    "values",
    [
        {"time": "", "timestamp": 1_704_153_600},
        {"datetime": None, "时间": "2024-01-02"},
        {"time": "昨天", "发表时间": "2024-01-02"},
        {"date": "", "time": "2024-01-02"},
    ],
)
def test_a_date_that_is_not_understood_gives_way_to_the_next_one(values: dict[str, Any]) -> None:
    assert read({"text": "雨", **values}, "7").article.date == datetime(2024, 1, 2, tzinfo=UTC)


def test_what_else_may_be_a_title_stays_searchable() -> None:
    values = {
        "title": "雨",
        "question": "雨停了吗？",
        "chapter": "第一章",
        "name": "雨",
        "别名": ["春雨"],
        "context": "停了。",
    }
    article = read(values, "7").article
    assert (article.title, article.body) == ("雨", "停了。")
    assert article.aliases == ("春雨", "雨停了吗？", "第一章")


def test_a_value_that_is_called_markdown_is_read_as_markdown() -> None:
    article = read({"markdown": "# 雨\n\n雨**停**了，[出门](https://example.org)。\n\n- 散步"}, "7").article
    assert (article.title, "雨停了，出门。" in article.body) == ("雨", True)
    assert not {"#", "*", "["} & {*article.body}
    assert read({"title": "雪", "markdown": "# 雨"}, "7").article.title == "雪"


@pytest.mark.parametrize(
    ("values", "remark"),
    [
        ({"date": "昨天"}, "date: not a date: '昨天'"),
        ({"Time": "昨天"}, "date: not a date: '昨天'"),
        ({"发表时间": "2024年13月"}, "date: not a date: '2024年13月'"),
        ({"更新时间": "很久以前", "date": "2024-01-02"}, "更新时间: not a date: '很久以前'"),
        ({"date": ["昨天"]}, "date: not a date: '昨天'"),
        ({"time": "12:30", "date": "2024-01-02"}, None),
        ({"time": "昨天", "timestamp": 1_704_153_600}, None),
        ({"published": True, "date": "", "time": None}, None),
    ],
)
def test_a_date_that_is_not_understood_is_reported(values: dict[str, Any], remark: str | None) -> None:
    recovered = read({"title": "雨", "text": "雨停了。", **values}, "7").recovered
    assert recovered == (Problem("7", remark) if remark else None)
