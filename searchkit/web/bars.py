"""A timeline -> the bars of its picture, each with the address of its period."""

from __future__ import annotations

from dataclasses import dataclass

from searchkit import Period, Timeline
from searchkit.translation import gettext as _
from searchkit.web.asking import Ask

WIDTH, HEIGHT = 620, 56
"""Of the picture, in its own units; the style stretches it to the column."""
_LEAST = 2.0
"""The height of a bar of one article, however high the others are."""
_GAP = 0.18
"""Of a bar's place."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that stands on the lower edge of the picture, in the middle of its place."""

    place: float
    room: float
    left: float
    top: float
    width: float
    height: float
    label: str
    url: str


def bars_of(timeline: Timeline, ask: Ask) -> tuple[Bar, ...]:
    """The bars of the periods that have articles; each leads to what *ask* finds in its period."""
    highest = max(period.count for period in timeline.periods)
    room = WIDTH / len(timeline.periods)
    counted = enumerate(timeline.periods)
    return tuple(_bar(period, number * room, room, highest, ask) for number, period in counted if period.count)


def _bar(period: Period, place: float, room: float, highest: int, ask: Ask) -> Bar:
    height = max(_LEAST, HEIGHT * period.count / highest)
    return Bar(
        place=round(place, 1),
        room=round(room, 1),
        left=round(place + room * _GAP / 2, 1),
        top=round(HEIGHT - height, 1),
        width=round(room * (1 - _GAP), 1),
        height=round(height, 1),
        label=_label(period),
        url=ask.between(period.since.isoformat(), period.until.isoformat()).url(),
    )


def _label(period: Period) -> str:
    """What a bar says: its name, its articles, and their share of all articles of the period."""
    text = _("{name}: {count:,} of {of:,} articles, {share:.0%}")
    return text.format(name=period.name, count=period.count, of=period.of, share=period.share)
