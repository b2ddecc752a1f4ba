"""SQLite FTS5 with its tokenizer `trigram`: title, tags and body as text, every three characters a term.

What it is asked for it finds as we do, wherever it stands, but for pieces of one or two characters, of which it
finds none, and for characters that are written in several ways: only letters large and small are the same to it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import searchkit
from benchmarks.corpora import kept_index

LIMIT = 10
LEAST = 3
"""The characters of the shortest piece that is found."""


class Trigrams:
    """An index that was built in *folder*; pieces are looked for as they stand."""

    def __init__(self, folder: Path) -> None:
        self._base = sqlite3.connect(folder / "texts.db")

    def answering(self, pieces: Sequence[str]) -> Callable[[int], object]:
        """Answers piece number n: numbers and scores of its ten best articles, each field with its own BM25."""
        prepared = [_phrase(piece) for piece in pieces]
        ask = f"select rowid, rank from texts where texts match ? order by rank limit {LIMIT}"
        return lambda n: self._base.execute(ask, (prepared[n],)).fetchall()

    def count(self, piece: str) -> int:
        """How many articles have *piece* in one of their fields."""
        ask = "select count(*) from texts where texts match ?"
        return int(self._base.execute(ask, (_phrase(piece),)).fetchone()[0])


def opened_trigrams(times: int, index: searchkit.Index) -> Trigrams:
    """The peer with the articles of *index*, which is that of the archive *times* over; built once and kept."""
    return Trigrams(kept_index("trigrams", times, lambda folder: build(folder, index)))


def build(folder: Path, articles: Iterable[searchkit.Article]) -> None:
    """Write an index of *articles* to *folder*."""
    base = sqlite3.connect(folder / "texts.db")
    with base:
        base.execute("create virtual table texts using fts5(title, tags, body, content='', tokenize='trigram')")
        rows = ((each.title, "\n".join(each.tags), each.body) for each in articles)
        base.executemany("insert into texts(title, tags, body) values (?, ?, ?)", rows)
        base.execute("insert into texts(texts) values ('optimize')")
    base.close()


def _phrase(piece: str) -> str:
    return '"{}"'.format(piece.replace('"', '""'))
