"""Dates as people type them -> spans of time, as the articles' own clocks show it; moments as numbers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?")


def parse_span(text: str) -> tuple[datetime | None, datetime | None] | None:
    """The span *text* names, its end not included; None if it names none. Either end of a range may be open.

    >>> [moment.date().isoformat() for moment in parse_span("2024-01..2024-06")]
    ['2024-01-01', '2024-07-01']
    """
    first, dots, last = text.strip().partition("..")
    if not dots:
        return _span_of(first)
    start, end = _span_of(first), _span_of(last)
    if (first and start is None) or (last and end is None) or not (first or last):
        return None
    return (start[0] if start else None), (end[1] if end else None)


def epoch(moment: datetime | None) -> int | None:
    """Seconds since 1970 on the clock *moment* was written by, its zone left aside."""
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())


def _span_of(text: str) -> tuple[datetime, datetime] | None:
    """The year, month or day *text* names."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    try:
        start = datetime(year, int(month or 1), int(day or 1))
        if day:
            return start, start + timedelta(days=1)
        if month:
            return start, datetime(year + int(month) // 12, int(month) % 12 + 1, 1)
        return start, datetime(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
