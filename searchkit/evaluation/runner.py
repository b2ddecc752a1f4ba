"""Queries -> a run: the results of a search of an index for each query."""

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
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """The first 100 documents that a search of *index* finds for each query. The search is loose, because the
    measures need that many. Articles are not read.

    *articles* maps judged documents to articles, as `article_ids` does. An article is listed under each name that
    is judged for the query, so all judged duplicates are listed; without a judgement it is listed under its id.
    *progress* is called after each query with the number of queries done and of all queries.
    """
    run: dict[str, dict[str, float]] = {}
    for done, query in enumerate(queries, 1):
        names = _names_of(articles, judgements.get(query.id, {}))
        found = index.scored(query.text, limit=DEPTH, loose=True)
        listed = [(name, score) for id_, score in found for name in names.get(id_, [id_])]
        run[query.id] = in_order(listed[:DEPTH])
        if progress:
            progress(done, len(queries))
    return run


def _names_of(articles: Mapping[str, str], judged: Iterable[str]) -> dict[str, list[str]]:
    """Article id -> the names of this article in the judgements."""
    names: dict[str, list[str]] = {}
    for name in judged:
        if name in articles:
            names.setdefault(articles[name], []).append(name)
    return names
