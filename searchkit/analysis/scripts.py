"""Folded text -> runs by script, and the tokens of the character channel.

Every rule here looks at one character at a time, so that a piece of a text splits as it does inside the
text, except that the first and the last token may be cut short.
"""

from __future__ import annotations

import re
from typing import NamedTuple

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SEGMENTED = "\u4e00-\u9fd5"  # what jieba takes for Han

TOKEN = re.compile(rf"[{HAN}]|[^\W\d_{HAN}]+|\d+|[^\w\s]|_")
"""One token of the character channel: a Han character, a run of letters, a run of digits, any other sign."""

_LETTER = rf"[^\W_{HAN}]"
_JOIN = r"[._\-/@:+#<>=&%~\\'’·*$!?|^]"
RUN = re.compile(
    rf"[{_SEGMENTED}]+"
    rf"|(?:(?:--?|\.|/|@|#|\$|~/)(?={_LETTER}))?"
    rf"{_LETTER}+(?:{_JOIN}{{1,3}}{_LETTER}+)*(?:\+\+|[+#%]|/(?![\w]))?"
    rf"|[{HAN}]"
)
"""A run of the word channel: Han to be segmented, a block of Latin and digits, a Han character jieba skips."""

_HAN_CHAR = re.compile(f"[{HAN}]")


def characters(folded: str) -> list[str]:
    """The terms of the character channel of a folded and case-folded text; their positions are 0, 1, 2, …

    >>> characters("gpt-5.2 融资")
    ['gpt', '-', '5', '.', '2', '融', '资']
    """
    return TOKEN.findall(folded)


class Runs(NamedTuple):
    """A folded text and its runs: those of Han that a dictionary cuts, and the other blocks."""

    text: str
    blocks: list[str]
    han: list[str]


def split_runs(folded: str) -> Runs:
    """A folded text split by script; what is between the runs makes no terms."""
    runs = RUN.findall(folded)
    blocks = [run for run in runs if not is_segmented(run)]
    return Runs(folded, blocks, [run for run in runs if is_segmented(run)])


def is_segmented(run: str) -> bool:
    """Whether *run* is one of Han to be segmented: its first character says so."""
    return "\u4e00" <= run < "\u9fd6"


def is_han(char: str) -> bool:
    """Whether *char* is a Han character."""
    return _HAN_CHAR.match(char) is not None


def count_han(text: str) -> int:
    """How many Han characters *text* has."""
    return len(_HAN_CHAR.findall(text))
