"""Groups of words that mean the same -> what to look for in place of the words of a query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchkit.analysis.analyzer import WordCut
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import characters

Synonyms = dict[tuple[str, ...], tuple[str, ...]]
"""The tokens of a word -> the other words of its group, which mean the same."""
MAX_KEY = 6  # words of a text that together are one of a group: names have about as many, and each is a look-up


def synonym_table(groups: Iterable[Iterable[str]]) -> Synonyms:
    """Tokens of each word of a group -> the other words of the group."""
    table: Synonyms = {}
    for group in groups:
        words = [word for word in group if word.strip()]
        for word in words:
            key = tuple(characters(fold_case(word)))
            table[key] = (*table.get(key, ()), *(other for other in words if other != word))
    return table


def synonyms_at(synonyms: Synonyms, cuts: Sequence[WordCut]) -> tuple[int, tuple[str, ...]]:
    """How many words at the beginning of *cuts* are one word of a group, and the other words of that group."""
    for length in range(min(MAX_KEY, len(cuts)), 0, -1) if synonyms else ():
        key = tuple(token for cut in cuts[:length] for token in cut.tokens)
        if key in synonyms:
            return length, synonyms[key]
    return 1, ()
