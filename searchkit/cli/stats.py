"""`searchkit stats`: the contents, the source and the versions of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.layout import plural
from searchkit.cli.options import engine_option, index_of, index_option, json_option, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchkit import IndexStats
    from searchkit.cli.layout import View

_EPILOG = """\b
Examples:
  searchkit stats
  searchkit stats --json | jq .articles

\b
Exit code: 0 shown, 2 error.
"""
_MOST_VALUES = 10


@click.command(epilog=_EPILOG)
@index_option
@engine_option
@json_option
def command(index: str | None, engine: str | None, as_json: bool) -> None:
    """Show what is in the index."""
    from searchkit.cli.output import print_value

    config = settings(index=index, engine=engine)
    with index_of(config) as opened:
        stats = opened.stats()
    print_value(stats, stats_to_text, stats_to_dict, as_json=as_json)


def stats_to_dict(stats: IndexStats) -> dict[str, Any]:
    """The statistics as plain values, in the order of docs/json.md."""
    return {
        "index": stats.location,
        "corpus": stats.corpus,
        "built": _built(stats),
        "bytes": stats.size,
        "articles": stats.articles,
        "files": stats.files,
        "drafts": stats.drafts,
        "failed": stats.failed,
        "terms": stats.terms,
        "user_words": stats.user_words,
        "facets": {name: [list(pair) for pair in counts] for name, counts in stats.facets.items()},
        "versions": dict(stats.versions),
    }


def stats_to_text(stats: IndexStats, view: View) -> str:
    """One line per fact; of each facet, the most frequent values."""
    from searchkit.cli.layout import visible_line

    lines = {
        "articles": f"{stats.articles:,} from {stats.files:,} {plural(stats.files, 'file')}",
        "left out": f"{stats.drafts:,} {plural(stats.drafts, 'draft')} · {stats.failed:,} failed",
        "terms": f"{stats.terms:,} (of the user dictionary: {stats.user_words:,})",
        "corpus": stats.corpus or "(not a folder)",
        "index": stats.location + (f" · {stats.size / 1e6:.1f} MB" if stats.size else ""),
        "built": _built(stats),
        "versions": " · ".join(f"{name} {value}" for name, value in stats.versions.items()),
        **{str(name): _values(counts) for name, counts in stats.facets.items()},
    }
    return "".join(f"{name:<10}{visible_line(value)}\n" for name, value in lines.items() if value)


def _built(stats: IndexStats) -> str:
    return stats.built.isoformat(timespec="seconds") if stats.built else ""


def _values(counts: Sequence[tuple[str, int]]) -> str:
    more = f" … {len(counts) - _MOST_VALUES:,} more" if len(counts) > _MOST_VALUES else ""
    return (", ".join(f"{value} {count:,}" for value, count in counts[:_MOST_VALUES]) or "-") + more
