"""Queries -> a run of an index: what a search finds for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from searchkit.evaluation.judgements import Judgements
from searchkit.evaluation.measures import DEPTH
from searchkit.evaluation.queries import Query
from searchkit.evaluation.runs import Run, in_order
from searchkit.index import Index


def search_run(
    index: Index,
    queries: Sequence[Query],
    judgements: Judgements,
    articles: Mapping[str, str],
    *,
    told: Callable[[int, int], None] | None = None,
) -> Run:
    """The first 100 documents that a search of *index* finds for each query, without reading an article. The
    search is loose, because the measures ask for so many.

    *articles* says which article each judged document is, as `article_ids` does. An article is listed as what the
    judgements of that query call it, so files with the same text are all listed if all are judged; one without a
    judgement has its id. *told* is called after each query: how many are done, how many there are.
    """
    run: dict[str, dict[str, float]] = {}
    for done, query in enumerate(queries, 1):
        names = _names_of(articles, judgements.get(query.id, {}))
        found = index.scored(query.text, limit=DEPTH, loose=True)
        listed = [(name, score) for id_, score in found for name in names.get(id_, [id_])]
        run[query.id] = in_order(listed[:DEPTH])
        if told:
            told(done, len(queries))
    return run


def _names_of(articles: Mapping[str, str], judged: Iterable[str]) -> dict[str, list[str]]:
    """Article id -> the judged documents that are this article."""
    names: dict[str, list[str]] = {}
    for name in judged:
        if name in articles:
            names.setdefault(articles[name], []).append(name)
    return names
