"""A corpus -> an index. Read it from top to bottom: lock, scan, survey, diff, write, publish.

The survey reads every new or changed file, in worker processes, which hand over short records of the files. From
all records together follows which documents the index must hold: which files repeat each other, and which of their
lines are boilerplate. Then each document is made once. What did not change is neither read nor written: `known.py`
says how that is known.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

from searchkit.articles.corpus import Corpus
from searchkit.config import Config, expanded
from searchkit.engines import load_engine
from searchkit.engines.base import Writer
from searchkit.engines.distributed import ResumableWriter, Shard
from searchkit.errors import RemovalsRefused
from searchkit.ingest.diff import Changes, find_changes, make_report
from searchkit.ingest.job import Job, Survey, check_encoder, publish, state_of, survey_of, with_readings, write
from searchkit.ingest.known import Known, known_of_index, known_of_shards
from searchkit.ingest.manifest import dump_manifest
from searchkit.ingest.repeated import as_last_time, last_run
from searchkit.ingest.scan import Scan, records_of_unreadable, scan, unreadable_of
from searchkit.ingest.stored import packed_articles, with_stored
from searchkit.ingest.unchanged import report_of_unchanged
from searchkit.ingest.workers.pool import Workers, default_jobs
from searchkit.reports import IndexReport, OnProgress
from searchkit.translation import gettext as _

_WORTH_PACKING = 50
"""Articles that are indexed: who has so many waits a moment more, once, for searches that start sooner."""


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

    Unless *allow_removals*, an index stays as it is if the corpus has none of its articles any more, or lacks a
    larger share than `max_removals` of *config*, and more than a few. A dry run reports that as `refused`.

    Raises:
        ValueError: *shard* is given for an engine that several cannot fill together, or for a *dry_run*.
        CorpusNotFound: there is no corpus at the path.
        RemovalsRefused: too many articles would be removed.
        ConfigError: a setting is not valid.
        ExtraMissing, EncoderFailed: articles need vectors, and the library of the model is missing, or it fails.
        IndexLocked: another reindex is at work.
        IndexCorrupted: the present index is damaged; `full=True` builds it anew.
    """
    if shard and dry_run:
        raise ValueError(_("a dry run writes nothing, so there is no part of it to do; leave --shard out"))
    config = config or Config()
    if drafts is not None:
        config = replace(config, drafts=drafts)
    if index is not None:
        config = replace(config, index=str(index))
    engine = load_engine(config.engine, expanded(config.index))
    is_named = corpus is not None or bool(config.corpus)
    last = last_run(engine, may_be_damaged=is_named or full or shard is not None)
    if corpus is None:
        config = as_last_time(config, last)
        corpus = config.corpus
    if shard and not isinstance(corpus, (str, Path)):
        corpus = tuple(corpus)  # whoever is the last goes through all of it once more
    began = time.perf_counter()
    with closing(Workers(jobs or config.jobs or default_jobs())) as workers:
        job = Job(corpus, config, engine, state_of(corpus, config, last), workers, progress, allow_removals)
        if last is None or last.semantic != job.state.semantic:
            check_encoder(job.state)  # all vectors are made, and its library may be missing
        try:
            report = _run_shard(job, shard) if shard else _run(job, full=full, dry_run=dry_run)
        except RemovalsRefused as error:
            error.report = replace(error.report, seconds=time.perf_counter() - began)
            raise
    if report.added + report.updated >= _WORTH_PACKING and not dry_run:
        _help_searches_start()
    return replace(report, seconds=time.perf_counter() - began, dry_run=dry_run)


def _help_searches_start() -> None:
    """Put into the user's cache what searches as processes start sooner with."""
    from searchkit.analysis.character_tables import CHARACTERS  # most runs write a few articles
    from searchkit.analysis.packed_jieba import make_dictionary
    from searchkit.query.regional import REGIONAL

    make_dictionary()
    CHARACTERS.store()
    for table in REGIONAL.values():
        table.store()


def _run(job: Job, *, full: bool, dry_run: bool) -> IndexReport:
    """Lock, scan, and bring the index up to date. A dry run needs no lock."""
    found = job.found()  # without a corpus there is nothing to lock for
    with nullcontext() if dry_run else job.engine.locked():
        scanned = scan(found)
        known = known_of_index(job.engine, job.state, full=full)
        job = _with_readings(job, known)
        return report_of_unchanged(scanned, known, job.state) or _update(job, scanned, known, dry_run=dry_run)


