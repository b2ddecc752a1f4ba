"""Results for people: a block of lines per article, on a terminal with colour and links.

1  OpenAI 融资新闻怎么读：估值、轮次与算力账单
   2024-10-09 · 智能观察员 · 科技
   corpus/hugo/posts__2024-10__OpenAI_融资新闻怎么读.md
     编者按：这是一篇示例性的科普短文，用 OpenAI 这个大家熟悉的名字作引子……
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit import Hit, Results
from searchkit.cli.layout import (
    BOLD,
    DIM,
    Range,
    View,
    break_lines,
    clip_ranges,
    labelled,
    linked,
    marked,
    padded,
    shortened,
    styled,
    visible_line,
)
from searchkit.cli.render.addends import addend_lines
from searchkit.cli.render.timeline import timeline_lines
from searchkit.schema import facet_name
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

if TYPE_CHECKING:
    from searchkit import Timeline

_INDENT = "    "
_MOST_VALUES = 10
_MOST_MISSING = 4  # words: more of a long question would fill lines; not tuned


def as_text(results: Results, view: View, timeline: Timeline | None = None) -> str:
    """Every hit as a block, then the facets, then the timeline."""
    hits = enumerate(results.hits, view.first)
    blocks = ["\n".join(_hit_lines(number, hit, view, folded=results.folded)) for number, hit in hits]
    if results.facets:
        blocks.append("\n".join(facet_lines(results, view)))
    if timeline:
        blocks.append("\n".join(timeline_lines(timeline, view)))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def display_path(path: str) -> str:
    """*path* relative to the current folder, if it is inside."""
    folder = str(Path.cwd()) + os.sep
    return path[len(folder) :] if path.startswith(folder) else path


def fact_line(hit: Hit, *, folded: bool = False) -> str:
    """The date, the author, the tags, the number of duplicates, in a *folded* list the reposts, whether the
    suggestion found it, and the first words of the query that it lacks."""
    facts = [
        hit.date.date().isoformat() if hit.date else "",
        hit.author,
        ", ".join(tag for tag in hit.tags if tag != hit.author),
        f"+{len(hit.duplicates)}" if hit.duplicates else "",
        _reposts(hit) if folded else "",
        _("as suggested") if hit.suggested else "",
        _("without {words}").format(words=_first_words(hit.without)) if hit.without else "",
    ]
    return " · ".join(visible_line(fact) for fact in facts if fact)


def _reposts(hit: Hit) -> str:
    """How many reposts a hit stands for, and the newest of them."""
    if not hit.reposts:
        return ""
    more = ngettext("+{count} repost", "+{count} reposts", len(hit.reposts)).format(count=len(hit.reposts))
    return _("{reposts}, newest: {id}").format(reposts=more, id=hit.newest) if hit.newest else more


def _first_words(words: Sequence[str]) -> str:
    return ", ".join(words[:_MOST_MISSING]) + (" …" if len(words) > _MOST_MISSING else "")


def _hit_lines(number: int, hit: Hit, view: View, *, folded: bool) -> list[str]:
    label = f"{number:>2}  "
    title = visible_line(hit.title or hit.id)
    lines = [
        linked(marked(line, ranges, view, BOLD), hit.path, view)
        for line, ranges in _broken(title, hit.title_highlights, view, len(label))
    ]
    lines = [styled(label, DIM, view) + lines[0], *(" " * len(label) + line for line in lines[1:])]
    for text in (fact_line(hit, folded=folded), _shown_path(hit, view)):
        lines += [
            _INDENT + styled(line, DIM, view) for line, _ranges in _broken(text, (), view, len(_INDENT)) if line
        ]
    for snippet in hit.snippets:
        lines += passage_lines(snippet.text, snippet.highlights, view)
    return lines + _explanation_lines(hit, view)


def _shown_path(hit: Hit, view: View) -> str:
    """The path on one line where the title is a link to the file, as a whole where it may be copied from."""
    path = visible_line(display_path(hit.path) or hit.id)
    room = view.width - len(_INDENT) if view.links and view.width else None
    return shortened(path, room)


def passage_lines(text: str, ranges: tuple[Range, ...], view: View) -> list[str]:
    """A passage with a bar before it, *ranges* of it marked."""
    broken = _broken(visible_line(text), ranges, view, len(_INDENT) + 2)
    bar = styled("│ ", DIM, view)
    return [_INDENT + bar + marked(line, ranges, view) for line, ranges in broken]


def _explanation_lines(hit: Hit, view: View) -> list[str]:
    if not hit.explanation:
        return []
    total = styled(_INDENT + _("{score:9.3f} score").format(score=hit.score), BOLD, view)
    addends = addend_lines(hit.explanation, every=view.verbose)
    return [total, *(styled(_INDENT + visible_line(line), DIM, view) for line in addends)]


def facet_lines(results: Results, view: View) -> list[str]:
    """One line per facet: its values with their counts, the most frequent first."""
    lines = []
    for name, counts in results.facets.items():
        values = ", ".join(f"{visible_line(value)} {count}" for value, count in counts[:_MOST_VALUES])
        more = _(" … {count} more").format(count=len(counts) - _MOST_VALUES) if len(counts) > _MOST_VALUES else ""
        head = padded(facet_name(name), 10)
        first, *others = labelled(head, (values or "-") + more, view)
        lines += [styled(head, BOLD, view) + first[len(head) :], *others]
    return lines


def _broken(text: str, ranges: tuple[Range, ...], view: View, margin: int) -> list[tuple[str, tuple[Range, ...]]]:
    """*text* in lines that fit next to a *margin*, each with its highlights."""
    width = None if view.width is None else max(view.width - margin, 10)
    return [(text[a:b], clip_ranges(ranges, (a, b))) for a, b in break_lines(text, width)]
