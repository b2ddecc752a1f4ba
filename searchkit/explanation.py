"""An index, a query, an article -> why the query does or does not find the article."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from searchkit.analysis.sites import site_of
from searchkit.article_names import outside, resolve
from searchkit.engines.base import Found, Reader, Request
from searchkit.errors import ArticleNotFound
from searchkit.filters import filter_conditions, with_days
from searchkit.ingest.manifest import load_manifest
from searchkit.model import Article, Contribution, Day, Filters
from searchkit.query import plan
from searchkit.query.plan import Condition, Plan, describe
from searchkit.reports import Explanation
from searchkit.translation import gettext as _

_ROUNDING = 1e-3
"""Scores of the same article in two lists by words differ by less."""


def explain(
    planned: Plan,
    request: Request,
    found: Found,
    reader: Reader,
    query: str,
    name: str,
    filters: Filters,
    *,
    by_meaning: bool,
) -> Explanation:
    """Why *query* does or does not find the article that *name* names: *planned* is its plan, *request* the list
    that it asks for among the articles that *filters* leave, and *found* that list, which is ordered *by_meaning*
    too or only by words.

    Raises:
        ArticleNotFound: it is neither in the index nor in the corpus.
        ValueError: the name matches several articles, or a filter is not valid.
    """
    article_id, outside = _placed(reader, name)
    article = None if outside else reader.get(article_id)
    if article is None:
        return Explanation(query, article_id, article_id, found.total, found.complete, outside=outside)
    score, contributions = _explained(request, reader, article.id)
    listed = {listed: (rank, score) for rank, (listed, score) in enumerate(found.hits, 1)}
    rank, listed_score = listed.get(article.id, (None, score))
    meaning = listed_score - score if by_meaning and listed_score - score > _ROUNDING else 0.0
    wants, excluded = _examined(planned, reader, article.id)
    return Explanation(
        query=query,
        id=article_id,
        shown_as=article.id,
        total=found.total,
        complete=found.complete,
        rank=rank,
        score=score + meaning,
        filtered=tuple(_failed_filters(reader, article, filters)),
        wants=wants,
        excluded=excluded,
        contributions=(Contribution("meaning", meaning), *contributions) if meaning else contributions,
    )


def _placed(reader: Reader, name: str) -> tuple[str, tuple[str, ...]]:
    """The id of the file that *name* names, and, if it is not in the index, the reason."""
    records = load_manifest(reader.manifest()).records
    try:
        article_id = resolve(name, records, reader)
    except ArticleNotFound:
        with suppress(OSError):  # a name that no file can have
            if Path(name).is_file():
                return name, (
                    _("it is not in the index; run `searchkit reindex --json` to index it or to see the reason"),
                )
        raise
    return article_id, outside(records[article_id], reader)


def _explained(request: Request, reader: Reader, article_id: str) -> tuple[float, tuple[Contribution, ...]]:
    """The score of an article that has anything of the query, in the list or not."""
    match = plan.And((request.match, plan.Terms("id", (article_id,))))
    found = reader.search(replace(request, match=match, complete=None, words=(), limit=1, explain=True))
    return (found.hits[0][1], found.explanations[0]) if found.hits else (0.0, ())


def _examined(
    planned: Plan, reader: Reader, article_id: str
) -> tuple[tuple[tuple[str, bool], ...], tuple[str, ...]]:
    """What the query asks for and whether the article has it; and what the article has although the query excludes
    it.

    The first alternative of a plan is the query with its syntax; the others are the query as one text."""
    match = planned.match
    alternatives = match.nodes if isinstance(match, plan.Or) else (match,)
    demands = list(_demands(alternatives[0])) if alternatives else []
    wants = [(describe(d), _has(reader, d, article_id)) for d in demands if not isinstance(d, plan.Not)]
    unwanted = [d.node for d in demands if isinstance(d, plan.Not)]
    typed = (describe(other) for other in alternatives[1:] if _has(reader, other, article_id))
    if planned.suggestion:
        suggested = _("the query as suggested: {text}").format(text=planned.suggestion)
        wants.append((suggested, _has(reader, planned.meant, article_id)))
    wants.extend((_("the query as typed: {text}").format(text=text), True) for text in typed)
    return tuple(wants), tuple(describe(node) for node in unwanted if _has(reader, node, article_id))


def _demands(condition: Condition) -> Iterator[Condition]:
    """The parts of *condition* that are checked one by one."""
    if isinstance(condition, (plan.And, plan.Relaxable)):
        for node in condition.nodes:
            yield from _demands(node)
    else:
        yield condition


def _has(reader: Reader, condition: Condition, article_id: str) -> bool:
    both = plan.And((plan.all_words(condition), plan.Terms("id", (article_id,))))
    return reader.search(Request(both, limit=0)).total > 0


def _failed_filters(reader: Reader, article: Article, filters: Filters) -> Iterator[str]:
    """The filters that an article does not pass, each with the value of the article; days ago are days here."""
    tag, tags = _("its tag is not {wanted} but {own}"), _listed(article.tags)
    category, categories = _("its category is not {wanted} but {own}"), _listed(article.categories)
    author = _("its author is not {wanted} but {own}")
    path = _("its path {id} does not fit {path}")
    site = _("its site is not {wanted} but {own}")
    later = _("its date {date} is after {limit}")
    days = with_days(filters)
    single = [
        *((Filters(tags=(t,)), tag.format(wanted=t, own=tags)) for t in filters.tags),
        *((Filters(categories=(c,)), category.format(wanted=c, own=categories)) for c in filters.categories),
        (Filters(author=filters.author), author.format(wanted=filters.author, own=article.author or _("none"))),
        (Filters(since=days.since), _dated(article, _("its date {date} is before {limit}"), days.since)),
        (Filters(site=filters.site), site.format(wanted=filters.site, own=site_of(article.url) or _("none"))),
        (Filters(path=filters.path), path.format(id=article.id, path=filters.path)),
        (Filters(until=days.until), _dated(article, later, days.until)),
        (Filters(as_of=days.as_of), _dated(article, later, days.as_of)),
    ]
    failed = (reason for one, reason in single if not _has(reader, plan.And(filter_conditions(one)), article.id))
    for reason in dict.fromkeys(failed):
        yield _("filtered out: {reason}").format(reason=reason)


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or _("none")


def _dated(article: Article, reason: str, limit: Day) -> str:
    return reason.format(date=article.date.date(), limit=limit) if article.date else _("it has no date")
