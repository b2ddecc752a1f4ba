"""Filters in addition to a query: tags, categories, an author, a path, a span of days -> conditions every hit
meets, and notes on those that no article meets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import characters
from searchkit.analysis.sites import site_key
from searchkit.engines.base import Reader, Request
from searchkit.engines.reference import edit_distance
from searchkit.model import Day, Filters
from searchkit.query import ast, plan
from searchkit.query.dates import EXAMPLES, parse_day
from searchkit.query.limits import MAX_NOTES
from searchkit.query.plan import Condition, epoch
from searchkit.schema import SITE, Facet, facet_name
from searchkit.translation import gettext as _

MAX_PATH = 200
"""Characters of a pattern of paths: a cluster takes no regular expression of more than 1,000."""
MAX_VALUES = 500
"""Of a filter: each is a clause, and a cluster takes 1,024 in a query."""


_FACETS: dict[str, Facet] = {"tags": "tag", "categories": "category", "author": "author", "site": "site"}
"""A field whose values are matched whole by a filter -> the facet that counts them."""


def filter_conditions(filters: Filters) -> tuple[Condition, ...]:
    """*filters* as conditions: tags, categories, authors and sites are compared folded.

    Raises:
        ValueError: a date is not a date, or there are more than `MAX_VALUES` tags, categories and authors.
    """
    distinct = dict.fromkeys((facet, _key(facet, value)) for facet, value in _named(filters))
    if len(distinct) > MAX_VALUES:
        message = _("{count:,} tags and categories; an article can be asked for {most} of them")
        raise ValueError(message.format(count=len(distinct), most=MAX_VALUES))
    conditions: list[Condition] = [_having(facet, value) for facet, value in distinct]
    since, until = _limits(filters)
    if since or until:
        conditions.append(plan.DateRange(epoch(since), epoch(until)))
    if filters.path:
        conditions.append(_at(filters.path))
    return tuple(conditions)


def one_of(filters: Filters | None, single: Filters) -> Filters:
    """*filters*, or those that were given one by one.

    Raises:
        ValueError: both were given, or *filters* are none.
    """
    if filters is not None and not isinstance(filters, Filters):
        raise ValueError(_("filters={filters!r:.80} must be a searchkit.Filters").format(filters=filters))
    if filters and single != Filters():
        raise ValueError(
            _("filters and tags, categories, author, since, until or path say the same; give one or the other")
        )
    return filters or single


def missing_values(
    filters: Filters, query: ast.Node, reader: Reader, by_sound: Collection[str] = ()
) -> tuple[str, ...]:
    """A note for each tag, category, author, site and path in *filters* or in a field of the *query* that no
    article has, with the nearest that one has, and one if no day is in all their dates. What has words that were
    read *by_sound* is found."""
    wanted = [(facet, value, _having(facet, _key(facet, value))) for facet, value in _named(filters)]
    wanted += [
        (_FACETS[field], text, _holding(field, text))
        for field, text in _fielded(query)
        if field in _FACETS and not any(word in fold_case(text) for word in by_sound)
    ]
    missing = [
        _missing(facet, value, reader)
        for facet, value, condition in wanted[:MAX_NOTES]
        if not _has_any(reader, condition)
    ]
    if filters.path and not _has_any(reader, _at(filters.path)):
        missing.append(
            _("no article has a path like {path}; paths begin below the corpus folder").format(path=filters.path)
        )
    return (*missing, *_without_days(filters, query))


def _without_days(filters: Filters, query: ast.Node) -> Iterator[str]:
    """A note if the dates that an article must have leave no day: the archive is searched as of an earlier one, or
    a range is reversed."""
    spans = [ast.Dates(*_limits(filters)), *_required_dates(query)]
    first = max((span.since for span in spans if span.since), default=None)
    end = min((span.until for span in spans if span.until), default=None)
    if first and end and first >= end:
        last = (end - timedelta(days=1)).date()
        text = _("no day is from {first} to {last}; are the two dates reversed?")
        if last == now_of(filters):
            text = _("{first} is after {last}, the day that the archive is searched as of")
        yield text.format(first=first.date(), last=last)


def _required_dates(node: ast.Node) -> Iterator[ast.Dates]:
    match node:
        case ast.Dates():
            yield node
        case ast.And(nodes) | ast.Words(nodes):
            for inner in nodes:
                yield from _required_dates(inner)


def _has_any(reader: Reader, condition: Condition) -> bool:
    return reader.search(Request(condition, limit=0)).total > 0


def facet_values(facet: Facet, prefix: str, filters: Filters, reader: Reader) -> tuple[tuple[str, int], ...]:
    """The values of *facet* that begin with *prefix*, folded, among the articles that *filters* leave, with their
    counts, the most frequent first."""
    match = plan.And(filter_conditions(filters))
    counts = reader.search(Request(match, limit=0, facets=(facet,))).facets[facet]
    folded = fold_case(prefix)
    return tuple(pair for pair in counts if fold_case(pair[0]).startswith(folded)) if folded else counts


def _named(filters: Filters) -> list[tuple[Facet, str]]:
    single: dict[Facet, str | None] = {"author": filters.author, "site": filters.site}
    named = ((facet, value) for facet, value in single.items() if value)
    return [*(("tag", tag) for tag in filters.tags), *(("category", one) for one in filters.categories), *named]


def _key(facet: Facet, value: str) -> str:
    """What the index has of a value, to be looked up."""
    return site_key(value) if facet == "site" else fold_case(value)


def _at(path: str) -> Condition:
    """What is in a folder or has a path like *path*, which is one below the corpus."""
    if len(path) > MAX_PATH:
        raise ValueError(
            _("{path}…: a pattern of paths has at most {most} characters").format(path=path[:20], most=MAX_PATH)
        )
    return plan.PathGlob("" if path in (".", "./") else path.removeprefix("./"))


def _having(facet: Facet, folded: str) -> Condition:
    return plan.Terms(f"{facet}_key", (folded,))


def _holding(field: str, text: str) -> Condition:
    if field == SITE.name:
        return _having("site", _key("site", text))
    return plan.Phrase(tuple(characters(fold_case(text))), (field,), open_start=True, open_end=True)


def _fielded(node: ast.Node, field: str = "") -> Iterator[tuple[str, str]]:
    """The texts in *node* that are looked for in one field, each with that field; none that is excluded."""
    match node:
        case ast.In(name, inner):
            yield from _fielded(inner, name)
        case ast.Boosted(_, inner):
            yield from _fielded(inner, field)
        case ast.And(nodes) | ast.Or(nodes) | ast.Words(nodes):
            for inner in nodes:
                yield from _fielded(inner, field)
        case ast.Text(text) | ast.Phrase(text) | ast.Pattern(text) | ast.Fuzzy(text) if field == SITE.name:
            yield field, text  # whatever it looks like, a site is matched whole
        case ast.Text(text) | ast.Phrase(text, 0) if field and any(map(str.isalnum, text)):
            yield field, text


def _missing(facet: Facet, value: str, reader: Reader) -> str:
    """What is said of a *value* that no article has."""
    nearest = _nearest(fold_case(value), facet_values(facet, "", Filters(), reader))
    if nearest is None:
        return _("no article has the {facet} {value}").format(facet=facet_name(facet), value=value)
    text = _("no article has the {facet} {value}; nearest: {nearest} ({count:,})")
    return text.format(facet=facet_name(facet), value=value, nearest=nearest[0], count=nearest[1])


def _nearest(folded: str, counts: tuple[tuple[str, int], ...]) -> tuple[str, int] | None:
    """The value that begins with *folded*, or else contains it, or else is the fewest edits away, a third of the
    letters at most, with its count; of equally near ones the commonest."""
    limit = max(1, len(folded) // 3)
    near = []
    for value, count in counts:
        known = fold_case(value)
        edits = 0 if folded in known else edit_distance(folded, known, limit)
        if edits <= limit:
            near.append((edits, not known.startswith(folded), -count, value))
    if not near:
        return None
    _edits, _inside, minus_count, value = min(near)
    return value, -minus_count


def now_of(filters: Filters) -> date | None:
    """The day that *filters* take for today, which is the last one of a month or a year; None for today itself."""
    span = _day(filters.as_of)
    return span and (span[1] - timedelta(days=1)).date()


def with_days(filters: Filters) -> Filters:
    """*filters* with days in place of what is so long ago, or a month or a year."""
    since, until = _day(filters.since, now_of(filters)), _day(filters.until, now_of(filters))
    last = until and (until[1] - timedelta(days=1)).date()
    return replace(filters, since=since and since[0].date(), until=last, as_of=now_of(filters))


def _limits(filters: Filters) -> tuple[datetime | None, datetime | None]:
    """The first moment that *filters* leave, and the first one after."""
    now = now_of(filters)
    since, until = _day(filters.since, now), _day(filters.until, now)
    ends = [span[1] for span in (until, _day(now)) if span]
    return since and since[0], min(ends, default=None)


def _day(value: Day, now: date | None = None) -> tuple[datetime, datetime] | None:
    """The first moment of a day and the first one after it; days ago count from *now*, or else from today.

    Raises:
        ValueError: it is no day.
    """
    if value is None:
        return None
    text = value.date().isoformat() if isinstance(value, datetime) else str(value)
    span = parse_day(text, now)
    if span is None:
        raise ValueError(_("{value!r} is not a date such as {examples}").format(value=value, examples=EXAMPLES))
    return span
