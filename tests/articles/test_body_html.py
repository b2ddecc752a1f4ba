"""A file -> the body of its article as HTML: the structure of the file, and nothing that its text leaves out."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given

import searchkit
from searchkit.articles.html import html_to_text
from searchkit.articles.html_markup import html_to_markup, paragraphs_of
from searchkit.articles.read import read_article
from tests.articles.formats.makers import book, chapter, document, paragraph, pdf
from tests.articles.formats.test_notebook import code, notebook, prose
from tests.articles.formats.test_saved_page import PAGE, saved
from tests.articles.test_html import CASES, MARKUP
from tests.golden import Case

CLIPPED = """---
title: "菜园里的第一场雨"
date: 2024-05-14
---
菜园里的第一场雨 by 田间笔记
------
<div><section><h2><span>一、落雨之前</span></h2><p style="top:0"><span>云压得很低，</span><strong>燕子</strong>\
贴着水面飞。</p><p><br></p><p><img data-src="https://img.example/a.png" alt="图片"></p></section></div>
<hr>
<a href="https://example.org/s/1",target="_blank">原文链接</a>
"""


def html_of(folder: Path, name: str, data: str | bytes) -> str:
    """What is read of a file with this *name* and these *data*."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return searchkit.read_html(path)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def test_an_article_of_a_clipping_bot_is_its_body_alone(tmp_path: Path) -> None:
    html = html_of(tmp_path, "雨.md", CLIPPED)
    assert "<h2>一、落雨之前</h2>" in html
    assert "云压得很低，<strong>燕子</strong>贴着水面飞。" in html
    assert '<img data-src="https://img.example/a.png">' in html
    assert "田间笔记" not in html
    assert "原文链接" not in html
    assert "style" not in html


def test_markdown_is_read_with_the_rules_of_the_index(tmp_path: Path) -> None:
    text = """# 做豆腐

:::tip 提示
豆子要泡{{< note >}}一夜。
:::

- [x] 磨浆
- 点卤，见 [[卤水#比例|比例]]

| 料 | 克 |
|---|---|
| 黄豆 | 500 |

> [!note] 摘要
> 火要小。

```python
print("<b>豆</b>")
```

水是 H~2~O。[^1]

[^1]: 脚注的字。
"""
    html = html_of(tmp_path, "豆腐.md", text)
    for piece in (
        "<h1>做豆腐</h1>",
        "<p>提示</p>",
        "豆子要泡一夜。",
        "<li>磨浆",
        "<li>点卤，见 比例",
        "<td>500</td>",
        "<blockquote>",
        "<p>摘要</p>",
        '<code>print("&lt;b&gt;豆&lt;/b&gt;")\n</code></pre>',
        "H<sub>2</sub>O",
        "脚注的字。",
    ):
        assert piece in html
    assert ":::" not in html


def test_a_page_is_its_main_part_without_navigation(tmp_path: Path) -> None:
    page = (
        "<html><head><title>星空</title><style>p{}</style></head><body><nav><a href=/>首页</a></nav>"
        "<article><h1>星空</h1><p>今夜看得见<a href='javascript:alert(1)' onclick=x()>银河</a>。</p></article>"
        "<footer>备案</footer><script>alert(1)</script></body></html>"
    )
    html = html_of(tmp_path, "星空.html", page)
    assert "<h1>星空</h1>" in html
    assert '<a href="javascript:alert(1)">银河</a>' in html, "what a link leads to is not looked at here"
    assert not re.search("首页|备案|script>|onclick|style", html)


