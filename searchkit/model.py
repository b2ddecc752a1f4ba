"""What flows through the project: articles in, hits and reports out.

Every class is a frozen value. Positions in text are offsets in characters, half-open.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is indexed and shown.

    `id` is the path from the corpus root with `/`, `body` plain text, `digest` a fingerprint of all fields
    of the file, `duplicates` the ids of other files with the same body.
    """

    id: str
    title: str
    body: str = ""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    author: str = ""
    date: datetime | None = None
    lastmod: datetime | None = None
    url: str = ""
    aliases: tuple[str, ...] = ()
    draft: bool = False
    digest: str = ""
    duplicates: tuple[str, ...] = ()
    other_titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of an article's text and the ranges in it that the query named."""

    text: str
    highlights: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """One addend of a score: what gave it, and how much.

    The score of a term saturates once over all fields, so a field's part of it is its share of the frequency.
    `signal` is "words", "bigrams" or "characters"; it and `field` are empty where no term gave the score.
    """

    name: str
    score: float
    field: str = ""
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found, with its score and what to show of it."""

    id: str
    title: str
    score: float
    date: datetime | None = None
    author: str = ""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    url: str = ""
    path: str = ""
    duplicates: tuple[str, ...] = ()
    title_highlights: tuple[Range, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    explanation: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to a query: `hits` is one page of `total` articles.

    `relaxed` says how the query was loosened to find something ("most words", "any word") or is None;
    `notes` says how text that looked like syntax was read and what was left out; `facets` maps a facet to
    (value, count) pairs.
    """

    query: str
    total: int
    hits: tuple[Hit, ...]
    relaxed: str | None = None
    suggestion: str | None = None
    notes: tuple[str, ...] = ()
    facets: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one file that the reader of a report should know."""

    path: str
    reason: str
    line: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """A mapping for JSON; `line` only where there is one."""
        found = asdict(self)
        if self.line is None:
            del found["line"]
        return found


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a reindex did. Counts are of files, but for `added` … `removed`, which are of indexed articles.
    Not `published` is what one of several workers did whose fellows are not done."""

    seen: int = 0
    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    duplicates: int = 0
    drafts: int = 0
    recovered: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    failed: tuple[Problem, ...] = ()
    seconds: float = 0.0
    full: bool = False
    dry_run: bool = False
    published: bool = True
