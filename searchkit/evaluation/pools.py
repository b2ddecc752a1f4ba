"""A query -> the articles that somebody should judge: the first ones of several ways to rank.

What only one way finds is judged with the rest, so that judgements do not favour the search that was there when
they were made. Source: Spärck Jones and van Rijsbergen, "Report on the need for and provision of an 'ideal'
information retrieval test collection", 1975.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from searchkit.engines.base import Request
from searchkit.index import Index, reader_of
from searchkit.query import plan


def pool(index: Index, text: str, *, depth: int, rankings: Iterable[Sequence[str]] = ()) -> tuple[str, ...]:
    """The ids of the first *depth* articles of each way to answer the query *text*, and of each of *rankings*
    (ids, best first), none twice. Their order says nothing of their rank and is the same in every call."""
    pooled = {article_id for article_id, _ in index.scored(text, limit=depth)}
    for request in _ways(index, text):
        pooled.update(article_id for article_id, _ in reader_of(index).search(replace(request, limit=depth)).hits)
    for ranking in rankings:
        pooled.update(ranking[:depth])
    return tuple(sorted(pooled, key=lambda article_id: _shuffled(f"{text}\t{article_id}")))


def _shuffled(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogatepass")).digest()


def _ways(index: Index, text: str) -> Iterator[Request]:
    """Articles with any of the words, ranked as a search does, by each channel alone, and by titles alone."""
    planned = index.plan(text)
    match = plan.relax(planned.match, 0.0)
    ranks = [
        planned.rank,
        *(tuple(t for t in planned.rank if t.channel == name) for name in ("words", "bigrams", "characters")),
        tuple(replace(term, fields=("title",)) for term in planned.rank if term.fields in (None, ("title",))),
    ]
    for rank in ranks:
        if rank:
            yield Request(match, rank)
