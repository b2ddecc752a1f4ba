"""The lines a clipping bot writes around an article."""

from __future__ import annotations

import time

import pytest

from searchkit.articles.clippings import unwrap


def test_the_first_line_gives_title_and_author_and_goes() -> None:
    clipping = unwrap("春日读书 by 读书人\n------\n<p>正文</p>", "春日读书")
    assert (clipping.title, clipping.author, clipping.text) == ("春日读书", "读书人", "<p>正文</p>")


def test_the_last_link_gives_the_url_and_is_removed() -> None:
    clipping = unwrap('<p>正文</p>\n<hr>\n<a href="https://example.com/s/1">原文链接</a>\n', "春日读书")
    assert clipping.url == "https://example.com/s/1"
    assert clipping.text.strip() == "<p>正文</p>"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://example.com/s/1",>原文链接</a>',
        '<a href="https://example.com/s/1", target="_blank">原文链接</a>',
        "<a href='https://example.com/s/1'>原文链接</a>",
        "<a href=https://example.com/s/1,>原文链接</a>",
        '<a href = "https://example.com/s/1" > 原文链接 </a>',
    ],
)
def test_a_stray_comma_after_the_url_does_not_count(link: str) -> None:
    clipping = unwrap(f"<p>正文</p>\n{link}", "题")
    assert clipping.url == "https://example.com/s/1"
    assert clipping.text.strip() == "<p>正文</p>"


def test_a_link_in_the_middle_of_the_text_stays() -> None:
    body = '<a href="https://example.com">原文链接</a><p>后面还有正文</p>'
    assert unwrap(body, "题").text == body


def test_a_first_line_without_an_author_goes_too() -> None:
    clipping = unwrap("春日读书 by \n------\n<p>正文</p>", "春日读书")
    assert (clipping.title, clipping.author, clipping.text) == ("春日读书", "", "<p>正文</p>")


def test_a_title_that_holds_by_and_dashes_is_not_cut_there() -> None:
    clipping = unwrap("Step by step---入门 by 读书人\n------\n<p>正文</p>", "Step by step---入门")
    assert clipping.author.endswith("读书人")
    assert clipping.text == "<p>正文</p>"


def test_a_line_after_a_url_of_the_bot_is_found() -> None:
    clipping = unwrap("https://example.com/s/1\n\n春日读书 by 读书人\n------\n正文", "春日读书")
    assert (clipping.author, clipping.url) == ("读书人", "https://example.com/s/1")


@pytest.mark.parametrize("title", ["影评", "", "Stand by Me"])
def test_a_heading_that_only_looks_like_the_first_line_stays(title: str) -> None:
    body = "Stand by Me\n---\n\n这部电影讲四个少年。"
    clipping = unwrap(body, title)
    assert (clipping.text, clipping.author, clipping.title) == (body, "", "")


def test_a_long_heading_of_another_title_stays() -> None:
    body = "一段引言。\n\nStand by Me\n------\n\n正文。"
    assert unwrap(body, "影评").text == body


_LINKED = "[老桥](https://example.com/a_(b)/1)\n------\n日期：Sun, 28 Jun 2020 12:53:23 +0000\n\n<p>桥在河上。</p>"


@pytest.mark.parametrize("before", ["", "\n", "<!-- 2020-06-28 12:53:23 -->\n"])
def test_the_other_format_begins_with_a_link_and_a_date(before: str) -> None:
    clipping = unwrap(before + _LINKED, "")
    assert (clipping.title, clipping.url) == ("老桥", "https://example.com/a_(b)/1")
    assert (clipping.date, clipping.text.strip()) == ("Sun, 28 Jun 2020 12:53:23 +0000", "<p>桥在河上。</p>")


def test_a_heading_that_is_a_link_stays_where_no_date_follows() -> None:
    body = "[老桥](https://example.com/1)\n------\n\n桥在河上。"
    assert unwrap(body, "").text == body


def test_a_text_without_generated_lines_stays_as_it_is() -> None:
    clipping = unwrap("正文", "题")
    assert (clipping.text, clipping.title, clipping.author, clipping.url) == ("正文", "", "", "")


def test_blanks_after_the_word_by_take_linear_time() -> None:
    began = time.process_time()
    assert unwrap("x by " + " " * 3_000, "").title == ""
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "body", ['正文<a href="http://a.b/\x00\u200bc">原文链接</a>', "http://a.b/\x00\u200bc\n正文"]
)
def test_a_url_has_no_invisible_characters(body: str) -> None:
    assert unwrap(body, "题").url == "http://a.b/c"
