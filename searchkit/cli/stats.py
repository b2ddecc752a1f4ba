"""`searchkit stats`: what is in an index, where it came from and what made it."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.options import engine_option, index_of, index_option, json_option, settings
from searchkit.cli.words import plural

if TYPE_CHECKING:
    from searchkit.index import Index

_EPILOG = """\b
Examples:
  searchkit stats
  searchkit stats --json | jq .articles
"""
_MOST_VALUES = 10


@click.command(epilog=_EPILOG)
@index_option
@engine_option
@json_option
def command(index: str | None, engine: str | None, as_json: bool) -> None:
    """Say what is in the index."""
    from searchkit.cli.safe import dump_json
    from searchkit.cli.terminal import print_data, print_text

    config = settings(index=index, engine=engine)
    with index_of(config) as opened:
        facts = facts_of(opened, Path(config.index))
    if as_json:
        print_data(dump_json(facts, indent=2) + "\n")
    else:
        print_text(facts_to_text(facts))


def facts_of(index: Index, folder: Path) -> dict[str, Any]:
    """What there is to say, as plain values, in the order of docs/json.md."""
    from searchkit import __version__
    from searchkit.engines.base import Request
    from searchkit.ingest.manifest import load_manifest
    from searchkit.query.plan import And
    from searchkit.schema import JSON_VERSION

    reader = index.reader
    everything = Request(And(()), limit=0, facets=("tag", "category", "author", "year"))
    statuses = [record.status for record in load_manifest(reader.manifest()).records.values()]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("LOCK")]
    return {
        "version": JSON_VERSION,
        "index": str(folder.absolute() if files else folder),
        "corpus": reader.state.corpus,
        "built": _latest(files),
        "bytes": sum(path.stat().st_size for path in files),
        "articles": len(index),
        "files": len(statuses),
        "drafts": statuses.count("draft"),
        "failed": statuses.count("failed"),
        "terms": sum(1 for _ in reader.terms()),
        "user_words": len(reader.state.user_words),
        "facets": {name: [list(p) for p in counts] for name, counts in reader.search(everything).facets.items()},
        "versions": {"searchkit": __version__, "schema": reader.state.schema, **reader.state.analyzer},
    }


def facts_to_text(facts: dict[str, Any]) -> str:
    """A line a fact; of the facets, the most frequent values."""
    from searchkit.cli.safe import visible_line

    files, drafts = facts["files"], facts["drafts"]
    lines = {
        "articles": f"{facts['articles']:,} from {files:,} {plural(files, 'file')}",
        "left out": f"{drafts:,} {plural(drafts, 'draft')} · {facts['failed']:,} failed",
        "terms": f"{facts['terms']:,} (of the user dictionary: {facts['user_words']:,})",
        "corpus": facts["corpus"] or "(not a folder)",
        "index": facts["index"] + (f" · {facts['bytes'] / 1e6:.1f} MB" if facts["bytes"] else ""),
        "built": facts["built"],
        "versions": " · ".join(f"{name} {value}" for name, value in facts["versions"].items()),
        **{name: _values(counts) for name, counts in facts["facets"].items()},
    }
    return "".join(f"{name:<10}{visible_line(value)}\n" for name, value in lines.items() if value)


def _values(counts: list[list[Any]]) -> str:
    more = f" … {len(counts) - _MOST_VALUES:,} more" if len(counts) > _MOST_VALUES else ""
    return (", ".join(f"{value} {count:,}" for value, count in counts[:_MOST_VALUES]) or "-") + more


def _latest(files: list[Path]) -> str:
    """When the newest of *files* was written; nothing where the index is not in files."""
    if not files:
        return ""
    newest = max(path.stat().st_mtime for path in files)
    return datetime.fromtimestamp(newest, timezone.utc).isoformat(timespec="seconds")
