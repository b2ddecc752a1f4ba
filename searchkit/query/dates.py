"""Days as people write them -> spans of time on the articles' own clocks."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from searchkit.patterns import lazy_pattern

EXAMPLES = "2024, 2024-05, 2024-05-14, 30d, today"
"""What a day may look like, for messages."""

Span = tuple[datetime, datetime]
"""The first moment of a day, a month or a year, and the first one after it."""

_DAY = lazy_pattern(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?")
_AGO = lazy_pattern(r"(\d{1,5}) ?(d|w|m|y|天|周|个月|年)", re.IGNORECASE)
_UNITS = {"天": "d", "周": "w", "个月": "m", "年": "y"}
_NAMED = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1}


def parse_span(text: str, now: date | None = None) -> tuple[datetime | None, datetime | None] | None:
    """The span *text* names on the articles' own clocks, its end not included; None if it names none. Either end
    of a range may be open. Days ago count from *now*, or else from today.

    >>> [moment.date().isoformat() for moment in parse_span("2024-01..2024-06")]
    ['2024-01-01', '2024-07-01']
    """
    first, dots, last = text.strip().partition("..")
    if not dots:
        return parse_day(first, now)
    start, end = parse_day(first, now), parse_day(last, now)
    if (first and start is None) or (last and end is None) or not (first or last):
        return None
    return (start[0] if start else None), (end[1] if end else None)


def parse_day(text: str, now: date | None = None) -> Span | None:
    """The day, month or year *text* names; None if it names none, as a range does."""
    try:
        return _named_span(text.strip()) or _span_ago(text.strip().lower(), now or today())
    except (ValueError, OverflowError):
        return None


def today() -> date:
    """The day it is here."""
    return date.today()


def _named_span(text: str) -> Span | None:
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    start = datetime(year, int(month or 1), int(day or 1))
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, datetime(year + int(month) // 12, int(month) % 12 + 1, 1)
    return start, datetime(year + 1, 1, 1)


def _span_ago(text: str, now: date) -> Span | None:
    """The day that was so long ago."""
    if text in _NAMED:
        day = now - timedelta(days=_NAMED[text])
    elif found := _AGO.fullmatch(text):
        day = _day_ago(int(found[1]), _UNITS.get(found[2], found[2]), now)
    else:
        return None
    start = datetime.combine(day, time())
    return start, start + timedelta(days=1)


def _day_ago(count: int, unit: str, now: date) -> date:
    """The day *count* days, weeks, months or years ago; the last one of a month that is too short for it."""
    if unit in "dw":
        return now - timedelta(days=count * (7 if unit == "w" else 1))
    months = 12 * now.year + now.month - 1 - count * (12 if unit == "y" else 1)
    first = date(months // 12, months % 12 + 1, 1)
    following = first + timedelta(days=31)
    length = (following.replace(day=1) - first).days
    return first.replace(day=min(now.day, length))
