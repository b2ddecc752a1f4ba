"""Emphasis next to Chinese punctuation: `**注意：**以下`, `他说**“好”**然后`.

In CommonMark such signs are no emphasis, as only a space or punctuation may follow `：**`. Here the rules are
those of the CommonMark CJK-friendly Amendments (https://github.com/tats-u/markdown-cjk-friendly).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

_OPENING = frozenset('[`"')
_CLOSING = frozenset(']`":.,;!?')
"""What two stars may be around next to a letter: `by**[名字](…)**`, `**[1]**SMC`, `**Note:**see`. Parentheses are
not among them, as `(a+b)**n` is a power."""
_EMOJI = range(0x1F000, 0x20000)


class InlineParser(ParserInline):
    """A parser of what is in a line whose state knows of Chinese punctuation."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - names of markdown-it
        """Whether the signs at *start* can open and close an emphasis, and how many they are."""
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self.src[start - 1] if start else " "
        if start > 1 and _is_variation_selector(before):
            before = self.src[start - 2]
        after = self.src[end] if end < self.posMax else " "
        left, right = _is_flanking(after, before), _is_flanking(before, after)
        if end - start > 1 and self.src[start] == "*":
            left = left or (after in _OPENING and before.isalpha())
            right = right or (before in _CLOSING and after.isalpha())
        return Scanned(
            left and (canSplitWord or not right or _is_punctuation(before)),
            right and (canSplitWord or not left or _is_punctuation(after)),
            end - start,
        )


def _is_flanking(inside: str, outside: str) -> bool:
    """Whether signs between *inside* and *outside* can begin or end what *inside* belongs to."""
    if isWhiteSpace(ord(inside)):
        return False
    if _is_cjk(inside) or not _is_punctuation(inside):
        return True
    return isWhiteSpace(ord(outside)) or _is_punctuation(outside) or _is_cjk(outside)


def _is_punctuation(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


@lru_cache(maxsize=1024)
def _is_cjk(char: str) -> bool:
    """Chinese, Japanese or Korean: wide or half-width and no emoji (UAX #11), or Hangul."""
    code = ord(char)
    return code >= 0x1100 and code not in _EMOJI and east_asian_width(char) in "WFH"


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0e" or "\U000e0100" <= char <= "\U000e01ef"
