"""Blocks of LaTeX, which stay as they are typed."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from searchkit.articles.markdown.rules import is_ahead, line_of, push_literal

_OPENING = re.compile(r"\$\$|\\\[|\\begin\{([A-Za-z]+\*?)\}")


def formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take `$$…$$`, `\\[…\\]` or `\\begin{…}…\\end{…}`, each from the beginning of a line to the end of one."""
    found = _OPENING.match(line_of(state, start))
    if found is None:
        return False
    closing = {"$$": "$$", "\\[": "\\]"}.get(found[0], f"\\end{{{found[1]}}}")
    if not is_ahead(
        state.env, state.env["source"], closing, state.bMarks[start] + state.tShift[start] + found.end()
    ):
        return False
    last = _closed(state, closing, start, end, found.end())
    if last is None:
        return False
    if not silent:
        push_literal(state, state.getLines(start, last + 1, state.blkIndent, False))
        state.line = last + 1
    return True


def _closed(state: StateBlock, closing: str, start: int, end: int, opened: int) -> int | None:
    """The line that *closing* ends, if that is the first one that has it."""
    for line in range(start, end):
        if line > start and state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return None
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        if closing in text[opened if line == start else 0 :]:
            return line if text.endswith(closing) else None
    return None
