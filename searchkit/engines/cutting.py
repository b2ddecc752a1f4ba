"""May the words of an index be those of a text, though the text would be cut into others now?

A word of a user dictionary makes every other word a little less likely. So where two ways to cut a run of Han are
worth about the same, a change of the user dictionary may tip it, in texts too that do not have the word and so are
not indexed again. Such words are no lie.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from searchkit.analysis.scripts import is_segmented
from searchkit.engines.base import Document


def differs(document: Document, expected: Document) -> bool:
    """Whether *document* has other terms than *expected*, and not only another cut of the same text."""
    if replace(document, words={}) != replace(expected, words={}):
        return True
    pairs = {name: (Counter(document.words.get(name, ())), Counter(of)) for name, of in expected.words.items()}
    return any(a != b and not is_another_cut(expected.texts[name], a, b) for name, (a, b) in pairs.items())


def is_another_cut(text: str, words: Counter[str], expected: Counter[str]) -> bool:
    """Whether *words* differ from those *expected* of the folded *text* by how runs of Han are cut, and no more.

    >>> is_another_cut("掏心掏肺", Counter(["掏", "心掏", "肺"]), Counter(["掏心", "掏肺"]))
    True
    >>> is_another_cut("掏心掏肺", Counter(["掏", "心肺"]), Counter(["掏心", "掏肺"]))
    False
    """
    lost = expected - words
    return are_han(lost) and stand_in(text, words - expected, words) and _cover(text, words, lost)


def are_han(words: Iterable[str]) -> bool:
    """Whether *words* are made of what a dictionary cuts, and of nothing else."""
    return all(map(is_segmented, "".join(words)))


def stand_in(text: str, words: Iterable[str], times: Mapping[str, int]) -> bool:
    """Whether *words* are Han and stand in *text*, each at least so many *times*."""
    words = list(words)
    return are_han(words) and all(len(re.findall(f"(?={word})", text)) >= times[word] for word in words)


def _cover(text: str, words: Mapping[str, int], lost: Iterable[str]) -> bool:
    """Whether the characters of the *lost* are parts of *words* as often as they stand in *text*."""
    return all(
        sum(word.count(character) * times for word, times in words.items()) >= text.count(character)
        for character in set("".join(lost))
    )
