"""One timeline, or two in one picture, as a table of periods with bars, and the articles that tell most of them.

period   found  of all  share
2023-05      2      92   2.2%  ███
2023-06      9     105   8.6%  █████████████
first      1  2023-05-02 · OpenAI 融资新闻怎么读
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from searchkit import Hit
from searchkit.cli.layout import BOLD, Row, View, aligned, cell_width, labelled, styled, visible_line
from searchkit.cli.render.timeline import mention_lines, mentioned, undated_fact
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

if TYPE_CHECKING:
    from searchkit import Period, Timeline

_WIDEST, _NARROWEST = 60, 4
"""Columns of the longest bar."""
_SHORT = 2
"""Periods without an article that are shown; of more in a row there is one line."""

_Same = tuple["Period", ...]
"""A period as each timeline has it."""


def as_period_table(timeline: Timeline, view: View) -> str:
    """The table, and below it for each query its articles that `told` lists, with their numbers."""
    numbers = {hit.id: number for number, hit in enumerate(told(timeline), view.first)}
    blocks = [_table(timeline.sides, view)]
    for number, side in enumerate(timeline.sides):
        head = _headline(side, number, view) if timeline.against else " · ".join(undated_fact(side))
        lines = [styled(line, BOLD, view) for line in labelled("", head, view)] if head else []
        blocks.append([*lines, *mention_lines(side, view, numbers)])
    if timeline.against:
        both = ngettext("{count:,} article has both", "{count:,} articles have both", timeline.both)
        blocks.append([both.format(count=timeline.both)])
    return "\n".join("\n".join(block) + "\n" for block in blocks if block)


def told(timeline: Timeline) -> list[Hit]:
    """The articles that are named, each once, in the order of their numbers."""
    return list({hit.id: hit for side in timeline.sides for hit in mentioned(side)}.values())


def _headline(side: Timeline, number: int, view: View) -> str:
    """The query of a timeline after a piece of its bars, and how many articles it finds."""
    count = ngettext("{count:,} article", "{count:,} articles", side.total).format(count=side.total)
    return " · ".join([f"{_fill(number, view) * 2} {visible_line(side.name)}", count, *undated_fact(side)])


def _fill(number: int, view: View) -> str:
    """What the bars of a query are made of: those of the second are half as high."""
    return view.levels[(-1, len(view.levels) // 2 - 1)[number]]


def _table(sides: Sequence[Timeline], view: View) -> list[str]:
    """A line for each period and query: how many articles are found, how many there are, the share, and a bar."""
    lines = [line for same in _shortened(sides) for line in _lines_of(same)]
    if not lines:
        return []
    head: Row = (_("period"), _("found"), _("of all"), _("share"))
    texts = aligned([head, *(row for row, _number, _count in lines)], view)
    room = _WIDEST if view.width is None else view.width - cell_width(texts[1]) - 2
    room = min(max(room, _NARROWEST), _WIDEST)
    most = max(count for _row, _number, count in lines)
    bars = [_fill(number, view) * -(-count * room // most) for _row, number, count in lines]
    return [f"{text}  {bar}".rstrip() for text, bar in zip(texts, ["", *bars], strict=True)]


def _lines_of(same: _Same) -> Iterator[tuple[Row, int, int]]:
    """The cells of a period, once for each query, with the number of the query and its articles."""
    if not same:
        yield ("…", "", "", ""), 0, 0
    for number, period in enumerate(same):
        name = "" if number else period.name
        yield (name, f"{period.count:,}", f"{period.of:,}", f"{period.share:.1%}"), number, period.count


def _shortened(sides: Sequence[Timeline]) -> Iterator[_Same]:
    """The periods of *sides* with an empty one in place of many in a row that have no article."""
    periods: Iterator[_Same] = zip(*(side.periods for side in sides), strict=True)
    for is_empty, group in groupby(periods, lambda same: not any(period.count for period in same)):
        run = list(group)
        yield from [()] if is_empty and len(run) > _SHORT else run
