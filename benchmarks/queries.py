"""The queries that are timed: drawn from the archive's own words, the same ones every time.

    python -m benchmarks.queries      prints them, a query a line, as `searchkit compare` reads them

Common words are in more than a tenth of the articles, rare ones in 2 to 20. None was chosen by hand.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from benchmarks.articles import Words, words_of_archive

SEED = 20_240_514
COMMON, RARE = 0.1, (2, 20)
KINDS = {"rare": 40, "common": 40, "two": 60, "three": 40, "long": 60}
"""How many queries there are of each kind: 240."""


@dataclass(frozen=True, slots=True)
class Query:
    """Words of a query, none twice, and of what kind it is."""

    kind: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The query as it is typed."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Bands:
    """The words of a corpus by how many articles they are in, each band sorted."""

    common: list[str]
    middle: list[str]
    rare: list[str]


@lru_cache(maxsize=1)
def archive_queries() -> list[Query]:
    """The queries of the archive."""
    return make_queries(words_of_archive())


def make_queries(articles: Sequence[Words]) -> list[Query]:
    """The 240 queries: single words, two and three words from all bands, and six to twelve words of an article."""
    chance = random.Random(SEED)
    bands = make_bands(articles)
    queries = [Query("rare", (word,)) for word in chance.sample(bands.rare, KINDS["rare"])]
    queries += [Query("common", (chance.choice(bands.common),)) for _ in range(KINDS["common"])]
    queries += [Query("two", _mixed(bands, 2, chance)) for _ in range(KINDS["two"])]
    queries += [Query("three", _mixed(bands, 3, chance)) for _ in range(KINDS["three"])]
    queries += [Query("long", _from_article(articles, chance)) for _ in range(KINDS["long"])]
    return queries


def make_phrases(articles: Sequence[Words], count: int) -> list[tuple[str, ...]]:
    """Two to four different words that stand in a row in a body, letters and digits only."""
    chance = random.Random(SEED + 1)
    phrases: list[tuple[str, ...]] = []
    while len(phrases) < count:
        body = chance.choice(articles)["body"]
        start, length = chance.randrange(max(1, len(body))), chance.randint(2, 4)
        phrase = tuple(body[start : start + length])
        if len(set(phrase)) == length and all(word.isalnum() for word in phrase):
            phrases.append(phrase)
    return phrases


def make_texts(queries: Sequence[Query], pieces: Sequence[str]) -> list[str]:
    """What a person types: words with spaces between, and in turn a quoted piece, the beginning of a word, a
    word and a date. *pieces* are pieces of articles in quotes."""
    texts = []
    for number, query in enumerate(queries):
        text = query.text
        if number % 6 == 0:
            text = pieces[number % len(pieces)]
        elif number % 12 == 1:
            text = f"{query.words[0][:2]}*"
        elif number % 6 == 2:
            text += f" since:{2021 + number % 4}"
        texts.append(text)
    return texts


def make_bands(articles: Sequence[Words]) -> Bands:
    """The words of two characters or more, letters and digits only, that the bands hold."""
    frequencies = article_frequencies(articles)
    few, many = RARE[1], int(len(articles) * COMMON)

    def within(least: int, most: int) -> list[str]:
        found = (word for word, count in frequencies.items() if least <= count <= most)
        return sorted(word for word in found if len(word) > 1 and word.isalnum())

    return Bands(within(many + 1, len(articles)), within(few + 1, many), within(*RARE))


def article_frequencies(articles: Sequence[Words]) -> Counter[str]:
    """In how many articles each word occurs, in any field."""
    return Counter(chain.from_iterable({word for words in of.values() for word in words} for of in articles))


def _mixed(bands: Bands, count: int, chance: random.Random) -> tuple[str, ...]:
    """*count* different words, each from a band drawn for it."""
    words: dict[str, None] = {}
    while len(words) < count:
        band = chance.choice((bands.common, bands.middle, bands.rare))
        if band:
            words[chance.choice(band)] = None
    return tuple(words)


def _from_article(articles: Sequence[Words], chance: random.Random) -> tuple[str, ...]:
    """Six to twelve different words of one body, drawn as often as they stand in it."""
    while True:
        body = [word for word in chance.choice(articles)["body"] if word.isalnum()]
        words = tuple(dict.fromkeys(chance.sample(body, min(len(body), 20))))[: chance.randint(6, 12)]
        if len(words) >= 6:
            return words


if __name__ == "__main__":
    print("\n".join(query.text for query in archive_queries()))
