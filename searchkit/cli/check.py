"""`searchkit check`: is the index whole, and is it what the corpus holds now?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from searchkit.cli.options import (
    color_option,
    engine_option,
    index_of,
    index_option,
    json_option,
    quiet_option,
    settings,
)
from searchkit.cli.progress import progress_bar
from searchkit.cli.words import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchkit.config import Config
    from searchkit.engines.base import Reader
    from searchkit.ingest.manifest import Manifest, Record
    from searchkit.ingest.reindex import OnProgress
    from searchkit.model import Article, Problem

_EPILOG = """\b
Examples:
  searchkit check
  searchkit check --json | jq .changed

\b
Every byte of the index is compared with its checksum, and its articles with
the record of the last reindex. Files of the corpus are compared by size and
time and are not read.

\b
Exit code: 0 fine, 1 the corpus has changed (run `searchkit reindex`) or is gone,
2 damaged (run `searchkit reindex --full`).
"""
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with files of the index; ids of articles something is wrong with, each sorted; settings that
    are not those of the index. `compared` says whether there was a corpus to compare with, `lost` where it was if
    it is not there any more. With files that are damaged nothing is compared."""

    articles: int
    problems: tuple[Problem, ...] = ()
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    compared: bool = False
    lost: str = ""
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def damaged(self) -> bool:
        return bool(self.problems or self.missing or self.unexpected or self.unreadable or self.differing)

    @property
    def outdated(self) -> bool:
        return bool(self.lost or self.new or self.changed or self.gone or self.settings)


@click.command(epilog=_EPILOG)
@index_option
@engine_option
@json_option
@color_option
@quiet_option
def command(index: str | None, engine: str | None, as_json: bool, color: str | None, quiet: bool) -> None:
    """Verify the index and compare it with the folder."""
    from searchkit.cli.safe import dump_json
    from searchkit.cli.terminal import print_data

    config = settings(index=index, engine=engine, color=color)
    with index_of(config) as opened, progress_bar(quiet=quiet, color=config.color) as progress:
        findings = examine(opened.reader, config, progress)
    if as_json:
        print_data(dump_json(findings_to_dict(findings), indent=2) + "\n")
    elif not quiet:
        click.echo(findings_to_text(findings), nl=False)
    if findings.damaged or findings.outdated:
        raise click.exceptions.Exit(2 if findings.damaged else 1)


def examine(reader: Reader, config: Config, progress: OnProgress | None = None) -> Findings:
    """Everything that can be found out without reading the files of the corpus.

    Raises:
        IndexCorrupted: there is no telling which articles the index should have.
    """
    from searchkit.ingest.manifest import load_manifest
    from searchkit.ingest.reindex import Progress

    tell = progress or (lambda _: None)
    tell(Progress("verifying", 0, 0))
    if problems := tuple(reader.verify()):
        return Findings(len(reader), problems)
    manifest = load_manifest(reader.manifest())
    present = sorted(reader.ids())
    unreadable, differing = [], []
    for number, article_id in enumerate(present, 1):
        article = _read(reader, article_id)
        if article is None:
            unreadable.append(article_id)
        elif not _is_recorded(article, manifest):
            differing.append(article_id)
        tell(Progress("comparing", number, len(present)))
    expected = manifest.documents.keys()
    corpus = reader.state["corpus"]
    stamps = _stamps(corpus, config)
    new, changed, gone = ((), (), ()) if stamps is None else _compare(manifest.records, stamps)
    return Findings(
        articles=len(present),
        missing=tuple(sorted(expected - set(present))),
        unexpected=tuple(sorted(set(present) - expected)),
        unreadable=tuple(unreadable),
        differing=tuple(differing),
        compared=stamps is not None,
        lost=corpus if stamps is None else "",
        new=new,
        changed=changed,
        gone=gone,
        settings=_other_settings(reader, config),
    )


def findings_to_dict(findings: Findings) -> dict[str, object]:
    """The findings as plain values, in the order of docs/json.md."""
    from searchkit.cli.render.as_json import JSON_VERSION

    lists = ("missing", "unexpected", "unreadable", "differing", "new", "changed", "gone", "settings")
    return {
        "version": JSON_VERSION,
        "articles": findings.articles,
        "damaged": findings.damaged,
        "outdated": findings.outdated,
        "compared": findings.compared,
        "problems": [problem.to_dict() for problem in findings.problems],
        **{name: list(getattr(findings, name)) for name in lists},
    }


