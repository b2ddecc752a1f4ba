"""Filters beside a query: tags, categories, an author, a span of days -> conditions every hit meets."""

from __future__ import annotations

from datetime import datetime

from searchkit.analysis.normalize import fold_case
from searchkit.engines.base import Reader
from searchkit.model import Day, Filters
from searchkit.query import plan
from searchkit.query.dates import parse_span
from searchkit.query.keys import epoch
from searchkit.query.plan import Condition


def filter_conditions(filters: Filters, reader: Reader) -> tuple[Condition, ...]:
    """*filters* as conditions: tags, categories and authors are compared in normal form.

    Raises:
        ValueError: a date makes no sense.
    """
    since, until = _day(filters.since), _day(filters.until)
    named = [
        *(("tag", tag) for tag in filters.tags),
        *(("category", category) for category in filters.categories),
        *([("author_name", filters.author)] if filters.author else []),
    ]
    spellings = {field: _spellings(field, reader) for field in dict(named)}
    wanted = dict.fromkeys((field, fold_case(value)) for field, value in named)
    conditions: list[Condition] = [
        plan.Terms(field, tuple(spellings[field].get(value, ()))) for field, value in wanted
    ]
    if since or until:
        conditions.append(plan.DateRange(epoch(since[0]) if since else None, epoch(until[1]) if until else None))
    return tuple(conditions)


def _spellings(field: str, reader: Reader) -> dict[str, list[str]]:
    """The values of a keyword field, by what they are but for case, width and variant characters."""
    spellings: dict[str, list[str]] = {}
    for known in reader.keywords(field):
        spellings.setdefault(fold_case(known), []).append(known)
    return spellings


def _day(value: Day) -> tuple[datetime, datetime] | None:
    """The first moment of a day and the first one after it."""
    if value is None:
        return None
    text = value.date().isoformat() if isinstance(value, datetime) else str(value)
    span = parse_span(text)
    if span is None or span[0] is None or span[1] is None:
        raise ValueError(f"{value!r} is not a date such as 2024, 2024-05 or 2024-05-14")
    return span[0], span[1]
