"""HTML and components in Markdown, as blocks and in lines."""

from __future__ import annotations

import re
from typing import Any

from markdown_it.common.html_blocks import block_names
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import html_block as commonmark_html_block
from markdown_it.rules_inline import StateInline

from searchkit.articles.markdown.rules import dedent, first_character, is_ahead, line_of, push_paragraph
from searchkit.articles.markdown.tags import (
    ENCLOSED,
    HIDING,
    HTML,
    TAG,
    VOID,
    Markup,
    closed_names,
    element_name,
    markup_at,
    tag_markup,
)
from searchkit.articles.markdown.template_tags import without_tags

_ANY_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)[^<>]*?(/?)>")
_MARKDOWN_INSIDE = re.compile(r"<[^>]*\smarkdown(?:\s*=\s*[\"']?(?:1|block|span)[\"']?)?[\s>]")
_IS_MARKDOWN = re.compile(r"[^ \t<]| {1,3}(?:[-*+>]|\d{1,9}[.)])[ \t]")
_NAME = re.compile(r"</?([A-Za-z][\w.:-]*)", re.ASCII)
_TO_THE_END = frozenset({"script", "pre", "style", "textarea"})
_BEGIN_BLOCKS = frozenset(block_names) | _TO_THE_END | HIDING


def html_inline(state: StateInline, silent: bool) -> bool:
    """Take a tag, a comment or a hidden element."""
    if state.src[state.pos] != "<":
        return False
    found = markup_at(state.src, state.pos, state.env)
    if found is None or found.end > state.posMax:
        return False
    if not silent and found.html:
        state.push("html_inline", "", 0).content = found.html
    state.pos = found.end
    return True


def component(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a tag of a component that is alone on its lines. What follows is Markdown."""
    pos = state.bMarks[start] + state.tShift[start]
    tag = TAG.match(state.src, pos)
    if tag is None or element_name(tag[2]) in HTML:
        return False
    last = start + state.src.count("\n", pos, tag.end())
    if last >= end or state.src[tag.end() : state.eMarks[last]].strip():
        return False
    found = tag_markup(state.src, tag, state.env)
    if found is None or silent:
        return found is not None
    push_paragraph(state, found.html, start)
    _remember(state.env, found)
    state.line = last + 1
    return True


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a block of HTML as CommonMark has it, on to the end of a hidden element or comment that begins in it.
    A line that begins with `<img>` or the like is a paragraph."""
    if first_character(state, start) != "<":
        return False
    line = line_of(state, start)
    if _is_inline(line) or _is_open(state, line, start):
        return False
    if not commonmark_html_block(state, start, end, silent):
        return False
    if not silent:
        state.line = start + 1 if _MARKDOWN_INSIDE.match(line) else _closed_at(state, line, start)
        state.tokens[-1].content = _visible(state, start, end)
    return True


def _is_inline(line: str) -> bool:
    name = _NAME.match(line)
    return element_name(name[1]) not in _BEGIN_BLOCKS if name else line.startswith("<?")


def _is_open(state: StateBlock, line: str, start: int) -> bool:
    """Whether a comment or hidden element, which would go on to the end of the text, is never closed."""
    pos = state.bMarks[start]
    for opening, closing in ENCLOSED:
        if line.startswith(opening):
            return not is_ahead(state.env, state.env["source"], closing, pos)
    name = _NAME.match(line)
    return name is not None and name[1].lower() in _TO_THE_END and name[1].lower() not in closed_names(state.env)


def _visible(state: StateBlock, start: int, end: int) -> str:
    """The HTML of the block from *start* to `state.line` with only such markup as ends in it."""
    content = without_tags(state.getLines(start, state.line, state.blkIndent, True))
    pieces: list[str] = []
    pos = 0
    while (found := content.find("<", pos)) >= 0:
        pieces.append(content[pos:found])
        markup = markup_at(content, found, state.env)
        if markup is None and (more := _continued(state, content[found : found + 12], end)):
            content += more
            markup = markup_at(content, found, state.env)
        if markup is None:
            pieces.append("&lt;")
            pos = found + 1
        else:
            _remember(state.env, markup)
            pieces.append(markup.html)
            pos = markup.end
    return "".join([*pieces, content[pos:], "<br>" if "&lt;" in pieces else ""])


def _closed_at(state: StateBlock, line_text: str, start: int) -> int:
    """The line after which no element of the block is open, if it goes on with something that is no HTML."""
    name = _NAME.match(line_text)
    if name is None or name[1].lower() in _TO_THE_END:
        return state.line
    depth = 0
    for line in range(start, state.line - 1):
        for slash, name, ending in _ANY_TAG.findall(state.src, state.bMarks[line], state.eMarks[line]):
            if name.lower() not in VOID and not ending:
                depth += -1 if slash else 1
        if depth <= 0 and _IS_MARKDOWN.match(state.src, state.bMarks[line + 1]):
            return line + 1
    return state.line


def _continued(state: StateBlock, beginning: str, end: int) -> str:
    """The lines after the block up to that where the markup with this *beginning* ends, or ""."""
    closing = _closing_of(beginning)
    first = state.line
    if not closing or not is_ahead(state.env, _lower_source(state.env), closing, state.bMarks[first]):
        return ""
    for line in range(first, end):
        if closing in state.src[state.bMarks[line] : state.eMarks[line]].lower():
            state.line = line + 1
            return without_tags(state.getLines(first, line + 1, state.blkIndent, True))
    return ""


def _lower_source(env: Any) -> str:
    """The whole file in lower case, or as it is if that has another length."""
    if "lower" not in env:
        lower = env["source"].lower()
        env["lower"] = lower if len(lower) == len(env["source"]) else env["source"]
    source: str = env["lower"]
    return source


def _closing_of(beginning: str) -> str:
    for opening, closing in ENCLOSED:
        if beginning.startswith(opening):
            return closing
    name = re.match(r"<([a-z]+)\b", beginning.lower())
    return f"</{name[1]}" if name and name[1] in HIDING else ""


def _remember(env: Any, markup: Markup) -> None:
    """Note which elements are open."""
    names: list[str] = env["open"]
    if markup.opens:
        names.append(markup.opens)
    elif markup.closes in names:
        while names.pop() != markup.closes:
            pass


def indented_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Let lines be no code because of their indent: tags in HTML, and anything in a component."""
    if silent or not state.is_code_block(start):
        return False
    names: list[str] = state.env["open"]
    after_html = bool(state.tokens) and state.tokens[-1].type == "html_block"
    is_tag = state.src.startswith("<", state.bMarks[start] + state.tShift[start])
    if (is_tag and (names or after_html)) or (names and names[-1] not in HTML):
        dedent(state, start, end, state.sCount[start] - state.blkIndent)
    return False