def findings_to_text(findings: Findings) -> str:
    """A line a finding, the first ids under it, and what to do."""
    from searchkit.cli.safe import visible_line

    problems = tuple(f"{problem.path}: {problem.reason}" for problem in findings.problems)
    groups = {
        f"{plural(len(problems), 'fault')} in the files of the index": problems,
        "missing from the index": findings.missing,
        "in the index but not in its record": findings.unexpected,
        "cannot be read back": findings.unreadable,
        "stored otherwise than recorded": findings.differing,
        "new in the corpus": findings.new,
        "changed in the corpus": findings.changed,
        "gone from the corpus": findings.gone,
        f"other {plural(len(findings.settings), 'setting')} than when it was built": findings.settings,
    }
    lines = [f"{findings.articles:,} {plural(findings.articles, 'article')} in the index"]
    for name, ids in groups.items():
        lines += _named(name, ids)
    if findings.lost:
        lines.append(f"the folder of the corpus is gone: {visible_line(findings.lost)}")
    elif not findings.compared and not findings.problems:
        lines.append("there is no folder to compare with")
    return "\n".join([*lines, _advice(findings)]) + "\n"


def _advice(findings: Findings) -> str:
    if findings.damaged:
        return "damaged: run `searchkit reindex --full`"
    if findings.lost:
        return "out of date: put the folder back, or run `searchkit reindex CORPUS` with where it is now"
    return "out of date: run `searchkit reindex`" if findings.outdated else "fine"


def _named(name: str, ids: tuple[str, ...]) -> list[str]:
    from searchkit.cli.safe import visible_line

    if not ids:
        return []
    more = [f"  and {len(ids) - _MOST_NAMED:,} more"] if len(ids) > _MOST_NAMED else []
    return [f"{len(ids):,} {name}:", *(f"  {visible_line(i)}" for i in ids[:_MOST_NAMED]), *more]


def _stamps(corpus: str, config: Config) -> dict[str, tuple[int, int] | None] | None:
    """Sizes and times of the files in the folder *corpus*, by id; None if there is no such folder."""
    from searchkit.articles.corpus import Entry, entries_of
    from searchkit.errors import CorpusNotFound

    if not corpus:
        return None
    try:
        entries = list(entries_of(corpus, size_limit=config.size_limit))
    except CorpusNotFound:
        return None
    return {entry.id: entry.stamp for entry in entries if isinstance(entry, Entry)}


def _compare(
    records: Mapping[str, Record], stamps: Mapping[str, tuple[int, int] | None]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The ids of files that are new, changed and gone since they were indexed."""
    new = sorted(stamps.keys() - records.keys())
    changed = sorted(i for i in stamps.keys() & records.keys() if stamps[i] != records[i].stamp)
    return tuple(new), tuple(changed), tuple(sorted(records.keys() - stamps.keys()))


def _read(reader: Reader, article_id: str) -> Article | None:
    from searchkit.errors import IndexCorrupted

    try:
        return reader.get(article_id)
    except IndexCorrupted:
        return None


def _is_recorded(article: Article, manifest: Manifest) -> bool:
    """Whether the records of the files of an article are of what is stored; an article without a record is told
    elsewhere."""
    from searchkit.articles.duplicates import Group, merge
    from searchkit.ingest.worker import text_digest
    from searchkit.query.dates import epoch

    document = manifest.documents.get(article.id)
    records = [manifest.records.get(file) for file in (article.id, *article.duplicates)]
    files = tuple(record.facts for record in records if record and record.facts)
    if len(files) < len(records) or document is None:
        return document is None
    group, first = Group(files), files[0]
    of_first = replace(article, duplicates=(), other_titles=(), tags=first.tags, categories=first.categories)
    recorded = first.id, first.digest, first.body_digest, first.title, first.clock
    stored = article.id, article.digest, text_digest(article.body), article.title, epoch(article.date)
    return recorded == stored and document == group.digest and merge(of_first, group) == article


def _other_settings(reader: Reader, config: Config) -> tuple[str, ...]:
    """Names of settings that a reindex would apply anew; the version of reading, which no user sets, is one."""
    from searchkit.config import user_words
    from searchkit.ingest.reindex import READING_VERSION

    state = reader.state
    reading = state.get("reading", {})
    same = {
        "drafts": state.get("drafts") == config.drafts,
        "reading_version": reading.get("version") == READING_VERSION,
        "ignored_tags": reading.get("ignored_tags") == list(config.ignored_tags),
        "user_dictionary": state.get("user_words") == list(user_words(config)),
    }
    return tuple(name for name, unchanged in same.items() if not unchanged)
