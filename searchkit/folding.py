"""Reposts in a list -> one article of each cluster, and the ids of those that it stands for.

What is left out is left out of the request, so that totals, pages and facets are of the list that is shown; the
request knows its score, so that the list ends where it ended.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date

from msgspec.structs import replace

from searchkit.engines.base import Reader, Request
from searchkit.model import Article, Hit, newest_of
from searchkit.query import plan
from searchkit.query.plan import Condition, epoch

_NEAR = 0.8
"""Of the best score of a cluster: the first article that has so much stands for the others. Not tuned:
versions of a text differ by a few per cent, and one whose title is the query by more."""


def folded(
    request: Request, clusters: Mapping[str, Sequence[str]], reader: Reader
) -> tuple[Request, tuple[str, ...]]:
    """*request* with one article of each of *clusters*, and the ids of those that it stands for."""
    hidden = _folded_away(request, clusters, reader)
    if not hidden or request.complete is None:
        return without(request, hidden), hidden
    among = plan.Terms("id", hidden)
    best = reader.search(replace(_all_of(request, among), bonuses=(), limit=1)).hits[0][1]
    return replace(without(request, hidden), best=best), hidden


def without(request: Request, ids: tuple[str, ...]) -> Request:
    """*request* without the articles with these *ids*."""
    return replace(request, match=plan.And((request.match, plan.Not(plan.Terms("id", ids))))) if ids else request


def _folded_away(request: Request, clusters: Mapping[str, Sequence[str]], reader: Reader) -> tuple[str, ...]:
    """The ids of articles in the list of *request* that another one of their cluster stands for. *clusters* have
    the ids of each, in the order in which they are wanted.

    Of those that have all words of the query the first stands for the others, unless its score is much lower;
    where none has, the one with the best score. So a cluster is in the list where any of its articles was.
    """
    among = plan.Terms("cluster", tuple(clusters))
    scores = dict(reader.search(_all_of(request, among)).hits)
    found = [ids for every in clusters.values() if len(ids := [one for one in every if one in scores]) > 1]
    if not found:
        return ()
    complete = scores.keys()
    if request.complete is not None:
        unranked = replace(request, rank=(), bonuses=())
        complete = dict(reader.search(_all_of(unranked, among, request.complete)).hits).keys()
    shown = {_standing(ids, scores, complete) for ids in found}
    return tuple(one for ids in found for one in ids if one not in shown)


def with_reposts(hit: Hit, clusters: Mapping[str, Sequence[Article]], last: date | None = None) -> Hit:
    """*hit* with the ids of all other articles of its cluster, and which one of it is the newest; with *last*, of
    those that were there at the end of that day."""
    cluster = [one for one in clusters.get(hit.article.cluster, ()) if last is None or _is_from(one, last)]
    newest = newest_of(cluster)
    others = tuple(article.id for article in cluster if article.id != hit.id)
    return dataclasses.replace(hit, reposts=others, newest=newest.id if newest and newest.id in others else "")


def _is_from(article: Article, last: date) -> bool:
    return article.date is not None and article.date.date() <= last


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


def _standing(ids: Sequence[str], scores: Mapping[str, float], complete: Set[str]) -> str:
    """The one of *ids*, in the order in which they are wanted, that stands for the others."""
    having = [one for one in ids if one in complete]
    best = max(scores[one] for one in having or ids)
    least = _NEAR * best if having else best
    return next(one for one in having or ids if scores[one] >= least)


def _all_of(request: Request, *conditions: Condition) -> Request:
    """All articles that *request* matches and that meet *conditions*, by their scores."""
    return replace(
        request,
        match=plan.And((*conditions, request.match)),
        complete=None,
        sort="relevance",
        limit=None,
        offset=0,
        facets=(),
        words=(),
        articles=False,
        explain=False,
    )
