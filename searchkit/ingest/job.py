"""The stages of a reindex that others use as well: survey, write and publish, and what all stages know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from searchkit.analysis.fingerprint import fingerprint
from searchkit.analysis.sounds import known_syllables
from searchkit.articles.corpus import Corpus, Entry, Found, entries_of, paths_of
from searchkit.articles.duplicates import Group
from searchkit.config import ENCODER, Config, user_words
from searchkit.engines.base import Engine, Writer
from searchkit.engines.distributed import Distributed
from searchkit.ingest import worker
from searchkit.ingest.diff import Changes, without
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Record, dump_manifest
from searchkit.ingest.removals import refusal
from searchkit.ingest.scan import Scan
from searchkit.ingest.stored import stored_vectors
from searchkit.ingest.workers.pool import Workers
from searchkit.reports import OnProgress, Progress
from searchkit.schema import READING_VERSION, SCHEMA_VERSION
from searchkit.state import IndexState, MadeOf, ReadingState, SemanticState

_ROOM = 256_000_000
"""Bytes of articles that wait, packed, to be written: 58,000 like those of the archive, of 4.4 KB each. Others are
read again, which is a quarter of the work."""


def state_of(corpus: Corpus, config: Config, last: MadeOf | None = None) -> IndexState:
    """What is stored with the index; readers and later runs compare it with their own. *last* is what the one
    before was made of: its vectors are costly, and stay unless *config* says otherwise."""
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
        semantic=semantic_of(config, last.semantic if last else None),
    )


def semantic_of(config: Config, last: SemanticState | None) -> SemanticState | None:
    """What has a vector in an index that is made with *config*, and was made as the *last* one where that does not
    say."""
    of = config.semantic or (last.of if last else "off")
    return None if of == "off" else SemanticState(of, config.encoder or (last.encoder if last else ENCODER))


def with_readings(state: IndexState, before: Mapping[str, str], *, anew: bool = False) -> IndexState:
    """*state* with the readings of characters: those from *before* are as good as new ones, which take a while;
    with *anew* they are what there is without pypinyin."""
    if anew:
        return replace(state, syllables=known_syllables() or dict(before))
    return replace(state, syllables=dict(before) or known_syllables())


def check_encoder(state: IndexState) -> None:
    """
    Raises:
        ConfigError, ExtraMissing: articles shall have vectors, and the model that makes them is not there.
    """
    if state.semantic:
        from searchkit.semantic.encoder import load_encoder

        load_encoder(state.semantic.encoder)


@dataclass(frozen=True, slots=True)
class Job:
    """What a reindex is asked for, the same in all stages; `distributed` is the engine, if many can fill it."""

    corpus: Corpus
    config: Config
    engine: Engine
    state: IndexState
    workers: Workers
    progress: OnProgress | None
    allow_removals: bool
    distributed: Distributed | None = field(init=False)

    def __post_init__(self) -> None:
        # kept: it is asked for each file, and to look at a protocol takes 70 µs
        object.__setattr__(self, "distributed", self.engine if isinstance(self.engine, Distributed) else None)

    def refusal(self, known: Known, changes: Changes, records: Mapping[str, Record], scanned: Scan) -> str:
        """Why *changes*, to articles with these *records*, are not made, or "" if they are."""
        before = None if self.allow_removals else known.before
        missed = {item.id for item in scanned.unreadable if not item.is_folder}
        return refusal(before, changes, records, missed, self.state, self.config)

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
        return self._kept_alive(found) if self.distributed else found

    def _kept_alive(self, found: Iterator[Found]) -> Iterator[Found]:
        for item in found:
            self.heartbeat()
            yield item

    def reader(self, *, writes: bool) -> worker.Reader:
        """What worker processes do; unless it *writes*, they pack nothing."""
        pack = type(self.engine).pack if writes else None
        state = self.state
        return worker.Reader(self.config.ignored_tags, state.user_words, state.drafts, state.semantic, pack)

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


@dataclass(frozen=True, slots=True)
class Survey:
    """The entries of the corpus and a record of each; how many were read for it, and their articles, packed, as
    many as there is room for."""

    entries: Mapping[str, Entry]
    records: dict[str, Record]
    read: int
    articles: dict[str, bytes]

    def task_of(self, group: Group, vector: bytes) -> worker.Task:
        """What is to be done to write *group*, whose *vector* was published before."""
        return worker.Task(self.entries.get(group.id), group, self.articles.get(group.id, b""), vector)


def survey_of(job: Job, scanned: Scan, known: Known, *, writes: bool = True) -> Survey:
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


def publish(
    job: Job, records: Mapping[str, Record], changes: Changes, writer: Writer, *, settled: bool = False
) -> None:
    """Make what was written the index that readers open; *settled* is as in `IndexState`."""
    job.workers.close()  # what is left to do is for one process, and needs the memory
    documents = {group.id: group.digest for group in changes.groups.values()}
    writer.commit(replace(job.state, settled=settled), dump_manifest(records.values(), documents))
