"""A corpus -> an index: walk, read what changed, find repeats, analyse, write, publish.

Worker processes read and analyse every new or changed file once, and hand over short records of them and
documents that are packed for the engine. From all records together follows which documents the index must hold.
Files that repeat each other are read again, as one article. What did not change is neither read nor written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.fingerprint import fingerprint
from searchkit.articles.corpus import Corpus, Entry, entries_of
from searchkit.articles.walk import Unreadable
from searchkit.config import Config, user_words
from searchkit.engines import load_engine
from searchkit.engines.base import Engine, Reader, Request, Shard, Shared, Writer
from searchkit.errors import IndexNotFound, IndexOutdated
from searchkit.ingest import worker
from searchkit.ingest.diff import Changes, find_changes, make_report, without
from searchkit.ingest.manifest import Manifest, Record, dump_manifest, load_manifest
from searchkit.ingest.scan import Walked, out_of_reach, split
from searchkit.ingest.workers.pool import Workers, default_jobs
from searchkit.model import IndexReport, Problem
from searchkit.query import plan
from searchkit.schema import READING_VERSION, SCHEMA_VERSION
from searchkit.state import check_facts


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
    shard: Shard | None = None,
    progress: OnProgress | None = None,
    config: Config | None = None,
) -> IndexReport:
    """Bring the index at *index* up to date with *corpus*: a folder, a JSON Lines file, or articles.

    Only new and changed articles are read, unless *full*. Readers see the old index until all is done, and the
    new one after. A *dry_run* reads and counts but writes nothing. With a *shard*, one of several workers builds
    the index anew together with the others, and the report is of its part; whoever is the last publishes, and
    reports the whole.

    Raises:
        ValueError: *shard* is given for an engine that several cannot fill together, or for a *dry_run*.
        CorpusNotFound: there is no corpus at the path.
        IndexLocked: another reindex is at work.
        IndexCorrupted: the present index is damaged; `full=True` builds it anew.
    """
    if shard and dry_run:
        raise ValueError("a dry run writes nothing, so there is no part of it to do; leave --shard out")
    if shard and not isinstance(corpus, (str, Path)):
        corpus = tuple(corpus)  # whoever is the last goes through all of it once more
    config = config or Config()
    if drafts is not None:
        config = replace(config, drafts=drafts)
    workers = Workers(jobs or config.jobs or default_jobs())
    job = _Job(corpus, index, load_engine(config.engine, index), config, user_words(config), workers, progress)
    began = time.perf_counter()
    with closing(workers):
        if shard:
            report = job.run_shard(shard)
        else:
            walked = job.walk()
            with nullcontext() if dry_run else job.engine.locked():
                report = job.run(walked, full=full, dry_run=dry_run)
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
    corpus: Corpus
    index: str | Path
    engine: Engine
    config: Config
    words: tuple[str, ...]
    workers: Workers
    progress: OnProgress | None

    def walk(self, shard: Shard | None = None) -> Walked:
        """What the corpus holds; of articles only those of *shard*."""
        return split(self._found(shard))

    def _found(self, shard: Shard | None) -> Iterator[Entry | Problem | Unreadable]:
        for one in entries_of(self.corpus, size_limit=self.config.size_limit):
            self.engine.heartbeat()
            if shard is None or not isinstance(one, Entry) or shard.has(one.id):
                yield one

    def run(
        self, walked: Walked, *, full: bool, dry_run: bool, done: Mapping[str, Record] | None = None
    ) -> IndexReport:
        """Survey, compare and, unless *dry_run*, write. Needs the lock of the engine to write. What workers have
        *done* of a full run is neither read nor written again."""
        state = self._state()
        previous = None if full else self._previous(state)
        old = previous.manifest if previous else Manifest({}, {})
        trusted = old.records if previous and previous.state["reading"] == state["reading"] else {}
        rewrite = previous.rewrite if previous else frozenset()
        with _Output(self.engine, state, full=previous is None, dry_run=dry_run) as output:
            if done:
                trusted = {
                    i: r for i, r in done.items() if output.resumed.get(i) in (None, r.facts and r.facts.digest)
                }
            known = old.documents or output.resumed
            records, read = self._survey(walked.entries, trusted, known, output, rewrite)
            records.update(out_of_reach(walked.unreadable, old))
            changes = find_changes(records, old, drafts=self.config.drafts, rewrite=rewrite)
            stale = previous is None or records != old.records or previous.state != state
            if not dry_run and (stale or changes.write or changes.remove):
                changes = self._write(changes, walked.entries, records, state, output)
        folders = tuple(Problem(u.id, u.reason) for u in walked.unreadable if u.is_folder)
        report = make_report(changes, records, old, walked.skipped, folders, drafts=self.config.drafts)
        return replace(report, read=read, full=previous is None)

    def run_shard(self, shard: Shard) -> IndexReport:
        """Add the articles of *shard* to the index that is built anew; the last worker does what is left of a full
        run, which finds nearly everything done, and publishes."""
        engine, state, nothing = self.engine, self._state(), Manifest({}, {})
        if not isinstance(engine, Shared):
            raise ValueError(
                f"the engine {self.config.engine} cannot be filled by several workers; --shard needs opensearch"
            )
        entries = self.walk(shard).entries
        with engine.share(shard, state), _Output(engine, state, full=True, dry_run=False) as output:
            records, read = self._survey(entries, {}, output.resumed, output, frozenset())
            output.writer.leave(dump_manifest(records.values(), {}))
        with engine.finish(shard, state) as parts:
            if parts is not None:
                done = {one.id: one for part in parts for one in load_manifest(part).records.values()}
                report = self.run(self.walk(), full=True, dry_run=False, done=done)
                return replace(report, read=read + report.read)
        changes = find_changes(records, nothing, drafts=self.config.drafts)
        report = make_report(changes, records, nothing, (), drafts=self.config.drafts)
        return replace(report, read=read, full=True, published=False)

    def _state(self) -> dict[str, Any]:
        """What is stored with the index; readers and later runs compare it with their own."""
        return {
            "schema": SCHEMA_VERSION,
            "analyzer": fingerprint(),
            "reading": {"version": READING_VERSION, "ignored_tags": list(self.config.ignored_tags)},
            "user_words": list(self.words),
            "drafts": self.config.drafts,
            "corpus": _location(self.corpus),
        }

    def _previous(self, state: dict[str, Any]) -> _Previous | None:
        """The present index, if there is one that can be added to."""
        try:
            reader = self.engine.read()
        except (IndexNotFound, IndexOutdated):
            return None
        with closing(reader):
            old = reader.state
            if any(old.get(name) != state[name] for name in ("schema", "analyzer")):
                return None
            check_facts(old, self.index)
            manifest = load_manifest(reader.manifest())
            return _Previous(manifest, old, _holding(reader, set(old["user_words"]) ^ set(self.words)))

    def _reader(self, *, dry_run: bool) -> worker.Reader:
        pack = None if dry_run else type(self.engine).pack
        return worker.Reader(self.config.ignored_tags, self.words, self.config.drafts, pack)

    def _survey(
        self, entries: Mapping[str, Entry], trusted: Mapping[str, Record], known: Mapping[str, str],
        output: _Output, rewrite: frozenset[str],
    ) -> tuple[dict[str, Record], int]:  # fmt: skip
        """A record of every entry, and how many had to be read for it: those without a *trusted* record of the
        same stamp. What has another digest than is *known*, or is to be a *rewrite*, is added to *output*."""
        records = {
            article_id: record
            for article_id, entry in entries.items()
            if entry.stamp and (record := trusted.get(article_id)) and record.stamp == entry.stamp
        }
        tasks = [
            (entry, None if article_id in rewrite else known.get(article_id))
            for article_id, entry in entries.items()
            if article_id not in records
        ]
        reader = self._reader(dry_run=output.dry_run)
        done = self.workers.map(
            reader.survey, tasks, weigh=worker.size_of_task, lost=worker.lost_in_survey, probe=reader.probe
        )
        for batch in self._reported("reading", done, len(tasks)):
            records.update((record.id, record) for record in batch.records)
            output.add(batch)
        return {article_id: records[article_id] for article_id in entries}, len(tasks)

    def _write(
        self, changes: Changes, entries: dict[str, Entry], records: dict[str, Record], state: dict[str, Any],
        output: _Output,
    ) -> Changes:  # fmt: skip
        """Write and publish *changes*; returns what was done of them. What the survey analysed stays, unless it
        is not wanted as it is. Articles that turn out to be unreadable now get a record that says so."""
        ready = {group.id for group in changes.write if len(group.files) == 1} & output.added
        tasks = [(entries.get(group.id), group) for group in changes.write if group.id not in ready]
        writer = output.writer
        writer.remove(changes.remove)
        writer.discard(output.added - ready)
        reader = self._reader(dry_run=False)
        written = self.workers.map(
            reader.write, tasks, weigh=worker.size_of_task, lost=worker.lost_in_write, probe=reader.probe
        )
        for batch in self._reported("indexing", written, len(tasks)):
            records.update((record.id, record) for record in batch.records)
            output.add(batch)
        failed = frozenset(r.id for r in records.values() if r.status == "failed")
        done = without(changes, failed)
        documents = {group.id: group.digest for group in done.groups.values()}
        self.workers.close()  # what is left to do is for one process, and needs the memory
        writer.commit(state, dump_manifest(records.values(), documents))
        return done

    def _reported(self, stage: str, results: Iterator[worker.Batch], total: int) -> Iterator[worker.Batch]:
        done = 0
        for batch in results:
            done += max(len(batch.records), len(batch.ids))
            if self.progress:
                self.progress(Progress(stage, done, total))
            yield batch


class _Output:
    """A writer that is opened when there is something to write, and the ids that were added to it."""

    def __init__(self, engine: Engine, state: dict[str, Any], *, full: bool, dry_run: bool) -> None:
        self._engine, self._state, self._full, self.dry_run = engine, state, full, dry_run
        self._stack = ExitStack()
        self.added: set[str] = set()

    @cached_property
    def writer(self) -> Writer:
        return self._stack.enter_context(self._engine.write(full=self._full))

    @cached_property
    def resumed(self) -> Mapping[str, str]:
        """The digests of articles that a run like this one had added before it was killed."""
        if self.dry_run or not self._full:
            return {}
        found = self.writer.resume(self._state)
        self.added.update(found)
        return found

    def add(self, batch: worker.Batch) -> None:
        """Add the documents of *batch*, if it has any."""
        if not self.dry_run:
            self._engine.heartbeat()
        if batch.ids:
            self.writer.add(batch.packed)
            self.added.update(batch.ids)

    def __enter__(self) -> _Output:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


def _location(corpus: Corpus) -> str:
    """Where the files of a corpus are, so that a hit can name its file; nothing for articles from a program."""
    return str(Path(corpus).absolute()) if isinstance(corpus, (str, Path)) and Path(corpus).is_dir() else ""


def _holding(reader: Reader, words: Iterable[str]) -> frozenset[str]:
    """Ids of the articles that hold one of *words*."""
    analyzer = Analyzer()
    pieces = tuple(plan.Phrase(tuple(analyzer.characters(word.split()[0]))) for word in words)
    if not pieces:
        return frozenset()
    found = reader.search(Request(plan.Or(pieces), limit=None))
    return frozenset(article_id for article_id, _ in found.hits)
