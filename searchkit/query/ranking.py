"""The texts of a query -> the terms that rank articles, with their weights."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from searchkit.analysis.analyzer import Analyzer, WordCut, spans_of
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

    def leave_out(self, terms: Container[str]) -> None:
        """Do not rank by *terms*, such as the syllables of a word."""
        self._found = [term for term in self._found if term.term not in terms]

    def add(self, text: str, fields: Fields, weight: float, cuts: Sequence[WordCut] = ()) -> None:
        """Rank by the words of *text*, its pairs of Han characters and its characters. *cuts* are its words, of
        which those of asking count little."""
        if weight <= 0:
            return
        tokens = self._analyzer.characters(text)[:MAX_TERMS]
        self._found.extend(_han_terms(tokens, _shares(tokens, cuts), fields, weight))
        for term in list(dict.fromkeys(self._analyzer.words(text)))[:MAX_TERMS]:
            is_single = len(term) == 1 and is_han(term)
            self._found.append(RankTerm(term, weight * SINGLE_WEIGHT if is_single else weight, fields))


def _shares(tokens: Sequence[str], cuts: Sequence[WordCut]) -> list[float]:
    """Of each of the *tokens* how much it counts: little in a word of asking, if there are other words."""
    shares = [1.0] * len(tokens)
    if not all(is_asking(cut.term) for cut in cuts):
        for cut, (start, end) in zip(cuts, spans_of(tokens, cuts), strict=True):
            if is_asking(cut.term):
                shares[start:end] = [ASKING_WEIGHT] * len(shares[start:end])
    return shares


def _han_terms(
    tokens: Sequence[str], shares: Sequence[float], fields: Fields, weight: float
) -> Iterator[RankTerm]:
    """The pairs of Han characters, and the characters, among *tokens*. A pair counts as its lesser character."""
    for (first, one), (second, other) in pairwise(zip(tokens, shares, strict=True)):
        if is_han(first) and is_han(second):
            yield RankTerm(first + second, weight * BIGRAM_WEIGHT * min(one, other), fields, "bigrams")
    for token, share in zip(tokens, shares, strict=True):
        if is_han(token):
            yield RankTerm(token, weight * CHARACTER_WEIGHT * share, fields, "characters")


def _asking_little(rank: tuple[RankTerm, ...]) -> tuple[RankTerm, ...]:
    """*rank* with little weight for words of asking and of grammar, where other words stand beside them."""
    if all(is_asking(term.term) for term in rank if term.channel == "words"):
        return rank
    return tuple(
        replace(term, weight=term.weight * ASKING_WEIGHT)
        if term.channel == "words" and is_asking(term.term)
        else term
        for term in rank
    )


def _with_titles(rank: tuple[RankTerm, ...]) -> Iterator[RankTerm]:
    """*rank*, and each of its terms once more for titles alone: so it counts how rare a term is among titles."""
    yield from rank
    for term in rank:
        if term.fields is None:
            yield replace(term, weight=term.weight * TITLE_TERM_WEIGHT, fields=("title",))
