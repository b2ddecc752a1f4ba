"""A corpus -> an index. Read it from top to bottom: lock, scan, survey, diff, write, publish.

The survey reads every new or changed file, in worker processes, which hand over short records of the files. From
all records together follows which documents the index must hold: which files repeat each other, and which of their
lines are boilerplate. Then each document is made once. What did not change is neither read nor written: `known.py`
says how that is known.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path

from searchkit.analysis.fingerprint import check_fingerprint, fingerprint
from searchkit.articles.corpus import Corpus, Entry, Found, entries_of, paths_of
from searchkit.articles.duplicates import Group
from searchkit.config import Config, expanded, user_words
from searchkit.engines import load_engine
from searchkit.engines.base import Engine, Reader, Writer
from searchkit.engines.distributed import Distributed, ResumableWriter, Shard
from searchkit.errors import ArticleError, IndexNotFound, RemovalsRefused
from searchkit.ingest import worker
from searchkit.ingest.diff import Changes, find_changes, make_report, without
from searchkit.ingest.known import Known, known_of_index, known_of_shards
from searchkit.ingest.manifest import Manifest, Record, dump_manifest, load_manifest
from searchkit.ingest.removals import refusal
from searchkit.ingest.repeated import as_last_time
from searchkit.ingest.scan import Scan, records_of_unreadable, scan, unreadable_of
from searchkit.ingest.stored import stored_article, with_stored
from searchkit.ingest.workers.pool import Workers, default_jobs
from searchkit.model import Article
from searchkit.reports import IndexReport, OnProgress, Problem, Progress
from searchkit.schema import READING_VERSION, SCHEMA_VERSION
from searchkit.state import IndexState, ReadingState

_ROOM = 256_000_000
"""Bytes of articles that wait, packed, to be written: 58,000 like those of the archive, of 4.4 KB each. Others are
read again, which is a quarter of the work."""


def reindex(
    corpus: Corpus | None = None,
    index: str | Path | None = None,
    *,
    full: bool = False,
    jobs: int | None = None,
    drafts: bool | None = None,
    dry_run: bool = False,
    shard: Shard | None = None,
    allow_removals: bool = False,
    progress: OnProgress | None = None,
    config: Config | None = None,
) -> IndexReport:
    """Bring the index at *index* up to date with *corpus*: a folder or several, a file of JSON Lines, a table, or
    articles. What is not given is taken from *config*. Where that names no corpus, the last run is repeated, with
    the corpus, the `drafts` and the `exclude` of the index; the first one takes the folder `corpus`.

    Only new and changed articles are read, unless *full*. Readers see the old index until all is done, and the
    new one after. A *dry_run* reads and counts but writes nothing. With a *shard*, one of several workers builds
    the index anew together with the others, and the report is of its part; whoever is the last publishes, and
    reports the whole.

    Unless *allow_removals*, an index stays as it is if the corpus has none of its articles any more, or lacks ten
    or more and a larger share than `max_removals` of *config*. A dry run reports that as `refused`.

    Raises:
        ValueError: *shard* is given for an engine that several cannot fill together, or for a *dry_run*.
        CorpusNotFound: there is no corpus at the path.
        RemovalsRefused: too many articles would be removed.
        ConfigError: a setting is not valid.
        IndexLocked: another reindex is at work.
        IndexCorrupted: the present index is damaged; `full=True` builds it anew.
    """
    if shard and dry_run:
        raise ValueError(_("a dry run writes nothing, so there is no part of it to do; leave --shard out"))
    config = config or Config()
    if drafts is not None:
        config = replace(config, drafts=drafts)
    engine = load_engine(config.engine, expanded(config.index if index is None else index))
    if corpus is None:
        config = as_last_time(config, engine, full=full or shard is not None)
        corpus = config.corpus
    if shard and not isinstance(corpus, (str, Path)):
        corpus = tuple(corpus)  # whoever is the last goes through all of it once more
    began = time.perf_counter()
    with closing(Workers(jobs or config.jobs or default_jobs())) as workers:
        distributed = engine if isinstance(engine, Distributed) else None
        job = _Job(corpus, config, engine, distributed, _state(corpus, config), workers, progress, allow_removals)
        try:
            report = _run_shard(job, shard) if shard else _run(job, full=full, dry_run=dry_run)
        except RemovalsRefused as error:
            error.report = replace(error.report, seconds=time.perf_counter() - began)
            raise
    return replace(report, seconds=time.perf_counter() - began, dry_run=dry_run)


def _run(job: _Job, *, full: bool, dry_run: bool) -> IndexReport:
    """Lock, scan, and bring the index up to date. A dry run needs no lock."""
    found = job.found()  # without a corpus there is nothing to lock for
    with nullcontext() if dry_run else job.engine.locked():
        scanned = scan(found)
        known = Known() if full and job.allow_removals else known_of_index(job.engine, job.state, full=full)
        return _update(job, scanned, known, dry_run=dry_run)


def _run_shard(job: _Job, shard: Shard) -> IndexReport:
    """Survey the articles of *shard* for the index that is built anew. The last worker does what is left of a full
    run, which finds nearly everything done, and publishes."""
    engine = job.distributed
    if engine is None:
        message = _("the engine {name} cannot be filled by several workers; --shard needs opensearch")
        raise ValueError(message.format(name=job.config.engine))
    scanned = scan(job.found(), shard)
    with engine.share(shard, job.state), engine.write(full=True) as writer:
        known = Known().resumed(writer.resume(job.state))
        survey = _survey(job, scanned, known)
        changes = find_changes(survey.records, known, drafts=job.state.drafts)  # as far as this part can tell
        changes = _write(job, survey, changes, known, writer)
        writer.leave(dump_manifest(survey.records.values(), {}))
    with engine.finish(shard, job.state) as shards:
        if shards is not None:
            known = known_of_shards(shards)
            if not job.allow_removals:
                known = replace(known, before=known_of_index(engine, job.state, full=True).before)
            report = _update(job, scan(job.found()), known, dry_run=False)
            return replace(report, read=survey.read + report.read)
    report = make_report(scanned, survey.records, changes, known, drafts=job.state.drafts, read=survey.read)
    return replace(report, published=False)


def _update(job: _Job, scanned: Scan, known: Known, *, dry_run: bool) -> IndexReport:
    """Survey, diff and, unless it is a *dry_run* or nothing changed, write and publish. Writing needs the lock."""
    with _open_writer(job, known, dry_run=dry_run) as (writer, known):
        survey = _survey(job, scanned, known, writes=writer is not None)
        records = survey.records
        published = {} if job.allow_removals else known.published.records
        scanned = scanned.without(tuple(unreadable_of(records, published)))
        records.update(records_of_unreadable(scanned.unreadable, known.published.records))
        changes = find_changes(records, known, drafts=job.state.drafts, absent=records.keys() - scanned.entries)
        made = partial(make_report, scanned, records, known=known, drafts=job.state.drafts, read=survey.read)
        refused = job.refusal(known, changes, scanned)
        if refused and writer is not None:
            raise RemovalsRefused(refused, replace(made(changes), refused=refused, published=False))
        is_new = changes.write or changes.remove or not known.is_published(records, job.state)
        if writer is not None and is_new:
            if isinstance(writer, ResumableWriter):
                writer.discard(known.added.keys() - {g.id for g in changes.groups.values() if known.is_added(g)})
            changes = _write(job, survey, changes, known, writer)
            if refused := job.refusal(known, changes, scanned):  # by what became unreadable meanwhile
                raise RemovalsRefused(refused, replace(made(changes), refused=refused, published=False))
            _publish(job, records, changes, writer)
    return replace(made(changes), refused=refused)


def change(
    index: str | Path | None,
    config: Config | None,
    articles: Article | Iterable[Article] = (),
    *,
    leave_out: tuple[str, ...] | None = None,
    only_new: bool = False,
) -> IndexReport:
    """Publish the index at *index* with *articles* in it, and without the ids to *leave_out*. Whatever else has to
    be written is stored in the index: no corpus is read. The report is of the whole index."""
    began = time.perf_counter()
    config, ids = config or Config(), leave_out or ()
    if isinstance(articles, (str, Path)):
        raise ArticleError(_("{path}: not an article; `reindex` takes a folder").format(path=articles))
    found = entries_of([articles] if isinstance(articles, Article) else articles)
    scanned = scan(found if only_new else _newest(found))
    engine = load_engine(config.engine, expanded(config.index if index is None else index))
    if leave_out is not None:
        engine.read().close()  # without an index there is nothing to lock
    with closing(Workers(config.jobs or default_jobs())) as workers, engine.locked(), _opened(engine) as reader:
        state = reader.state if reader else _state((), config)
        check_fingerprint(state.analyzer, config.index if index is None else index)
        distributed = engine if isinstance(engine, Distributed) else None
        job = _Job((), config, engine, distributed, state, workers, progress=None, allow_removals=True)
        known = Known(load_manifest(reader.manifest()) if reader else Manifest({}, {}), state)
        if only_new:
            _check_new(scanned, known)
        unknown = [Problem(i, "no article has this id") for i in ids if i not in known.published.records]
        scanned = replace(scanned, skipped=(*scanned.skipped, *unknown))
        report = _change(job, scanned, known, reader, frozenset(ids))
    return replace(report, seconds=time.perf_counter() - began)


def _change(
    job: _Job, scanned: Scan, known: Known, reader: Reader | None, leave_out: frozenset[str]
) -> IndexReport:
    """Survey the articles that were *scanned*, diff them with all that are known, write and publish."""
    survey, published = _survey(job, scanned, known), known.published.records
    records = {i: r for i, r in {**published, **survey.records}.items() if i not in leave_out}
    changes = find_changes(records, known, drafts=job.state.drafts)
    changes = with_stored(changes, known, survey.entries.keys())
    if changes.write or changes.remove or records != published or reader is None:
        for group in changes.write:
            if reader and group.id not in survey.entries and (found := stored_article(reader, group.files[0])):
                survey.articles[group.id] = worker.packed_article(found)
        with job.engine.write(full=False) as writer:
            changes = _write(job, replace(survey, records=records), changes, known, writer)
            _publish(job, records, changes, writer)
    return make_report(scanned, records, changes, known, drafts=job.state.drafts, read=survey.read)


@contextmanager
def _opened(engine: Engine) -> Iterator[Reader | None]:
    """What is published; None if nothing is."""
    try:
        reader = engine.read()
    except IndexNotFound:
        yield None
        return
    with closing(reader):
        yield reader


def _newest(found: Iterable[Found]) -> Iterable[Found]:
    """The last one with each id."""
    return {item.id: item for item in found if isinstance(item, Entry)}.values()


def _check_new(scanned: Scan, known: Known) -> None:
    """
    Raises:
        ArticleError: the index has one of the articles that were *scanned*, or two of them have the same id.
    """
    for problem in scanned.skipped:  # of articles only those that came before
        raise ArticleError(_("{id}: two articles with this id; add one of them").format(id=problem.path))
    records = known.published.records
    for article_id in scanned.entries:
        if article_id in records and records[article_id].status != "failed":
            what = _("{id}: the index has an article with this id; `update` puts another in its place")
            raise ArticleError(what.format(id=article_id))


@dataclass(frozen=True, slots=True)
class _Survey:
    """The entries of the corpus and a record of each; how many were read for it, and their articles, packed, as
    many as there is room for."""

    entries: Mapping[str, Entry]
    records: dict[str, Record]
    read: int
    articles: dict[str, bytes]

    def task_of(self, group: Group) -> worker.Task:
        """What is to be done to write *group*."""
        return worker.Task(self.entries.get(group.id), group, self.articles.get(group.id, b""))


def _survey(job: _Job, scanned: Scan, known: Known, *, writes: bool = True) -> _Survey:
    """Read what is not known. Only who *writes* wants articles."""
    entries = scanned.entries
    records = {i: record for i, entry in entries.items() if (record := known.record_of(entry))}
    unknown = [entry for i, entry in entries.items() if i not in records]
    reader = job.reader(writes=writes)
    batches = job.workers.map(
        reader.survey, unknown, weigh=worker.size_of_entry, lost=worker.lost_in_survey, probe=reader.probe
    )
    articles: dict[str, bytes] = {}
    room = _ROOM
    for batch in job.reported("reading", batches, len(unknown)):
        records.update((record.id, record) for record in batch.records)
        room -= sum(map(len, batch.articles.values()))
        if room > 0:
            articles.update(batch.articles)
    return _Survey(entries, {article_id: records[article_id] for article_id in entries}, len(unknown), articles)


def _write(job: _Job, survey: _Survey, changes: Changes, known: Known, writer: Writer) -> Changes:
    """Write *changes*; returns what was done of them. Articles that turn out to be unreadable now get a record
    that says so."""
    writer.remove(changes.remove)
    records = survey.records
    tasks = [survey.task_of(group) for group in changes.write if not known.is_added(group)]
    reader = job.reader(writes=True)
    batches = job.workers.map(
        reader.write, tasks, weigh=worker.size_of_task, lost=worker.lost_in_write, probe=reader.probe
    )
    for batch in job.reported("indexing", batches, len(tasks)):
        records.update((record.id, record) for record in batch.records)
        if batch.ids:
            writer.add(batch.packed)
    survey.articles.clear()  # publishing needs the memory
    return without(changes, frozenset(r.id for r in records.values() if r.status == "failed"))


def _publish(job: _Job, records: Mapping[str, Record], changes: Changes, writer: Writer) -> None:
    """Make what was written the index that readers open."""
    job.workers.close()  # what is left to do is for one process, and needs the memory
    documents = {group.id: group.digest for group in changes.groups.values()}
    writer.commit(job.state, dump_manifest(records.values(), documents))


@dataclass(frozen=True, slots=True)
class _Job:
    """What a reindex is asked for, the same in all stages; `distributed` is the engine, if many can fill it."""

    corpus: Corpus
    config: Config
    engine: Engine
    distributed: Distributed | None
    state: IndexState
    workers: Workers
    progress: OnProgress | None
    allow_removals: bool

    def refusal(self, known: Known, changes: Changes, scanned: Scan) -> str:
        """Why *changes* are not made, or "" if they are."""
        before = None if self.allow_removals else known.before
        missed = {item.id for item in scanned.unreadable if not item.is_folder}
        return refusal(before, changes, missed, self.state, most=self.config.max_removals)

    def heartbeat(self) -> None:
        """Keep the lock, where it has to be kept."""
        if self.distributed:
            self.distributed.heartbeat()

    def found(self) -> Iterator[Found]:
        """What is in the corpus, one after the other.

        Raises:
            CorpusNotFound: there is none; it is raised here, before the first one is asked for.
        """
        found = entries_of(self.corpus, size_limit=self.config.size_limit, exclude=self.state.exclude)
        return self._kept_alive(found)

    def _kept_alive(self, found: Iterator[Found]) -> Iterator[Found]:
        for item in found:
            self.heartbeat()
            yield item

    def reader(self, *, writes: bool) -> worker.Reader:
        """What worker processes do; unless it *writes*, they pack nothing."""
        pack = type(self.engine).pack if writes else None
        return worker.Reader(self.config.ignored_tags, self.state.user_words, self.state.drafts, pack)

    def reported(self, stage: str, batches: Iterable[worker.Batch], total: int) -> Iterator[worker.Batch]:
        """*batches*, each of which is progress."""
        done = 0
        for batch in batches:
            self.heartbeat()
            # a file that was read has a record, and what is written has one only if that failed
            done += len(batch.records) + (len(batch.ids) if stage == "indexing" else 0)
            if self.progress:
                self.progress(Progress(stage, done, total))
            yield batch


@contextmanager
def _open_writer(job: _Job, known: Known, *, dry_run: bool) -> Iterator[tuple[Writer | None, Known]]:
    """Where documents go, which is nowhere in a dry run, and what is known once a writer went on where a full run
    like this one was killed."""
    if dry_run:
        yield None, known
    elif known.is_full_run and job.distributed:
        with job.distributed.write(full=True) as writer:
            yield writer, known.resumed(writer.resume(job.state))
    else:
        with job.engine.write(full=known.is_full_run) as plain_writer:
            yield plain_writer, known


def _state(corpus: Corpus, config: Config) -> IndexState:
    """What is stored with the index; readers and later runs compare it with their own."""
    sources = {name: str(path) for name, path in paths_of(corpus).items()}
    folder = sources.pop("") if "" in sources and Path(sources[""]).is_dir() else ""
    return IndexState(
        schema=SCHEMA_VERSION,
        analyzer=fingerprint(),
        reading=ReadingState(READING_VERSION, tuple(config.ignored_tags)),
        user_words=user_words(config),
        drafts=bool(config.drafts),
        corpus=folder,  # so that a hit can name its file, and the next run needs not be told
        sources=sources,
        exclude=tuple(config.exclude or ()),
    )
