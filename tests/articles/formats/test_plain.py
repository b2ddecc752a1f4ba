"""Plain text: a title where the first line is one, paragraphs, and front matter only where it is some."""

from __future__ import annotations

import pytest

from tests.articles.formats.makers import read, recovered

TEXT = "院子里的番茄红了，我们摘了一篮子送给隔壁的奶奶，她又送给我们一把自己种的小葱。"


@pytest.mark.parametrize(
    "text",
    [
        f"春天的菜园\n\n{TEXT}",
        f"春天的菜园\n{TEXT}",
        f"\ufeff\n  春天的菜园  \n\u3000\u3000{TEXT}",
        f"春天的菜园\n==========\n{TEXT}",
        f"标题：春天的菜园\n作者：李四\n{TEXT}",
        f"---\ntitle: 春天的菜园\n---\n{TEXT}",
        "春天的菜园",
    ],
)
def test_the_first_line_is_the_title(text: str) -> None:
    assert read(text, "0031.txt").title == "春天的菜园"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"{TEXT}\n{TEXT}",
        f"今天天气很好，\n\n{TEXT}",
        "我们一家人坐在院子里的\n番茄架子下面吃饭，天慢慢黑了。",
        f"https://example.com/a\n\n{TEXT}",
        f"2024-05-14 10:26\n\n{TEXT}",
        f"- 买牛奶\n\n{TEXT}",
        "----------\n\n正文",
        "",
        "  \n ",
    ],
)
def test_a_first_line_that_is_none_leaves_the_name_of_the_file(text: str) -> None:
    assert read(text, "笔记/菜园.txt").title == "菜园"


def test_the_title_stays_in_the_text() -> None:
    assert read(f"春天的菜园\n\n{TEXT}", "a.txt").body == f"春天的菜园\n{TEXT}"


def test_markup_is_text() -> None:
    text = "用法\n\n先写 # 号，再写 <b> 和 **两颗星**，List<String> 也是。"
    assert read(text, "a.txt").body == text.replace("\n\n", "\n")


@pytest.mark.parametrize(
    "text", ['{"title": "配置", "tags": ["甲"]}', "---\n正文在两条线之间\n---\n后面", "-----\n题：文\n----\n正文"]
)
def test_what_only_looks_like_front_matter_is_text(text: str) -> None:
    assert read(text, "a.txt").body == text
    assert recovered(text, "a.txt") == ""


def test_front_matter_gives_its_values() -> None:
    article = read(f"---\ntags: [园艺]\ndate: 2024-05-14\n---\n春天的菜园\n\n{TEXT}", "a.txt")
    assert (article.title, article.tags, article.body) == ("春天的菜园", ("园艺",), f"春天的菜园\n{TEXT}")


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-8-sig"])
def test_the_encodings_of_old_text_files_are_read(encoding: str) -> None:
    text = "春天的菜園\r\n\r\n院子里的番茄有三十六斤，我們把它送到市場上，賣了一個好價錢，回家的路上買了一本書。"
    article = read(text.encode(encoding), "a.txt")
    assert (article.title, article.body) == ("春天的菜園", text.replace("\r\n\r\n", "\n"))


def test_a_novel_that_was_broken_into_lines_is_paragraphs_again() -> None:
    lines = "\n".join((TEXT * 3)[start : start + 20] for start in range(0, 3 * len(TEXT), 20))
    assert "送给隔壁的奶奶" in read(f"第一章 夏天\n\n{lines}", "a.txt").body
