"""Engines on lists of words: title, tags and body, each with its own BM25 (k1 1.2, b 0.75), with positions.

Each builds an index in a folder from the same words, counts the articles with a word, and makes a function that
answers query number n with its ten best articles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from whoosh import fields, index
from whoosh.analysis import Analyzer, Token
from whoosh.query import Or, Phrase, Term

from benchmarks.checks import Hits
from benchmarks.terms import FIELDS, Terms, lay_out, lay_out_joined

Answer = Callable[[int], object]
Queries = Sequence[tuple[str, ...]]
LIMIT = 10


class WordEngine(Protocol):
    """What is timed."""

    def lay_out(self, terms: Terms) -> Any:
        """*terms* in the form the engine takes them; not timed."""

    def build(self, folder: Path, articles: Any) -> None:
        """Write an index of articles that `lay_out` gave to *folder*."""

    def open(self, folder: Path, terms: Terms) -> None:
        """Get ready to answer."""

    def count(self, word: str) -> int:
        """How many articles have *word* in any field."""

    def answering(self, queries: Queries) -> Answer:
        """Answers query number n: any of its words in any field."""


class Tantivy:
    """Tantivy on words joined by blanks; one thread writes."""

    def lay_out(self, terms: Terms) -> Any:
        return lay_out_joined(terms)

    def build(self, folder: Path, articles: Any) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        for name in FIELDS:
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        writer = tantivy.Index(builder.build(), path=str(folder)).writer(heap_size=1_000_000_000, num_threads=1)
        for article in articles:
            writer.add_document(tantivy.Document(**article))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path, terms: Terms) -> None:
        import tantivy

        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def count(self, word: str) -> int:
        found: int = self._searcher.search(self._any((word,)), LIMIT, count=True).count
        return found

    def answering(self, queries: Queries) -> Answer:
        prepared = [self._any(words) for words in queries]
        return lambda n: self._searcher.search(prepared[n], LIMIT, count=False).hits

    def answering_phrases(self, phrases: Queries) -> Answer:
        """Answers phrase number n, looked for in bodies."""
        import tantivy

        prepared = [tantivy.Query.phrase_query(self._index.schema, "body", list(words)) for words in phrases]
        return lambda n: self._searcher.search(prepared[n], LIMIT, count=False).hits

    def count_phrase(self, phrase: tuple[str, ...]) -> int:
        """How many bodies have the words of *phrase* in a row."""
        import tantivy

        query = tantivy.Query.phrase_query(self._index.schema, "body", list(phrase))
        found: int = self._searcher.search(query, LIMIT, count=True).count
        return found

    def _any(self, words: tuple[str, ...]) -> Any:
        from tantivy import Occur, Query

        parts = [Query.term_query(self._index.schema, name, word) for word in words for name in FIELDS]
        return Query.boolean_query([(Occur.Should, part) for part in parts])


class Given(Analyzer):  # type: ignore[misc]  # Whoosh is not typed
    """Words that come as a list are the tokens."""

    def __call__(self, value: list[str], **options: Any) -> Iterator[Any]:
        token = Token(positions=True)
        for token.pos, token.text in enumerate(value):
            token.boost, token.stopped = 1.0, False
            yield token


class _Whoosh:
    """What stock Whoosh and the columnar index share: schema and queries."""

    def lay_out(self, terms: Terms) -> Any:
        return lay_out(terms)

    def _create(self, folder: Path) -> Any:
        schema = fields.Schema(**{name: fields.TEXT(analyzer=Given(), phrase=True) for name in FIELDS})
        return index.create_in(str(folder), schema)

    def open(self, folder: Path, terms: Terms) -> None:
        self._searcher = index.open_dir(str(folder)).searcher()

    def _any(self, words: tuple[str, ...]) -> Any:
        return Or([Term(name, word) for word in words for name in FIELDS])

    def count(self, word: str) -> int:
        return sum(1 for _ in self._any((word,)).docs(self._searcher))

    def exhaustive(self, query: Any) -> Hits:
        """The best hits by stock Whoosh's search that scores every match."""
        found = self._searcher.search(query, limit=LIMIT, optimize=False)
        return [(number, score) for score, number in found.top_n]


class StockWhoosh(_Whoosh):
    """Whoosh-Reloaded as it comes: its own codec and collectors."""

    def build(self, folder: Path, articles: Any) -> None:
        writer = self._create(folder).writer(limitmb=1024)
        for article in articles:
            writer.add_document(**article)
        writer.commit()

    def answering(self, queries: Queries) -> Answer:
        prepared = [self._any(words) for words in queries]
        return lambda n: self._searcher.search(prepared[n], limit=LIMIT).top_n


