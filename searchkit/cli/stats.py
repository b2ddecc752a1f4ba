"""`searchkit stats`: the contents, the source and the versions of an index."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import click

from searchkit import IndexStats
from searchkit.cli.layout import View, first_lines, labelled, padded, visible_line
from searchkit.cli.options import index_options, json_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import index_of, settings
from searchkit.json_form import stats_to_dict
from searchkit.schema import facet_name
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

_EPILOG = _("""\b
Examples:
  searchkit stats
  searchkit stats --json | jq .articles

\b
Exit code: 0 shown, 2 error.
""")
_MOST_VALUES = 10


@click.command(help=_("Show what is in the index."), epilog=_EPILOG)
@index_options
@json_option
def command(as_json: bool, **flags: Any) -> None:
    with index_of(settings(**flags)) as opened:
        stats = opened.stats()
    print_value(stats, stats_to_text, stats_to_dict, as_json=as_json)


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
