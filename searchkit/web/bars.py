"""A timeline, or two in one picture -> bars, each with the address of its period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from searchkit import Period, Timeline
from searchkit.translation import gettext as _
from searchkit.web.asking import Ask

WIDTH, HEIGHT = 620, 64
"""Of the picture, in its own units; the style stretches it to the column."""
_TIP = 8.0
"""The height of the arrow on a bar that rose, for which there is room above the highest."""
_LEAST = 2.0
"""The height of a bar of one article, however high the others are."""
_GAP = 0.18
"""Of a bar's place."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a period, which stands on the lower edge of the picture, in the middle of its place. `query` is
    named where there are two; `is_other` is a bar of the second."""

    period: Period
    place: float
    room: float
    height: float
    url: str
    query: str
    rose: bool
    is_other: bool

    @property
    def outline(self) -> str:
        """Its path: a rectangle, with an arrowhead above it if the period rose."""
        left, width = self.place + self.room * _GAP / 2, self.room * (1 - _GAP)
        body = f"M{left:.1f} {HEIGHT}v-{self.height:.1f}h{width:.1f}V{HEIGHT}"
        tip = f"M{left:.1f} {HEIGHT - self.height - 2:.1f}h{width:.1f}l-{width / 2:.1f}-{_TIP - 2:.1f}z"
        return body + tip if self.rose else body

    @property
    def label(self) -> str:
        """What it says: its query and its period, its articles, their share of all, and whether it rose."""
        text = _("{name}: {count:,} of {of:,} articles, {share:.1%}")
        one = self.period
        facts = text.format(name=one.name, count=one.count, of=one.of, share=one.share)
        return " · ".join(filter(None, (self.query, facts, _("Rise") if self.rose else "")))

    @property
    def kind(self) -> str:
        """Its classes."""
        return " ".join(name for name, is_so in (("other", self.is_other), ("rise", self.rose)) if is_so)


def is_drawn(timeline: Timeline) -> bool:
    """Whether there is something to compare: several periods, or two queries in one."""
    return len(timeline.periods) * len(timeline.sides) > 1


def bars_of(timeline: Timeline, ask: Ask) -> Iterator[Bar]:
    """The bars of the periods that have articles, by period; each leads to what *ask*, or the query that it is
    held against, finds there."""
    sides = timeline.sides
    asks = (ask, ask.but(query=ask.against, against=ask.query))
    highest = max(period.count for side in sides for period in side.periods)
    room = WIDTH / len(timeline.periods) / len(sides)
    for at in range(len(timeline.periods)):
        for number, side in enumerate(sides):
            period = side.periods[at]
            if period.count:
                yield Bar(
                    period,
                    place=round((at * len(sides) + number) * room, 1),
                    room=round(room, 1),
                    height=max(_LEAST, (HEIGHT - _TIP) * period.count / highest),
                    url=_within(asks[number], period).url(),
                    query=side.name if timeline.against else "",
                    rose=any(rise.period == period for rise in side.rises),
                    is_other=number > 0,
                )


def _within(ask: Ask, period: Period) -> Ask:
    """*ask* in a period, with each repost in the list, as in the bar: a list without a query has them anyway."""
    return ask.but(fold=not ask.query).between(period.since.isoformat(), period.until.isoformat())
