"""Markdown to text: golden cases, headings, tags, and what is a page of HTML."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.articles.markdown import MarkdownBody, is_saved_page, page_heading, read_body
from tests.golden import Case, blocks

CASES = blocks(Path(__file__).with_name("markdown_cases.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_markdown_becomes_text(case: Case) -> None:
    assert read_body(case.given).text == case.expected


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# 标题\n\n正文", "标题\n正文"),
        ("第一段\n\n第二段", "第一段\n第二段"),
        ("**粗**、*斜*、~~删~~和`代码`", "粗、斜、删和代码"),
        ("[链接](https://example.com)", "链接"),
        ("- 苹果\n- 香蕉\n\n1. 一\n2. 二", "苹果\n香蕉\n一\n二"),
        ("> 引文\n\n正文", "引文\n正文"),
        ("上\n\n---\n\n下", "上\n下"),
        ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |", "甲 乙\n1 2"),
        ("正文 <b>粗</b> &amp; <!-- 注 --> 尾", "正文 粗 & 尾"),
        ("\\*不是斜体\\*", "*不是斜体*"),
        ("第一行  \n第二行", "第一行\n第二行"),
        ("同一行\n还是同一段", "同一行还是同一段"),
        ("<https://example.com/春>\r\n\r\n正文", "https://example.com/春\n正文"),
        ("", ""),
        ("#", ""),
        ("\n\n    \n", ""),
    ],
)
def test_markup_goes_and_text_stays(markdown: str, text: str) -> None:
    assert read_body(markdown).text == text


def test_a_block_of_code_keeps_its_line_breaks() -> None:
    assert read_body("```r\nlibrary(Seurat)\nx <- FindMarkers(obj)\n```\n后文").text == (
        "library(Seurat)\nx <- FindMarkers(obj)\n后文"
    )


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("# 春日 **读书**\n\n正文", "春日 读书"),
        ("题目\n===\n正文", "题目"),
        ("正文前\n\n# 题目\n\n# 第二个", "题目"),
        ("## 引入\n\n# 题目", "题目"),
        ("# 属性 {#props}", "属性"),
        ("# [12. 接雨水](https://example.com/12)", "12. 接雨水"),
        ("# [#](#a) 为什么", "为什么"),
        ("#　题目", "题目"),
        ("# C#", "C#"),
        ("# `List<String>` 的用法 #", "List<String> 的用法"),
        ("# ![图](a.png)\n\n# 题目", "题目"),
        ('<h1 align="center">项目<br>名称</h1>\n\n## 安装\n\n见**下**', "项目 名称"),
        ("#\n\n下一段", ""),
        ("没有", ""),
        ("", ""),
    ],
)
def test_the_heading_is_the_first_one_of_level_one(markdown: str, heading: str) -> None:
    assert read_body(markdown).heading == heading


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("## 题目\n\n正文", "题目"),
        ("<!-- 注 -->\n\n{% note %}\n\n### 题目", "题目"),
        ("题目\n---\n", "题目"),
        ("##题目\n正文", "题目"),
        ("## 引入\n\n正文\n\n## 性质", ""),
        ("先说一句。\n\n### 参考", ""),
    ],
)
def test_a_lower_heading_counts_if_it_is_the_only_one_and_stands_first(markdown: str, heading: str) -> None:
    assert read_body(markdown).heading == heading


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("```sh\n# 注释\n```\n# 题目", "题目"),
        ("~~~~\n# 注释\n~~~\n# 还是注释\n~~~~\n题目\n===", "题目"),
        ("``` # 没有结尾\n# 注释", ""),
        ("段落\n\n---\n# 题目", "题目"),
        ("    # 注释\n\n# 题目", "题目"),
        ("<!--\n# 注释\n\n# 注释\n-->\n# 题目", "题目"),
        ("{% highlight sh %}\n# 注释\n{% endhighlight %}\n# 题目", "题目"),
        ("#!/bin/sh\n\n# 题目", "题目"),
        ("#include <map>\n\n# 题目", "题目"),
    ],
)
def test_a_line_of_code_is_no_heading(markdown: str, heading: str) -> None:
    assert read_body(markdown).heading == heading


def test_a_hash_without_a_space_is_a_heading_where_all_headings_are_written_so() -> None:
    assert read_body("#我的第一篇\n\n##缘起\n正文").heading == "我的第一篇"
    assert read_body("#随笔\n\n## 缘起\n正文") == MarkdownBody("#随笔\n缘起\n正文", "", ("随笔",))


@pytest.mark.parametrize(
    ("markdown", "tags"),
    [
        ("今天 #读书 很好\n#方法/笔记 #2024年计划", ("读书", "方法/笔记", "2024年计划")),
        ("#旅行 #旅行", ("旅行",)),
        ("- 一 #todo\n\n> 引 #摘抄", ("todo", "摘抄")),
        ("颜色 #fff #A1B2C3，编号 #12，#3楼", ()),
        ("`#代码` 与\n\n```\n#代码\n```\n\n    #代码", ()),
        ("[见](a.md#锚点) https://example.com/#片段 C#语言", ()),
        ("#include <map>\n\n#if 0\n#-r 选项", ()),
        ("参加 #春日读书会# 活动", ("春日读书会",)),
        ("#" + "很长的一句话" * 20, ()),
        ("## 标题 #写作", ("写作",)),
        ("见 [发酵 #温度](a.md)、![图 #酵母](b.png) 和 [[面团|醒面 #时间]] #面包", ("时间", "面包")),
    ],
)
def test_tags_stand_in_the_lines(markdown: str, tags: tuple[str, ...]) -> None:
    assert read_body(markdown).tags == tags


def test_tags_stay_in_the_text() -> None:
    assert read_body("今天读完了 #读书").text == "今天读完了 #读书"


@pytest.mark.parametrize(
    "page",
    [
        "<section>\n\n    <p>缩进不是代码</p>\n\n</section>",
        "\n<div><p>1. 一</p><p>* 二</p></div>",
        "<!-- 存于 2024 -->\n<!DOCTYPE html>\n<html><body><p>甲</p>\n\n<p>乙</p></body></html>",
        '<div><a href="a](b)">链接</a><pre>\n# 注释\n\n- 一\n**\n</pre></div>',
        "<table><tr><td>甲</td></tr></table>",
        "<div>\n秋分那天\n<br>\n天气转凉\n<pre>\n码\n</pre>\n树叶黄了\n</div>",
        "<div>\n<!-- 导航\n\n菜单 -->\n<p>秋分那天</p>\n<style>\n\np { color: red }\n</style>\n</div>",
        "<html><body>\n　　秋分那天，天气转凉。\n\n　　树叶黄了。\n</body></html>",
        "<section>\n\n{% for post in site.posts %}\n<p>{{ post.title }}</p>\n\n{{ content }}\n</section>",
    ],
)
def test_a_page_is_what_begins_with_a_block_of_html_and_has_no_markdown(page: str) -> None:
    assert is_saved_page(page)


@pytest.mark.parametrize(
    "markdown",
    [
        "<p align=center><img src=a.png></p>\n\n# 题目",
        "<div>图</div>\n\n- 一\n- 二",
        "<center>图</center>\n\n见[这里](a.md)。",
        "<center>图</center>\n\n**注意**",
        "<center>图</center>\n\n一段话，没有别的。",
        "<center>图</center>\n\n　　缩进的一段话。",
        "<center>图</center>\n \t\n  两个空格的一段话。",
        "<center>图</center>\n\n`<div>` 是盒子。",
        "<center>图</center>\n\n题目\n====\n",
        "<center>图</center>\n\n[[卷一|别名]]",
        "<center>图</center>\n\n:::tip\n带伞。\n:::",
        "<center>图</center>\n\n\\# 不是题目",
        "<div>\n\n`<!--` 开头\n\n- 一\n\n</div>",
        "<div>图</div>\n\n```html\n<div>\n```",
        "<div>图</div>\n## 题目",
        "<!-- more -->\n\n正文",
        "<Card>甲</Card>",
        "<img src=a.png>",
        "`<div>` 是盒子 </p></p></p>",
        "前言\n<p>一</p>\n<p>二</p>\n<p>三</p>",
        "",
    ],
)
def test_other_texts_are_markdown(markdown: str) -> None:
    assert not is_saved_page(markdown)


@pytest.mark.parametrize(
    "code", ["<script>", "<style>", "<template>", "<title>", "<!-- 没关", "<textarea>", "<pre>"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_tag_in_code_after_a_banner_hides_no_text(code: str, end: str) -> None:
    lines = ['<p align="center"><img src="logo.png"></p>', "", f"溪边写着 `{code}` 几个字。", "", "风筝飞过了河。"]
    body = read_body(end.join(lines))
    assert (body.text, body.is_page) == (f"溪边写着 {code} 几个字。\n风筝飞过了河。", False)


def test_a_page_is_read_as_html() -> None:
    page = "<html><head><title>题目</title></head><body>\n\n    <p>1. 缩进*不是*代码</p></body></html>"
    assert read_body(page) == MarkdownBody("1. 缩进*不是*代码", is_page=True)
    assert page_heading(page) == "题目"


def test_a_page_that_is_made_of_a_list_has_no_tags_in_its_text() -> None:
    page = """<section>
