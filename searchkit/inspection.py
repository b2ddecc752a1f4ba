"""An open index -> is it intact, does it match the corpus, and what is in it?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from os import stat_result
from pathlib import Path

from searchkit import __version__
from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.fingerprint import fingerprint
from searchkit.analysis.normalize import fold_case
from searchkit.articles.corpus import Entry, entries_of
from searchkit.articles.duplicates import group_of, is_kept, merge, unmerged
from searchkit.articles.file_facts import Facts
from searchkit.config import Config, user_words
from searchkit.engines.base import Reader, Request
from searchkit.errors import CorpusNotFound, IndexCorrupted
from searchkit.ingest.diff import facts_of_articles
from searchkit.ingest.job import semantic_of
from searchkit.ingest.manifest import Manifest, load_manifest
from searchkit.ingest.worker import text_digest
from searchkit.model import Article
from searchkit.query.plan import And, epoch
from searchkit.reports import Analysis, CheckReport, IndexStats, OnProgress, Progress
from searchkit.schema import READING_VERSION, SHOWN_FACETS
from searchkit.state import IndexState

Stamp = tuple[int, int] | None


def check_index(reader: Reader, config: Config, progress: OnProgress | None = None) -> CheckReport:
    """Compare the index with its checksums, its records and the corpus, whose files are not read.

    Raises:
        IndexCorrupted: the record of the articles cannot be read.
    """
    tell = progress or (lambda _: None)
    tell(Progress("verifying", 0, 0))
    if problems := tuple(reader.verify()):
        return CheckReport(len(reader), problems)
    manifest = load_manifest(reader.manifest())
    present = sorted(reader.ids())
    facts = {facts.id: facts for facts in facts_of_articles(manifest.records.values(), drafts=reader.state.drafts)}
    unreadable, differing = [], []
    for number, article_id in enumerate(present, 1):
        try:
            article = reader.get(article_id)
        except IndexCorrupted:
            article = None
        if article is None:
            unreadable.append(article_id)
        elif not _is_recorded(article, manifest, facts):
            differing.append(article_id)
        tell(Progress("comparing", number, len(present)))
    expected = manifest.documents.keys()
    folders = tuple(reader.state.folders.values())
    found = _stamps(folders, reader.state, config)
    recorded = {file: record.stamp for file, record in manifest.records.items()}
    stamps = recorded if found is None else found
    return CheckReport(
        articles=len(present),
        missing=tuple(sorted(expected - set(present))),
        unexpected=tuple(sorted(set(present) - expected)),
        unreadable=tuple(unreadable),
        differing=tuple(differing),
        compared=found is not None,
        lost=" · ".join(_lost(folders)) if found is None else "",
        new=tuple(sorted(stamps.keys() - recorded.keys())),
        changed=tuple(sorted(f for f in stamps.keys() & recorded.keys() if stamps[f] != recorded[f])),
        gone=tuple(sorted(recorded.keys() - stamps.keys())),
        settings=_other_settings(reader, config),
    )


def index_stats(reader: Reader, location: str) -> IndexStats:
    """The statistics of the index of *reader* at *location*, a folder or a name on a cluster."""
    everything = Request(And(()), limit=0, facets=SHOWN_FACETS)
    records = load_manifest(reader.manifest()).records.values()
    statuses = [record.status for record in records]
    folder, state = Path(location), reader.state
    stats = list(_stats_of_files(folder))
    newest = max((one.st_mtime for one in stats), default=None)
    return IndexStats(
        location=str(folder.absolute() if stats else folder),
        corpus=" · ".join(state.origin.values()),
        articles=len(reader),
        files=len(statuses),
        drafts=statuses.count("draft"),
        failed=statuses.count("failed"),
        terms=sum(1 for _ in reader.terms()),
        user_words=len(state.user_words),
        built=None if newest is None else datetime.fromtimestamp(newest, UTC),
        size=sum(one.st_size for one in stats),
        problems=tuple(record.problem for record in records if record.problem and record.status == "failed"),
        facets=reader.search(everything).facets,
        versions={"searchkit": __version__, "schema": str(state.schema), **state.analyzer, **_vectors(state)},
    )


def _vectors(state: IndexState) -> dict[str, str]:
    return {"vectors": f"{state.semantic.encoder}, {state.semantic.of}"} if state.semantic else {}


def _stats_of_files(folder: Path) -> Iterator[stat_result]:
    """Of the files there now: a reindex may be replacing them, and the folders they are in."""
    for inner, _folders, names in os.walk(folder):  # which passes over what is gone
        for name in names:
            with suppress(FileNotFoundError):
                if not name.startswith("LOCK"):
                    yield Path(inner, name).stat()


def analyze(text: str, *, config: Config | None = None) -> Analysis:
    """The terms of *text* in an index that `reindex` builds with *config*, and as a query.

    Raises:
        ConfigError: the user dictionary cannot be read.
    """
    return analysis_of(text, Analyzer(user_words(config or Config())))


def analysis_of(text: str, analyzer: Analyzer) -> Analysis:
    """The terms of *text* in an index with this *analyzer*, and as a query."""
    return Analysis(
        text=text,
        normal=fold_case(text),
        words=tuple(analyzer.words(text)),
        characters=tuple(analyzer.characters(text)),
        query=tuple((cut.term, tuple(cut.tokens)) for cut in analyzer.cut(text)),
    )


def _stamps(folders: tuple[str, ...], state: IndexState, config: Config) -> dict[str, Stamp] | None:
    """Sizes and times of the files in *folders*, by id; None if there is none, or one is missing."""
    if not folders:
        return None
    exclude = state.exclude if config.exclude is None else config.exclude
    try:
        entries = list(entries_of(folders, size_limit=config.size_limit, exclude=exclude))
    except CorpusNotFound:
        return None
    return {entry.id: entry.stamp for entry in entries if isinstance(entry, Entry)}


def _lost(folders: tuple[str, ...]) -> Iterator[str]:
    """Those of *folders* that are not there or cannot be listed."""
    for folder in folders:
        try:
            next(entries_of(folder), None)
        except CorpusNotFound:
            yield folder


def _is_recorded(article: Article, manifest: Manifest, facts: Mapping[str, Facts]) -> bool:
    """Whether the *facts* of the files of an article agree with the stored article; an article without a record is
    reported elsewhere."""
    document = manifest.documents.get(article.id)
    found = [facts.get(file) for file in (article.id, *article.duplicates)]
    first, files = found[0], tuple(one for one in found if one)
    if first is None or document is None:
        return document is None
    recorded = first.id, first.digest, first.body_digest, first.clock
    if recorded != (article.id, article.digest, text_digest(article.body), epoch(article.date)):
        return False
    if is_kept(document):  # what is added to the first file is that of an earlier run
        return True
    group = group_of(files, document)
    is_whole = len(files) == len(found) and document == group.digest
    return is_whole and merge(unmerged(article, first), group) == article


def _other_settings(reader: Reader, config: Config) -> tuple[str, ...]:
    """Names of settings that changed since the last reindex; the versions of the reading code and of Python's
    Unicode data are among them."""
    state = reader.state
    same = {
        "drafts": config.drafts in (None, state.drafts),
        "reading_version": state.reading.version == READING_VERSION,
        "exclude": config.exclude is None or state.exclude == tuple(config.exclude),
        "ignored_tags": state.reading.ignored_tags == tuple(config.ignored_tags),
        "user_dictionary": state.user_words == user_words(config),
        "semantic": state.semantic == semantic_of(config, state.semantic),
        "unicode": state.analyzer.get("unicode") == fingerprint()["unicode"],
    }
    return tuple(name for name, unchanged in same.items() if not unchanged)
