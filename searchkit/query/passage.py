"""A passage of an article -> the terms that tell which article it is from, though some of it was changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.scripts import is_han
from searchkit.query.limits import MAX_TERMS
from searchkit.query.plan import RankTerm

_FIELDS = ("body",)


def passage_terms(text: str, analyzer: Analyzer) -> tuple[RankTerm, ...]:
    """The pairs of Han characters of *text* and its other words, each once; of a long text some from all over it.
    They are meant for `bm25f.PRESENCE`."""
    terms = list(dict.fromkeys(_terms(text, analyzer)))
    step = -(-len(terms) // MAX_TERMS) or 1
    return tuple(terms[::step])


def _terms(text: str, analyzer: Analyzer) -> Iterator[RankTerm]:
    for first, second in pairwise(analyzer.characters(text)):
        if is_han(first) and is_han(second):
            yield RankTerm(first + second, fields=_FIELDS, channel="bigrams")
    yield from (RankTerm(term, fields=_FIELDS) for term in analyzer.words(text) if not is_han(term[0]))
