"""`searchkit check`: is the index whole, and is it what the corpus holds now?"""

from __future__ import annotations

import pickle
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from searchkit.cli.options import index_of, index_option, json_option, quiet_option, settings

if TYPE_CHECKING:
    from searchkit.config import Config
    from searchkit.engines.base import Reader
    from searchkit.manifest import Manifest

_EPILOG = """\b
Examples:
  searchkit check
  searchkit check --json | jq .changed

\b
Every article is read back from the index. Files are compared by size and time
and are not read.

\b
Exit code: 0 fine, 1 the corpus has changed (run `searchkit reindex`),
2 damaged (run `searchkit reindex --full`).
"""
_MOST_NAMED = 5
_DAMAGE = (OSError, ValueError, LookupError, EOFError, TypeError, zlib.error, struct.error, pickle.UnpicklingError)


@dataclass(frozen=True, slots=True)
class Findings:
    """Ids of what is wrong, each sorted, and settings that are not those of the index. `compared` says whether
    there was a corpus to compare with."""

    articles: int
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    compared: bool = False
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def damaged(self) -> bool:
        return bool(self.missing or self.unexpected or self.unreadable)

    @property
    def outdated(self) -> bool:
        return bool(self.new or self.changed or self.gone or self.settings)


@click.command(epilog=_EPILOG)
@index_option
@json_option
@quiet_option
def command(index: str | None, as_json: bool, quiet: bool) -> None:
    """Verify the index and compare it with the folder."""
    from searchkit.cli.safe import dump_json
    from searchkit.cli.terminal import print_data

    config = settings(index=index)
    with index_of(config) as opened:
        findings = examine(opened.reader, config)
    if as_json:
        print_data(dump_json(findings_to_dict(findings), indent=2) + "\n")
    elif not quiet:
        click.echo(findings_to_text(findings), nl=False)
    if findings.damaged or findings.outdated:
        raise click.exceptions.Exit(2 if findings.damaged else 1)


def examine(reader: Reader, config: Config) -> Findings:
    """Everything that can be found out without reading the files of the corpus."""
    from searchkit.errors import IndexCorrupted
    from searchkit.manifest import load_manifest

    try:
        manifest = load_manifest(reader.manifest())
        present = frozenset(reader.ids())
    except _DAMAGE as error:
        raise IndexCorrupted(f"{config.index}: {error}; run `searchkit reindex --full`") from error
    expected = manifest.documents.keys()
    compared, new, changed, gone = _compare(manifest, reader.state.get("corpus", ""), config)
    return Findings(
        articles=len(present),
        missing=tuple(sorted(expected - present)),
        unexpected=tuple(sorted(present - expected)),
        unreadable=tuple(sorted(i for i in present if not _is_readable(reader, i))),
        compared=compared,
        new=new,
        changed=changed,
        gone=gone,
        settings=_other_settings(reader, config),
    )


def findings_to_dict(findings: Findings) -> dict[str, object]:
    """The findings as plain values, in the order of docs/json.md."""
    from searchkit.cli.render.as_json import JSON_VERSION

    lists = ("missing", "unexpected", "unreadable", "new", "changed", "gone", "settings")
    return {
        "version": JSON_VERSION,
        "articles": findings.articles,
        "damaged": findings.damaged,
        "outdated": findings.outdated,
        "compared": findings.compared,
        **{name: list(getattr(findings, name)) for name in lists},
    }


def findings_to_text(findings: Findings) -> str:
    """A line a finding, the first ids under it, and what to do."""
    groups = {
        "missing from the index": findings.missing,
        "in the index but not in its record": findings.unexpected,
        "cannot be read back": findings.unreadable,
        "new in the corpus": findings.new,
        "changed in the corpus": findings.changed,
        "gone from the corpus": findings.gone,
        "other settings than when it was built": findings.settings,
    }
    lines = [f"{findings.articles:,} articles in the index"]
    for name, ids in groups.items():
        lines += _named(name, ids)
    if not findings.compared:
        lines.append("there is no folder to compare with")
    return "\n".join([*lines, _advice(findings)]) + "\n"


def _advice(findings: Findings) -> str:
    if findings.damaged:
        return "damaged: run `searchkit reindex --full`"
    return "out of date: run `searchkit reindex`" if findings.outdated else "fine"


def _named(name: str, ids: tuple[str, ...]) -> list[str]:
    from searchkit.cli.safe import visible_line

    if not ids:
        return []
    more = [f"  and {len(ids) - _MOST_NAMED:,} more"] if len(ids) > _MOST_NAMED else []
    return [f"{len(ids):,} {name}:", *(f"  {visible_line(i)}" for i in ids[:_MOST_NAMED]), *more]


def _compare(
    manifest: Manifest, corpus: str, config: Config
) -> tuple[bool, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Whether there is a corpus, and the ids of files that are new, changed and gone since it was indexed."""
    from searchkit.articles.corpus import Entry, entries_of
    from searchkit.errors import CorpusNotFound

    try:
        entries = list(entries_of(corpus, size_limit=config.size_limit)) if corpus else []
    except CorpusNotFound:
        corpus = ""
    if not corpus:
        return False, (), (), ()
    stamps = {entry.id: entry.stamp for entry in entries if isinstance(entry, Entry)}
    records = manifest.records
    new = sorted(stamps.keys() - records.keys())
    changed = sorted(i for i in stamps.keys() & records.keys() if stamps[i] != records[i].stamp)
    return True, tuple(new), tuple(changed), tuple(sorted(records.keys() - stamps.keys()))


def _is_readable(reader: Reader, article_id: str) -> bool:
    try:
        return reader.get(article_id) is not None
    except _DAMAGE:
        return False


def _other_settings(reader: Reader, config: Config) -> tuple[str, ...]:
    """Names of settings that a reindex would apply anew."""
    from searchkit.config import user_words

    state = reader.state
    same = {
        "drafts": state.get("drafts") == config.drafts,
        "ignored_tags": state.get("reading", {}).get("ignored_tags") == list(config.ignored_tags),
        "user_dictionary": state.get("user_words") == list(user_words(config)),
    }
    return tuple(name for name, unchanged in same.items() if not unchanged)
