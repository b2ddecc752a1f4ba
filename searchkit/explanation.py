"""An index, a query, an article -> the reasons why the one does or does not find the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.article_names import find_id, id_with_title, not_found
from searchkit.engines.base import Reader, Request
from searchkit.filters import filter_conditions
from searchkit.ingest.manifest import Record, load_manifest
from searchkit.model import Article, Contribution, Filters
from searchkit.query import plan
from searchkit.query.plan import Condition
from searchkit.reports import Explanation

if TYPE_CHECKING:
    from searchkit.index import Index


def explain(index: Index, reader: Reader, query: str, name: str, filters: Filters) -> Explanation:
    """Why *query* does or does not find the article that *name* means.

    Raises:
        ArticleNotFound: neither the index nor the corpus knows it.
        ValueError: the name fits several, or a filter makes no sense.
    """
    results = index.search(query, filters=filters, limit=0)
    article_id, outside = _placed(reader, name)
    if outside:
        return Explanation(query, article_id, article_id, results.total, outside=outside)
    article = index.get(article_id)
    rank = next((n for n, found in enumerate(index.ids(query, filters), 1) if found == article.id), None)
    score, contributions = _explained(index, query, filters, rank)
    wants, excluded = _examined(index.plan(query).match, reader, article.id)
    return Explanation(
        query=query,
        id=article_id,
        shown_as=article.id,
        total=results.total,
        rank=rank,
        score=score,
        relaxed=results.relaxed,
        outside=outside,
        filtered=tuple(_failed_filters(reader, article, filters)),
        wants=wants,
        excluded=excluded,
        contributions=contributions,
    )


def describe(condition: Condition) -> str:
    """A condition of a plan in words a reader knows."""
    match condition:
        case plan.Word(term, _, fields):
            return term + _in(fields)
        case plan.Phrase(tokens, fields):
            return f"“{_together(tokens)}”{_in(fields)}"
        case plan.Proximity(pieces, slop, fields):
            return f"{', '.join(map(_together, pieces))} at most {slop} apart{_in(fields)}"
        case plan.MultiTerm(fields=fields):
            return condition.label + _in(fields)
        case plan.Terms(field, values):
            return f"{field} {', '.join(values)}"
        case plan.DateRange():
            return "a date in the time asked for"
        case plan.Not(node):
            return f"not {describe(node)}"
        case plan.Or(nodes):
            return " or ".join(map(describe, nodes)) or "nothing"
        case plan.MinimumMatch(count, nodes):
            return f"{count} of {', '.join(map(describe, nodes))}"
        case plan.And(nodes) | plan.Relaxable(nodes):
            return " and ".join(map(describe, nodes)) or "anything"


def _placed(reader: Reader, name: str) -> tuple[str, tuple[str, ...]]:
    """The id of the file that *name* means, and why it is not in the index, if it is not."""
    records = load_manifest(reader.manifest()).records
    article_id = find_id(name, records, reader.state.corpus) or id_with_title(name, reader)
    if article_id:
        return article_id, _outside(records[article_id], reader)
    if not Path(name).is_file():
        raise not_found(name)
    return name, ("it is not in the index: reindex, or see what `searchkit reindex --json` says of it",)


def _outside(record: Record, reader: Reader) -> tuple[str, ...]:
    """Why a file that was seen has no article in the index."""
    if record.status == "failed":
        reason = record.problem.reason if record.problem else "unknown"
        return (f"it could not be read: {reason}",)
    if record.status == "draft" and not reader.state.drafts:
        return ("it is a draft; drafts are indexed by `searchkit reindex --drafts`",)
    return ()


def _explained(
    index: Index, query: str, filters: Filters, rank: int | None
) -> tuple[float, tuple[Contribution, ...]]:
    if rank is None:
        return 0.0, ()
    (hit,) = index.search(query, filters=filters, limit=1, offset=rank - 1, explain=True, snippets=False)
    return hit.score, hit.explanation


def _examined(
    match: Condition, reader: Reader, article_id: str
) -> tuple[tuple[tuple[str, bool], ...], tuple[str, ...]]:
    """What the query asks for and whether the article has it; and what it has though the query excludes it.

    The first alternative of a plan is what the query says; the others are the query as one text."""
    alternatives = match.nodes if isinstance(match, plan.Or) else (match,)
    demands = list(_demands(alternatives[0])) if alternatives else []
    wants = [(describe(d), _has(reader, d, article_id)) for d in demands if not isinstance(d, plan.Not)]
    unwanted = [d.node for d in demands if isinstance(d, plan.Not)]
    for other in alternatives[1:]:
        if _has(reader, other, article_id):
            wants.append((f"the query as it is typed: {describe(other)}", True))
    return tuple(wants), tuple(describe(node) for node in unwanted if _has(reader, node, article_id))


def _demands(condition: Condition) -> Iterator[Condition]:
    """The parts of *condition* that are asked for one by one."""
    if isinstance(condition, (plan.And, plan.Relaxable)):
        for node in condition.nodes:
            yield from _demands(node)
    else:
        yield condition


def _has(reader: Reader, condition: Condition, article_id: str) -> bool:
    both = plan.And((plan.relax(condition, 1.0), plan.Terms("id", (article_id,))))
    return reader.search(Request(both, limit=0)).total > 0


def _failed_filters(reader: Reader, article: Article, filters: Filters) -> Iterator[str]:
    """The filters an article does not pass, each with what the article has in place of it."""
    author, day = article.author or "none", _day(article)
    single = [
        *((Filters(tags=(t,)), f"its tag is not {t} but {_listed(article.tags)}") for t in filters.tags),
        *(
            (Filters(categories=(c,)), f"its category is not {c} but {_listed(article.categories)}")
            for c in filters.categories
        ),
        (Filters(author=filters.author), f"its author is not {filters.author} but {author}"),
        (Filters(since=filters.since), f"it is dated {day}, before {filters.since}"),
        (Filters(until=filters.until), f"it is dated {day}, after {filters.until}"),
    ]
    for one, reason in single:
        if not _has(reader, plan.And(filter_conditions(one)), article.id):
            yield f"filtered out: {reason}"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "none"


def _day(article: Article) -> str:
    return article.date.date().isoformat() if article.date else "nowhere"


def _in(fields: plan.Fields) -> str:
    return f" in {', '.join(fields)}" if fields else ""


def _together(tokens: tuple[str, ...]) -> str:
    return "".join(t if len(t) == 1 and not t.isascii() else f" {t} " for t in tokens).replace("  ", " ").strip()
