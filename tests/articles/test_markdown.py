"""Markdown to text, by the rules of HTML."""

from __future__ import annotations

import pytest

from searchkit.articles.markdown import first_heading, is_html, markdown_to_text, too_many_signs


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# 标题\n\n正文", "标题\n正文"),
        ("第一段\n\n第二段", "第一段\n第二段"),
        ("**粗**、*斜*、~~删~~和`代码`", "粗、斜、删和代码"),
        ("[链接](https://example.com) ![图](x.png)", "链接"),
        ("- 苹果\n- 香蕉\n\n1. 一\n2. 二", "苹果\n香蕉\n一\n二"),
        ("> 引文\n\n正文", "引文\n正文"),
        ("上\n\n---\n\n下", "上\n下"),
        ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |", "甲 乙\n1 2"),
        ("正文 <b>粗</b> &amp; <!-- 注 --> 尾", "正文 粗 & 尾"),
        ("\\*不是斜体\\*", "*不是斜体*"),
        ("第一行  \n第二行", "第一行\n第二行"),
        ("同一行\n还是同一段", "同一行还是同一段"),
        ("", ""),
    ],
)
def test_markup_goes_and_text_stays(markdown: str, text: str) -> None:
    assert markdown_to_text(markdown) == text


def test_a_block_of_code_keeps_its_line_breaks() -> None:
    assert markdown_to_text("```r\nlibrary(Seurat)\nx <- FindMarkers(obj)\n```\n后文") == (
        "library(Seurat)\nx <- FindMarkers(obj)\n后文"
    )


def test_shortcodes_of_hugo_are_no_text() -> None:
    assert markdown_to_text("前 {{< youtube abc >}} 后\n\n{{% notice %}}注意{{% /notice %}}") == "前 后\n注意"


def test_saved_html_is_not_read_as_markdown() -> None:
    page = "<section>\n\n    <p>缩进不是代码</p>\n\n</section>"
    assert is_html(page)
    assert markdown_to_text(page) == "缩进不是代码"


def test_html_after_a_line_of_text_is_html() -> None:
    assert markdown_to_text("前言\n<p>一</p>\n\n    <p>二</p>\n<p>三</p>") == "前言\n一\n二\n三"


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("前\n\n## 小标题 ##\n", "小标题"),
        ("题目\n===\n正文", "题目"),
        ("题目\n---\n", "题目"),
        ("没有", ""),
        ("", ""),
    ],
)
def test_the_first_heading(markdown: str, heading: str) -> None:
    assert first_heading(markdown) == heading


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("```sh\n# 注释\n```\n# 题目", "题目"),
        ("~~~~\n# 注释\n~~~\n# 还是注释\n~~~~\n题目\n===", "题目"),
        ("``` # 没有结尾\n# 注释", ""),
        ("```行内``` 文字\n# 题目", "题目"),
        ("#\n\n下一段", ""),
        ("段落\n\n---\n# 题目", "题目"),
        ("# C#", "C#"),
        ("#　题目", "题目"),
    ],
)
def test_a_heading_is_one_line_outside_code(markdown: str, heading: str) -> None:
    assert first_heading(markdown) == heading


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text", ["# a" + " " * 200_000 + "b#x", "#" + "\n" * 200_000, "`" * 200_000 + "x`", "a\n" * 99_999]
)
def test_looking_for_a_heading_takes_linear_time(text: str) -> None:
    first_heading(text)


@pytest.mark.timeout(20)
def test_shortcodes_that_are_not_closed_stay_and_take_linear_time() -> None:
    assert markdown_to_text("{{< a " * 50_000).startswith("{{< a {{< a")


def test_signs_that_are_too_many_to_be_read_stay() -> None:
    text = "![[" * 100_000 + "末尾"
    assert too_many_signs(text)
    assert markdown_to_text(text) == text


def test_tables_count_by_the_cells_that_are_filled_up() -> None:
    table = "|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "|\n" * 200 + "\n"
    assert too_many_signs(table * 4)
    assert not too_many_signs("|甲|乙|\n|-|-|\n" + "|一|二|\n" * 1000)


def test_html_has_no_signs_of_markdown() -> None:
    assert not too_many_signs("<p>" + "[" * 300_000)
