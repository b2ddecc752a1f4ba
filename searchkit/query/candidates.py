"""The words of a query -> what is enough of them to put an article in the list."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import pairwise

from searchkit.analysis.scripts import is_han
from searchkit.query import plan
from searchkit.query.plan import Condition
from searchkit.query.spellings import Vocabulary

ENOUGH = 100
"""Articles with a word: who has so many needs none that have it only in part."""


def enough(wanted: tuple[Condition, ...], vocabulary: Vocabulary) -> tuple[Condition, ...]:
    """What puts an article in the list, if it is not any word: a word that not every other article has; and of
    a word that few have, which may be cut wrong or typed wrong (画热图, 沈是), two characters."""
    words = {word: _simple_words(word) for word in wanted}
    having = vocabulary.counted({simple.term for some in words.values() for simple in some})
    half = vocabulary.total / 2
    tells = any(0 < count <= half for count in having.values())
    common = {term for term, count in having.items() if count > half} if tells else set[str]()
    others = [word for word, some in words.items() if not some or any(s.term not in common for s in some)]
    rare = {term for term in having if having[term] < ENOUGH}
    parts = _pairs_of([simple for some in words.values() for simple in some], rare)
    found = tuple(dict.fromkeys((*others, *parts)))
    return () if found == wanted else found


def _simple_words(word: Condition) -> list[plan.Word]:
    """The words that one of a query is made of, as typed."""
    return [leaf for leaf in plan.leaves(plan.as_typed(word)) if isinstance(leaf, plan.Word)]


def _pairs_of(words: Iterable[plan.Word], rare: Container[str]) -> Iterator[plan.Phrase]:
    """Two Han characters in a row, of which one is of a *rare* word."""
    tokens = [(token, word) for word in words for token in word.tokens]
    for (first, one), (second, other) in pairwise(tokens):
        is_part = (first, second) != one.tokens and (one.term in rare or other.term in rare)
        if is_part and is_han(first) and is_han(second):
            yield plan.Phrase((first, second), one.fields)
