"""How much of an assistant's attention a text takes: an estimate of tokens, and texts cut to it.

No model's own tokenizer is used, as there are many and each changes. The estimate is meant to be high: a Han
character counts as one, where tokenizers of today need 0.6 to 1.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from searchkit.patterns import lazy_pattern

LIST, PAGE, SUMMARY = 6_000, 8_000, 3_000
"""Tokens of a whole answer at most, its text and its structured content together: of a list of articles, of a page
of text, and of anything else."""
_CHUNK = 256
"""Characters that are counted at once where a text is cut: a word that is in two of them counts a little more."""
_WORD = lazy_pattern(r"[A-Za-z0-9]+")
_SIGNS = lazy_pattern(r"[!-/:-@\[-`{-~]+")
_BLANK = lazy_pattern(r"[\t\n\r ]{2,}|\n")


def tokens(text: str) -> int:
    """About how many tokens *text* is, rather too many: one for each character outside of ASCII and two beyond the
    first 65,536, four letters or digits, two signs, four blanks of a row.

    >>> tokens("月全食"), tokens("searchkit"), tokens('"],["'), tokens("a b")
    (3, 3, 3, 2)
    """
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    pairs = len(text.encode("utf-16-le", "surrogatepass")) // 2 - len(text)
    words = sum(-(-len(word) // 4) for word in _WORD.findall(text))
    signs = sum(-(-len(run) // 2) for run in _SIGNS.findall(text))
    return beyond_ascii + pairs + words + signs + sum(-(-len(run) // 4) for run in _BLANK.findall(text))


def json_of(values: Any) -> str:
    """*values* as they are sent."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def most_that_fit(most: int, cost: Callable[[int], int], budget: int) -> int:
    """The largest number up to *most* whose *cost*, which grows with it, is within *budget*; 0 if none is.

    >>> most_that_fit(20, lambda count: 7 * count, 50)
    7
    """
    return bisect_right(range(1, most + 1), budget, key=cost)


def fitting_length(text: str, most: int, cost: Callable[[str], int] = tokens) -> int:
    """How many characters of the beginning of *text* have a *cost* of *most*."""
    spent = 0
    for begin in range(0, len(text), _CHUNK):
        chunk = text[begin : begin + _CHUNK]
        more = cost(chunk)
        if spent + more > most:
            return begin + _fitting_in(chunk, most - spent, cost)
        spent += more
    return len(text)


def _fitting_in(text: str, most: int, cost: Callable[[str], int]) -> int:
    return most_that_fit(len(text), lambda length: cost(text[:length]), most)


def cut(text: str, most: int) -> str:
    """*text*, or as much of its beginning as is *most* tokens with a sign that there is more.

    >>> cut("月全食为什么是红色的", 4), cut("月全食", 4)
    ('月全食…', '月全食')
    """
    if len(text) <= 8 * most and tokens(text) <= most:
        return text
    text = text[: 8 * most]  # what is longer is cut anyway, blanks aside
    return f"{text[: fitting_length(text, most - 1)]}…"


def fair_shares(wants: Sequence[int], total: int) -> tuple[int, ...]:
    """*total* divided so that nobody gets more than he wants, and what one leaves goes to the others.

    >>> fair_shares([100, 900, 900], 1_000)
    (100, 450, 450)
    """
    shares = [0] * len(wants)
    left = total
    in_order = sorted(range(len(wants)), key=wants.__getitem__)
    for done, at in enumerate(in_order):
        shares[at] = min(wants[at], left // (len(wants) - done))
        left -= shares[at]
    return tuple(shares)
