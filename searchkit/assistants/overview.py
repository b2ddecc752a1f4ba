"""`overview`: what there is, or what of it a query finds: how many articles, from when, with which tags and of
whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from searchkit import Facet, Hit, Index, Results, Timeline
from searchkit.assistants.answer import Answer, make_answer, without_empty
from searchkit.assistants.arguments import shown
from searchkit.assistants.budget import SUMMARY
from searchkit.assistants.fencing import clean_line
from searchkit.assistants.showing import facts_of, head_of

FACETS: tuple[Facet, ...] = ("tag", "author", "category", "site")
_PLURALS = {"tag": "tags", "author": "authors", "category": "categories", "site": "sites"}
_VALUES, _VALUE, _PERIODS = 20, 16, 40
_QUERY = 60


@dataclass(frozen=True, slots=True)
class _Overview:
    query: str
    results: Results
    timeline: Timeline


def overview(index: Index, *, query: str = "") -> Answer:
    """What the index has, or what of it *query* finds."""
    if query:
        results = index.search(query, limit=0, facets=FACETS, snippets=False, fold=False)
    else:
        results = index.browse(limit=0, facets=FACETS)
    found = _Overview(query, results, _coarse(index, query))
    values = _VALUES
    while (answer := _answer(found, values)).cost > SUMMARY and values:
        values //= 2
    return answer


def _coarse(index: Index, query: str) -> Timeline:
    """The timeline in the finest unit that has a few periods with articles."""
    timeline = index.timeline(query, rises=0)
    if sum(1 for period in timeline.periods if period.count) > _PERIODS:
        return index.timeline(query, by="year", rises=0)
    return timeline


def _answer(found: _Overview, values: int) -> Answer:
    """An answer with the first *values* of each kind."""
    timeline, results = found.timeline, found.results
    periods = [period for period in timeline.periods if period.count][-_PERIODS:]
    facets = {name: _counts(results, name, values) for name in FACETS if results.facets.get(name)}
    ends = [_end(timeline.first), _end(timeline.last)]
    plain = {
        **without_empty({"query": clean_line(found.query, _QUERY)}),
        "total": results.total,
        "timeline": {
            "by": timeline.by,
            "undated": timeline.undated,
            "periods": [{"name": one.name, "count": one.count, "of": one.of} for one in periods],
            **without_empty({"first": ends[0], "last": ends[1]}),
        },
        "facets": facets,
        "values": {name: len(results.facets[name]) for name in facets},
    }
    lines = [_listed(name, facets[name], len(results.facets[name])) for name in facets]
    for which, end in (("first", timeline.first), ("last", timeline.last)):
        lines += [f"{which}: {' '.join(head_of(facts_of(end.article)))}"] if end else []
    ids = tuple(dict.fromkeys(hit.id for hit in (timeline.first, timeline.last) if hit))
    return make_answer(_says(found, periods), lines, _rest(found), plain, ids)


def _counts(results: Results, facet: Facet, most: int) -> list[list[Any]]:
    pairs = results.facets.get(facet, ())
    return [[clean_line(value, _VALUE), count] for value, count in pairs[:most]]


def _listed(facet: str, counts: list[list[Any]], total: int) -> str:
    more = f" and {total - len(counts):,} more" if total > len(counts) else ""
    return f"{_PLURALS[facet]}: {', '.join(f'{value} ({count:,})' for value, count in counts)}{more}"


def _end(hit: Hit | None) -> dict[str, Any] | None:
    return facts_of(hit.article) if hit else None


def _says(found: _Overview, periods: list[Any]) -> str:
    """How many articles, and when they are from; names of periods are ours."""
    asked = f" match {shown(clean_line(found.query, _QUERY))}" if found.query else ""
    dated = ", ".join(f"{one.name}: {one.count:,}" for one in periods)
    undated = f" {found.timeline.undated:,} are without a date." if found.timeline.undated else ""
    when = f" By {found.timeline.by}: {dated}." if dated else ""
    return f"{found.results.total:,} articles{asked}.{when}{undated}"


def _rest(found: _Overview) -> str:
    query = shown(clean_line(found.query, _QUERY)) if found.query else '""'
    return f"The articles of a tag, an author or a time: search(query={query}, tag=…, author=…, since=…, until=…)."
