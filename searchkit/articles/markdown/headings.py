"""Headings, as Chinese writers mean them, attributes, and lines that are no text."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import reference as commonmark_reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from searchkit.articles.markdown.rules import (
    HAN,
    char_before,
    dedent,
    first_character,
    has_han,
    is_ahead,
    line_of,
    match_here,
    push_paragraph,
)

_HEADING = re.compile(r"(#{1,6})(?:(?=[^#\s])|[\s]+|$)(.*)$")
_PERMALINK = re.compile(r"^\[[#¶§\u200b]*\]\([^()\s]*\)\s*(?=\S)")
_TIGHT_HEADING = re.compile(r"^ {0,3}#{2,6}[^#\s]", re.MULTILINE)
_VALUE = r"(?:\"[^\"{}]*\"|'[^'{}]*'|[\w.%/-]+)"
_NAMES = r"(?:width|height|target|style|class|id|rel|loading|align|title|alt|lang|data-[\w-]+|start|open)"
_ATTRIBUTES = re.compile(
    rf"\{{:?\s*(?:[#.](?!\d)[^\s{{}}]+|(?:{_NAMES})\s*=\s*{_VALUE})"
    rf"(?:\s+(?:[#.](?!\d)[^\s{{}}]+|[\w-]+\s*=\s*{_VALUE}))*\s*\}}"
    r"|\{:\s*(?:\.?(?:no_)?toc\b[^{}\n]*|[\w-]+=\"[^{}\n]*)\}|\{::[^{}\n]*\}|\{:/\w*\}"
)
_MARKED_BEFORE = frozenset(")]*_`~=>\"'")
_NO_TEXT = re.compile(
    r"\[toc\]|\[\[_?toc_?\]\]|@\[(?:toc|code)[^\[\]]*\](?:\(.*\))?|;?-+8<-+(?:\s+[\"'].*[\"'])?|<<<\s*[@./].*|\{![^{}]*!\}"
    r"|@(?:import|include|code)\s*(?:\[.*\])?[(\"'].*[)\"']",
    re.IGNORECASE,
)
SNIPPETS = r"-+8<-+[ \t]*\n(?:[ \t]*+(?:(?:;[ \t]*)?(?=\S*\.\w)\S++[ \t]*+)?\n)*?[ \t]*-+8<-+[ \t]*(?=\n|$)"
"""Lines of files that MkDocs puts there: `--8<--`, names, `--8<--`."""
_SNIPPETS = re.compile(SNIPPETS)
_ITEM = re.compile(r"(?:[*+-]|\d{1,9}[.)])[ \t]")
_MARKED = re.compile(r"\]\([^\s)]|\[\[[^\[\]]|\*\*[^*]+\*\*")
_TOC = re.compile(r"\{:\s*\.?toc\b[^{}]*\}$")
_IMPORT = re.compile(r"import\s+(?:[\w*{}\s,$]{1,2000}?\s+from\s+)?[\"'][^\"'\n]+[\"'];?[ \t]*(?=\n|$)", re.ASCII)
_EXPORT = re.compile(
    r"export\s+(?:(?:const|let|var)\s+[\w${},\s]{1,200}=|default\s+[\w({\[]|(?:async\s+)?function\s*\*?\s*\w*\(|\{|\*\s+from)"
)
_WORDS = re.compile(rf"[{HAN}]")


def heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a heading `## 标题` or `##标题`; `#标题` only where others are without a space."""
    if first_character(state, start) != "#":
        return False
    line = line_of(state, start)
    found = _HEADING.match(line)
    if found is None or (len(found[1]) == 1 and not _is_title(state, found)):
        return False
    if not silent:
        level = f"h{len(found[1])}"
        state.push("heading_open", level, 1)
        inline = state.push("inline", "", 0)
        text = _PERMALINK.sub(
            "", _without_closing_signs(found[2].strip(), tight=not line[len(found[1]) :][:1].isspace())
        )
        inline.content, inline.children, inline.map = text, [], [start, start + 1]
        state.push("heading_close", level, -1)
        state.line = start + 1
    return True


def _without_closing_signs(text: str, *, tight: bool) -> str:
    """*text* without the `##` at its end. In a heading without spaces, one `#` is part of a name such as C#."""
    rest = text.rstrip("#")
    if tight and len(text) - len(rest) > 1:
        return rest.rstrip()
    return text if rest and not rest[-1].isspace() else rest.rstrip()