def test_other_formats_give_their_structure(tmp_path: Path) -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('城市')}</w:tc><w:tc>{paragraph('人口')}</w:tc></w:tr></w:tbl>"
    word = html_of(tmp_path, "a.docx", document(paragraph("前言", "Heading1"), paragraph("番茄红了。"), table))
    assert "<h1>前言</h1><p>番茄红了。</p><table>" in word
    pages = html_of(tmp_path, "a.epub", book({"b.xhtml": chapter("第一章", "萤火虫怕光。")}))
    assert "<p>萤火虫怕光。</p>" in pages
    cells = html_of(tmp_path, "a.ipynb", notebook(prose("## 回归\n"), code("a < b", {"text": ["3\n"]})))
    assert "<h2>回归</h2>" in cells
    assert "<pre><code>a &lt; b</code></pre><pre><code>3\n</code></pre>" in cells
    assert "<p>院子里的番茄红了。</p>" in html_of(tmp_path, "a.mhtml", saved(PAGE))
    assert html_of(tmp_path, "a.org", "* 春\n雨水 <b>多</b>。\n") == "<p>春</p><p>雨水 &lt;b&gt;多&lt;/b&gt;。</p>"
    assert "<p>" in html_of(tmp_path, "a.pdf", pdf([["the garden in spring"]]))


def test_plain_text_is_paragraphs_of_lines_and_never_markup(tmp_path: Path) -> None:
    html = html_of(
        tmp_path, "诗.txt", "床前明月光\n疑是地上霜\n\n<script>alert(1)</script> & 举头\n".encode("gb18030")
    )
    assert html == "<p>床前明月光<br>疑是地上霜</p><p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; 举头</p>"
    assert paragraphs_of("一\n二") == "<p>一</p><p>二</p>"


def test_what_is_too_much_for_markdown_is_paragraphs(tmp_path: Path) -> None:
    assert html_of(tmp_path, "a.md", "# 题\n\n" + "*甲*\n\n" * 60_000).startswith("<p># 题</p>")


def test_a_file_that_is_gone_or_no_file_or_too_large_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "large.md").write_text("字" * 100, encoding="utf-8")
    (tmp_path / "broken.docx").write_bytes(b"PK\3\4")
    for name, reason in (
        ("gone.md", "No such file"),
        ("folder.md", "not a regular file"),
        ("pipe.md", "not a regular file"),
        ("broken.docx", "not a whole file"),
        ("large.md", "larger than the limit of 200 bytes"),
    ):
        with pytest.raises(searchkit.ArticleError, match=f"{name}: .*{reason}"):
            searchkit.read_html(tmp_path / name, size_limit=200)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_html_of_a_case_has_its_text(case: Case) -> None:
    assert sorted(letters(html_to_text(html_to_markup(case.given)))) == sorted(letters(case.expected))


@given(MARKUP)
@example("<a>甲<nav>乙</nav><article>丙</article>")
def test_no_markup_gives_anything_but_known_tags_in_pairs(markup: str) -> None:
    html = html_to_markup(markup)
    opened: list[str] = []
    for slash, name in re.findall(r"<(/?)([a-z0-9]+)[^<>]*>", html):
        assert name not in ("script", "style", "svg", "form", "object")
        if slash:
            assert opened.pop() == name
        elif name not in ("br", "hr", "img"):
            opened.append(name)
    assert not opened
    assert "<" not in re.sub(r"</?[a-z0-9]+(?: [a-z-]+=\"[^\"<>]*\")*>", "", html)


@pytest.mark.parametrize(
    "piece", ["<div>", "<b>", "<blockquote><p>", "<table><tr><td>", "</b>", "<a href=x>", "<sup>"]
)
def test_deep_and_long_markup_takes_linear_time(piece: str) -> None:
    started = time.perf_counter()
    html = html_to_markup("<p>前面</p>" + piece * 100_000 + "深处")
    assert "深处" in html
    assert time.perf_counter() - started < 20


def test_a_line_end_of_the_source_is_none_between_han() -> None:
    assert html_to_markup("<p>人工\n<b>智能</b> \n和\nGPT\n5</p>") == "<p>人工<b>智能</b>和 GPT 5</p>"


def test_the_text_and_the_html_of_an_article_are_the_same_text(tmp_path: Path) -> None:
    html = html_of(tmp_path, "雨.md", CLIPPED)
    article = read_article(CLIPPED.encode(), "雨.md").article
    assert html_to_text(html) == article.body
