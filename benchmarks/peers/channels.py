"""Tantivy on the channels of searchkit: words, Han pairs and tokens of every field, as searchkit itself cuts them.

A query is the terms that searchkit ranks by, each in its fields and with its weight, which are at hand before the
clock starts. Articles match with any of them; each field has its own BM25.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import tantivy

import searchkit
from benchmarks.corpora import kept_index

FIELDS = ("title", "tags", "author", "body", "description")
CHANNELS = ("words", "bigrams", "characters")
LIMIT = 10


class TantivyOfChannels:
    """An index that was built in *folder*."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher: Any = self._index.searcher()

    def answering(self, index: searchkit.Index, texts: Sequence[str]) -> Callable[[int], object]:
        """Answers query number n of *texts*, as *index* plans it: numbers of articles and scores."""
        prepared = [self._query(index, text) for text in texts]
        return lambda n: self._searcher.search(prepared[n], LIMIT, count=False).hits

    def _query(self, index: searchkit.Index, text: str) -> Any:
        parts = []
        for term in index.plan(text).rank:
            for name in term.fields or FIELDS:
                one = tantivy.Query.term_query(self._index.schema, f"{name}_{term.channel}", term.term)
                parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(one, term.weight)))
        return tantivy.Query.boolean_query(parts)


def opened_channels(times: int, index: searchkit.Index) -> TantivyOfChannels:
    """The peer with the articles of *index*, which is that of the archive *times* over; built once and kept."""
    return TantivyOfChannels(kept_index("channels", times, lambda folder: _build(folder, index)))


def _build(folder: Path, index: searchkit.Index) -> None:
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        for channel in CHANNELS:
            option = "position" if channel == "characters" else "freq"
            builder.add_text_field(f"{name}_{channel}", tokenizer_name="whitespace", index_option=option)
    writer = tantivy.Index(builder.build(), path=str(folder)).writer(heap_size=1_000_000_000, num_threads=1)
    for article in index:
        writer.add_document(tantivy.Document(**dict(_values(article, index))))
    writer.commit()
    writer.wait_merging_threads()


def _values(article: searchkit.Article, index: searchkit.Index) -> Iterator[tuple[str, str]]:
    texts = {"tags": "\n".join(article.tags)}
    for name in FIELDS:
        analysis = index.analyze(texts.get(name) or str(getattr(article, name)))
        pairs = [a + b for a, b in pairwise(analysis.characters) if _is_han(a) and _is_han(b)]
        for channel, terms in zip(CHANNELS, (analysis.words, pairs, analysis.characters), strict=True):
            yield f"{name}_{channel}", " ".join(terms)


def _is_han(token: str) -> bool:
    return len(token) == 1 and ("\u3400" <= token <= "\u9fff" or token >= "\U00020000")
