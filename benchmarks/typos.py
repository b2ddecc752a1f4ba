"""Words of an archive, typed wrong as a Chinese keyboard has it: one character for another of the same sound.

Needs pypinyin, which says how a character sounds; the characters that are put in are those of the first level of
GB 2312, which are the common ones.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import searchkit
from benchmarks.promises import SEED, Outcome

_WORD = re.compile("[\u4e00-\u9fa5]{2,5}")
_FIRST, _LAST = 0xB0A1, 0xD7F9
"""Of the first level of GB 2312, which is in the order of its sounds."""
PAGE = 10
TRIES = 100  # for each case: a small corpus may have few


@dataclass(frozen=True)
class Typo:
    """A word as it was typed, the word that was meant, and an article that is on the first page for that."""

    typed: str
    meant: str
    article_id: str


def typo_cases(index: searchkit.Index, count: int) -> list[Typo]:
    """Words of articles with one character of another of the same sound, each of which no article has; fewer than
    *count* where they are hard to find."""
    chance = random.Random(SEED + 17)
    ids, alike = [article.id for article in index], homophones()
    cases: dict[str, Typo] = {}
    for _ in range(count * TRIES):
        if len(cases) == count:
            break
        article = index.get(chance.choice(ids))
        text = article.title if chance.random() < 0.3 else article.own_text
        words = [word for word in index.analyze(text).words if _WORD.fullmatch(word)]
        if not words:
            continue
        meant = chance.choice(words)
        typed = mistyped(meant, alike, chance)
        if typed and _is_case(index, typed, meant, article.id):
            cases.setdefault(meant, Typo(typed, meant, article.id))
    return list(cases.values())


def _is_case(index: searchkit.Index, typed: str, meant: str, article_id: str) -> bool:
    """Whether no article has what was typed, and the article is on the first page for what was meant."""
    quoted = index.search(f'"{typed}"', limit=0, snippets=False)
    return not quoted.total and article_id in [found for found, _ in index.scored(meant, limit=PAGE)]


def mistyped(text: str, alike: Mapping[str, Iterable[str]], chance: random.Random) -> str:
    """*text* with one of its characters replaced by one *alike*, or "" if it has none with any."""
    places = [at for at, char in enumerate(text) if alike.get(char)]
    if not places:
        return ""
    at = chance.choice(places)
    return text[:at] + chance.choice(sorted(alike[text[at]])) + text[at + 1 :]


def homophones() -> dict[str, set[str]]:
    """Common characters, and those of them that sound the same, whatever the tone."""
    from pypinyin import Style, lazy_pinyin

    by_sound: defaultdict[str, set[str]] = defaultdict(set)
    for char in _common():
        by_sound[lazy_pinyin(char, style=Style.NORMAL)[0]].add(char)
    return {char: alike - {char} for alike in by_sound.values() for char in alike}


def _common() -> Iterator[str]:
    for code in range(_FIRST, _LAST + 1):
        if code & 0xFF >= 0xA1:
            yield from code.to_bytes(2, "big").decode("gb2312", "ignore")


def check_typos(index: searchkit.Index, cases: Iterable[Typo]) -> Outcome:
    """A mistyped word has what was meant for a suggestion; counts say "right", "found" (its article is on the
    first page) and "wrong", another suggestion."""
    outcome = Outcome()
    for case in cases:
        results = index.search(case.typed, limit=PAGE, snippets=False)
        right = results.suggestion == case.meant
        outcome.tried += 1
        outcome.took_ms.append(results.took_ms)
        outcome.counts["right"] += right
        outcome.counts["wrong"] += not right and results.suggestion is not None
        outcome.counts["found"] += case.article_id in [hit.id for hit in results.hits]
        if not right:
            outcome.lost.append(f"{case.typed}: {results.suggestion}, not {case.meant}")
    return outcome


def check_correct(index: searchkit.Index, queries: Iterable[str]) -> Outcome:
    """A query with nothing wrong has no suggestion."""
    outcome = Outcome()
    for query in queries:
        results = index.search(query, limit=PAGE, snippets=False)
        outcome.tried += 1
        outcome.took_ms.append(results.took_ms)
        if results.suggestion is not None:
            outcome.lost.append(f"{query}: {results.suggestion}")
    return outcome
