"""The list of a query -> how many of its articles are from each day, month, quarter or year.

Days and months are counted by the engine, as years are: on the articles' own clocks. Longer periods are sums.
"""

from __future__ import annotations

import dataclasses
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from searchkit.engines.base import Found, Reader, Request
from searchkit.model import Hit
from searchkit.query.plan import And, DateRange, epoch
from searchkit.reports import Period, Rise, Timeline
from searchkit.rises import WINDOW, find_rises
from searchkit.schema import Facet, TimeUnit
from searchkit.translation import gettext as _

MOST_BARS = 62
"""Of the unit that is chosen by itself: two months by day, five years by month, fifteen by quarter. So many fit
into a line of a terminal, and each is wide enough to be clicked in a page."""
MOST_PERIODS = 10_000
"""Of the unit that is asked for: 27 years of days. A cluster counts no more values."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Asked(Struct, frozen=True):
    """The list of *request*, which *query* asks for; *show* makes hits of what was found."""

    query: str
    request: Request
    show: Callable[[Found], tuple[Hit, ...]]


class _Ends(Struct, frozen=True):
    """The oldest and the newest article of a list with the numbers of its months and, where it may be the unit, of
    its days; `newest` is None if no article has a date."""

    oldest: Found
    newest: Found | None = None

    @property
    def days(self) -> list[date]:
        """The first and the last day."""
        found = [self.oldest, self.newest] if self.newest else []
        return [end.articles[0].date.date() for end in found if end.articles[0].date]

    def counts(self, unit: TimeUnit) -> tuple[tuple[str, int], ...]:
        """How many articles each day or month has, as *unit* needs it."""
        if not self.newest:
            return ()
        return self.newest.facets["day"] if unit == "day" else self.oldest.facets["month"]


def make_timeline(
    asked: Asked,
    everything: Request,
    by: TimeUnit | None,
    reader: Reader,
    *,
    rises: int,
    against: Asked | None = None,
) -> Timeline:
    """The timeline of the list that is *asked* for among the articles of *everything*, with at most so many
    *rises*, and that of the list it is held *against*.

    Raises:
        ValueError: *by* makes more than `MOST_PERIODS`.
    """
    if against is None:
        return _timelines((asked,), everything, by, reader, rises)[0]
    timeline, other = _timelines((asked, against), everything, by, reader, rises)
    ids, others = (_ids(one.request, reader) for one in (asked, against))
    return dataclasses.replace(timeline, against=other, both=len(ids & others))


def _ids(request: Request, reader: Reader) -> frozenset[str]:
    found = reader.search(replace(request, limit=None, words=()))
    return frozenset(article_id for article_id, _score in found.hits)


def _timelines(
    asked: Sequence[Asked], everything: Request, by: TimeUnit | None, reader: Reader, rises: int
) -> tuple[Timeline, ...]:
    """The timelines of several lists, of the same periods."""
    lists = [_ends(one.request, by, reader) for one in asked]
    days = [day for ends in lists for day in ends.days]
    if not days:
        totals = (ends.oldest.total for ends in lists)
        return tuple(
            Timeline(one.query, by or "day", undated=total, total=total)
            for one, total in zip(asked, totals, strict=True)
        )
    unit = by or _finest(min(days), max(days))
    shown = _checked(unit, min(days), max(days))
    begin = max(shown.start - WINDOW, shown.stop - MOST_PERIODS, _number(unit, date.min))
    numbers = range(begin, shown.stop)
    of = _by_number(unit, _counted(unit, numbers, everything, reader))
    return tuple(
        _timeline(one, ends, unit, _periods(unit, numbers, ends, of), len(shown), reader, rises)
        for one, ends in zip(asked, lists, strict=True)
    )


def _ends(request: Request, by: TimeUnit | None, reader: Reader) -> _Ends:
    end = replace(request, limit=1, articles=True)
    oldest = reader.search(replace(end, sort="oldest", facets=("month",)))
    if not oldest.articles or not oldest.articles[0].date:  # undated articles are last in either order
        return _Ends(oldest)
    newest = replace(end, sort="newest", facets=("day",) if by in (None, "day") else ())
    return _Ends(oldest, reader.search(newest))


def _timeline(
    asked: Asked,
    ends: _Ends,
    unit: TimeUnit,
    periods: tuple[Period, ...],
    length: int,
    reader: Reader,
    rises: int,
) -> Timeline:
    """The timeline of one list: the last *length* of *periods*; the others are before it."""
    shown = periods[-length:]
    return Timeline(
        asked.query,
        unit,
        shown,
        undated=ends.oldest.total - sum(period.count for period in shown),
        total=ends.oldest.total,
        first=asked.show(ends.oldest)[0] if ends.newest else None,
        last=asked.show(ends.newest)[0] if ends.newest else None,
        rises=tuple(
            Rise(period, before, _best(asked, period, reader)) for period, before in find_rises(periods, rises)
        ),
    )


def _best(asked: Asked, period: Period, reader: Reader) -> Hit:
    """The article of *period* that ranks best."""
    match = And((asked.request.match, _within(period.since, period.until)))
    return asked.show(reader.search(replace(asked.request, match=match, limit=1, articles=True)))[0]


def _finest(first: date, last: date) -> TimeUnit:
    """The finest unit of which there are at most `MOST_BARS`; of so many years there is nothing coarser."""
    units: tuple[TimeUnit, ...] = get_args(TimeUnit)
    return next((unit for unit in units if len(_numbers(unit, first, last)) <= MOST_BARS), "year")


def _checked(unit: TimeUnit, first: date, last: date) -> range:
    """The numbers of the periods from that of *first* to that of *last*.

    Raises:
        ValueError: there are more than `MOST_PERIODS`.
    """
    numbers = _numbers(unit, first, last)
    if len(numbers) > MOST_PERIODS:
        message = _("by={unit!r}: {count:,} periods from {first} to {last}; a timeline has at most {most:,}")
        raise ValueError(message.format(count=len(numbers), unit=unit, first=first, last=last, most=MOST_PERIODS))
    return numbers


def _periods(unit: TimeUnit, numbers: range, ends: _Ends, of: Mapping[int, int]) -> tuple[Period, ...]:
    """The periods with these *numbers*, which have so many articles of the list with these *ends*, *of* all."""
    found = _by_number(unit, ends.counts(unit))
    days = (_days_of(unit, number) for number in numbers)
    return tuple(
        Period(_name(unit, since), since, until, found[number], of[number])
        for number, (since, until) in zip(numbers, days, strict=True)
    )


def _counted(unit: TimeUnit, numbers: range, everything: Request, reader: Reader) -> tuple[tuple[str, int], ...]:
    """How many articles of *everything* each day or month of the periods with these *numbers* has."""
    within = _within(_days_of(unit, numbers[0])[0], _days_of(unit, numbers[-1])[1])
    facet: Facet = "day" if unit == "day" else "month"
    request = replace(everything, match=And((everything.match, within)), limit=0, facets=(facet,))
    return reader.search(request).facets[facet]


def _within(since: date, until: date) -> DateRange:
    """The articles from one day to another, both included."""
    begin, end = (epoch(datetime.combine(day, moment)) for day, moment in ((since, time()), (until, time.max)))
    return DateRange(begin, None if end is None else end + 1)


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
