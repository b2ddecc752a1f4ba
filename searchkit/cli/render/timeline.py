"""A timeline as lines for people: a bar for each period, and the articles of its beginning, its rises and its end.

timeline  ▁▁ ▁▂▃█▄▂▁▁▂▁ ▁▁▂▁
          2023-01    2024-06
          1 month a bar · at most 12, in 2023-07 · 3 without a date
first     2023-01-02 · OpenAI 融资新闻怎么读
rise      2023-07: 12 of 40, 30.0% · 4.1% in 2022-07..2023-06
          2023-07-18 · 大模型的账单
last      2024-06-14 · 大模型公司为什么总在融资
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from searchkit import Hit, TimeUnit
from searchkit.cli.layout import BOLD, DIM, View, labelled, linked, padded, styled, visible_line
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

if TYPE_CHECKING:
    from searchkit import Period, Rise, Timeline

_MARGIN = 10
_NARROWEST = 10
_NO_NUMBERS: Mapping[str, int] = {}

_Bar = Sequence["Period"]
"""The periods of a bar: one, or a few in a row where there is no room for each."""


def timeline_lines(timeline: Timeline, view: View) -> list[str]:
    """The bars, what they mean, and the first and, if it is another one, the last article of one that has some."""
    bars = _bars(timeline.periods, None if view.width is None else max(view.width - _MARGIN, _NARROWEST))
    texts = [*([_drawn(bars, view), _ends(bars)] if bars else []), _facts(timeline, bars)]
    head, blank = padded(_("timeline"), _MARGIN), " " * _MARGIN
    lines = [styled(head, BOLD, view) + texts[0]]
    for text in texts[1:]:
        lines += [styled(line, DIM, view) for line in labelled(blank, text, view)]
    return lines + mention_lines(timeline, view)


def mention_lines(timeline: Timeline, view: View, numbers: Mapping[str, int] = _NO_NUMBERS) -> list[str]:
    """The first article, that of each rise, and, if it is another one, the last article; before each its number,
    where its id has one in *numbers*."""
    lines = _mention(_("first"), timeline.first, view, numbers)
    for rise in timeline.rises:
        head = padded(_("rise"), _MARGIN)
        first, *others = labelled(head, _risen(rise), view)
        lines += [styled(head, BOLD, view) + first[len(head) :], *others, *_mention("", rise.hit, view, numbers)]
    last = None if timeline.total - timeline.undated == 1 else timeline.last
    return lines + _mention(_("last"), last, view, numbers)


def mentioned(timeline: Timeline) -> list[Hit]:
    """The articles of `mention_lines`, each once, in their order."""
    hits = (timeline.first, *(rise.hit for rise in timeline.rises), timeline.last)
    return list({hit.id: hit for hit in hits if hit}.values())


def _risen(rise: Rise) -> str:
    """How large the share of a period is, and of those before it."""
    text = _("{name}: {count:,} of {of:,}, {share:.1%} · {before:.1%} in {span}")
    period, before = rise.period, rise.before
    return text.format(
        name=period.name,
        count=period.count,
        of=period.of,
        share=period.share,
        before=before.share,
        span=before.name,
    )


def _bars(periods: Sequence[Period], room: int | None) -> list[_Bar]:
    """*periods* in as many bars as there is *room* for, each of equally many but for the last."""
    size = 1 if room is None else max(1, -(-len(periods) // room))
    return [periods[start : start + size] for start in range(0, len(periods), size)]


def _drawn(bars: Sequence[_Bar], view: View) -> str:
    """A character for each bar: a space for an empty one, and none that is not empty looks so."""
    levels, most = view.levels, max(map(_count, bars))
    return "".join(levels[-(-_count(bar) * len(levels) // most) - 1] if _count(bar) else " " for bar in bars)


def _ends(bars: Sequence[_Bar]) -> str:
    """The first and the last period, each below its bar where there is room."""
    first, last = bars[0][0].name, bars[-1][-1].name
    between = len(bars) - len(first) - len(last)
    return f"{first}{' ' * between}{last}" if between > 0 else _span(first, last)


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}..{last}"


def _facts(timeline: Timeline, bars: Sequence[_Bar]) -> str:
    """What a bar is, which one is the highest, and how many articles are in none."""
    facts = []
    if bars:
        highest = max(bars, key=_count)
        at_most = _("at most {count:,}, in {period}")
        period = _span(highest[0].name, highest[-1].name)
        facts = [_of_a_bar(timeline.by, len(bars[0])), at_most.format(count=_count(highest), period=period)]
    return " · ".join([*facts, *undated_fact(timeline)])


def undated_fact(timeline: Timeline) -> list[str]:
    """How many articles are in no period, if any is."""
    count = timeline.undated
    return [_("{count:,} without a date").format(count=count)] if count else []


def _of_a_bar(by: TimeUnit, count: int) -> str:
    texts: dict[TimeUnit, str] = {
        "day": ngettext("{count} day a bar", "{count} days a bar", count),
        "month": ngettext("{count} month a bar", "{count} months a bar", count),
        "quarter": ngettext("{count} quarter a bar", "{count} quarters a bar", count),
        "year": ngettext("{count} year a bar", "{count} years a bar", count),
    }
    return texts[by].format(count=count)


def _count(bar: _Bar) -> int:
    return sum(period.count for period in bar)


def _mention(label: str, hit: Hit | None, view: View, numbers: Mapping[str, int]) -> list[str]:
    """The day and the title of *hit*, on a terminal a link to its file."""
    if hit is None or hit.date is None:
        return []
    head = padded(label, _MARGIN) + (f"{numbers[hit.id]:>2}  " if numbers else "")
    text = f"{hit.date.date().isoformat()} · {visible_line(hit.title or hit.id)}"
    first, *others = labelled(head, text, view)
    return [styled(head, BOLD, view) + linked(first[len(head) :], hit.path, view), *others]
