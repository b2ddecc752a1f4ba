"""Engines on lists of words: title, tags and body, each with its own BM25 (k1 1.2, b 0.75), with positions.

Each builds an index in a folder from the same words, counts the articles with a word, and makes a function that
answers query number n with its ten best articles: the numbers of articles and their scores, no text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import bm25s
import tantivy
from whoosh import fields, index
from whoosh.analysis import Analyzer, Token
from whoosh.query import Or, Term

from benchmarks.articles import FIELDS, Words, iter_words
from benchmarks.corpora import kept_index

Answer = Callable[[int], object]
Queries = Sequence[tuple[str, ...]]
LIMIT = 10


class WordEngine(Protocol):
    """What is timed."""

    def build(self, folder: Path, articles: Iterable[Words]) -> None:
        """Write an index of *articles* to *folder*."""

    def open(self, folder: Path) -> None:
        """Get ready to answer."""

    def count(self, word: str) -> int:
        """How many articles have *word* in any field."""

    def answering(self, queries: Queries) -> Answer:
        """Answers query number n: any of its words in any field."""


class Tantivy:
    """Tantivy on words joined by spaces; one thread writes."""

    def build(self, folder: Path, articles: Iterable[Words]) -> None:
        builder = tantivy.SchemaBuilder()
        for name in FIELDS:
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        writer = tantivy.Index(builder.build(), path=str(folder)).writer(heap_size=1_000_000_000, num_threads=1)
        for article in articles:
            writer.add_document(tantivy.Document(**{name: " ".join(words) for name, words in article.items()}))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher: Any = self._index.searcher()

    def count(self, word: str) -> int:
        return self._count(self._any((word,)))

    def answering(self, queries: Queries) -> Answer:
        prepared = [self._any(words) for words in queries]
        return lambda n: self._searcher.search(prepared[n], LIMIT, count=False).hits

    def answering_phrases(self, phrases: Queries) -> Answer:
        """Answers phrase number n, looked for in bodies."""
        prepared = [self._phrase(words) for words in phrases]
        return lambda n: self._searcher.search(prepared[n], LIMIT, count=False).hits

    def count_phrase(self, phrase: tuple[str, ...]) -> int:
        """How many bodies have the words of *phrase* in a row."""
        return self._count(self._phrase(phrase))

    def _count(self, query: Any) -> int:
        return int(self._searcher.search(query, LIMIT, count=True).count or 0)

    def _any(self, words: tuple[str, ...]) -> Any:
        parts = [tantivy.Query.term_query(self._index.schema, name, word) for word in words for name in FIELDS]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])

    def _phrase(self, words: tuple[str, ...]) -> Any:
        return tantivy.Query.phrase_query(self._index.schema, "body", list(words))


class Given(Analyzer):  # type: ignore[misc]  # Whoosh is not typed
    """Words that come as a list are the tokens."""

    def __call__(self, value: list[str], **options: Any) -> Iterator[Any]:
        token = Token(positions=True)
        for token.pos, token.text in enumerate(value):
            token.boost, token.stopped = 1.0, False
            yield token


class StockWhoosh:
    """Whoosh-Reloaded as it comes: its own codec and collectors."""

    def build(self, folder: Path, articles: Iterable[Words]) -> None:
        schema = fields.Schema(**{name: fields.TEXT(analyzer=Given(), phrase=True) for name in FIELDS})
        writer = index.create_in(str(folder), schema).writer(limitmb=1024)
        for article in articles:
            writer.add_document(**article)
        writer.commit()

    def open(self, folder: Path) -> None:
        self._searcher = index.open_dir(str(folder)).searcher()

    def count(self, word: str) -> int:
        return sum(1 for _ in self._any((word,)).docs(self._searcher))

    def answering(self, queries: Queries) -> Answer:
        prepared = [self._any(words) for words in queries]
        return lambda n: self._searcher.search(prepared[n], limit=LIMIT).top_n

    def _any(self, words: tuple[str, ...]) -> Any:
        return Or([Term(name, word) for word in words for name in FIELDS])


class Bm25s:
    """bm25s, which has no fields: all words of an article in one."""

    def build(self, folder: Path, articles: Iterable[Words]) -> None:
        numbers: dict[str, int] = {}
        ids = [
            [numbers.setdefault(word, len(numbers)) for word in chain.from_iterable(article.values())]
            for article in articles
        ]
        engine = bm25s.BM25(k1=1.2, b=0.75)
        engine.index(bm25s.tokenization.Tokenized(ids, numbers), show_progress=False)
        engine.save(str(folder))

    def open(self, folder: Path) -> None:
        self._engine = bm25s.BM25.load(str(folder))

    def count(self, word: str) -> int:
        return int((self._engine.get_scores([word]) > 0).sum())

    def answering(self, queries: Queries) -> Answer:
        prepared = [[list(words)] for words in queries]
        return lambda n: self._engine.retrieve(prepared[n], k=LIMIT, show_progress=False)


class Fts5:
    """SQLite FTS5; words are written in hexadecimal, which its tokenizer leaves whole."""

    def build(self, folder: Path, articles: Iterable[Words]) -> None:
        with sqlite3.connect(folder / "words.db") as base:
            base.execute(f"create virtual table words using fts5({', '.join(FIELDS)}, content='')")
            for number, article in enumerate(articles, 1):
                cells = (" ".join(map(_hexadecimal, article[name])) for name in FIELDS)
                base.execute("insert into words(rowid, title, tags, body) values (?, ?, ?, ?)", (number, *cells))
            base.execute("insert into words(words) values ('optimize')")
        base.close()

    def open(self, folder: Path) -> None:
        self._base = sqlite3.connect(folder / "words.db")

    def count(self, word: str) -> int:
        ask = "select count(*) from words where words match ?"
        return int(self._base.execute(ask, (self._any((word,)),)).fetchone()[0])

    def answering(self, queries: Queries) -> Answer:
        prepared = [self._any(words) for words in queries]
        ask = "select rowid, rank from words where words match ? order by rank limit 10"
        return lambda n: self._base.execute(ask, (prepared[n],)).fetchall()

    def _any(self, words: tuple[str, ...]) -> str:
        return " OR ".join(map(_hexadecimal, words))


def _hexadecimal(word: str) -> str:
    return "w" + word.encode("utf-8", "surrogatepass").hex()


PEERS: dict[str, Callable[[], WordEngine]] = {
    "tantivy": Tantivy,
    "bm25s": Bm25s,
    "SQLite FTS5": Fts5,
    "stock Whoosh": StockWhoosh,
}


def opened(name: str, times: int) -> WordEngine:
    """A peer with its index of the articles that ours of the archive *times* over holds, built once and kept."""
    engine = PEERS[name]()
    folder = kept_index(
        f"words-{name.replace(' ', '-').lower()}", times, lambda folder: engine.build(folder, iter_words(times))
    )
    engine.open(folder)
    return engine
