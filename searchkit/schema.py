"""The fields of an article as they are searched: what is kept of each, and how much each counts.

Ranking is BM25F (Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
section 3.6): the frequency of a term in each field is divided by that field's length normalisation, weighted
and added up, and the sum saturates once.
"""

from __future__ import annotations

from dataclasses import dataclass

from searchkit.model import Facet

SCHEMA_VERSION = 4
"""Raised whenever an index written by the code before it would answer differently, or whenever its state, its
manifest or its stored articles look otherwise: an index of another schema is built anew."""
ANALYZER_VERSION = 1
"""Raised whenever the pipeline makes other terms of the same text: an index of another one is built anew."""
READING_VERSION = 3
"""Raised whenever the same file makes another article: every file is read again then."""
ARRAY_FILE_VERSION = 1
"""Raised whenever the bytes of a file of arrays mean something else."""
CLUSTER_LAYOUT = 1
"""Raised whenever an index on a cluster with the layout before it would answer differently."""
JSON_VERSION = 1
"""Raised whenever the shape of what the command line prints as JSON changes; docs/json.md describes it."""


@dataclass(frozen=True, slots=True)
class TextField:
    """A field searched by words and by characters. `b` is how much its length matters, from 0 to 1."""

    name: str
    weight: float
    b: float


TEXT_FIELDS = (
    TextField("title", weight=10.0, b=0.3),
    TextField("tags", weight=3.0, b=0.3),
    TextField("author", weight=1.0, b=0.3),
    TextField("body", weight=1.0, b=0.75),
)
FIELD_NAMES = tuple(field.name for field in TEXT_FIELDS)
CATEGORY_FIELD = "categories"
"""Searched by characters only, and only where a query names it."""

K1 = 2.0
BIGRAM_WEIGHT = 0.5
CHARACTER_WEIGHT = 0.25
"""What a pair of Han characters, and a single one, count beside a word: they repair a wrong cut."""
SINGLE_WEIGHT = 0.5
"""What a word of one Han character (的, 吗, 用 …) counts beside a longer one."""
EXACT_TITLE_SCORE = 100.0
"""Added for a title that is the query as typed: more than any sum of words is worth."""
RECENCY_HALF_LIFE = 365 * 86_400
"""Seconds after which what recency adds is half; see `Request.recency`."""

KEYWORDS = ("tag", "category", "author_name", "year", "title_key", "id", "duplicate")
"""Values matched whole: for filters, facets and exact titles."""
FACETS: dict[Facet, str] = {"tag": "tag", "category": "category", "author": "author_name", "year": "year"}