class Columnar(_Whoosh):
    """Ours."""

    def build(self, folder: Path, articles: Any) -> None:
        from benchmarks.peers.columnar import ColumnarWriter

        writer = ColumnarWriter(self._create(folder))
        for article in articles:
            writer.add_document(**article)
        writer.commit()

    def answering(self, queries: Queries) -> Answer:
        return self._answering([self._any(words) for words in queries])

    def answering_phrases(self, phrases: Queries) -> Answer:
        """Answers phrase number n, looked for in bodies."""
        return self._answering([self._phrase(words) for words in phrases])

    def count_phrase(self, phrase: tuple[str, ...]) -> int:
        """How many bodies have the words of *phrase* in a row, by stock Whoosh's matchers."""
        return sum(1 for _ in self._phrase(phrase).docs(self._searcher))

    def both_ways(self, words: tuple[str, ...], *, phrase: bool = False) -> tuple[Hits, Hits]:
        """The best hits of the exhaustive search, and of ours."""
        query = self._phrase(words) if phrase else self._any(words)
        ours = self._answering([query])(0)
        return self.exhaustive(query), [(number, score) for score, number in ours]

    def _phrase(self, words: tuple[str, ...]) -> Any:
        return Phrase("body", list(words))

    def _answering(self, prepared: list[Any]) -> Callable[[int], Any]:
        from benchmarks.peers.columnar import search

        return lambda n: search(self._searcher, prepared[n], limit=LIMIT).top_n


class Bm25s:
    """bm25s, which has no fields: all words of an article in one."""

    def lay_out(self, terms: Terms) -> Any:
        columns = terms.columns.values()
        numbers = [[i for column in columns for i in column.of(n).tolist()] for n in range(len(terms))]
        return numbers, {word: number for number, word in enumerate(terms.vocabulary)}

    def build(self, folder: Path, articles: Any) -> None:
        import bm25s

        engine = bm25s.BM25(k1=1.2, b=0.75)
        engine.index(bm25s.tokenization.Tokenized(*articles), show_progress=False)
        engine.save(str(folder))

    def open(self, folder: Path, terms: Terms) -> None:
        import bm25s

        self._engine = bm25s.BM25.load(str(folder))

    def count(self, word: str) -> int:
        return int((self._engine.get_scores([word]) > 0).sum())

    def answering(self, queries: Queries) -> Answer:
        prepared = [[list(words)] for words in queries]
        return lambda n: self._engine.retrieve(prepared[n], k=LIMIT, show_progress=False)


class Fts5:
    """SQLite FTS5; words are written as `w` and their number, which its tokenizer leaves whole."""

    def lay_out(self, terms: Terms) -> Any:
        return [
            [" ".join(f"w{i}" for i in terms.columns[name].of(n).tolist()) for name in FIELDS]
            for n in range(len(terms))
        ]

    def build(self, folder: Path, articles: Any) -> None:
        with sqlite3.connect(folder / "words.db") as base:
            base.execute(f"create virtual table words using fts5({', '.join(FIELDS)}, content='')")
            for number, cells in enumerate(articles, 1):
                base.execute("insert into words(rowid, title, tags, body) values (?, ?, ?, ?)", (number, *cells))
            base.execute("insert into words(words) values ('optimize')")
        base.close()

    def open(self, folder: Path, terms: Terms) -> None:
        self._base = sqlite3.connect(folder / "words.db")
        self._numbers = {word: number for number, word in enumerate(terms.vocabulary)}

    def count(self, word: str) -> int:
        row = self._base.execute(
            "select count(*) from words where words match ?", (self._any((word,)),)
        ).fetchone()
        return int(row[0])

    def answering(self, queries: Queries) -> Answer:
        prepared = [self._any(words) for words in queries]
        ask = "select rowid from words where words match ? order by rank limit 10"
        return lambda n: self._base.execute(ask, (prepared[n],)).fetchall()

    def _any(self, words: tuple[str, ...]) -> str:
        return " OR ".join(f"w{self._numbers[word]}" for word in words)


PEERS: dict[str, Callable[[], Any]] = {
    "tantivy": Tantivy,
    "bm25s": Bm25s,
    "SQLite FTS5": Fts5,
    "stock Whoosh": StockWhoosh,
}
OURS = "searchkit"
