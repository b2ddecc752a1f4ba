"""A corpus -> an index: walk, read what changed, find repeats, analyse, write, publish.

Two passes, each over several processes. The survey reads every new or changed file and keeps a short record of
it; from all records together follows which documents the index must hold. The second pass reads and analyses
those that are not in it yet. What did not change is neither read nor written.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.fingerprint import fingerprint
from searchkit.articles.corpus import Corpus, Entry, entries_of, load
from searchkit.articles.repeats import Facts, Group, merge
from searchkit.articles.walk import Unreadable
from searchkit.changes import Changes, find_changes, make_report, without
from searchkit.config import Config, user_words
from searchkit.documents import make_document
from searchkit.engines import load_engine
from searchkit.engines.base import Document, Engine, Reader, Request
from searchkit.errors import ArticleError, CorpusNotFound, IndexNotFound
from searchkit.manifest import Manifest, Record, dump_manifest, load_manifest
from searchkit.model import IndexReport, Problem
from searchkit.parallel import Workers, default_jobs
from searchkit.query import plan
from searchkit.query.planning import epoch
from searchkit.schema import SCHEMA_VERSION

READING_VERSION = 1
"""Raised whenever the same file makes another article."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reindex is: *done* of *total* articles in a stage, "reading" or "indexing"."""

    stage: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


def reindex(
    corpus: Corpus = "corpus",
    index: str | Path = "index",
    *,
    full: bool = False,
    jobs: int | None = None,
    drafts: bool | None = None,
    dry_run: bool = False,
    progress: OnProgress | None = None,
    config: Config | None = None,
) -> IndexReport:
    """Bring the index at *index* up to date with *corpus*: a folder, a JSON Lines file, or articles.

    Only new and changed articles are read, unless *full*. Readers see the old index until all is done, and the
    new one after. A *dry_run* reads and counts but writes nothing.

    Raises:
        CorpusNotFound: there is no corpus at the path.
        IndexLocked: another reindex is at work.
        IndexCorrupted: the present index is damaged; `full=True` builds it anew.
    """
    config = config or Config()
    if drafts is not None:
        config = replace(config, drafts=drafts)
    workers = Workers(jobs or config.jobs or default_jobs())
    job = _Job(load_engine(config.engine, index), config, user_words(config), workers, progress)
    began = time.perf_counter()
    walked = _split(entries_of(corpus, size_limit=config.size_limit))
    with closing(workers), nullcontext() if dry_run else job.engine.locked():
        report = job.run(walked, _location(corpus), full=full, dry_run=dry_run)
    return replace(report, seconds=time.perf_counter() - began, dry_run=dry_run)


@dataclass(frozen=True)
class _Previous:
    """The index as it is: its manifest and state, and articles that hold a word of the user's dictionary
    that was added or taken away."""

    manifest: Manifest
    state: dict[str, Any]
    rewrite: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Job:
    engine: Engine
    config: Config
    words: tuple[str, ...]
    workers: Workers
    progress: OnProgress | None

    def run(self, walked: _Walked, location: str, *, full: bool, dry_run: bool) -> IndexReport:
        """Survey, compare and, unless *dry_run*, write. Needs the lock of the engine to write."""
        state = self._state(location)
        previous = None if full else self._previous(state)
        old = previous.manifest if previous else Manifest({}, {})
        unread = previous is not None and previous.state["reading"] == state["reading"]
        records, read = self._survey(walked.entries, old if unread else Manifest({}, {}))
        records.update(_out_of_reach(walked.unreadable, old))
        rewrite = previous.rewrite if previous else frozenset()
        changes = find_changes(records, old, drafts=self.config.drafts, rewrite=rewrite)
        stale = previous is None or records != old.records or previous.state != state
        if not dry_run and (stale or changes.write or changes.remove):
            changes = self._write(changes, walked.entries, records, state, full=previous is None)
        folders = tuple(Problem(u.id, u.reason) for u in walked.unreadable if u.is_folder)
        report = make_report(changes, records, old, walked.skipped, folders, drafts=self.config.drafts)
        return replace(report, read=read, full=previous is None)

    def _state(self, location: str) -> dict[str, Any]:
        """What is stored with the index; readers and later runs compare it with their own."""
        return {
            "schema": SCHEMA_VERSION,
            "analyzer": fingerprint(),
            "reading": {"version": READING_VERSION, "ignored_tags": list(self.config.ignored_tags)},
            "user_words": list(self.words),
            "drafts": self.config.drafts,
            "corpus": location,
        }

    def _previous(self, state: dict[str, Any]) -> _Previous | None:
        """The present index, if there is one that can be added to."""
        try:
            reader = self.engine.read()
        except IndexNotFound:
            return None
        with closing(reader):
            old = reader.state
            if any(old.get(name) != state[name] for name in ("schema", "analyzer")):
                return None
            manifest = load_manifest(reader.manifest())
            return _Previous(manifest, old, _holding(reader, set(old["user_words"]) ^ set(self.words)))

    def _survey(self, entries: dict[str, Entry], old: Manifest) -> tuple[dict[str, Record], int]:
        """A record of every entry, and how many had to be read for it."""
        records = {
            article_id: record
            for article_id, entry in entries.items()
            if entry.stamp and (record := old.records.get(article_id)) and record.stamp == entry.stamp
        }
        to_read = [entry for article_id, entry in entries.items() if article_id not in records]
        survey = partial(_survey_entry, ignored_tags=self.config.ignored_tags)
        for record in self._reported("reading", self.workers.map(survey, to_read), len(to_read)):
            records[record.id] = record
        return {article_id: records[article_id] for article_id in entries}, len(to_read)

    def _write(
        self, changes: Changes, entries: dict[str, Entry], records: dict[str, Record], state: dict[str, Any], *,
        full: bool,
    ) -> Changes:  # fmt: skip
        """Write and publish *changes*; returns what was done of them. Articles that turn out to be unreadable
        now get a record that says so."""
        tasks = [(entries.get(group.id), group) for group in changes.write]
        analyse = partial(_analyse_entry, ignored_tags=self.config.ignored_tags, words=self.words)
        with self.engine.write(full=full) as writer:
            writer.remove(changes.remove)
            for result in self._reported("indexing", self.workers.map(analyse, tasks), len(tasks)):
                if isinstance(result, Problem):
                    records[result.path] = Record(result.path, "failed", problem=result)
                else:
                    writer.add(result)
            failed = frozenset(r.id for r in records.values() if r.status == "failed")
            done = without(changes, failed)
            documents = {group.id: group.digest for group in done.groups.values()}
            writer.commit(state, dump_manifest(records.values(), documents))
        return done

    def _reported(self, stage: str, results: Iterator[Any], total: int) -> Iterator[Any]:
        for done, result in enumerate(results, 1):
            if self.progress:
                self.progress(Progress(stage, done, total))
            yield result


