"""Filters in addition to a query: tags, categories, an author, a span of days -> conditions every hit meets."""

from __future__ import annotations

from datetime import datetime

from searchkit.analysis.normalize import fold_case
from searchkit.model import Day, Filters
from searchkit.query import plan
from searchkit.query.parser import parse_span
from searchkit.query.plan import Condition, epoch

MAX_VALUES = 500
"""Of a filter: each is a clause, and a cluster takes 1,024 in a query."""


def filter_conditions(filters: Filters) -> tuple[Condition, ...]:
    """*filters* as conditions: tags, categories and authors are compared folded.

    Raises:
        ValueError: a date is not a date, or there are more than `MAX_VALUES` tags, categories and authors.
    """
    named = [
        *(("tag_key", tag) for tag in filters.tags),
        *(("category_key", category) for category in filters.categories),
        *([("author_key", filters.author)] if filters.author else []),
    ]
    distinct = dict.fromkeys((field, fold_case(value)) for field, value in named)
    if len(distinct) > MAX_VALUES:
        raise ValueError(
            f"{len(distinct):,} tags and categories; an article can be asked for {MAX_VALUES} of them"
        )
    conditions: list[Condition] = [plan.Terms(field, (value,)) for field, value in distinct]
    since, until = _day(filters.since), _day(filters.until)
    if since or until:
        conditions.append(plan.DateRange(epoch(since[0]) if since else None, epoch(until[1]) if until else None))
    return tuple(conditions)


def one_of(filters: Filters | None, single: Filters) -> Filters:
    """*filters*, or those that were given one by one.

    Raises:
        ValueError: both were given, or *filters* are none.
    """
    if filters is not None and not isinstance(filters, Filters):
        raise ValueError(f"filters={filters!r:.80} must be a searchkit.Filters")
    if filters and single != Filters():
        raise ValueError(
            "filters and tags, categories, author, since or until say the same; give one or the other"
        )
    return filters or single


def _day(value: Day) -> tuple[datetime, datetime] | None:
    """The first moment of a day and the first one after it."""
    if value is None:
        return None
    text = value.date().isoformat() if isinstance(value, datetime) else str(value)
    span = parse_span(text)
    if span is None or span[0] is None or span[1] is None:
        raise ValueError(f"{value!r} is not a date such as 2024, 2024-05 or 2024-05-14")
    return span[0], span[1]
