"""One file to one article: titles, authors, addresses, digests, and what had to be recovered."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchkit.articles.corpus import Entry, entries_of
from searchkit.articles.formats import ENDINGS
from searchkit.articles.html import html_to_text
from searchkit.articles.load import load
from searchkit.articles.read import FORMATS, read_article, with_digest
from searchkit.articles.reading import Reading
from searchkit.model import Article

FULL = """---
title: "城市里的萤火虫"
date: 2024-05-14T10:26:42+08:00
lastmod: 2024-06-01
tags: ["自然", "fetched", "城市"]
categories: ["duty"]
author: 观星簿
url: https://example.com/a/1
aliases: ["/old/1", "/old/2"]
draft: ["false"]
---
城市里的萤火虫 by 夜行人
------
<p>萤火虫怕光。</p>
<hr>
<a href="https://example.com/s/9",>原文链接</a>
"""


def read(text: str, name: str = "posts__2024-05__夜里 的_光.md", **options: tuple[str, ...]) -> Article:
    return read_article(text.encode("utf-8"), name, **options).article


def test_every_field_of_an_article() -> None:
    article = read(FULL)
    assert replace(article, digest="") == Article(
        id="posts__2024-05__夜里 的_光.md",
        title="城市里的萤火虫",
        body="萤火虫怕光。",
        tags=("自然", "城市"),
        categories=("duty",),
        author="观星簿",
        date=datetime.fromisoformat("2024-05-14T10:26:42+08:00"),
        lastmod=datetime(2024, 6, 1, tzinfo=UTC),
        url="https://example.com/a/1",
        aliases=("/old/1", "/old/2", "夜里 的 光"),
        draft=False,
    )


def test_the_generated_lines_give_author_and_address_where_front_matter_does_not() -> None:
    article = read("---\ntitle: 城市里的萤火虫\n---\n" + FULL.split("---\n", 2)[2])
    assert (article.author, article.url) == ("夜行人", "https://example.com/s/9")


def test_generated_lines_are_no_text() -> None:
    assert read(FULL).body == "萤火虫怕光。"


@pytest.mark.parametrize("title", ["", "title: archive_request\n", 'title: ""\n'])
def test_a_title_that_is_missing_comes_from_the_generated_line(title: str) -> None:
    article = read(f"---\n{title}date: 2024-01-01\n---\n春日读书 by 读书人\n------\n<h1>别的</h1><p>正文</p>")
    assert (article.title, article.author) == ("春日读书", "读书人")


@pytest.mark.parametrize(
    "body", ["正文前\n\n# 春日**读书**\n\n正文", "<p>正文</p><h2>春日<b>读书</b></h2>", "春日读书\n---\n正文"]
)
def test_else_a_missing_title_comes_from_the_first_heading(body: str) -> None:
    assert read(f"---\ntitle: archive_request\n---\n{body}").title == "春日读书"


def test_else_a_missing_title_comes_from_the_file_name() -> None:
    assert read("只有正文").title == "夜里 的 光"


def test_a_title_is_the_placeholder_only_where_nothing_else_is_known() -> None:
    assert read("---\ntitle: archive_request\n---\n正文", "docs__archive_request.md").title == "archive_request"


def test_a_page_gives_its_own_title() -> None:
    page = "<html><head><title>页面题目</title></head><body><h1>大字</h1><p>正文</p></body></html>"
    article = read(page, "saved/page.html")
    assert (article.title, article.body) == ("页面题目", "大字\n正文")


def test_a_heading_that_only_looks_generated_stays_in_the_text() -> None:
    article = read("---\ntitle: 影评\n---\nStand by Me\n---\n\n四个少年。")
    assert (article.title, article.author, article.body) == ("影评", "", "Stand by Me\n四个少年。")


def test_ignored_tags_are_configurable() -> None:
    assert read(FULL, ignored_tags=("城市",)).tags == ("自然", "fetched")
    assert read(FULL, ignored_tags=()).tags == ("自然", "fetched", "城市")


def test_several_authors_are_one_line() -> None:
    assert read("---\ntitle: 题\nauthors: [甲, 乙]\n---\n").author == "甲, 乙"


@pytest.mark.parametrize(
    ("flag", "draft"), [('["true"]', True), ('["false"]', False), ("true", True), ("[]", False)]
)
def test_spellings_of_draft(flag: str, draft: bool) -> None:
    assert read(f"---\ntitle: 题\ndraft: {flag}\n---\n正文").draft is draft


def test_an_article_without_text_has_an_empty_body() -> None:
    article = read("---\ntitle: 只有题目\ntags: [甲]\n---\n")
    assert (article.title, article.tags, article.body) == ("只有题目", ("甲",), "")


def test_an_empty_file_is_an_article_named_by_its_file() -> None:
    article = read("", "notes/空.md")
    assert (article.title, article.body) == ("空", "")


def test_what_was_recovered_names_path_line_and_reason() -> None:
    reading = read_article('---\ntitle: "在"开放"上"\n---\n正文'.encode(), "a/b.md")
    assert reading.article.title == '在"开放"上'
    assert reading.recovered is not None
    assert (reading.recovered.path, reading.recovered.line) == ("a/b.md", 2)
    assert reading.recovered.reason


def test_damaged_bytes_are_reported_as_recovered() -> None:
    reading = read_article(("正文很长。" * 100).encode() + b"\xff", "a.md")
    assert reading.recovered is not None
    assert "not UTF-8" in reading.recovered.reason


def test_a_sound_file_is_not_reported() -> None:
    assert read_article(FULL.encode(), "a.md").recovered is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_of_a_file_makes_no_difference(encoding: str) -> None:
    assert read_article(FULL.encode(encoding), "a.md") == read_article(FULL.encode(), "a.md")


def test_line_ends_of_windows_make_no_difference() -> None:
    assert read_article(FULL.replace("\n", "\r\n").encode(), "a.md") == read_article(FULL.encode(), "a.md")


def test_a_digest_changes_with_any_field() -> None:
    digests = {read(FULL.replace(old, "新")).digest for old in ("怕光", "自然", "观星簿", "/old/2", "不在里面")}
    assert len(digests) == 5


def test_a_digest_does_not_depend_on_an_older_one() -> None:
    article = read(FULL)
    assert with_digest(article) == article


@pytest.mark.timeout(20)
@pytest.mark.parametrize("markup", ["<h1>", "<h1 "])
def test_looking_for_a_title_among_unclosed_headings_takes_linear_time(markup: str) -> None:
    assert read("---\ntags: [甲]\n---\n" + markup * 50_000, "notes/空.md").title == "空"


def test_a_format_is_a_function_of_bytes_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_book(data: bytes) -> Reading:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            body = html_to_text(book.read("1.xhtml").decode("utf-8"))
        return Reading(body, ({"title": "萤火虫之书", "tags": ["自然"], "date": "2024-05-14"},))

    monkeypatch.setitem(FORMATS, ".epub", read_book)
    with zipfile.ZipFile(tmp_path / "书.EPUB", "w") as book:
        book.writestr("1.xhtml", "<p>萤火虫怕光。</p>")
    (entry,) = entries_of(tmp_path)
    assert isinstance(entry, Entry)
    article = load(entry, ignored_tags=()).article
    assert (article.title, article.body, article.tags) == ("萤火虫之书", "萤火虫怕光。", ("自然",))
    assert article.date == datetime(2024, 5, 14, tzinfo=UTC)
    assert article.digest


def test_tags_of_templates_in_a_page_of_html_are_no_text() -> None:
    page = """---
title: 盐田
---
<div>
  {% include head.html %}
  <p>涨潮了{# 查一下 #}，{{ site.author }}去收网。</p>
  {% for post in site.posts %}<a href="{{ post.url }}">{{ post.title }}</a>{% endfor %}
</div>
"""
    assert read_article(page.encode(), "关于.html").article.body == "涨潮了，去收网。"
    assert read_article(page.encode(), "关于.md").article.body == "涨潮了，去收网。"


def test_a_page_that_speaks_of_tags_of_templates_keeps_them() -> None:
    page = "<p>循环写作 {% for x in y %}，值写作 {{ x }}。</p>"
    assert read_article(page.encode(), "a.html").article.body == "循环写作 {% for x in y %}，值写作 {{ x }}。"


def test_a_file_is_an_article_if_something_reads_such_files() -> None:
    assert FORMATS.keys() == ENDINGS