def _is_title(state: StateBlock, found: re.Match[str]) -> bool:
    """Whether a line that begins with one `#` is a heading: with a space, or as the first line of a text whose
    other headings have none either."""
    if found[0][1:2].isspace() or found[0] == "#":
        return True
    if state.tokens or found[0][1] in "#!":
        return False
    return _TIGHT_HEADING.search(state.env["source"]) is not None


def attributes_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a line of attributes, `{: .lead}`, or one that only the program that makes the site reads."""
    line = line_of(state, start)
    if not (_ATTRIBUTES.fullmatch(line) or _NO_TEXT.fullmatch(line)):
        return False
    if silent:
        return True
    label = line.partition("[")[2] if line.startswith("<<<") else ""
    push_paragraph(state, label.strip("]"), start)
    state.line = start + 1
    return True


def snippets(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a block of names of files between `--8<--` and `--8<--`."""
    pos = state.bMarks[start] + state.tShift[start]
    found = _SNIPPETS.match(state.src, pos)
    last = start + found[0].count("\n") if found else end
    if last >= end:
        return False
    if not silent:
        state.line = last + 1
    return True


def contents(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take `* TOC` with `{:toc}` below it."""
    if start + 1 >= end or not _ITEM.match(line_of(state, start)) or not _TOC.match(line_of(state, start + 1)):
        return False
    if not silent:
        state.line = start + 2
    return True


def indented_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Let a list be none of code because of its indent: an item with Chinese words and markup of Markdown."""
    if silent or not state.is_code_block(start):
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if _ITEM.match(line) and has_han(line) and _MARKED.search(line):
        dedent(state, start, end, state.sCount[start] - state.blkIndent)
    return False


def module_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take `import` and `export` of MDX at the beginning of a block."""
    line = line_of(state, start)
    if silent or not line.startswith(("import", "export")):
        return False
    pos = state.bMarks[start] + state.tShift[start]
    if found := _IMPORT.match(state.src, pos):
        state.line = start + 1 + state.src.count("\n", pos, found.end())
        return True
    if not _EXPORT.match(state.src, pos):
        return False
    state.line = start + 1
    while state.line < end and not state.isEmpty(state.line):
        state.line += 1
    return True


def comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a block `%%…%%` of Obsidian, which may have empty lines."""
    line = line_of(state, start)
    if silent or not line.startswith("%%"):
        return False
    if line.count("%%") > 1 or not is_ahead(state.env, state.env["source"], "%%", state.eMarks[start]):
        return False
    for last in range(start + 1, end):
        text = line_of(state, last)
        if "%%" in text:
            push_paragraph(state, text.partition("%%")[2], last)
            state.line = last + 1
            return True
    return False


def reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a definition of a link. `[1]: 据《年谱》` is text, as no URL is Chinese words."""
    if first_character(state, start) != "[":
        return False
    line = line_of(state, start)
    if line.startswith("[^"):
        return False
    target = line.partition("]:")[2].strip()
    if _WORDS.match(target.strip('《“「【（"')) and not re.search(r"[/.#]", target):
        return False
    return commonmark_reference(state, start, end, silent)


def attributes(state: StateInline, silent: bool) -> bool:
    """Take attributes after a link or the like, or at the end of a heading: `{#id}`, `{:target="_blank"}`."""
    found = match_here(_ATTRIBUTES, state)
    if found is None:
        return False
    before = char_before(state)
    at_end = not state.src[found.end() :].strip() and found[0][1:].lstrip()[0] in "#.:"
    if before not in _MARKED_BEFORE and not at_end and not found[0].startswith(("{::", "{:/")):
        return False
    state.pos = found.end()
    return True


_TASK = re.compile(r"\[[ xX/><!?*-]\](?:\s+|$)")


def tasks(state: StateCore) -> None:
    """Leave out the boxes of lists of tasks."""
    for number, token in enumerate(state.tokens):
        if token.type == "list_item_open" and number + 2 < len(state.tokens):
            inline = state.tokens[number + 2]
            if inline.type == "inline" and (found := _TASK.match(inline.content)):
                inline.content = inline.content[found.end() :]
