"""The queries that are timed: drawn from the corpus's own words, the same ones every time.

    python -m benchmarks.queries      prints them, a query a line, as `searchkit compare` reads them

Common words are in more than a tenth of the articles, rare ones in 2 to 20. None was chosen by hand.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.terms import Terms, terms_of_archive

SEED = 20_240_514
COMMON, RARE = 0.1, (2, 20)
KINDS = {"rare": 40, "common": 40, "two": 60, "three": 40, "long": 60}
"""How many queries there are of each kind: 240."""


@dataclass(frozen=True, slots=True)
class Query:
    """Words of a query, none twice, and of what kind it is."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bands:
    """The words of a corpus by how many articles they are in, each band sorted."""

    common: list[str]
    middle: list[str]
    rare: list[str]


def make_queries(terms: Terms) -> list[Query]:
    """The 240 queries: single words, two and three words from all bands, and six to twelve words of an article."""
    chance = random.Random(SEED)
    bands = make_bands(terms)
    queries = [Query("rare", (word,)) for word in chance.sample(bands.rare, KINDS["rare"])]
    queries += [Query("common", (chance.choice(bands.common),)) for _ in range(KINDS["common"])]
    queries += [Query("two", _mixed(bands, 2, chance)) for _ in range(KINDS["two"])]
    queries += [Query("three", _mixed(bands, 3, chance)) for _ in range(KINDS["three"])]
    queries += [Query("long", _from_article(terms, chance)) for _ in range(KINDS["long"])]
    return queries


def make_phrases(terms: Terms, count: int) -> list[tuple[str, ...]]:
    """Two to four words that stand in a row in a body."""
    chance = random.Random(SEED + 1)
    phrases: list[tuple[str, ...]] = []
    while len(phrases) < count:
        body = terms.article(chance.randrange(len(terms)))["body"]
        start, length = chance.randrange(max(1, len(body))), chance.randint(2, 4)
        phrase = tuple(body[start : start + length])
        if len(phrase) == length and len(set(phrase)) == length:
            phrases.append(phrase)
    return phrases


def make_texts(queries: Sequence[Query], pieces: Sequence[str]) -> list[str]:
    """What a person types: words with blanks between, and in turn a quoted piece, the beginning of a word, a
    word and a date. *pieces* are pieces of articles in quotes."""
    texts = []
    for number, query in enumerate(queries):
        text = " ".join(query.words)
        if number % 6 == 0:
            text = pieces[number % len(pieces)]
        elif number % 12 == 1:
            text = f"{query.words[0][:2]}*"
        elif number % 6 == 2:
            text += f" since:{2021 + number % 4}"
        texts.append(text)
    return texts


def make_bands(terms: Terms) -> Bands:
    """The words of two characters or more, letters and digits only, that the bands hold."""
    frequencies = terms.frequencies()
    few, many = RARE[1], int(len(terms) * COMMON)

    def within(least: int, most: int) -> list[str]:
        numbers = np.flatnonzero((frequencies >= least) & (frequencies <= most)).tolist()
        return sorted(word for i in numbers if len(word := terms.vocabulary[i]) > 1 and word.isalnum())

    return Bands(within(many + 1, len(terms)), within(few + 1, many), within(*RARE))


def _mixed(bands: Bands, count: int, chance: random.Random) -> tuple[str, ...]:
    """*count* different words, each from a band drawn for it."""
    words: dict[str, None] = {}
    while len(words) < count:
        band = chance.choice((bands.common, bands.middle, bands.rare))
        if band:
            words[chance.choice(band)] = None
    return tuple(words)


def _from_article(terms: Terms, chance: random.Random) -> tuple[str, ...]:
    """Six to twelve different words of one body, drawn as often as they stand in it."""
    while True:
        body = [word for word in terms.article(chance.randrange(len(terms)))["body"] if word.isalnum()]
        words = tuple(dict.fromkeys(chance.sample(body, min(len(body), 20))))[: chance.randint(6, 12)]
        if len(words) >= 6:
            return words


if __name__ == "__main__":
    print("\n".join(" ".join(query.words) for query in make_queries(terms_of_archive(1))))
