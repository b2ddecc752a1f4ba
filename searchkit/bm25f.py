"""BM25F over the text fields: every number of the ranking, and the parts of the score, for all engines.

The frequency of a term in each field is divided by that field's length normalisation, weighted and added up, and
the sum saturates once. Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
2009, section 3.6 (simple BM25F); the inverse document frequency with the 1 inside the logarithm, so that it is
never negative, is Lucene's.

How the numbers were chosen, and what the ranking loses without each, is in docs/relevance.md; `make relevance`
measures it. Differences below are of nDCG@10 on its collection duty-dev.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

BIGRAM_WEIGHT = 0.5  # -.052 without bigrams
CHARACTER_WEIGHT = 0.25  # +.005 without characters, but -.011 on cmrc2018-sent, which has 4,211 queries
"""What a pair of Han characters, and a single one, count next to a word: they repair a wrong cut."""
SINGLE_WEIGHT = 0.5  # -.011 with the weight of other words
"""What a word of one Han character (的, 吗, 用 …) counts next to a longer one."""
ASKING_WEIGHT = 0.25  # +.007 against 1; 0 and .5 are within .004 of it on four collections
"""What a word of asking or of grammar (怎么, 的 …), and a pair or character that is one, counts beside others."""
TITLE_TERM_WEIGHT = 0.15  # -.026 without; asks-dev -.004, cmrc2018-sent +.001 with .1
"""What a term counts once more if the title has it, by its rarity among titles. A frequent word is in hundreds of
titles, where it saturates: without this the body decides, and a list of links has the word most often."""
SYNONYM_WEIGHT = 0.5  # not tuned: below 1, so that the word as typed comes first
REGIONAL_WEIGHT = 0.3  # not tuned: below a synonym that the user chose
SPELLING_WEIGHT = 0.5  # with 0.3 the mean of 66 queries of two collections is the same to .001
EXPANSION_WEIGHT = 0.5  # not tuned, for the same reason
"""What a synonym, a word of another region, another spelling, and a term that a pattern or a fuzzy word stands
for, count next to a word as typed."""
SUGGESTED_WEIGHT = 0.75  # with 1 hardly more is found, and a question that is right is marred more
MISTYPED_WEIGHT = 0.1  # the characters of a mistyped word tell nothing
"""What a word of the suggestion for a mistyped query counts that was not typed, and a word that was typed and is
not in the suggestion, unless articles have all words as typed."""
EXACT_TITLE_SCORE = 100.0  # four words that only one of 5,000 articles has give less: each idf * (k1 + 1), 25
"""Added for a title that is the query as typed."""
AS_TYPED_SCORE = 50.0  # two rare words give as much: a long article that has the whole query once is before others
"""Added for a text that has the query as it was typed, all in a row."""
RECENCY_HALF_LIFE = 365 * 86_400  # a year; not tuned, for recency is 0 unless it is set
"""Seconds after which what recency adds is half; see `Request.recency`."""

FIELD_B = {
    "title": 0.3,
    "tags": 0.3,
    "author": 0.3,
    "body": 0.6,
    "description": 0.3,
}  # body: +.007 with 0.75, but -.002 on two others; 0.5 is level
"""How much the length of a field matters, from 0 to 1. An index holds bounds of scores that depend on it."""


@dataclass(frozen=True, slots=True)
class Bm25f:
    """The numbers of the ranking that may differ from request to request: how much an occurrence in each field
    counts; as `k1`, how slowly further occurrences stop to count; as `floor`, the share of the best score at which
    a list ends. A bonus does not make a score the best."""

    title: float = 12.0  # -.001 with 10, +.002 with 15, level on four other collections
    tags: float = 3.0  # -.007 without tags and author
    author: float = 1.0  # -.014 with 10
    body: float = 1.0
    description: float = 1.0  # not tuned: the collections have none; what it says is mostly in the body too
    k1: float = 2.0  # -.017 with 1.2; the others differ by .003 at most
    floor: float = 0.18  # asks-dev: Recall@100 .900; .873 with .25, .905 with .16, a third longer

    def weight(self, field: str) -> float:
        """How much an occurrence in *field* counts."""
        weight: float = getattr(self, field)
        return weight

    def least(self, best: float) -> float:
        """The score at which a list ends whose *best* is this; a little less, so that the same score added up in
        another order, or in 24 bits as a cluster does, is not below it."""
        return self.floor * best * (1.0 - 1e-6)

    def field_factor(self, field: str, length: int, average: float) -> float:
        """What an occurrence in *field* counts, before saturation, where that field has *length* terms."""
        b = FIELD_B[field]
        return self.weight(field) / (1.0 - b + b * length / average) if average else 0.0

    def saturated(self, weighted_frequency: float) -> float:
        """The weighted frequency of a term in an article, with diminishing returns: at most k1 + 1."""
        return weighted_frequency * (self.k1 + 1.0) / (weighted_frequency + self.k1)

    def term_score(
        self, frequencies: Mapping[str, int], lengths: Mapping[str, int], averages: Mapping[str, float], idf: float
    ) -> float:
        """The score of one term in one article; *frequencies* and *lengths* are by field."""
        weighted = sum(
            count * self.field_factor(field, lengths[field], averages[field])
            for field, count in frequencies.items()
        )
        return idf * self.saturated(weighted) if weighted else 0.0


BM25F = Bm25f()
PRESENCE = Bm25f(title=1.0, tags=1.0, author=1.0, k1=1e-6)
"""A term counts by its rarity in any article that has it, however often and however long: for a passage."""


def inverse_frequency(total: int, having: int) -> float:
    """How much a term says that *having* of *total* articles have."""
    return log(1.0 + (total - having + 0.5) / (having + 0.5))


def recency_share(clock: int | None, newest: int) -> float:
    """The share of `Request.recency` that an article gets: 1 if it is as new as the newest of the index, half that
    a year earlier; 0 without a date."""
    return 0.0 if clock is None else 0.5 ** ((newest - clock) / RECENCY_HALF_LIFE)
