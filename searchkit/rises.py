"""The periods of a timeline -> those in which more of the articles are found than before, by more than chance.

A period is compared with the twelve before it by Fisher's exact test, one-sided (R. A. Fisher, Statistical Methods
for Research Workers, 5th edition, 1934, section 21.02): how likely is it that so many of the articles found are in
the period if they are dealt out at random? It is exact for a handful of articles as for thousands, and compares
shares, so an archive that grows is no rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile, groupby
from math import inf, lgamma, log

from searchkit.reports import Period

WINDOW = 12
"""Periods that one is compared with, a year of months: what was frequent once and is so again has risen."""
_CHANCE = 0.05
"""That the timeline of a query whose share never changes has a rise; each period has a part of it (Bonferroni)."""
_FEWEST = 3
"""Articles of a rise: one or two are no story, however unlikely they are."""


def find_rises(periods: Sequence[Period], most: int) -> list[tuple[Period, Period]]:
    """The *most* periods in which the share rose most, in their order, each with the span before it. Of neighbours
    that have all risen, it is the least likely one."""
    found = [at for at, period in enumerate(periods) if period.count]
    tested = range(found[0], found[-1] + 1) if found else range(0)
    limit = log(_CHANCE / max(len(tested), 1))
    rated = [(_log_chance(periods, at), at) for at in tested]
    runs = (min(run) for has_risen, run in groupby(rated, lambda one: one[0] <= limit) if has_risen)
    numbers = sorted(at for _chance, at in sorted(runs)[:most])
    return [(periods[at], _before(periods, at)) for at in numbers]


def _before(periods: Sequence[Period], at: int) -> Period:
    """The periods before number *at* as one, from the first of them that has any article."""
    span = periods[max(at - WINDOW, 0) : at]
    span = list(dropwhile(lambda period: not period.of, span)) or span
    first, last = span[0], span[-1]
    count, of = sum(period.count for period in span), sum(period.of for period in span)
    name = first.name if first is last else f"{first.name}..{last.name}"
    return Period(name, first.since, last.until, count, of)


def _log_chance(periods: Sequence[Period], at: int) -> float:
    """The logarithm of the chance that so many of the articles found, in period *at* and before, are in it; inf
    where they are few, or no larger share than before."""
    period = periods[at]
    if not at or period.count < _FEWEST:
        return inf
    before = _before(periods, at)
    return _log_tail(period, before) if period.share > before.share else inf


def _log_tail(period: Period, before: Period) -> float:
    """The logarithm of the upper tail of the hypergeometric distribution, from the count of *period* on."""
    found, of, others = period.count + before.count, period.of, before.of
    begin = _log_choose(of, period.count) + _log_choose(others, before.count) - _log_choose(of + others, found)
    term = tail = 1.0
    for count in range(period.count, min(of, found)):
        term *= (of - count) * (found - count) / ((count + 1) * (others - found + count + 1))
        tail += term
    return begin + log(tail)


def _log_choose(of: int, count: int) -> float:
    return lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
