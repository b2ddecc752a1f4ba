"""A query -> the articles to judge: the first ones of several rankings.

Articles that only one ranking finds are judged too, so that judgements do not favour the ranking of the day they
were made. Source: Spärck Jones and van Rijsbergen, "Report on the need for and provision of an 'ideal'
information retrieval test collection", 1975.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from msgspec.structs import replace

from searchkit.engines.base import Request
from searchkit.index import Index, reader_of
from searchkit.query import plan


def pool(index: Index, text: str, *, depth: int, rankings: Iterable[Sequence[str]] = ()) -> tuple[str, ...]:
    """The ids of the first *depth* articles of each ranking for the query *text*, and of each of *rankings* (ids,
    best first), without repetition. Their order does not depend on their rank and is the same in every call."""
    pooled = {article_id for article_id, _ in index.scored(text, limit=depth)}
    for request in _ways(index, text):
        pooled.update(article_id for article_id, _ in reader_of(index).search(replace(request, limit=depth)).hits)
    for ranking in rankings:
        pooled.update(ranking[:depth])
    return tuple(sorted(pooled, key=lambda article_id: _shuffled(f"{text}\t{article_id}")))


def _shuffled(name: str) -> bytes:
    return sha256(name.encode("utf-8", "surrogatepass")).digest()


def _ways(index: Index, text: str) -> Iterator[Request]:
    """Requests for articles with any of the words: ranked as in a search, by each channel alone, by titles
    alone."""
    planned = index.plan(text)
    match = plan.any_words(planned.match)
    ranks = [
        planned.rank,
        *(tuple(t for t in planned.rank if t.channel == name) for name in ("words", "bigrams", "characters")),
        tuple(replace(term, fields=("title",)) for term in planned.rank if term.fields in (None, ("title",))),
    ]
    for rank in ranks:
        if rank:
            yield Request(match, rank)
