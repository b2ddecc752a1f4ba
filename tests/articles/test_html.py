"""HTML to text: golden cases, and the two walks give the same text."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles.html import html_to_text
from searchkit.articles.html_elements import DROPPED, NAMES
from searchkit.articles.plain_text import INVISIBLE, tidy
from tests.articles.html_reference import soup_to_text
from tests.golden import Case, blocks

CASES = blocks(Path(__file__).with_name("html_cases.txt"))

TAGS = st.sampled_from(
    [
        *(
            "p",
            "div",
            "b",
            "pre",
            "code",
            "ul",
            "li",
            "table",
            "tr",
            "td",
            "span",
            "ruby",
            "rb",
            "body",
            "a",
            "form",
        ),
        *sorted(NAMES),
    ]
)
ATTRIBUTES = st.sampled_from(
    [
        *["", "", "", ""],
        *["hidden", 'hidden="until-found"', 'style="display: none"', 'style="visibility:hidden"'],
        *['class="lineno"', 'class="katex-html"', 'class="katex-mathml"', 'class="MathJax"', 'class="latex"'],
        *['role="main"', 'role="navigation"', "shadowrootmode=open", 'type="math/tex"'],
        *['data-tex="x^2"', "eeimg=1", 'alt="火山图"', 'alt="图片"', 'title="火山"'],
        *['encoding="application/x-tex"'],
    ]
)
PIECES = st.one_of(
    st.sampled_from(
        ["<br>", "<hr>", "<!-- 注 -->", "&amp;", "&lt;", "&#8203;", "\n", "\r\n", " ", "　", "<", ">", "&"]
    ),
    st.sampled_from([f"<{name}>x</{name}>" for name in sorted(DROPPED)]),
    st.sampled_from(
        ["数据", "GPT-5", "繁體字", "😀", "12", "人工\n", "\n智能", "\u200b", "a  b", "\u2028", "\x0b", "\xa0"]
    ),
    st.builds("<{} {}>".format, TAGS, ATTRIBUTES),
    st.builds(
        "<{0} {1}>{2}</{0}>".format,
        TAGS,
        ATTRIBUTES,
        st.sampled_from(["7", "正文", "TM", "一\n二", "<br>", "<h1>题</h1>"]),
    ),
    TAGS.map("</{}>".format),
)
MARKUP = st.lists(PIECES, max_size=30).map("".join)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_html_becomes_text(case: Case) -> None:
    assert html_to_text(case.given) == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_beautiful_soup_gives_the_same_text(case: Case) -> None:
    assert soup_to_text(case.given) == case.expected


@given(MARKUP)
def test_both_walks_agree_on_any_markup(markup: str) -> None:
    assert html_to_text(markup) == soup_to_text(markup)


@pytest.mark.parametrize("depth", [100, 2_000, 5_000])
def test_text_inside_deeply_nested_tags_is_found(depth: int) -> None:
    markup = "<div>" * depth + "深处" + "</div>" * depth + "<p>后面</p>"
    assert html_to_text(markup) == "深处\n后面"
    assert soup_to_text(markup) == "深处\n后面"


@pytest.mark.parametrize("markup", ["", "   ", "<", "<!", "<!-- 未完", "<p", "</", "&", "\x00"])
def test_broken_markup_is_no_error(markup: str) -> None:
    assert html_to_text(markup) == soup_to_text(markup)


@given(st.text())
def test_tidy_text_has_no_invisible_characters_and_no_empty_lines(text: str) -> None:
    cleaned = tidy(text)
    assert not any(ord(char) in INVISIBLE for char in cleaned)
    assert "\n\n" not in cleaned
    assert "  " not in cleaned
    assert tidy(cleaned) == cleaned


def test_every_line_of_text_is_without_blanks_at_its_ends() -> None:
    assert html_to_text("<p> 甲 </p><p>\t乙&nbsp;</p>") == "甲\n乙"


@pytest.mark.parametrize("walk", [html_to_text, soup_to_text])
def test_lone_surrogates_are_no_text(walk: Callable[[str], str]) -> None:
    assert walk("<p>\ud800 hi \udfff</p>") == "hi"
    assert walk("\ud800") == ""


@pytest.mark.parametrize("walk", [html_to_text, soup_to_text])
def test_a_reading_that_holds_the_rest_of_a_page_is_text(walk: Callable[[str], str]) -> None:
    rest = "春天来了。" * 1_200
    assert walk(f"<ruby>東<rt>とう<span>{rest}") == f"東とう{rest}"


@pytest.mark.parametrize("walk", [html_to_text, soup_to_text])
def test_nul_is_no_text(walk: Callable[[str], str]) -> None:
    assert walk("<p>数\x00据</p>") == "数据"
    assert walk("\x00") == ""


@pytest.mark.parametrize("walk", [html_to_text, soup_to_text])
def test_a_page_break_is_a_blank(walk: Callable[[str], str]) -> None:
    assert walk("<p>数<b>\f</b>据\f分析</p>") == "数 据 分析"


@pytest.mark.parametrize(
    "piece", ["<sup>", "<b class=lineno>", "<nav>", "<article>", "<b hidden>", "<rt>", "<noscript>"]
)
@pytest.mark.parametrize("body", ["1" * 400_000, "1<br>" * 40_000, "字\n" * 40_000, "<img alt=面馆>" * 20_000])
def test_elements_in_each_other_take_linear_time(piece: str, body: str) -> None:
    name = piece[1:-1].split()[0]
    began = time.process_time()
    html_to_text(piece * 1_500 + body + f"</{name}>" * 1_500)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("piece", ["<h2></h1>", "<b></i>", "<div></p>", "<svg></b>", "<pre><code>"])
def test_elements_that_are_left_open_take_linear_time(piece: str) -> None:
    began = time.process_time()
    text = html_to_text("<p>开头" + piece * 100_000 + "</svg>末尾")
    assert time.process_time() - began < 3
    assert text.startswith("开头")
