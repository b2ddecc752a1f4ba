"""The parser: CommonMark of markdown-it with tables, definition lists and our rules, in their order.

`RULES` maps a character to the rules for a block whose first line begins with it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.deflist import deflist_plugin

from searchkit.articles.markdown import containers, formulas, headings, raw_html, tables, template_tags
from searchkit.articles.markdown.emphasis import InlineParser
from searchkit.articles.markdown.inline import extension, notes, picture
from searchkit.articles.markdown.links import LinkHelpers
from searchkit.articles.markdown.rules import first_character

if TYPE_CHECKING:
    from markdown_it.ruler import RuleOptionsType

_DEEPEST = 30  # levels; a list takes two
_ENDS_A_PARAGRAPH: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
BlockRule = Callable[[StateBlock, int, int, bool], bool]

RULES: dict[str, tuple[BlockRule, ...]] = {
    "i": (headings.module_line,),
    "e": (headings.module_line,),
    "%": (headings.comment,),
    "[": (containers.callout, headings.attributes_line),
    ":": (containers.container,),
    "@": (containers.container, headings.attributes_line),
    "!": (containers.admonition,),
    "?": (containers.admonition,),
    "=": (containers.admonition,),
    ";": (headings.attributes_line,),
    "-": (headings.contents, headings.snippets, headings.attributes_line),
    **dict.fromkeys("*+0123456789", (headings.contents,)),
    "{": (headings.attributes_line, template_tags.template_line),
    "<": (headings.attributes_line, raw_html.component),
    "$": (formulas.formula_block,),
    "\\": (formulas.formula_block,),
}


def block_extension(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The first rule of `RULES` that takes something. When *silent*, the line would be part of a paragraph: a rule
    that leaves it there takes nothing."""
    rules = RULES.get(first_character(state, start), ())
    return any(rule(state, start, end, silent) for rule in rules)


def environment(source: str) -> dict[str, Any]:
    """What the rules need to know of a whole file, and what they find."""
    return {"source": source, "tags": [], "notes": [], "open": []}


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The parser, which keeps nothing of a text: that is in its environment."""
    md = MarkdownIt("zero")
    md.inline = InlineParser()
    md.helpers = LinkHelpers()  # type: ignore[assignment]  # in its types that is the module of these functions
    md.validateLink = _any_link  # type: ignore[method-assign]  # a setting that is a method
    md.normalizeLink = str  # type: ignore[method-assign,assignment]  # a URL stays as it is typed
    md.configure("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    deflist_plugin(md)
    for name, rule in (
        ("too_deep", too_deep),
        ("indented_html", raw_html.indented_html),
        ("indented_list", headings.indented_list),
    ):
        md.block.ruler.before("table", name, rule)
    md.block.ruler.before("table", "footnote", containers.footnote, _ENDS_A_PARAGRAPH)
    md.block.ruler.before("table", "extension", block_extension, _ENDS_A_PARAGRAPH)
    md.block.ruler.at("html_block", raw_html.html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    md.block.ruler.at("table", tables.table, {"alt": ["paragraph", "reference"]})
    md.block.ruler.at("fence", tables.fence, _ENDS_A_PARAGRAPH)
    md.block.ruler.at("heading", headings.heading, {"alt": ["paragraph", "reference", "blockquote"]})
    md.block.ruler.at("reference", headings.reference)
    md.inline.ruler.before("escape", "extension", extension)
    md.inline.ruler.at("image", picture)
    md.inline.ruler.at("html_inline", raw_html.html_inline)
    md.core.ruler.before("inline", "tasks", headings.tasks)
    md.core.ruler.after("inline", "notes", notes)
    return md


def _any_link(url: str) -> bool:
    """No link is text, those of scripts neither. Whoever shows a page looks at where they lead."""
    return True


def too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take what is nested too deeply as one paragraph: markdown-it would leave it out."""
    if silent or state.level < _DEEPEST - 4:
        return False
    last = start
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    content = state.getLines(start, last, state.blkIndent, False)
    state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    inline.content, inline.children = content, []
    state.push("paragraph_close", "p", -1)
    state.line = max(last, start + 1)
    return True
