"""The texts of a query -> the terms that rank articles, with their weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.scripts import is_han
from searchkit.bm25f import ASKING_WEIGHT, BIGRAM_WEIGHT, CHARACTER_WEIGHT, SINGLE_WEIGHT, TITLE_TERM_WEIGHT
from searchkit.query import plan
from searchkit.query.asking import is_asking
from searchkit.query.limits import MAX_TERMS
from searchkit.query.plan import Fields, RankTerm


class Ranking:
    """The terms that rank, collected one text after the other."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._found: list[RankTerm] = []

    @property
    def terms(self) -> tuple[RankTerm, ...]:
        """What was added: each once, words of asking for little, and all once more for titles."""
        return plan.merged(_with_titles(_asking_little(plan.merged(self._found))))

    def add_term(self, term: RankTerm) -> None:
        """Rank by *term* too, if it has a weight."""
        if term.weight > 0:
            self._found.append(term)

    def add(self, text: str, fields: Fields, weight: float) -> None:
        """Rank by the words of *text*, its pairs of Han characters and its characters."""
        if weight <= 0:
            return
        self._found.extend(_han_terms(self._analyzer.characters(text)[:MAX_TERMS], fields, weight))
        for term in list(dict.fromkeys(self._analyzer.words(text)))[:MAX_TERMS]:
            is_single = len(term) == 1 and is_han(term)
            self._found.append(RankTerm(term, weight * SINGLE_WEIGHT if is_single else weight, fields))


def _han_terms(tokens: list[str], fields: Fields, weight: float) -> Iterator[RankTerm]:
    """The pairs of Han characters, and the characters, among *tokens*."""
    for first, second in pairwise(tokens):
        if is_han(first) and is_han(second):
            yield RankTerm(first + second, weight * BIGRAM_WEIGHT, fields, "bigrams")
    for token in tokens:
        if is_han(token):
            yield RankTerm(token, weight * CHARACTER_WEIGHT, fields, "characters")


def _asking_little(rank: tuple[RankTerm, ...]) -> tuple[RankTerm, ...]:
    """*rank* with little weight for words of asking and of grammar, where other words stand beside them."""
    if all(is_asking(term.term) for term in rank if term.channel == "words"):
        return rank
    return tuple(
        replace(term, weight=term.weight * ASKING_WEIGHT) if is_asking(term.term) else term for term in rank
    )


def _with_titles(rank: tuple[RankTerm, ...]) -> Iterator[RankTerm]:
    """*rank*, and each of its terms once more for titles alone: so it counts how rare a term is among titles."""
    yield from rank
    for term in rank:
        if term.fields is None:
            yield replace(term, weight=term.weight * TITLE_TERM_WEIGHT, fields=("title",))
