"""Are the terms of a segment those of its stored articles? Each article is analysed again and compared.

A few articles at a time become a segment in memory; both are then read in the same way. What the numbers of the
segment say of each other was checked before (`verifying.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from searchkit.engines.base import Analyze
from searchkit.engines.cutting import is_another_cut
from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.by_document import ByDocument, PlacedByDocument
from searchkit.engines.whoosh.columnar.field import Field, spread
from searchkit.engines.whoosh.columnar.segment import SegmentFile
from searchkit.engines.whoosh.packing import pack
from searchkit.engines.whoosh.part import Part, decode
from searchkit.model import Article
from searchkit.schema import FIELD_NAMES, KEYWORDS

MOST_TOLD = 20
"""So many differences of a segment are told."""
_ARTICLES, _TEXT = 512, 1 << 20
"""At most so many articles are analysed together, and fewer once they have so many characters."""


def lies(part: Part, analyze: Analyze) -> Iterator[str]:
    """Which articles of a segment have other terms than *analyze* makes of them, and in which field; words of Han
    that may be another cut of the text are passed over."""
    return islice(_lies(part, analyze), MOST_TOLD)


def _lies(part: Part, analyze: Analyze) -> Iterator[str]:
    terms = _terms_by_document(part.segment)
    for low, articles in _some_at_a_time(part):
        high = low + len(articles)
        documents = [analyze(article) for article in articles]
        expected = _terms_by_document(SegmentFile(pack(documents)))
        for name, up_to in terms.items():
            for document, these, those in _differing(up_to(low, high), expected[name](0, len(documents))):
                if name in FIELD_NAMES:
                    # words of a deleted article may have been cut by the user dictionary of another time
                    deleted = not part.alive[low + document]
                    if deleted or is_another_cut(documents[document].texts[name], _words(these), _words(those)):
                        continue
                yield f"the stored article {low + document} has other terms in {name}"


def _some_at_a_time(part: Part) -> Iterator[tuple[int, list[Article]]]:
    """The articles of a segment, deleted ones too, in pieces: the number of the first of each, and all of it."""
    articles: list[Article] = []
    size = 0
    for document in range(part.size):
        articles.append(part.article(document))
        size += len(articles[-1].body)
        if size >= _TEXT or len(articles) == _ARTICLES or document + 1 == part.size:
            yield document + 1 - len(articles), articles
            articles, size = [], 0


class _Terms(NamedTuple):
    """What some documents have in a field: the terms in a row, the bytes and the postings of each; the document
    and the frequency of each posting; all positions."""

    texts: Array
    lengths: Array
    counts: Array
    documents: Array
    frequencies: Array
    positions: Array


def _terms_by_document(segment: SegmentFile) -> dict[str, Callable[[int, int], _Terms]]:
    """For each field that is made of texts: what the documents from *low* up to *high* have, *low* being where
    the call before it ended."""
    return {name: _reader(field) for name, field in segment.fields.items() if name not in KEYWORDS}


def _reader(field: Field) -> Callable[[int, int], _Terms]:
    if field.facts.positions:
        placed = PlacedByDocument(field)
        return lambda low, high: _read(field, low, *placed.up_to(high))
    postings = ByDocument(field)
    return lambda low, high: _read(field, low, *postings.up_to(high))


def _read(field: Field, low: int, numbers: Array, places: Array, starts: Array | None = None) -> _Terms:
    frequencies = field.frequencies_at(places).astype(np.int64)
    firsts = np.flatnonzero(np.diff(numbers, prepend=-1))
    texts, lengths = field.texts_of(numbers[firsts])
    return _Terms(
        texts,
        lengths,
        counts=np.diff(firsts, append=numbers.size),
        documents=field.documents_at(places).astype(np.int64) - low,
        frequencies=frequencies,
        positions=frequencies[:0] if starts is None else field.positions_at(spread(starts, frequencies)),
    )


_Posting = tuple[bytes, int, list[int]]
"""A term, its frequency and its positions."""


def _words(postings: list[_Posting]) -> Counter[str]:
    return Counter({decode(term): frequency for term, frequency, _ in postings})


def _differing(one: _Terms, other: _Terms) -> Iterator[tuple[int, list[_Posting], list[_Posting]]]:
    """The documents that do not have the same in both, and what they have."""
    if all(map(np.array_equal, one, other)):
        return
    these, those = _of_each(one), _of_each(other)
    for document in sorted(these.keys() | those.keys()):
        if these.get(document) != those.get(document):
            yield document, these.get(document, []), those.get(document, [])


def _of_each(terms: _Terms) -> dict[int, list[_Posting]]:
    """The postings of each document."""
    found: dict[int, list[_Posting]] = {}
    text, ends = terms.texts.tobytes(), np.cumsum(terms.lengths).tolist()
    texts = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    owners = np.repeat(np.arange(len(texts)), terms.counts).tolist()
    positions, at = terms.positions.tolist(), 0
    for owner, document, count in zip(owners, terms.documents.tolist(), terms.frequencies.tolist(), strict=True):
        found.setdefault(document, []).append((texts[owner], count, positions[at : at + count]))
        at += count
    return found
