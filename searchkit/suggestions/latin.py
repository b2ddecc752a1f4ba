"""A word of letters that was typed wrong -> what was meant: Seruat is Seurat, ChatGTP is ChatGPT."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from searchkit.engines.base import Reader, Request
from searchkit.patterns import lazy_pattern
from searchkit.query import plan
from searchkit.query.lexer import OPERATORS
from searchkit.query.plan import RankTerm
from searchkit.query.spellings import inflections

RARE = 0.002  # of all articles: a word that so few have may be a typing error; with .02, most names are looked up
TIMES = 50  # more articles have what was meant than what was typed, if any have that
MIN_UNKNOWN, MIN_KNOWN = 3, 5  # letters: a shorter word has too many others one edit away
MAX_LOOKED_UP = 12  # words of a query: each is compared with all words of the index
MAX_READ = 3  # articles in which is seen how a word is written
_WORD = lazy_pattern(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_NO_LETTER = lazy_pattern(r"[^a-z]+")


def corrections(words: Sequence[str], reader: Reader, stands: Callable[[], bool]) -> dict[str, str]:
    """Those of *words*, terms of a query, that were likely typed wrong, and what was meant; none if the query
    *stands* in an article."""
    latin = [word for word in dict.fromkeys(words) if len(word) >= MIN_UNKNOWN and _WORD.fullmatch(word)]
    having = dict(zip(latin, reader.article_frequencies(latin), strict=True)) if latin else {}
    most = max(1, int(RARE * len(reader)))
    doubtful = [word for word in latin if having[word] <= (most if len(word) >= MIN_KNOWN else 0)]
    if not doubtful or stands():
        return {}
    found = {word: _nearest(word, having[word], reader) for word in doubtful[:MAX_LOOKED_UP]}
    return {word: _as_written(better, reader) for word, better in found.items() if better}


def _nearest(word: str, having: int, reader: Reader) -> str | None:
    """The commonest word one edit away, if it is common enough next to *word*, which so many articles have."""
    others = [other for other in reader.expand(plan.MultiTerm("fuzzy", word, 1)) if _may_be_meant(word, other)]
    counts = dict(zip(others, reader.article_frequencies(others), strict=True)) if others else {}
    best = max(others, key=lambda other: (counts[other], other), default=None)
    return best if best and counts[best] >= max(1, TIMES * having) else None


def _may_be_meant(word: str, other: str) -> bool:
    """Whether *other* is no other number and no other form of the same word."""
    same = _NO_LETTER.findall(word) == _NO_LETTER.findall(other)
    return same and len(other) > 1 and other not in inflections(word) and word not in inflections(other)


def _as_written(word: str, reader: Reader) -> str:
    """*word* as the articles that are most about it write it: ChatGPT."""
    request = Request(plan.Word(word, (word,)), (RankTerm(word),), limit=MAX_READ, articles=True)
    pattern = re.compile(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", re.IGNORECASE)
    texts = (f"{article.title}\n{article.body}" for article in reader.search(request).articles)
    forms = Counter(form for text in texts for form in pattern.findall(text) if form not in OPERATORS)
    return max(forms, key=lambda form: (forms[form], form), default=word)
