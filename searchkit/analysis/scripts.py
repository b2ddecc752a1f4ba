"""Folded text -> runs by script, the terms of a Latin block, and the tokens of the character channel.

Every rule that splits looks at one character at a time, so that a piece of a text splits as it does inside the
text, except that the first and the last token may be cut short.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
_PART = re.compile(r"\d+(?:[.,]\d+)+|\d+|[^\W\d_]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
MAX_TERM = 120  # characters: longer are URLs and keys, of which nobody types more
CACHE_SIZE = 1 << 14  # blocks; an archive has most of its blocks from a vocabulary of some ten thousand


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


def block_terms(block: str) -> tuple[str, ...]:
    """Distinct terms of *block*, the whole first, case folded.

    >>> block_terms("GPT-5.2"), block_terms("FindMarkers"), block_terms("iPhone15"), block_terms("C++")
    (('gpt-5.2', 'gpt', '5.2'), ('findmarkers', 'find', 'markers'), ('iphone15', 'iphone', '15'), ('c++', 'c'))
    """
    return _terms(block) if len(block) > MAX_TERM else _terms_of_usual(block)


def _terms(block: str) -> tuple[str, ...]:
    if len(block) == 1 or (block.islower() and block.isalpha()):
        return (block[:MAX_TERM].casefold(),)
    terms = [block[:MAX_TERM]]
    for part in _PART.findall(block):
        terms.append(part[:MAX_TERM])
        terms.extend(_camel_parts(part))
    return tuple(dict.fromkeys([term.casefold() for term in terms]))


_terms_of_usual = lru_cache(maxsize=CACHE_SIZE)(_terms)


def camel_boundaries(letters: str) -> list[int]:
    """Offsets inside a run of letters at which a part of a camelCase name begins."""
    offsets, position = [], 0
    for part in _camel_parts(letters)[:-1]:
        position += len(part)
        offsets.append(position)
    return offsets


def _camel_parts(part: str) -> list[str]:
    """`FindMarkers` is Find, Markers; a name with a one-letter part, such as iPhone or mRNA, stays whole."""
    if part.islower() or part.isupper() or not part.isalpha():
        return []
    parts = _CAMEL.findall(part)
    return parts if len(parts) > 1 and min(map(len, parts)) > 1 else []
