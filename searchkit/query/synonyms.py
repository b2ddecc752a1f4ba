"""Groups of words that mean the same, looked up by the tokens of a word."""

from __future__ import annotations

from collections.abc import Iterable

from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import characters

Synonyms = dict[tuple[str, ...], tuple[str, ...]]


def synonym_table(groups: Iterable[Iterable[str]]) -> Synonyms:
    """Tokens of each word of a group -> the other words of the group."""
    table: Synonyms = {}
    for group in groups:
        words = [word for word in group if word.strip()]
        for word in words:
            key = tuple(characters(fold_case(word)))
            table[key] = (*table.get(key, ()), *(other for other in words if other != word))
    return table
