"""Pieces of titles typed by their sound, and Latin words that are left as they were typed.

`make figures` and the tests of the archive call these, as those of `promises`.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from functools import lru_cache

from msgspec.structs import replace
from pypinyin import Style, lazy_pinyin, pinyin

import searchkit
from benchmarks.promises import SEED, Case, Outcome, Place, checked, opened
from searchkit.index import reader_of

TRIES = 100  # for each piece: a small corpus may have few
_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_LATIN = re.compile("(?<![A-Za-z])(?=([A-Za-z]{2,}(?: [A-Za-z]{2,})?))")
"""A Latin word and the one after it, if a space is all that is between."""


def sound_cases(index: searchkit.Index, count: int) -> list[Case]:
    """Random pieces of 2 to 4 Han of titles as pinyin, in one word or with spaces: read as in the title, or each
    character in any of its ways. What an article has as a word is asked with `py:`."""
    chance = random.Random(SEED)
    cases: list[Case] = []
    for piece, readings, article_id in _pieces(index, chance, count, (2, 4)):
        any_way = chance.random() < 0.5
        syllables = [chance.choice(pinyin(char, Style.NORMAL, heteronym=True)[0]) for char in piece]
        typed = chance.choice(("", " ")).join(syllables if any_way else readings)
        cases.append(Case(_asked(index, typed), frozenset((article_id,))))
    return cases


def initials_cases(index: searchkit.Index, count: int) -> list[Case]:
    """Random pieces of four Han of titles as their initials; ids are those of all articles whose title has it."""
    chance = random.Random(SEED + 1)
    owners: dict[str, set[str]] = {}
    for article in index:
        for title in (article.title, *article.other_titles):
            owners.setdefault(title, set()).add(article.id)
    return [
        Case(
            _asked(index, "".join(reading[0] for reading in readings)),
            frozenset(i for title, ids in owners.items() if piece in title for i in ids),
        )
        for piece, readings, _id in _pieces(index, chance, count, (4, 4))
    ]


def latin_cases(index: searchkit.Index, words: int) -> list[Case]:
    """Latin words of titles, alone and with the next one."""
    pairs = {pair for article in index for pair in _LATIN.findall(article.title)}
    queries = sorted({query for pair in pairs for query in (pair, *pair.split())})
    chosen = random.Random(SEED).sample(queries, min(words, len(queries)))
    return [Case(query, frozenset()) for query in chosen]


def check_sounds(place: Place, cases: list[Case]) -> Outcome:
    """What was typed finds an article; counts say in how many cases it is among the first "ten"."""
    return checked(_check_sound, place, cases)


def check_unchanged(place: Place, cases: list[Case]) -> Outcome:
    """What was typed finds the same articles in the same order as in an index without readings."""
    return checked(_check_same, place, cases)


def _pieces(
    index: searchkit.Index, chance: random.Random, count: int, lengths: tuple[int, int]
) -> Iterator[tuple[str, Sequence[str], str]]:
    """Pieces of titles, how each character is read there, and the article."""
    ids = [article.id for article in index]
    for _ in range(count * TRIES):
        if not count:
            return
        article = index.get(chance.choice(ids))
        length = chance.randint(*lengths)
        runs = [run for run in _RUN.findall(article.title) if len(run) >= length]
        if runs:
            run = chance.choice(runs)
            start = chance.randrange(len(run) - length + 1)
            piece = slice(start, start + length)
            yield run[piece], lazy_pinyin(run)[piece], article.id
            count -= 1


def _asked(index: searchkit.Index, typed: str) -> str:
    """*typed* as it is asked for: named where it is no word that only its sound could be meant by."""
    return typed if any("read as" in note for note in index.plan(typed).notes) else f'py:"{typed}"'


def _check_sound(place: Place, case: Case) -> tuple[str, float, Counter[str]]:
    index = opened(place)
    results = index.search(case.query, snippets=False)
    ten = not case.ids.isdisjoint(hit.id for hit in results.hits)
    found = ten or not case.ids.isdisjoint(index.ids(case.query))
    counts = Counter(ten=ten, named=case.query.startswith("py:"))
    return "" if found else f"{min(case.ids)}: {case.query}", results.took_ms, counts


def _check_same(place: Place, case: Case) -> tuple[str, float, Counter[str]]:
    results = opened(place).search(case.query, limit=100, snippets=False)
    others = _deaf_at(place).search(case.query, limit=100, snippets=False)
    is_same = (results.total, [hit.id for hit in results.hits]) == (others.total, [hit.id for hit in others.hits])
    return "" if is_same else f"{case.query}: {results.notes}", results.took_ms, Counter()


@lru_cache(maxsize=1)
def _deaf_at(place: Place) -> searchkit.Index:
    return deaf(opened(place), searchkit.Config(index=str(place.path), engine=place.engine))


def deaf(index: searchkit.Index, config: searchkit.Config) -> searchkit.Index:
    """*index*, which was opened with *config*, as if it had no readings."""
    reader = copy(reader_of(index))
    setattr(reader, "state", replace(reader.state, syllables={}))  # noqa: B010, a protocol has it to be read only
    return searchkit.Index(reader, config)