def _with_readings(job: Job, known: Known) -> Job:
    made = known.before.made if known.before else None
    before = made.syllables if made else {}
    return replace(job, state=with_readings(job.state, before, anew=known.is_full_run))


def _run_shard(job: Job, shard: Shard) -> IndexReport:
    """Survey the articles of *shard* for the index that is built anew. The last worker does what is left of a full
    run, which finds nearly everything done, and publishes."""
    engine = job.distributed
    if engine is None:
        message = _("the engine {name} cannot be filled by several workers; --shard needs opensearch")
        raise ValueError(message.format(name=job.config.engine))
    scanned = scan(job.found(), shard)
    job = _with_readings(job, known_of_index(engine, job.state, full=True))
    with engine.share(shard, job.state), engine.write(full=True) as writer:
        known = Known().resumed(writer.resume(job.state))
        survey = survey_of(job, scanned, known)
        changes = find_changes(survey.records, known, drafts=job.state.drafts)  # as far as this part can tell
        changes = write(job, survey, changes, known, writer)
        writer.leave(dump_manifest(survey.records.values(), {}))
    with engine.finish(shard, job.state) as shards:
        if shards is not None:
            known = replace(known_of_shards(shards), before=known_of_index(engine, job.state, full=True).before)
            report = _update(job, scan(job.found()), known, dry_run=False)
            return replace(report, read=survey.read + report.read)
    report = make_report(scanned, survey.records, changes, known, drafts=job.state.drafts, read=survey.read)
    return replace(report, published=False)


def _update(job: Job, scanned: Scan, known: Known, *, dry_run: bool) -> IndexReport:
    """Survey, diff and, unless it is a *dry_run* or nothing changed, write and publish. Writing needs the lock."""
    with _open_writer(job, known, dry_run=dry_run) as (writer, known):
        survey = survey_of(job, scanned, known, writes=writer is not None)
        scanned, changes = _changes(job, scanned, known, survey)
        records = survey.records
        made = partial(make_report, scanned, records, known=known, drafts=job.state.drafts, read=survey.read)
        is_new = changes.write or changes.remove or not known.is_published(records, job.state)
        is_new = is_new or not (known.is_settled or scanned.unreadable)
        refused = job.refusal(known, changes, records, scanned) if is_new or scanned.unreadable else ""
        if refused and writer is not None:
            raise RemovalsRefused(refused, replace(made(changes), refused=refused, published=False))
        if writer is not None and is_new:
            if isinstance(writer, ResumableWriter):
                writer.discard(known.added.keys() - {g.id for g in changes.groups.values() if known.is_added(g)})
            wanted, changes = changes, write(job, survey, changes, known, writer)
            if len(changes.groups) < len(wanted.groups):  # what became unreadable meanwhile counts as well
                refused = job.refusal(known, changes, records, scanned)
            if refused:
                raise RemovalsRefused(refused, replace(made(changes), refused=refused, published=False))
            settled = len(changes.groups) == len(wanted.groups) and not scanned.unreadable
            publish(job, records, changes, writer, settled=settled)
    return replace(made(changes), refused=refused)


def _changes(job: Job, scanned: Scan, known: Known, survey: Survey) -> tuple[Scan, Changes]:
    """What was *scanned*, without what turned out to be unreadable, and the changes to be made. Records of what is
    unreadable come into *survey* as they are published, and the articles too where no document can stay,
    as in a run that builds anew: there a file whose article the index does not give failed."""
    before = known.before_records
    lost = unreadable_of(survey.records, before, may_lose_text=job.allow_removals)
    scanned = scanned.without(tuple(lost))
    kept = records_of_unreadable(scanned.unreadable, before)
    without = [record for i, record in kept.items() if i not in known.published.documents]
    stored = packed_articles(job.engine, without) if without else {}
    if known.is_full_run:
        there = {i: record for i, record in kept.items() if i in stored or record.status == "draft"}
        kept = records_of_unreadable(scanned.unreadable, there)
    survey.records.update(kept)
    for article_id in kept:
        survey.articles.pop(article_id, None)  # what is in an empty file
    survey.articles.update(stored)
    absent = survey.records.keys() - scanned.entries
    changes = find_changes(survey.records, known, drafts=job.state.drafts, absent=absent)
    return scanned, with_stored(changes, known, survey.records.keys() - stored.keys()) if stored else changes


@contextmanager
def _open_writer(job: Job, known: Known, *, dry_run: bool) -> Iterator[tuple[Writer | None, Known]]:
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
