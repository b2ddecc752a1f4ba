"""The clusters of reposts of an index, each with its earliest article first and with what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from itertools import islice

from searchkit.engines.base import Reader
from searchkit.folding import clusters_named
from searchkit.model import Article
from searchkit.reports import Cluster, Repost
from searchkit.snippets.comparison import compare


def find_reposts(
    names: Iterable[str],
    reader: Reader,
    path_of: Callable[[str], str],
    *,
    asked: Article | None = None,
    compared: int | None = None,
) -> tuple[Cluster, ...]:
    """The clusters with these *names*, the largest first; *path_of* gives the file of an id. Of each at most
    *compared* articles are compared with the first: the one *asked* for, then the earliest."""
    found = []
    for articles in clusters_named(names, reader).values():
        ids = dict.fromkeys(each.id for each in ([asked] if asked else []) + articles)
        found.append(_cluster(articles, frozenset(islice(ids, compared)), path_of))
    return tuple(sorted(found, key=lambda cluster: (-len(cluster.reposts), cluster.first.article.id)))


def _cluster(articles: Sequence[Article], compared: Set[str], path_of: Callable[[str], str]) -> Cluster:
    """The cluster of *articles*, those with the ids *compared* compared with the first."""
    first = articles[0]
    return Cluster(
        tuple(
            Repost(each, path_of(each.id), *(compare(first.body, each.body) if each.id in compared else ()))
            for each in articles
        )
    )
