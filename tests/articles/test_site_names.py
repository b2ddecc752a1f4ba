"""Titles and keywords of web pages without those of their sites."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles.file_facts import Facts, Page
from searchkit.articles.site_names import with_shown_titles, without_site_names


def page(name: str, site: str, title: str, *others: str) -> Facts:
    return Facts(name, "", "", title, (), (), None, web_page=Page(site, others))


def retitled(*titles: str | tuple[str, str]) -> list[str]:
    pairs = [(each, "") if isinstance(each, str) else each for each in titles]
    pages = [page(str(i), "example.com", each, other) for i, (each, other) in enumerate(pairs)]
    return list(without_site_names(pages).values())


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["春 - 小站", "夏 - 小站", "秋 - 小站"], ["春", "夏", "秋"]),
        (["春_小站", "夏_小站", "秋_小站", "冬"], ["春", "夏", "秋", "冬"]),
        (["小站 | 春", "小站 | 夏", "小站 | 秋"], ["春", "夏", "秋"]),
        (["春_要闻_小站", "夏_要闻_小站", "秋_要闻_小站", "冬_小站"], ["春", "夏", "秋", "冬"]),
        (["春天-小站", "夏天-小站", "秋天-小站"], ["春天", "夏天", "秋天"]),
        (["春 > 小站", "夏 > 小站", "秋 > 小站"], ["春", "夏", "秋"]),
        (["春 ~ 小站", "夏 ~ 小站", "秋 ~ 小站"], ["春", "夏", "秋"]),
        (["【小站】春", "【小站】 夏", "【小站】秋", "【小站】冬"], ["春", "【小站】 夏", "秋", "冬"]),
        (["春（小站）", "夏（小站）", "秋（小站）"], ["春", "夏", "秋"]),
        (["春（上）", "夏（上）", "秋（上）"], ["春（上）", "夏（上）", "秋（上）"]),
        (["春（二）", "夏（二）", "秋（二）"], ["春（二）", "夏（二）", "秋（二）"]),
        (["【春】（一）", "【春】（二）", "【春】（三）"], ["【春】（一）", "【春】（二）", "【春】（三）"]),
        (["春 - 小站", "夏 - 小站"], ["春 - 小站", "夏 - 小站"]),
        (["春 - 小站", "春 - 小站", "春 - 小站"], ["春 - 小站", "春 - 小站", "春 - 小站"]),
        (["第一章 - 红楼", "第二章 - 红楼", "第三章 - 红楼"], ["第一章 - 红楼", "第二章 - 红楼", "第三章 - 红楼"]),
        (["读书：甲", "读书：乙", "读书：丙"], ["读书：甲", "读书：乙", "读书：丙"]),
        ([("小站", "雨"), ("小站", "雪"), ("小站", "风")], ["雨", "雪", "风"]),
        ([("小站", "致读者"), ("小站", "致读者"), ("小站", "致读者")], ["小站", "小站", "小站"]),
        ([("小站", ""), ("小站", "雪"), ("小站", "风"), ("春天", "雪")], ["小站", "雪", "风", "春天"]),
    ],
)  # fmt: skip
def test_what_three_titles_share_is_the_name_of_the_site(titles: list[Any], expected: list[str]) -> None:
    assert retitled(*titles) == expected


def test_sites_are_told_apart() -> None:
    pages = [page(str(i), f"{i}.example.com", f"{name} - 小站") for i, name in enumerate("春夏秋")]
    assert list(without_site_names(pages).values()) == ["春 - 小站", "夏 - 小站", "秋 - 小站"]


@given(st.lists(st.text("甲乙-_| ：第一章【】（）>~", max_size=12), max_size=12))
def test_no_title_is_lost(titles: list[str]) -> None:
    for given_title, found in zip(titles, retitled(*titles), strict=True):
        assert found in given_title
        assert bool(found) == bool(given_title)


def tagged(*lists: str, site: str = "example.com", own: str = "") -> list[tuple[str, ...]]:
    """The tags that are shown of pages with *lists* of keywords and tags of their *own*."""
    files = [
        Facts(
            str(n),
            "",
            "",
            f"标题{n}",
            (*own.split(), *words.split()),
            (),
            None,
            web_page=Page(site, keywords=(*words.split(),)),
        )
        for n, words in enumerate(lists)
    ]
    return [facts.tags for facts in with_shown_titles(files)]


def test_keywords_that_the_pages_of_a_site_share_are_no_tags() -> None:
    assert tagged("新闻 江城", "新闻 江城", "新闻 江城", "河堤") == [(), (), (), ("河堤",)]


def test_other_tags_of_such_a_page_are_shown() -> None:
    assert tagged("新闻", "新闻", "新闻", own="河堤") == [("河堤",)] * 3


@pytest.mark.parametrize(
    "lists",
    [
        ("新闻 江城", "新闻 江城"),
        ("萝卜", "萝卜", "萝卜", "土豆", "白菜", "茄子", "豆角"),
        ("新闻 萝卜", "新闻 土豆", "新闻 白菜"),
        ("", "", ""),
    ],
)
def test_what_few_pages_of_a_site_share_are_tags(lists: tuple[str, ...]) -> None:
    assert tagged(*lists) == [tuple(words.split()) for words in lists]
