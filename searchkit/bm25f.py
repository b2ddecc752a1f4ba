"""BM25F over the text fields: the parts of the score, for every engine that scores by itself.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, section 3.6
(simple BM25F); the inverse document frequency with the 1 inside the logarithm, so that it is never negative, is
Lucene's.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from searchkit.schema import K1, RECENCY_HALF_LIFE, TEXT_FIELDS

FIELD_WEIGHTS = {field.name: field.weight for field in TEXT_FIELDS}
FIELD_B = {field.name: field.b for field in TEXT_FIELDS}


def inverse_frequency(total: int, having: int) -> float:
    """How much a term says that *having* of *total* articles have."""
    return log(1.0 + (total - having + 0.5) / (having + 0.5))


def field_factor(field: str, length: int, average: float) -> float:
    """What one occurrence in *field* counts, before saturation, in an article whose field has *length* terms."""
    b = FIELD_B[field]
    return FIELD_WEIGHTS[field] / (1.0 - b + b * length / average) if average else 0.0


def saturated(weighted_frequency: float) -> float:
    """The weighted frequency of a term in an article, with diminishing returns: at most K1 + 1."""
    return weighted_frequency * (K1 + 1.0) / (weighted_frequency + K1)


def term_score(
    frequencies: Mapping[str, int], lengths: Mapping[str, int], averages: Mapping[str, float], idf: float
) -> float:
    """The score of one term in one article; *frequencies* and *lengths* are by field."""
    weighted = sum(
        count * field_factor(field, lengths[field], averages[field]) for field, count in frequencies.items()
    )
    return idf * saturated(weighted) if weighted else 0.0


def recency_share(clock: int | None, newest: int) -> float:
    """The share of `Request.recency` that an article gets: 1 if it is as new as the newest of the index, half that
    a year earlier; 0 without a date."""
    return 0.0 if clock is None else 0.5 ** ((newest - clock) / RECENCY_HALF_LIFE)
