"""What was scanned -> the index of it: survey, diff, write, publish."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from searchkit.engines.base import Writer
from searchkit.engines.distributed import ResumableWriter, Shard
from searchkit.errors import RemovalsRefused
from searchkit.ingest.diff import Changes, find_changes, make_report
from searchkit.ingest.job import Job
from searchkit.ingest.known import Known, known_of_index, known_of_shards
from searchkit.ingest.manifest import dump_manifest
from searchkit.ingest.scan import Scan, records_of_unreadable, scan, unreadable_of
from searchkit.ingest.stages import Survey, publish, refusal_of, survey_of, write
from searchkit.ingest.stored import packed_articles, with_stored
from searchkit.reports import IndexReport
from searchkit.translation import gettext as _


def update_by_shard(job: Job, shard: Shard) -> IndexReport:
    """Survey the articles of *shard* for the index that is built anew. The last worker does what is left of a full
    run, which finds nearly everything done, and publishes."""
    engine = job.distributed
    if engine is None:
        message = _("the engine {name} cannot be filled by several workers; --shard needs opensearch")
        raise ValueError(message.format(name=job.config.engine))
    scanned = scan(job.found(), shard)
    job = job.with_readings_of(known_of_index(engine, job.state, full=True))
    with engine.share(shard, job.state), engine.write(full=True) as writer:
        known = Known().resumed(writer.resume(job.state))
        survey = survey_of(job, scanned, known)
        changes = find_changes(survey.records, known, drafts=job.state.drafts)  # as far as this part can tell
        changes = write(job, survey, changes, known, writer)
        writer.leave(dump_manifest(survey.records.values(), {}))
    with engine.finish(shard, job.state) as shards:
        if shards is not None:
            known = replace(known_of_shards(shards), before=known_of_index(engine, job.state, full=True).before)
            report = update(job, scan(job.found()), known, dry_run=False)
            return replace(report, read=survey.read + report.read)
    report = make_report(scanned, survey.records, changes, known, drafts=job.state.drafts, read=survey.read)
    return replace(report, published=False)


def update(job: Job, scanned: Scan, known: Known, *, dry_run: bool) -> IndexReport:
    """Survey, diff and, unless it is a *dry_run* or nothing changed, write and publish. Writing needs the lock."""
    with _open_writer(job, known, dry_run=dry_run) as (writer, known):
        survey = survey_of(job, scanned, known, writes=writer is not None)
        scanned, changes = _changes(job, scanned, known, survey)
        records = survey.records
        made = partial(make_report, scanned, records, known=known, drafts=job.state.drafts, read=survey.read)
        is_new = changes.write or changes.remove or not known.is_published(records, job.state)
        is_new = is_new or not (known.is_settled or scanned.unreadable)
        refused = refusal_of(job, known, changes, records, scanned) if is_new or scanned.unreadable else ""
        if refused and writer is not None:
            raise RemovalsRefused(refused, replace(made(changes), refused=refused, published=False))
        if writer is not None and is_new:
            if isinstance(writer, ResumableWriter):
                writer.discard(known.added.keys() - {g.id for g in changes.groups.values() if known.is_added(g)})
            wanted, changes = changes, write(job, survey, changes, known, writer)
            if len(changes.groups) < len(wanted.groups):  # what became unreadable meanwhile counts as well
                refused = refusal_of(job, known, changes, records, scanned)
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
        survey.articles.discard(article_id)  # what is in an empty file
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
