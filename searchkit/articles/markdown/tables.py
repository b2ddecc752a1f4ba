"""Tables and blocks of code, of which CommonMark would leave out cells and titles."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import fence as commonmark_fence
from markdown_it.rules_block import table as commonmark_table

from searchkit.articles.markdown.headings import SNIPPETS
from searchkit.articles.markdown.rules import has_han, line_of, push_paragraph

_BAR = re.compile(r"(?<!\\)\|")
_OPTIONS = re.compile(r"^[\w+#.:-]+|\{[^{}]*\}|\b\w+\s*=(?=[\s\"'])", re.ASCII)
_ENCLOSED = re.compile(r"\[([^\[\]]+)\]|\"([^\"]+)\"|'([^']+)'")

_INCLUDE = re.compile(
    rf"^[ \t]*(?:{SNIPPETS}|"
    r"-+8<-+[ \t]+([\"']).*\1|\{\{#(?:include|rustdoc_include|playground)\s[^{}\n]*\}\})[ \t]*\n?",
    re.MULTILINE,
)
"""A line for which MkDocs and mdBook put a file."""
_SHOWS_MARKUP = re.compile(
    r"(?:|md|markdown|text|txt|plain|ya?ml|html|jinja|handlebars)(?=[\s{]|$)", re.IGNORECASE
)


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a table, and what is in rows that are longer than its header, which GFM leaves out."""
    if not commonmark_table(state, start, end, silent):
        return False
    if not silent:
        columns = len(_cells(state, start))
        rows = (_cells(state, line)[columns:] for line in range(start + 2, state.line))
        for cells in filter(None, rows):
            push_paragraph(state, " ".join(cells), start)
    return True


def _cells(state: StateBlock, line: int) -> list[str]:
    return _BAR.split(line_of(state, line).removeprefix("|").removesuffix("|"))


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a block of code without lines that stand for a file, and its title in Chinese: ```` ```js 示例 ````."""
    if not commonmark_fence(state, start, end, silent):
        return False
    if not silent:
        token = state.tokens.pop()
        push_paragraph(state, _title(token.info.strip()), start)
        if ("8<" in token.content or "{{#" in token.content) and not _SHOWS_MARKUP.match(token.info.strip()):
            token.content = _INCLUDE.sub("", token.content)
        state.tokens.append(token)
    return True


def _title(info: str) -> str:
    """The title in Chinese after the language of a block of code, in quotes or brackets if there are any: a name
    of a file such as `[config.ts]` is none."""
    enclosed = ("".join(texts) for texts in _ENCLOSED.findall(info))
    title = next(filter(has_han, enclosed), "") or _OPTIONS.sub("", info).strip()
    return title if has_han(title) else ""
