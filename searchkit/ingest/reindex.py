"""A corpus -> an index. Read this, then `update.py`, from the top: lock, scan, survey, diff, write, publish.

The survey reads every new or changed file, in worker processes, which hand over short records of the files. From
all records together follows which documents the index must hold: which files repeat each other, and which of their
lines are boilerplate. Then each document is made once. What did not change is neither read nor written: `known.py`
says how that is known.
"""

from __future__ import annotations

import time
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path

from searchkit.articles.corpus import Corpus
from searchkit.config import Config, expanded
from searchkit.engines import load_engine
from searchkit.engines.distributed import Shard
from searchkit.errors import RemovalsRefused
from searchkit.ingest.job import Job, check_encoder, state_of
from searchkit.ingest.known import known_of_index
from searchkit.ingest.repeated import as_last_time, last_run
from searchkit.ingest.scan import scan
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
            report = _run(job, shard, full=full, dry_run=dry_run)
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


def _run(job: Job, shard: Shard | None, *, full: bool, dry_run: bool) -> IndexReport:
    """Lock, scan, and bring the index up to date. A dry run needs no lock, and a shard has one of its own."""
    found = job.found()  # without a corpus there is nothing to lock for
    if shard:
        from searchkit.ingest.update import update_by_shard

        return update_by_shard(job, shard)
    with nullcontext() if dry_run else job.engine.locked():
        scanned = scan(found)
        known = known_of_index(job.engine, job.state, full=full)
        job = job.with_readings_of(known)
        if report := report_of_unchanged(scanned, known, job.state):
            return report
        from searchkit.ingest.update import update  # which reads and writes articles

        return update(job, scanned, known, dry_run=dry_run)
