"""The list of a query -> how many of its articles are from each day, month, quarter or year.

Days and months are counted by the engine, as years are: on the articles' own clocks. Longer periods are sums.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import get_args

from msgspec.structs import replace

from searchkit.engines.base import Found, Reader, Request
from searchkit.model import Hit
from searchkit.query.plan import And, DateRange, epoch
from searchkit.reports import Period, Timeline
from searchkit.schema import Facet, TimeUnit
from searchkit.translation import gettext as _

MOST_BARS = 62
"""Of the unit that is chosen by itself: two months by day, five years by month, fifteen by quarter. So many fit
into a line of a terminal, and each is wide enough to be clicked in a page."""
MOST_PERIODS = 10_000
"""Of the unit that is asked for: 27 years of days. A cluster counts no more values."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

_Show = Callable[[Found], tuple[Hit, ...]]


def make_timeline(
    query: str, request: Request, everything: Request, by: TimeUnit | None, reader: Reader, show: _Show
) -> Timeline:
    """The timeline of the list of *request*, which *query* asks for, among the articles of *everything*. *show*
    makes hits of what was found.

    Raises:
        ValueError: *by* makes more than `MOST_PERIODS`.
    """
    ends = replace(request, limit=1, articles=True)
    oldest = reader.search(replace(ends, sort="oldest", facets=("month",)))
    months = oldest.facets["month"]
    dated = sum(count for _month, count in months)
    if not dated:
        return Timeline(query, by or "day", undated=oldest.total, total=oldest.total)
    newest = reader.search(replace(ends, sort="newest", facets=("day",) if by in (None, "day") else ()))
    first, last = (found.articles[0].date for found in (oldest, newest))
    assert first  # undated articles are last in either order
    assert last
    span = first.date(), last.date()
    unit = by or _finest(*span)
    counts = newest.facets["day"] if unit == "day" else months
    return Timeline(
        query,
        unit,
        _periods(unit, span, counts, everything, reader),
        undated=oldest.total - dated,
        total=oldest.total,
        first=show(oldest)[0],
        last=show(newest)[0],
    )


def _finest(first: date, last: date) -> TimeUnit:
    """The finest unit of which there are at most `MOST_BARS`; of so many years there is nothing coarser."""
    units: tuple[TimeUnit, ...] = get_args(TimeUnit)
    return next((unit for unit in units if len(_numbers(unit, first, last)) <= MOST_BARS), "year")


def _periods(
    unit: TimeUnit,
    span: tuple[date, date],
    counts: Iterable[tuple[str, int]],
    everything: Request,
    reader: Reader,
) -> tuple[Period, ...]:
    """The periods of *span*, for which the list has *counts* of days or months."""
    numbers = _numbers(unit, *span)
    if len(numbers) > MOST_PERIODS:
        message = _("by={unit!r}: {count:,} periods from {first} to {last}; a timeline has at most {most:,}")
        first, last = span
        raise ValueError(message.format(count=len(numbers), unit=unit, first=first, last=last, most=MOST_PERIODS))
    days = [_days_of(unit, number) for number in numbers]
    found = _by_number(unit, counts)
    of = _by_number(unit, _counted(unit, days[0][0], days[-1][1], everything, reader))
    return tuple(
        Period(_name(unit, since), since, until, found[number], of[number])
        for number, (since, until) in zip(numbers, days, strict=True)
    )


def _counted(
    unit: TimeUnit, since: date, until: date, everything: Request, reader: Reader
) -> tuple[tuple[str, int], ...]:
    """How many articles of *everything* each day or month from *since* to *until* has."""
    begin, end = (epoch(datetime.combine(day, moment)) for day, moment in ((since, time()), (until, time.max)))
    within = DateRange(begin, None if end is None else end + 1)
    facet: Facet = "day" if unit == "day" else "month"
    request = replace(everything, match=And((everything.match, within)), limit=0, facets=(facet,))
    return reader.search(request).facets[facet]


def _by_number(unit: TimeUnit, counts: Iterable[tuple[str, int]]) -> Counter[int]:
    """*counts* of days or months, summed up by the number of their period."""
    summed: Counter[int] = Counter()
    for value, count in counts:
        summed[_number(unit, date.fromisoformat(f"{value}-01"[:10]))] += count
    return summed


def _numbers(unit: TimeUnit, first: date, last: date) -> range:
    """The numbers of the periods from that of *first* to that of *last*."""
    return range(_number(unit, first), _number(unit, last) + 1)


def _number(unit: TimeUnit, day: date) -> int:
    """Which period *day* is in: the next one has the next number."""
    return day.toordinal() if unit == "day" else (day.year * 12 + day.month - 1) // _MONTHS[unit]


def _days_of(unit: TimeUnit, number: int) -> tuple[date, date]:
    """The first and the last day of a period."""
    if unit == "day":
        return date.fromordinal(number), date.fromordinal(number)
    months = _MONTHS[unit]
    year, month = divmod(number * months, 12)
    return date(year, month + 1, 1), date(year, month + months, monthrange(year, month + months)[1])


def _name(unit: TimeUnit, since: date) -> str:
    """What the period is called that begins on the day *since*.

    >>> [_name(unit, date(2024, 4, 1)) for unit in get_args(TimeUnit)]
    ['2024-04-01', '2024-04', '2024-Q2', '2024']
    """
    day = since.isoformat()
    names = {"month": day[:7], "quarter": f"{day[:4]}-Q{since.month // 3 + 1}", "year": day[:4]}
    return names.get(unit, day)