@dataclass(frozen=True)
class _Walked:
    """What a walk came upon: entries by id, what was passed over, and what could not be looked at."""

    entries: dict[str, Entry]
    skipped: tuple[Problem, ...]
    unreadable: tuple[Unreadable, ...]


def _split(found: Iterable[Entry | Problem | Unreadable]) -> _Walked:
    """The three kinds of things found; of two entries with one id the first counts.

    Raises:
        CorpusNotFound: the corpus itself cannot be listed.
    """
    entries: dict[str, Entry] = {}
    skipped: list[Problem] = []
    unreadable: list[Unreadable] = []
    for item in found:
        if isinstance(item, Problem):
            skipped.append(item)
        elif isinstance(item, Unreadable):
            unreadable.append(item)
        elif item.id in entries:
            skipped.append(Problem(item.id, "an article with this id came before"))
        else:
            entries[item.id] = item
    if any(item.is_folder and item.id in ("", "/") for item in unreadable):
        raise CorpusNotFound(f"the corpus {unreadable[0].reason}; nothing was changed")
    return _Walked(entries, tuple(skipped), tuple(unreadable))


def _out_of_reach(unreadable: Iterable[Unreadable], old: Manifest) -> dict[str, Record]:
    """Records of what could not be looked at: a file failed; of a folder, whatever was known of it stays, so
    that a share that is not mounted for a night does not empty the index."""
    records: dict[str, Record] = {}
    for item in unreadable:
        if item.is_folder:
            records.update((i, record) for i, record in old.records.items() if i.startswith(item.id))
        else:
            records[item.id] = Record(item.id, "failed", problem=Problem(item.id, item.reason))
    return records


def _location(corpus: Corpus) -> str:
    """Where the files of a corpus are, so that a hit can name its file; nothing for articles from a program."""
    return str(Path(corpus).absolute()) if isinstance(corpus, (str, Path)) and Path(corpus).is_dir() else ""


def _survey_entry(entry: Entry, ignored_tags: tuple[str, ...]) -> Record:
    try:
        reading = load(entry, ignored_tags=ignored_tags)
    except ArticleError as error:
        lasting = not isinstance(error.__cause__, OSError)  # what could not be opened is tried again next time
        return Record(entry.id, "failed", entry.stamp if lasting else None, problem=Problem(entry.id, str(error)))
    article = reading.article
    facts = Facts(
        id=article.id,
        digest=article.digest,
        body_digest=_digest(article.body) if article.body else "",
        title=article.title,
        tags=article.tags,
        categories=article.categories,
        clock=epoch(article.date),
    )
    return Record(entry.id, "draft" if article.draft else "article", entry.stamp, facts, reading.recovered)


def _analyse_entry(
    task: tuple[Entry | None, Group], ignored_tags: tuple[str, ...], words: tuple[str, ...]
) -> Document | Problem:
    """The document of a group, from its first file, if that is still what the survey saw."""
    entry, group = task
    if entry is None:
        return Problem(group.id, "cannot be read now, and it must be indexed again")
    try:
        article = load(entry, ignored_tags=ignored_tags).article
    except ArticleError as error:
        return Problem(entry.id, str(error))
    if article.digest != group.files[0].digest:
        return Problem(entry.id, "changed while it was read; the next reindex reads it again")
    return make_document(merge(article, group), _analyzer(words))


@lru_cache(maxsize=2)
def _analyzer(words: tuple[str, ...]) -> Analyzer:
    return Analyzer(words)


def _holding(reader: Reader, words: Iterable[str]) -> frozenset[str]:
    """Ids of the articles that hold one of *words*."""
    analyzer = Analyzer()
    pieces = tuple(plan.Piece(tuple(analyzer.characters(word.split()[0]))) for word in words)
    if not pieces:
        return frozenset()
    found = reader.search(Request(plan.Any(pieces), limit=None))
    return frozenset(article_id for article_id, _ in found.hits)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
