"""The stages of a reindex that others use as well: survey, write and publish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from searchkit.articles.corpus import Entry
from searchkit.articles.duplicates import Group
from searchkit.engines.base import Writer
from searchkit.ingest import worker
from searchkit.ingest.diff import Changes, without
from searchkit.ingest.job import Job, check_encoder
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Record, dump_manifest
from searchkit.ingest.removals import refusal
from searchkit.ingest.scan import Scan
from searchkit.ingest.spool import Spool
from searchkit.ingest.stored import stored_vectors
from searchkit.ingest.workers.pool import In, Lost, Weigh, Work
from searchkit.reports import Progress


@dataclass(frozen=True, slots=True)
class Survey:
    """The entries of the corpus and a record of each; how many were read for it, and their articles, as
    many as there is room for."""

    entries: Mapping[str, Entry]
    records: dict[str, Record]
    read: int
    articles: Spool

    def task_of(self, group: Group, vector: bytes) -> worker.Task:
        """What is to be done to write *group*, whose *vector* was published before."""
        return worker.Task(self.entries.get(group.id), group, self.articles.get(group.id), vector)


def survey_of(job: Job, scanned: Scan, known: Known, *, writes: bool = True) -> Survey:
    """Read what is not known. Only who *writes* wants articles."""
    entries = scanned.entries
    records = {i: record for i, entry in entries.items() if (record := known.record_of(entry))}
    unknown = [entry for i, entry in entries.items() if i not in records]
    reader = _reader(job, writes=writes)
    batches = _done(job, "reading", reader, reader.survey, unknown, worker.size_of_entry, worker.lost_in_survey)
    articles = Spool()
    for batch in batches:
        records.update((record.id, record) for record in batch.records)
        articles.offer(batch.articles)
    return Survey(entries, {article_id: records[article_id] for article_id in entries}, len(unknown), articles)


def write(job: Job, survey: Survey, changes: Changes, known: Known, writer: Writer) -> Changes:
    """Write *changes*; returns what was done of them. Articles that turn out to be unreadable now get a record
    that says so.

    Raises:
        ConfigError, ExtraMissing, EncoderFailed: some have no vector yet, and the model makes none.
    """
    records = survey.records
    groups = [group for group in changes.write if not known.is_added(group)]
    vectors = stored_vectors(job.engine, job.state, [group.id for group in groups])
    if not all(vectors):
        check_encoder(job.state)
    writer.remove(changes.remove)
    tasks = [survey.task_of(group, vector) for group, vector in zip(groups, vectors, strict=True)]
    reader = _reader(job, writes=True)
    for batch in _done(job, "indexing", reader, reader.write, tasks, worker.size_of_task, worker.lost_in_write):
        records.update((record.id, record) for record in batch.records)
        if batch.ids:
            writer.add(batch.packed)
    survey.articles.close()
    return without(changes, frozenset(r.id for r in records.values() if r.status == "failed"))


def publish(
    job: Job, records: Mapping[str, Record], changes: Changes, writer: Writer, *, settled: bool = False
) -> None:
    """Make what was written the index that readers open; *settled* is as in `IndexState`."""
    job.workers.close()  # what is left to do is for one process, and needs the memory
    documents = {group.id: group.digest for group in changes.groups.values()}
    writer.commit(replace(job.state, settled=settled), dump_manifest(records.values(), documents))


def refusal_of(job: Job, known: Known, changes: Changes, records: Mapping[str, Record], scanned: Scan) -> str:
    """Why *changes*, to articles with these *records*, are not made, or "" if they are."""
    before = None if job.allow_removals else known.before
    missed = {item.id for item in scanned.unreadable if not item.is_folder}
    return refusal(before, changes, records, missed, job.state, job.config)


def _reader(job: Job, *, writes: bool) -> worker.Reader:
    """What worker processes do; unless it *writes*, they pack nothing."""
    pack = type(job.engine).pack if writes else None
    state = job.state
    return worker.Reader(job.config.ignored_tags, state.user_words, state.drafts, state.semantic, pack)


def _done(
    job: Job,
    stage: str,
    reader: worker.Reader,
    work: Work[In, worker.Batch],
    items: Sequence[In],
    weigh: Weigh[In],
    lost: Lost[In, worker.Batch],
) -> Iterator[worker.Batch]:
    """What *work* of a *reader* makes of *items* in worker processes, each batch of which is progress."""
    done = 0
    made = job.workers.map(work, items, weigh=weigh, lost=lost, probe=reader.probe, prepare=reader.load)
    for batch in made:
        job.heartbeat()
        # a file that was read has a record, and what is written has one only if that failed
        done += len(batch.records) + (len(batch.ids) if stage == "indexing" else 0)
        if job.progress:
            job.progress(Progress(stage, done, len(items)))
        yield batch
