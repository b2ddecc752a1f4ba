"""What is being typed -> how it may go on: titles of articles, tags, authors, categories and sites, words that the
user took into the dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from searchkit import Facet, Index

MOST = 8
_FACETS: tuple[Facet, ...] = ("tag", "author", "category", "site")
_MOST_VALUES = 2
"""Of each facet, and of words: most of the list is titles."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A value or a word that begins with what was typed, or the title of an article that it finds: what *kind* it
    is, the *id* of the article or "", and the *count* of articles that have a value or a word."""

    text: str
    kind: Literal["article", "word"] | Facet
    id: str = ""
    count: int | None = None


def completions(index: Index, text: str, most: int = MOST) -> tuple[Completion, ...]:
    """The first *most* ways in which *text* may go on; none for no text."""
    if not text:
        return ()
    distinct = {found.text: found for found in _all(index, text, most)}
    return tuple(islice(distinct.values(), most))


def _all(index: Index, text: str, most: int) -> Iterator[Completion]:
    for facet in _FACETS:
        for value, count in index.values(facet, text)[:_MOST_VALUES]:
            yield Completion(value, facet, count=count)
    for word, count in index.user_words(text)[:_MOST_VALUES]:
        yield Completion(word, "word", count=count)
    for hit in index.search(text, prefix=True, limit=most, snippets=False).hits:
        if hit.title:
            yield Completion(hit.title, "article", hit.id)
