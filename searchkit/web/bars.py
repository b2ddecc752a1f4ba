"""A timeline, or two in one picture -> bars, each with the address of its period."""

from __future__ import annotations

from collections.abc import Iterator
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
    """A bar that stands on the lower edge of the picture, in the middle of its place; `outline` is its path.
    `kind` is "rise" for a period that rose, "other" for the query that the first one is held against, or ""."""

    place: float
    room: float
    outline: str
    label: str
    url: str
    kind: str = ""


def bars_of(timeline: Timeline, ask: Ask) -> Iterator[Bar]:
    """The bars of the periods that have articles; each leads to what *ask* finds in its period."""
    sides = [(timeline, ask)]
    if timeline.against:
        sides.append((timeline.against, ask.but(query=ask.against, against=ask.query)))
    highest = max(period.count for side, _asked in sides for period in side.periods)
    room = WIDTH / len(timeline.periods) / len(sides)
    risen = {rise.period for rise in timeline.rises}
    for at, same in enumerate(zip(*(side.periods for side, _asked in sides), strict=True)):
        for number, (period, (_side, asked)) in enumerate(zip(same, sides, strict=True)):
            kind = "other" if number else "rise" if period in risen else ""
            if period.count:
                yield _bar(period, (at * len(sides) + number) * room, room, highest, asked, kind)


def _bar(period: Period, place: float, room: float, highest: int, ask: Ask, kind: str) -> Bar:
    height = max(_LEAST, HEIGHT * period.count / highest)
    return Bar(
        place=round(place, 1),
        room=round(room, 1),
        outline=f"M{place + room * _GAP / 2:.1f} {HEIGHT}v-{height:.1f}h{room * (1 - _GAP):.1f}V{HEIGHT}",
        label=f"{ask.query} · {_label(period)}" if ask.against else _label(period),
        url=ask.between(period.since.isoformat(), period.until.isoformat()).url(),
        kind=kind,
    )


def _label(period: Period) -> str:
    """What a bar says: its name, its articles, and their share of all articles of the period."""
    text = _("{name}: {count:,} of {of:,} articles, {share:.0%}")
    return text.format(name=period.name, count=period.count, of=period.of, share=period.share)
