"""The articles of an index, read through its public functions, and their words: what peers get that search words
alone. The words are cut by rjieba as it comes, not by the analysis of searchkit."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import rjieba

import searchkit
from benchmarks.corpora import index_folder

FIELDS = ("title", "tags", "body")
Words = dict[str, list[str]]
"""The words of an article by field, repeats and all, in order."""


def iter_articles(place: Path) -> Iterator[searchkit.Article]:
    """All articles of the index at *place*, by id."""
    with searchkit.open_index(place) as index:
        yield from index


def cut(text: str) -> list[str]:
    """The words and symbols of *text* in small letters, without what is only spaces."""
    return [sys.intern(word) for word in rjieba.cut(text.lower()) if not word.isspace()]


def words_of(article: searchkit.Article) -> Words:
    """The words of the fields of an article."""
    return {"title": cut(article.title), "tags": cut("\n".join(article.tags)), "body": cut(article.body)}


def iter_words(times: int) -> Iterator[Words]:
    """The words of every article of the archive *times* over."""
    return map(words_of, iter_articles(index_folder(times)))


@lru_cache(maxsize=1)
def words_of_archive() -> list[Words]:
    """The words of every article of the archive."""
    return list(iter_words(1))
