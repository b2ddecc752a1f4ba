"""Org mode: keywords, headings, drawers, blocks, links and emphasis."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from tests.articles.formats.makers import read, recovered

NOTE = """#+TITLE: 我的 *笔记*
#+AUTHOR: 李四
#+DATE: <2024-05-14 周二 10:26>
#+FILETAGS: :读书:方法:
#+HUGO_CATEGORIES: 生活
#+HUGO_DRAFT: true
# 这是注释
"""


def body(text: str) -> str:
    return read(text, "a.org").body


def test_keywords_at_the_head_are_metadata() -> None:
    article = read(NOTE + "正文", "a.org")
    assert (article.title, article.author, article.tags) == ("我的 笔记", "李四", ("读书", "方法"))
    assert (article.categories, article.draft) == (("生活",), True)
    assert article.date == datetime(2024, 5, 14, 10, 26, tzinfo=UTC)
    assert article.body == "我的 笔记\n正文"


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("#+TAGS: 读书, 写作", ("读书", "写作")),
        ("#+filetags: :读书:写作:", ("读书", "写作")),
        ('#+HUGO_TAGS: 读书 "长 标签"', ("读书", "长 标签")),
        ("#+KEYWORDS: 读书；写作", ("读书", "写作")),
    ],
)
def test_tags_are_written_in_many_ways(line: str, tags: tuple[str, ...]) -> None:
    assert read(f"{line}\n正文", "a.org").tags == tags


def test_without_a_keyword_the_first_heading_is_the_title() -> None:
    text = "* TODO [#A] 读 *一本* 书 [1/3]   :读书:甲:\n正文"
    assert (read(text, "a.org").title, body(text)) == ("读 一本 书", "读 一本 书\n正文")


def test_a_file_says_which_words_are_states() -> None:
    assert body("#+TODO: 待办(t) | 完成(d)\n* 待办 浇水\n* 完成 除草\n* 等待戈多") == "浇水\n除草\n等待戈多"


def test_front_matter_before_org_counts_too() -> None:
    assert read("---\ntitle: 题\ntags: [甲]\n---\n* 节\n文", "a.org").tags == ("甲",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("看 *重点* 与 /斜体/，=代码= 和 ~命令~。", "看 重点 与 斜体，代码 和 命令。"),
        ("中文*重点*中文，中文=代码=中文，中文~命令~中文", "中文重点中文，中文代码中文，中文命令中文"),
        ("男/女/其他，2*3*4，a_b_c，/usr/local/bin，1+2+3", "男/女/其他，2*3*4，a_b_c，/usr/local/bin，1+2+3"),
        ("“/斜体/”和（*粗*）", "“斜体”和（粗）"),
        ("*粗 =xy= 粗*", "粗 xy 粗"),
        ("+删去的+ _下划线_", "删去的 下划线"),
        ("见[[https://example.com/a][这篇文章]]的结尾", "见这篇文章的结尾"),
        ("见[[https://example.com/a]]。", "见https://example.com/a。"),
        ("见[[*标题][《书》[第二版]]]。", "见《书》[第二版]。"),
        ("[[file:img/a.png]]图[[https://e.com][file:b.jpg]]", "图"),
        ("见[[id:1234-ab]]和[[file:乙.org]]", "见和乙.org"),
        ("这句话[fn:1]很重要[fn::脚注的字。]。", "这句话很重要。\n脚注的字。"),
        ("[fn:1] 脚注的字。", "脚注的字。"),
        ("约在 <2024-05-14 周二 10:00> 见", "约在 2024-05-14 周二 10:00 见"),
        ("<<锚>>文<<<雷达>>>字{{{date}}}\\\\", "文雷达字"),
        ("[cite:@li2024]引用", "引用"),
    ],
)
def test_what_marks_a_part_of_a_line_is_no_text(text: str, wanted: str) -> None:
    assert body(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("- [X] 买 =牛奶=\n+ 面包\n 1) 茶\n- 词 :: 解释", "买 牛奶\n面包\n茶\n词\n解释"),
        ("| 名 | *数* |\n|---+---|\n| 甲 | 1 |\n#+TBLFM: $2=1", "名 数\n甲 1"),
        ("#+BEGIN_SRC python\ndef f(x): # *x*\n,* 星\n#+END_SRC\n后", "def f(x): # *x*\n* 星\n后"),
        ("#+begin_quote\n引 *文*\n#+end_quote", "引 文"),
        ("#+begin_comment\n不见\n#+end_comment\n见", "见"),
        ("#+begin_export html\n<p>段</p>\n#+end_export\n#+begin_export latex\n\\a\n#+end_export", "段"),
        ("#+CAPTION: 图的说明\n#+ATTR_HTML: :width 10\n[[file:a.png]]", "图的说明"),
        (": 原样 *文*\n-----\n# 注释\n#标签", "原样 *文*\n#标签"),
        (
            "* 节\nSCHEDULED: <2024-01-01 周一>\n:PROPERTIES:\n:ID: 12\n:END:\n:LOGBOOK:\nCLOCK: [x]\n:END:\n文",
            "节\n文",
        ),
        ("#+begin_src sh\n没有结束", "没有结束"),
        ("文\n:NOTES:\n抽屉里的 *话*。\n:END:\n尾", "文\n抽屉里的 话。\n尾"),
        (
            ":摘要:\n第一句。\n\n第二句。\n:end:\n尾",
            ":摘要:\n第一句。\n第二句。\n:end:\n尾".replace(":摘要:\n", "").replace(":end:\n", ""),
        ),
        (":logbook:\n不见\n:End:\n:Properties:\n:a: b\n:END:\n见", "见"),
        ("#+begin_example\n:NOTES:\n* 星\n:END:\n#+end_example", ":NOTES:\n* 星\n:END:"),
        (":NOTES:\n#+begin_src sh\n:END:\n#+end_src\n话\n:END:\n尾", ":END:\n话\n尾"),
        (":未闭:\n文\n* 节\n:END:", ":未闭:\n文\n节\n:END:"),
    ],
)
def test_lines_of_every_kind(text: str, wanted: str) -> None:
    assert body(text) == wanted


def test_paragraphs_that_an_editor_broke_into_lines_are_whole_again() -> None:
    sentence = "院子里的番茄红了的时候，我和爷爷每天傍晚都去浇水，顺便把长得太密的枝条剪掉，好让果子也晒到太阳"
    lines = "\n".join(sentence[start : start + 15] for start in range(0, len(sentence), 15))
    item = "把院子里的枯叶扫干净然后装进袋"
    text = f"* 夏天\n{lines}\n- {item}\n- {item}\n\n{lines}"
    assert body(text) == f"夏天\n{sentence}\n{item}\n{item}\n{sentence}"


@pytest.mark.parametrize("block", ["EXAMPLE", "src org", "export html", "comment"])
def test_code_that_looks_like_metadata_is_code(block: str) -> None:
    code = f"#+BEGIN_{block}\n#+TITLE: 例子题\n#+FILETAGS: :甲:\n* 例子节\n#+END_{block.split()[0]}\n"
    article = read(f"{code}* 真的节\n#+TAGS: 乙\n", "a.org")
    assert (article.title, article.tags) == ("真的节", ("乙",))
    assert read(f"#+TITLE: 真的题\n{code}", "a.org").title == "真的题"


def test_a_block_that_is_not_closed_hides_no_metadata() -> None:
    assert read("#+begin_src sh\n#+TITLE: 真的题\n文", "a.org").title == "真的题"
    assert read("#+begin_quote\n引文\n#+TITLE: 真的题\n#+end_quote", "a.org").title == "真的题"


def test_the_other_names_of_a_note_are_known() -> None:
    text = ':PROPERTIES:\n:ROAM_ALIASES: "卡片 盒" 盒子\n:END:\n#+title: 卡片盒笔记法\n正文'
    assert read(text, "a.org").aliases == ("卡片 盒", "盒子", "a")


def test_an_empty_file_and_one_in_another_encoding_are_read() -> None:
    assert read("", "空.org").title == "空"
    text = "#+TITLE: 春天的菜园\n院子里的番茄红了，我们摘了一篮子送给隔壁的奶奶，她又送给我们一把自己种的小葱。"
    assert read(text.encode("gb18030"), "a.org").title == "春天的菜园"
    assert recovered(text, "a.org") == ""


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "*a ",
        "=a ",
        "/a ",
        "[[",
        "[[a][",
        "[fn:: ",
        "[cite",
        "{{{",
        "| ",
        ":a:\n",
        "#+begin_src\n",
        "#+a: b\n",
        ":a:\n:END:\n",
        "* *",
        "<<",
    ],
)
def test_marks_that_nothing_closes_take_linear_time(piece: str) -> None:
    began = time.process_time()
    read(piece * (200_000 // len(piece)), "a.org")
    assert time.process_time() - began < 10


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["* a" + " " * 200_000 + "b", "* a :" + "b:" * 100_000 + " c", " " * 200_000 + "- a"]
)
def test_long_lines_take_linear_time(text: str) -> None:
    read(text, "a.org")