<h1>文章目录</h1>
{% for post in site.posts %}
<a href="{{ site.url }}{{ post.url }}">{{ post.title }}</a>
{% endfor %}
</section>"""
    assert read_body(page) == MarkdownBody("文章目录", is_page=True)


def test_a_page_that_speaks_of_template_tags_keeps_them() -> None:
    page = "<p>循环写作 {% for x in y %}，以 {% endfor %} 结束，值写作 {{ x }}。</p>\n<p>完</p>"
    assert read_body(page).text == "循环写作 {% for x in y %}，以 {% endfor %} 结束，值写作 {{ x }}。\n完"


def test_html_after_a_line_of_text_is_html() -> None:
    assert read_body("前言\n<p>一</p>\n\n    <p>二</p>\n<p>三</p>").text == "前言\n一\n二\n三"


def test_text_that_is_nested_deeply_is_found() -> None:
    levels = "".join("  " * level + f"- 第{level}层\n" for level in range(50))
    assert all(f"第{level}层" in read_body(levels).text for level in range(50))
    assert read_body(">" * 500 + " 深处").text.endswith("深处")
    assert "深处" in read_body("- " * 300 + "深处").text
    assert (
        "深处"
        in read_body(
            "!!! note\n" + "".join("    " * n + "!!! note\n" for n in range(1, 90)) + "    " * 90 + "深处"
        ).text
    )


def test_texts_do_not_know_of_each_other() -> None:
    first = read_body("#读书 {% raw %} <Card> [^1]\n\n[a]: b")
    assert read_body("[a] {% note %}\n\n    代码").text == "[a]\n代码"
    assert read_body("#读书 {% raw %} <Card> [^1]\n\n[a]: b") == first
