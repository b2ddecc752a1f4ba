"""Blocks with a title: `:::tip 提示`, `!!! note "注意"`, `=== "C++"`, `> [!note] 摘要`, and footnotes.

Titles are lines of their own and what is inside is Markdown, so the end of a container is a line to leave out.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from searchkit.articles.markdown.rules import HAN, dedent, first_character, has_han, line_of, push_paragraph

_CONTAINER = re.compile(r"(?::{3,}[ \t]*(?:\{?[A-Za-z][\w.:-]*\}?)?|@tab\b(?::active)?)(?P<title>.*)$", re.ASCII)
_BRACES = re.compile(r"\{[^{}]*\}|^\[(.*)\](?=\s*(?:\{|$))|:{3,}\s*$")
_TITLE = re.compile(r"\btitle\s*=\s*\"([^\"]*)\"")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)(?P<space>[ \t]*)(?P<type>[^\"]*?)[ \t]*(?:\"(?P<title>.*)\")?$")
_TAB = re.compile(r"===[!+]*[ \t]*\"(?P<title>.*)\"$")
_CALLOUT = re.compile(r"\[!(?P<type>[\w |-]+)\][+-]?[ \t]*(?P<title>.*)$")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\][ \t\u3000]*[:：][ \t]*")
_CHINESE_WORDS = re.compile(rf"(?:^|(?<=\s))[^\s]*[{HAN}].*$")


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the first or last line of a container."""
    line = line_of(state, start)
    found = _CONTAINER.match(line) if line.startswith((":::", "@tab")) else None
    if found and not silent:
        push_paragraph(state, _container_title(found["title"]), start)
        state.line = start + 1
    return found is not None


def _container_title(text: str) -> str:
    """`提示 {open}`, `[提示]{#id}` and `{title="提示"}` are 提示."""
    given = _TITLE.search(text)
    return given[1] if given else _BRACES.sub(r"\1", text.strip())


def admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a title and the lines that are indented below it."""
    line = line_of(state, start)
    found = _ADMONITION.match(line) or _TAB.match(line) if line[:3] in ("!!!", "???", "===") else None
    if found and "space" in found.re.groupindex and not found["space"] and not _is_type(found, state, start, end):
        found = None
    if found is None or silent:
        return found is not None
    title = found["title"] or ""
    if "type" in found.re.groupindex and not title and (words := _CHINESE_WORDS.search(found["type"])):
        title = words[0]
    push_paragraph(state, title, start)
    _tokenize_indented(state, start + 1, end)
    return True


def _is_type(found: re.Match[str], state: StateBlock, start: int, end: int) -> bool:
    """Whether a word right after `!!!` is the type of an admonition and no shout: the next line is indented."""
    following = start + 1
    while following < end and state.isEmpty(following):
        following += 1
    is_indented = following < end and state.sCount[following] - state.blkIndent >= 4
    return is_indented and re.match("[A-Za-z]", found["type"]) is not None


def _tokenize_indented(state: StateBlock, start: int, end: int) -> None:
    indent = state.blkIndent + 4
    last = start
    while last < end and (state.isEmpty(last) or state.sCount[last] >= indent):
        last += 1
    line_max, parent = state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = indent, last, "container"
    state.push("container_open", "div", 1)
    state.md.block.tokenize(state, start, last)
    state.push("container_close", "div", -1)
    state.blkIndent, state.lineMax, state.parentType = indent - 4, line_max, parent
    state.line = last


def callout(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the first line of a quotation that is a callout. A type of Chinese words is its title."""
    if silent or state.parentType != "blockquote":
        return False
    found = _CALLOUT.match(line_of(state, start))
    if found:
        push_paragraph(state, found["title"] or (found["type"] if has_han(found["type"]) else ""), start)
        state.line = start + 1
    return found is not None


def footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the mark before the text of a footnote, which is a block like any other."""
    found = _FOOTNOTE.match(line_of(state, start)) if first_character(state, start) == "[" else None
    if found is None or silent:
        return found is not None
    state.bMarks[start] += state.tShift[start] + found.end()
    state.tShift[start], state.sCount[start] = 0, state.blkIndent
    if state.isEmpty(start):
        state.line = start + 1
    following = start + 1
    while following < end and state.isEmpty(following):
        following += 1
    if following < end and state.sCount[following] - state.blkIndent >= 4:
        dedent(state, following, end, state.sCount[following] - state.blkIndent)
    return state.isEmpty(start)
