"""What an index has of an article: one list each of its fields, keywords, facets and sorts.

A field, a keyword, a facet or a sort is one line here. What each counts in the ranking is in `bm25f.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from searchkit.translation import gettext as _

SCHEMA_VERSION = 11
"""Raised whenever an index written by the code before it would answer differently, or whenever its state, its
manifest or its stored articles look otherwise: an index of another schema is built anew."""
ANALYZER_VERSION = 2
"""Raised whenever the pipeline makes other terms of the same text: an index of another one is built anew."""
READING_VERSION = 8
"""Raised whenever the same file makes another article, or the same files share other lines or are other reposts:
every file is read again then."""
ARRAY_FILE_VERSION = 2
"""Raised whenever the bytes of a file of arrays mean something else."""
CLUSTER_LAYOUT = 5
"""Raised whenever an index on a cluster with the layout before it would answer differently."""
JSON_VERSION = 2
"""Raised whenever the shape of what the command line prints as JSON changes; docs/json.md describes it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A text of an article that is searched; `aliases` are what a query calls it, before a colon.

    Each is searched by characters. One that is `ranked` is searched by words too, and where no field is named.
    """

    name: str
    aliases: tuple[str, ...]
    ranked: bool = True


FIELDS = (
    Field("title", ("title", "标题")),
    Field("tags", ("tag", "tags", "标签")),
    Field("author", ("author", "作者")),
    Field("body", ("body", "正文")),
    Field("description", ("description", "摘要")),
    Field("categories", ("category", "categories", "分类"), ranked=False),
)
FIELD_NAMES = tuple(field.name for field in FIELDS if field.ranked)
CHARACTER_FIELDS = tuple(field.name for field in FIELDS)
SITE = Field("site", ("site", "网站"), ranked=False)
"""What a query names like a field, and what is matched whole: a host, or a domain that it is in."""
PINYIN = Field("pinyin", ("py", "拼音"), ranked=False)
"""What a query names like a field, to be read by its sound."""
SOUND_KEYWORDS = {"title": "title_key", "tags": "tag_key", "author": "author_key"}
"""The fields that are found by their sound -> the keywords that have their values."""

KEYWORDS = (
    "id",
    "duplicate",
    "cluster",
    "title_key",
    "tag",
    "tag_key",
    "category",
    "category_key",
    "author_name",
    "author_key",
    "site",
    "site_key",
    "year",
    "month",
    "day",
)
"""Values matched whole. Those with `_key` are folded, to be looked up; the others are as written, to be shown."""

Facet = Literal["tag", "category", "author", "site", "year", "month", "day"]
FACETS: dict[Facet, str] = {
    "tag": "tag",
    "category": "category",
    "author": "author_name",
    "site": "site",
    "year": "year",
    "month": "month",
    "day": "day",
}
"""A facet -> the keyword whose values it counts."""
SHOWN_FACETS: tuple[Facet, ...] = ("tag", "category", "author", "site", "year")
"""Those that are counted where none is named. There are hundreds of months and days: a timeline shows them."""


def facet_name(facet: Facet) -> str:
    """What people call a facet."""
    names: dict[Facet, str] = {
        "tag": _("tag"),
        "category": _("category"),
        "author": _("author"),
        "site": _("site"),
        "year": _("year"),
        "month": _("month"),
        "day": _("day"),
    }
    return names[facet]


TimeUnit = Literal["day", "month", "quarter", "year"]
"""What a timeline counts by, the finest first."""

Sort = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class SortKey:
    """What hits are ordered by, the largest first or last. Equal ones are ordered by id, undated ones are last."""

    by: Literal["score", "date"]
    descending: bool = True


SORTS: dict[Sort, SortKey] = {
    "relevance": SortKey("score"),
    "newest": SortKey("date"),
    "oldest": SortKey("date", descending=False),
}
