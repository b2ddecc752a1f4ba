"""Values of front matter as people and bots spell them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from searchkit.articles.metadata import as_flag, as_tags, as_text, as_texts, as_url


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("云计算", "云计算"),
        (["云计算", "x"], "云计算"),
        ([], ""),
        (None, ""),
        (2024, "2024"),
        ({"a": 1}, ""),
        ([["x"]], ""),
        ("  云\n 计\t算 ", "云 计 算"),
        ("零\u200b宽\u202e", "零宽"),
        (date(2024, 5, 1), "2024-05-01"),
    ],
)
def test_text_is_one_clean_line(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        (["甲", "乙"], ("甲", "乙")),
        ("甲", ("甲",)),
        ("甲, 乙", ("甲", "乙")),
        ("甲，乙、丙；丁", ("甲", "乙", "丙", "丁")),
        (None, ()),
        ("", ()),
        ([], ()),
        ([None, "", "甲"], ("甲",)),
        (["甲", "甲"], ("甲",)),
        ([2024, 1.5], ("2024", "1.5")),
        ({"a": 1}, ()),
    ],
)
def test_tags_are_a_list_or_a_string_or_nothing(value: Any, tags: tuple[str, ...]) -> None:
    assert as_texts(value) == tags


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ([["生活", "旅行"], ["技术"]], ("生活", "旅行", "技术")),
        ([[["卡片盒"]]], ("卡片盒",)),
        ([{"name": "王五", "url": "https://example.com"}, {"name": "赵六"}], ("王五", "赵六")),
        ({"zhang": {"name": "张三"}, "li": {"name": "李四"}}, ("张三", "李四")),
        ("[李四](https://example.com/li)", ("李四",)),
        ("[[人物/张三|张三]]", ("张三",)),
        ('<a href="https://example.com">钱七</a>', ("钱七",)),
        ("周八 <zhou@example.com>", ("周八",)),
        (["Q&amp;A", "C&#43;&#43;"], ("Q&A", "C++")),
        (["AT&T", "R&D"], ("AT&T", "R&D")),
        ("Tom &amp; Jerry", ("Tom & Jerry",)),
        ("R&amp;D; 甲&#44;乙", ("R&D", "甲", "乙")),
    ],
)
def test_names_are_read_out_of_lists_mappings_links_and_entities(value: Any, names: tuple[str, ...]) -> None:
    assert as_texts(value) == names


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("#读书 #写作", ("读书", "写作")),
        ("读书 写作", ("读书", "写作")),
        ("machine learning", ("machine learning",)),
        ("machine learning, 读书", ("machine learning", "读书")),
        (["#方法/笔记"], ("方法/笔记",)),
        ("C#", ("C#",)),
        (["读书，写作，#旅行"], ("读书", "写作", "旅行")),
        (["你好，旧时光", "电视剧"], ("你好，旧时光", "电视剧")),
        (["山川、湖海与人"], ("山川、湖海与人",)),
        (["Smith, John"], ("Smith, John",)),
        (["“读书”", '”tutorial"', "「云」"], ("读书", "tutorial", "「云」")),
        (["“十四五”规划", "Let's"], ("“十四五”规划", "Let's")),
    ],
)
def test_tags_may_be_words_with_spaces_or_signs_between_them(value: Any, tags: tuple[str, ...]) -> None:
    assert as_tags(value) == tags


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://example.com/a?b=1#c", "https://example.com/a?b=1#c"),
        ("[原文](https://example.com/a)", "https://example.com/a"),
        ("[词条](https://example.com/甲_(乙))", "https://example.com/甲_(乙)"),
        ("https://example.com/甲_(乙)", "https://example.com/甲_(乙)"),
        ("https://example.com/it's/a", "https://example.com/it's/a"),
        ("www.example.com/a", "www.example.com/a"),
        ("来自 https://example.com/a 的报道", "https://example.com/a"),
        ("/archives/a/", "/archives/a/"),
        ("/:year/:title/", ""),
        ("新华社", ""),
        (None, ""),
    ],
)
def test_a_url_is_read_out_of_what_stands_around_it(value: Any, url: str) -> None:
    assert as_url(value) == url


def test_ignored_tags_are_dropped_whatever_their_case() -> None:
    assert as_texts(["Fetched", "甲", "fetched"], ignored=["fetched"]) == ("甲",)


def test_a_list_that_holds_itself_a_thousandfold_is_not_written_out() -> None:
    bomb: Any = "x"
    for _ in range(40):
        bomb = [bomb] * 10
    assert as_texts(bomb) == ()


@pytest.mark.parametrize("value", [True, "true", "True", ["true"], [True], "yes", "1", 1])
def test_spellings_of_a_flag_that_is_set(value: Any) -> None:
    assert as_flag(value)


@pytest.mark.parametrize("value", [False, "false", ["false"], [False], "no", "0", 0, None, [], "", "草稿"])
def test_spellings_of_a_flag_that_is_not_set(value: Any) -> None:
    assert not as_flag(value)


def test_a_number_that_is_too_long_to_be_written_is_no_text() -> None:
    assert as_text(10**5_000) == ""
    assert as_text(10**20) == "1" + "0" * 20
