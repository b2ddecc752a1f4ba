"""The clusters of reposts of an index, each with its earliest article first and with what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from searchkit.engines.base import Reader, Request
from searchkit.model import Article
from searchkit.query import plan
from searchkit.query.plan import epoch
from searchkit.reports import Cluster, Repost
from searchkit.snippets.comparison import compare


def find_reposts(names: Iterable[str], reader: Reader, path_of: Callable[[str], str]) -> tuple[Cluster, ...]:
    """The clusters with these *names*, the largest first; *path_of* gives the file of an id."""
    found = (_cluster(articles, path_of) for articles in clusters_named(names, reader).values())
    return tuple(sorted(found, key=lambda cluster: (-len(cluster.reposts), cluster.first.article.id)))


def clusters_named(names: Iterable[str], reader: Reader) -> dict[str, list[Article]]:
    """By these *names* the articles of each cluster, the earliest first. What is left of one when the others could
    not be written is none."""
    values = tuple(sorted(names))
    if not values:
        return {}
    found = reader.search(Request(plan.Terms("cluster", values), limit=None, articles=True))
    together: defaultdict[str, list[Article]] = defaultdict(list)
    for article in sorted(found.articles, key=_earliest_first):
        together[article.cluster].append(article)
    return {name: articles for name, articles in together.items() if len(articles) > 1}


def _earliest_first(article: Article) -> tuple[bool, int, str]:
    return article.date is None, epoch(article.date) or 0, article.id


def _cluster(articles: Sequence[Article], path_of: Callable[[str], str]) -> Cluster:
    first = articles[0]
    return Cluster(tuple(_repost(article, first, path_of) for article in articles))


def _repost(article: Article, first: Article, path_of: Callable[[str], str]) -> Repost:
    found = compare(first.body, article.body)
    return Repost(article, path_of(article.id), found.identity, found.differences)
