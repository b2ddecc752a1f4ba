"""Hostile Markdown: any input is read, in linear time, and what cannot be parsed stays."""

from __future__ import annotations

import gc
import time

import pytest

from searchkit.articles.markdown import is_saved_page, read_body

OPENINGS = """
{{< a|{{% a|{% a|{% raw %}|{{ a|{/* a|{#a|{:.a|![[a|[[a|[[a.b#c|x
%%a|==a|++a|~a|^a|^[a|[^a]|[^a]: b|$a|$$a|\\(a|\\[a_
<!-- a|<? a|<![CDATA[|<script>|</svg><svg>\n\n|<svg>|<pre>|<div>|<Card>
<Card a={|<Card a="|<a b='|<a |<p|</Card>|&lt;|<Card title="甲">
[a](b c.md|[a]({{ b|![a](|#a|##a|#a/|**a：**|_「
~~“|> [!note] a|::: tip|:::|!!! note "a|=== "a"|\\begin{a}|[TOC]|@[toc](
- [ ] a|\t- [[甲|a:: b|甲::|[[a]](b|![a 1x1 |甲\n: 乙|`|``a|import {|export const a =|--8<-- "
<<< @/|```c\n--8<-- "|## Text Elements\n|* TOC\n{:toc}|[a]: 甲|>|- |1. |{% codeblock %}|{% comment %}
{# a|{# {% a %}|{{/* a|{{< comment >}}|<>|</>|{% endcomment %}|--8<--\n|--8<--\na.b\n|!!!note\n|??? a
""".strip()
PIECES = [piece.replace("\\n", "\n") for line in OPENINGS.split("\n") for piece in line.split("|") if piece]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", PIECES)
def test_many_openings_take_linear_time(piece: str) -> None:
    for end in ("", "\n", "\n\n"):
        few, many = (_seconds((piece + " " + end) * count) for count in (250, 1_000))
        assert many < 10 * few + 0.2, "four times as many take more than ten times as long"


def _seconds(text: str) -> float:
    gc.disable()  # a collection of what other tests left would be counted
    began = time.process_time()
    read_body("开头\n\n" + text + "末尾")
    took = time.process_time() - began
    gc.enable()
    return took


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["{{< a ", "<!-- ", "<b ", "{% a ", "<Card a={ "])
def test_openings_that_are_not_closed_stay(piece: str) -> None:
    text = read_body("开头" + piece * 20_000).text
    assert text.count(piece.strip()) == 20_000


def test_signs_that_are_too_many_to_be_read_stay() -> None:
    text = "![[" * 100_000 + "末尾"
    body = read_body(text)
    assert body.left == "more than 200,000 Markdown symbols; the text is indexed with them"
    assert body.text == text


def test_tables_count_by_the_cells_that_are_filled_up() -> None:
    table = "|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "|\n" * 200 + "\n"
    assert read_body(table * 4).left
    assert not read_body("|甲|乙|\n|-|-|\n" + "|一|二|\n" * 1000).left


def test_html_has_no_signs_of_markdown() -> None:
    assert not read_body("<p>" + "[" * 300_000).left


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text", ["# a" + " " * 200_000 + "b#x", "#" + "\n" * 150_000, "`" * 150_000 + "x`", "a\n" * 99_999]
)
def test_looking_for_a_heading_takes_linear_time(text: str) -> None:
    read_body(text)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "{" + ".a" * 30 + " 潮}",
        "{.a" + " a=b" * 10_000,
        "--8<--\n" + "a." * 30_000 + " 潮",
        "--8<--\n" + " " * 30_000 + "潮",
        "{# " + "{% a %}" * 5_000,
        "{% comment %}" + "{ " * 50_000,
        "==" + "=a" * 30_000,
        "潮 <Card a={" + "{" * 30_000,
    ],
)
def test_one_opening_before_a_long_text_takes_little_time(text: str) -> None:
    assert read_body(text).text


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["<!--", "<pre>", "<script ", "<Style>", "`", "`a\n", "<a", "<code>甲</code>"])
def test_whether_a_text_is_a_page_is_seen_in_linear_time(piece: str) -> None:
    began = time.process_time()
    is_saved_page("<div>\n\n- 甲\n" + piece * 50_000)
    assert time.process_time() - began < 5


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["{% note %}", "{{< a >}}", "{% note\n%}"])
def test_a_line_of_many_tags_takes_linear_time(piece: str) -> None:
    few, many = (_seconds("- 甲\n" + piece * count) for count in (8_000, 32_000))
    assert many < 8 * few + 0.2, "four times as many take more than eight times as long"
