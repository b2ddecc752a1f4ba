"""What the rules of our Markdown share.

A rule for a block has the lines from `start` to `end` before it, a rule for what is in a line the text from
`state.pos` on. It returns whether it took something. When `silent`, it only says whether it would.
"""

from __future__ import annotations

import re
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{HAN}]")


def has_han(text: str) -> bool:
    """Whether a Chinese character is in *text*."""
    return _HAN.search(text) is not None


def line_of(state: StateBlock, line: int) -> str:
    """The line without the spaces around it, or "" if it is code because of its indent."""
    if state.is_code_block(line):
        return ""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def first_character(state: StateBlock, line: int) -> str:
    """The first character of the line that is no space, or "" if it is code because of its indent."""
    pos = state.bMarks[line] + state.tShift[line]
    return "" if pos >= state.eMarks[line] or state.is_code_block(line) else state.src[pos]


def push_paragraph(state: StateBlock, content: str, line: int) -> None:
    """Add a paragraph of Markdown, if there is anything in it."""
    if not content.strip():
        return
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = content.strip(), [line, line + 1], []
    state.push("paragraph_close", "p", -1)


def push_literal(state: StateBlock, text: str) -> None:
    """Add a block of text without markup."""
    state.push("html_block", "", 0).content = f"<pre>{escapeHtml(text)}</pre>\n"


def push_inside(state: StateInline, start: int, end: int) -> None:
    """Add what is between *start* and *end*, parsed like the rest of the line."""
    last, state.pos, state.posMax = state.posMax, start, end
    state.md.inline.tokenize(state)
    state.pos, state.posMax = end, last


def match_here(pattern: re.Pattern[str], state: StateInline) -> re.Match[str] | None:
    """What matches *pattern* at the present place and ends before the end of what is parsed."""
    found = pattern.match(state.src, state.pos)
    return found if found and found.end() <= state.posMax else None


def char_before(state: StateInline) -> str:
    """The character before the present place, or a space."""
    return state.src[state.pos - 1] if state.pos else " "


def dedent(state: StateBlock, start: int, end: int, width: int) -> None:
    """Take *width* spaces of indent from the line *start* and all after it that have as many."""
    for line in range(start, end):
        if not state.isEmpty(line):
            if state.sCount[line] - state.blkIndent < width:
                return
            _skip_indent(state, line, width)


def _skip_indent(state: StateBlock, line: int, width: int) -> None:
    """Let *line* begin after *width* columns of its indent. A tab ends at a multiple of four."""
    column, pos = 0, state.bMarks[line]
    while column < width and state.src[pos] in " \t":
        column += 4 - column % 4 if state.src[pos] == "\t" else 1
        pos += 1
    state.tShift[line] -= pos - state.bMarks[line]
    state.bMarks[line] = pos
    state.sCount[line] -= width


def is_ahead(env: Any, text: str, piece: str, start: int) -> bool:
    """Whether *piece* is in the whole *text* of a file at or after *start*. Its last place is looked up once, so
    that openings without an end cost linear time."""
    places: dict[str, int] = env.setdefault("last", {})
    if piece not in places:
        places[piece] = text.rfind(piece)
    return places[piece] >= start
