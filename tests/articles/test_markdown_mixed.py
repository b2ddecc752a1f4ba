"""Whatever a text is made of, in any order: every piece that a reader sees is in the text, and no other."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.articles.markdown import read_body


class Block(NamedTuple):
    """A block of Markdown, the pieces of text that it shows, and what it must not show."""

    markdown: str
    shown: tuple[str, ...]
    hidden: tuple[str, ...] = ()


BLOCKS = [
    Block(
        "春天到了，**湖水：**变绿，见[游记](https://example.com/隐一)。",
        ("春天到了，湖水：变绿，见游记。",),
        ("**", "]("),
    ),
    Block("## 夏天 {#隐二}", ("夏天",), ("##", "{#")),
    Block("##秋天没有空格", ("秋天没有空格",), ("##",)),
    Block("- 采茶\n- [ ] 晒茶\n  1. 炒茶", ("采茶", "晒茶", "炒茶"), ("[ ]",)),
    Block("> [!note] 札记\n> 山里下雨。", ("札记", "山里下雨。"), ("[!",)),
    Block(
        "```html\n<div>\n<script>码一</script>\n<!-- 码二\n```", ("<script>码一</script>", "<!-- 码二"), ("```",)
    ),
    Block("`<style>` 与 `List<String>` 与 `{% if %}`", ("<style> 与 List<String> 与 {% if %}",)),
    Block("    缩进的码三 <b>", ("缩进的码三",)),
    Block("<!-- 隐三\n\n隐三 -->", (), ("隐三",)),
    Block("%%\n隐四\n\n隐四\n%%", (), ("隐四",)),
    Block("{/* 隐五 */}", (), ("隐五",)),
    Block("<div>\n\n<p>盒子一</p>\n\n    <p>盒子二</p>\n\n</div>", ("盒子一", "盒子二"), ("</p>",)),
    Block("<table><tr>\n<td>格子一</td>\n\n    <td>格子二</td></tr></table>", ("格子一", "格子二"), ("</td>",)),
    Block("<script setup>\nconst 隐六 = 1\n\n</script>", (), ("隐六",)),
    Block("<Card 标>\n</Card>", ("<Card 标>",)),
    Block(
        '<Tabs>\n  <Tab label="标签">\n\n    **卡片**里面\n\n  </Tab>\n</Tabs>',
        ("标签", "卡片里面"),
        ("**", "<Tab"),
    ),
    Block(":::tip 提醒\n带伞。\n:::", ("提醒", "带伞。"), (":::",)),
    Block(
        '!!! warning "当心"\n    路滑。\n\n    ```\n    码四 # x\n    ```',
        ("当心", "路滑。", "码四 # x"),
        ("!!!",),
    ),
    Block("{% note info 说明 %}\n里面的话。\n{% endnote %}", ("说明", "里面的话。"), ("note", "endnote")),
    Block("{% codeblock %}\n码五 <i>{{ x }}\n{% endcodeblock %}", ("码五 <i>{{ x }}",), ("codeblock",)),
    Block('{{< figure src="/隐七.png" title="图题" >}}', ("图题",), ("figure", "隐七")),
    Block("脚注在此[^甲]。\n\n[^甲]:注文没有空格", ("脚注在此。", "注文没有空格"), ("[^",)),
    Block("$$\na_1 * b_1 *\n$$", ("a_1 * b_1 *",)),
    Block("价格 $5 和 $6，公式 $c_1*d_1*$。", ("价格 $5 和 $6，公式 $c_1*d_1*$。",)),
    Block("读[[书|卷一]]和[[卷二]]。 ^id-1", ("读卷一和卷二。",), ("[[", "^id")),
    Block("| 表 | 头 |\n|---|---|\n| 左 | 右 | 余 |", ("表 头", "左 右", "余"), ("|",)),
    Block("词条\n: 释义", ("词条", "释义"), (": 释义",)),
    Block("泛型 Map<K, V> 与 <占位> 和 <name>", ("泛型 Map<K, V> 与 <占位> 和 <name>",)),
    Block("a < b 而 c > d，未完 <span", ("a < b 而 c > d，未完 <span",)),
    Block("import Tabs from '@theme/隐八';", (), ("隐八",)),
    Block("[TOC]", (), ("TOC",)),
    Block("---", ()),
]


@given(st.lists(st.sampled_from(BLOCKS), max_size=8))
@settings(max_examples=400, deadline=None)
def test_every_visible_piece_is_in_the_text(chosen: list[Block]) -> None:
    markdown = "开头。\n\n" + "\n\n".join(block.markdown for block in chosen) + "\n\n结尾。"
    text = read_body(markdown).text
    place = 0
    for piece in ("开头。", *(piece for block in chosen for piece in block.shown), "结尾。"):
        assert text.find(piece, place) >= 0, f"{piece!r} is not in its place in {text!r}"
        place = text.find(piece, place) + len(piece)
    for block in chosen:
        for sign in block.hidden:
            if not any(sign in piece for other in chosen for piece in other.shown):
                assert sign not in text
