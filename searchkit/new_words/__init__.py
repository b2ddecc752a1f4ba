"""The articles of an index -> names and terms that its dictionary lacks.

    articles -> sentences, each once -> words of the dictionary, characters       pieces.py
    pieces in a row: often, firmly, freely, in several accounts                   sequences.py
    of these, what stands where nouns stand                                       nouns.py

A name that a dictionary lacks is cut into shorter words and characters that it has, as 树莓|派. So what is counted
is not characters but these pieces: from two to five in a row, of two to six characters. The measures are those of
new word discovery: how much more often pieces stand together than by chance, and how different their neighbours
are. What these leave are names and terms, and phrases: of phrases, most do not stand where nouns stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
from msgspec import Struct

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.packed_jieba import dictionary_entries
from searchkit.analysis.segmenter import parse_user_word
from searchkit.engines.base import Reader
from searchkit.model import Article, Results
from searchkit.new_words.nouns import NounOdds, may_be_name, noun_odds
from searchkit.new_words.pieces import LEAST_ACCOUNTS, Pieces, read_pieces
from searchkit.new_words.sequences import Sequences, accounts, find_sequences, freedom
from searchkit.reports import NewWord

LEAST_COHESION = 0.5
"""Half way from pieces that stand together by chance to those that never stand apart."""
LEAST_FREEDOM = 1.1
"""The entropy of the neighbours on a side, in nats: that of three that are equally frequent."""
LEAST_ODDS = -0.4
"""Of standing where nouns stand. `python -m benchmarks.new_words` counts how many nouns of the dictionary and how
many of its other words have them."""


class Candidate(Struct, frozen=True):
    """A likely word: its `pieces`, how often they stand in a row, in how many `accounts`; the most likely ones are
    worth most."""

    pieces: tuple[str, ...]
    count: int
    accounts: int
    worth: float

    @property
    def word(self) -> str:
        """The pieces in one."""
        return "".join(self.pieces)


def find_new_words(
    articles: Iterable[Article],
    reader: Reader,
    analyzer: Analyzer,
    find: Callable[[str], Results],
    most: int | None,
    queries: Iterable[str] = (),
) -> tuple[NewWord, ...]:
    """The *most* likely words that the dictionaries of an index lack, those of *queries* and then the most likely
    first. *find* is a search. Words that are whole already wherever they stand, as jieba guesses some, are left
    out."""
    texts = [fold_case(query) for query in queries]

    def asked(candidate: Candidate) -> int:
        word = fold_case(candidate.word)
        return sum(word in text for text in texts)

    candidates = sorted(find_candidates(articles, analyzer.user_words), key=lambda one: not asked(one))
    described = (replace(_described(one, reader, analyzer, find), asked=asked(one)) for one in candidates)
    found = tuple(islice((word for word in described if word.changes), most))
    then = Analyzer((*analyzer.user_words, *(word.word for word in found)), for_queries=True)
    return tuple(replace(word, cut_then=_cut(word.word, then)) for word in found)


def _described(
    candidate: Candidate, reader: Reader, analyzer: Analyzer, find: Callable[[str], Results]
) -> NewWord:
    """What is to be known of *candidate*."""
    results = find(f'"{candidate.word}"')
    (whole,) = reader.article_frequencies([fold_case(candidate.word)])
    return NewWord(
        word=candidate.word,
        cut=_cut(candidate.word, analyzer),
        count=candidate.count,
        accounts=candidate.accounts,
        articles=results.total,
        changes=results.total - whole,
        example=next(iter(results.hits), None),
    )


def _cut(word: str, analyzer: Analyzer) -> tuple[str, ...]:
    return tuple(cut.text for cut in analyzer.cut(word))


def find_candidates(articles: Iterable[Article], user_words: Iterable[str] = ()) -> list[Candidate]:
    """Likely words that neither jieba's dictionary nor *user_words*, lines of one, have, the most likely first."""
    user_words = tuple(user_words)
    pieces = read_pieces(articles, user_words)
    classes = {word: kind for word, _frequency, kind in dictionary_entries()}
    known = classes.keys() | {parse_user_word(line)[0] for line in user_words}
    odds = noun_odds(pieces, classes)
    found = [
        one
        for sequences in find_sequences(pieces)
        for one in _likely(sequences, pieces, odds)
        if one.word not in known and may_be_name(one.pieces, classes)
    ]
    return sorted(found, key=lambda one: (-one.worth, one.word))


def _likely(sequences: Sequences, pieces: Pieces, odds: NounOdds) -> Iterator[Candidate]:
    """Those of *sequences* that may be words. They are worth their cohesion times the logarithm of their count
    times the chance that they are nouns, of which each side tells at least the odds of the weaker one."""
    sequences = sequences.among(sequences.cohesion >= LEAST_COHESION)
    sequences = sequences.among(accounts(sequences, pieces) >= LEAST_ACCOUNTS)
    sequences = sequences.among(odds.of(sequences, pieces) >= LEAST_ODDS)
    sequences = sequences.among(freedom(sequences, pieces) >= LEAST_FREEDOM)
    worth = sequences.cohesion * np.log(sequences.counts) / (1 + np.exp(-2 * odds.of(sequences, pieces)))
    columns = (sequences.first(), sequences.counts, accounts(sequences, pieces), worth)
    for begin, count, said_by, worth_of_one in zip(*(column.tolist() for column in columns), strict=True):
        texts = tuple(pieces.vocabulary[at] for at in pieces.ids[begin : begin + sequences.length].tolist())
        yield Candidate(texts, count, said_by, worth_of_one)
