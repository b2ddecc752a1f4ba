"""`searchkit stats`: the contents, the source and the versions of an index, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import click

from searchkit import Config, IndexStats
from searchkit.cli.layout import View, first_lines, labelled, padded, visible_line, with_texts
from searchkit.cli.noted import noted_gaps
from searchkit.cli.options import index_options, json_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import say
from searchkit.gap_log import Gap, asked_again, forget_gaps
from searchkit.json_form import dump_json, gaps_to_dict, stats_to_dict
from searchkit.schema import facet_name
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

_EPILOG = _("""\b
Examples:
  searchkit stats
  searchkit stats --json | jq .articles
  searchkit stats --forget-gaps

\b
Exit code: 0 shown, 2 error.
""")
_MOST_VALUES = 10


@click.command(help=_("Show what is in the index."), epilog=_EPILOG)
@index_options
@json_option
@click.option("--forget-gaps", is_flag=True, help=_("Forget the searches that found little, and end."))
def command(as_json: bool, forget_gaps: bool, **flags: Any) -> None:
    config = settings(**flags)
    if forget_gaps:
        _forget(config)
        return
    with index_of(config) as opened:
        noted = noted_gaps(config)
        gaps = asked_again(noted, opened)
        shown = _Shown(opened.stats(), gaps if config.gap_log else None, len(noted) - len(gaps))
    print_value(shown, _to_text, _to_dict, as_json=as_json)


class _Shown(NamedTuple):
    """The statistics, and what found little; None where that is not noted. *more* are not shown."""

    stats: IndexStats
    gaps: tuple[Gap, ...] | None
    more: int


def _forget(config: Config) -> None:
    count = forget_gaps(config)
    say(ngettext("forgot {count:,} search", "forgot {count:,} searches", count).format(count=count))


def _to_dict(shown: _Shown) -> dict[str, Any]:
    return {**stats_to_dict(shown.stats), **({} if shown.gaps is None else gaps_to_dict(shown.gaps))}


def _to_text(shown: _Shown, view: View) -> str:
    gaps = _gaps(shown.gaps or (), shown.more, view)
    return stats_to_text(shown.stats, view) + "".join(f"{line}\n" for line in gaps)


def _gaps(gaps: Sequence[Gap], more: int, view: View) -> Iterator[str]:
    """A line for each of *gaps*: how often it was asked, when last, how many articles have all words now; how many
    *more* there are; and what to write into the settings where a word has another form in the articles."""
    if gaps:
        rows = ((f"{gap.count:,}", gap.last[:10], f"{gap.now:,}") for gap in gaps)
        table = [(_("asked"), _("last"), _("now")), *rows]
        yield ""
        yield from with_texts(table, [_("what found little"), *(_question(gap) for gap in gaps)], view)
    if more:
        yield _("and {count:,} more").format(count=more)
    if words := dict.fromkeys(pair for gap in gaps if not gap.is_closed for pair in gap.other_words):
        line = f"synonyms = {visible_line(dump_json(list(words)))}"
        yield _("for searchkit.toml, if they mean the same: {line}").format(line=line)


def _question(gap: Gap) -> str:
    meant = _(" (did you mean: {query})").format(query=gap.suggestion) if gap.suggestion else ""
    return visible_line(gap.query + meant)


def stats_to_text(stats: IndexStats, view: View) -> str:
    """One line per fact; of each facet, the most frequent values."""
    articles = ngettext("{articles:,} from {files:,} file", "{articles:,} from {files:,} files", stats.files)
    left_out = ngettext(
        "{drafts:,} draft · {failed:,} failed", "{drafts:,} drafts · {failed:,} failed", stats.drafts
    )
    terms = _("{terms:,} (of the user dictionary: {words:,})")
    lines = {
        _("articles"): articles.format(articles=stats.articles, files=stats.files),
        _("left out"): left_out.format(drafts=stats.drafts, failed=stats.failed),
        _("terms"): terms.format(terms=stats.terms, words=stats.user_words),
        _("corpus"): stats.corpus or _("(not a folder)"),
        _("index"): stats.location + (f" · {stats.size / 1e6:.1f} MB" if stats.size else ""),
        _("built"): _built(stats),
        _("versions"): " · ".join(f"{name} {value}" for name, value in stats.versions.items()),
        **{facet_name(name): _values(counts) for name, counts in stats.facets.items()},
    }
    shown = (labelled(padded(name, 10), visible_line(value), view) for name, value in lines.items() if value)
    failed = first_lines([f"{problem.path}: {problem.reason}" for problem in stats.problems])
    return "".join(f"{line}\n" for line in chain(chain.from_iterable(shown), _failed(failed)))


def _failed(lines: Sequence[str]) -> Sequence[str]:
    return [_("could not be indexed:"), *lines] if lines else []


def _built(stats: IndexStats) -> str:
    return stats.built.isoformat(timespec="seconds") if stats.built else ""


def _values(counts: Sequence[tuple[str, int]]) -> str:
    more = _(" … {count:,} more").format(count=len(counts) - _MOST_VALUES) if len(counts) > _MOST_VALUES else ""
    return (", ".join(f"{value} {count:,}" for value, count in counts[:_MOST_VALUES]) or "-") + more
