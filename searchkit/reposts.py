"""The clusters of reposts of an index, each with its earliest article first and with what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from searchkit.engines.base import Reader
from searchkit.folding import clusters_named
from searchkit.model import Article
from searchkit.reports import Cluster, Repost
from searchkit.snippets.comparison import compare


def find_reposts(names: Iterable[str], reader: Reader, path_of: Callable[[str], str]) -> tuple[Cluster, ...]:
    """The clusters with these *names*, the largest first; *path_of* gives the file of an id."""
    found = (_cluster(articles, path_of) for articles in clusters_named(names, reader).values())
    return tuple(sorted(found, key=lambda cluster: (-len(cluster.reposts), cluster.first.article.id)))


def _cluster(articles: Sequence[Article], path_of: Callable[[str], str]) -> Cluster:
    first = articles[0]
    return Cluster(tuple(_repost(article, first, path_of) for article in articles))


def _repost(article: Article, first: Article, path_of: Callable[[str], str]) -> Repost:
    found = compare(first.body, article.body)
    return Repost(article, path_of(article.id), found.identity, found.differences)
