"""Single articles of an index, for programs that know what changed and need not go through a corpus for it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from searchkit.analysis.fingerprint import check_fingerprint
from searchkit.articles.corpus import entry_of
from searchkit.config import Config, expanded
from searchkit.engines import load_engine
from searchkit.engines.base import Engine, Reader
from searchkit.errors import ArticleError, IndexNotFound
from searchkit.ingest import worker
from searchkit.ingest.diff import find_changes, make_report
from searchkit.ingest.job import Job, state_of, with_readings
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Manifest, load_manifest
from searchkit.ingest.scan import Scan, scan
from searchkit.ingest.stages import publish, survey_of, write
from searchkit.ingest.stored import stored_article, with_stored
from searchkit.ingest.workers.pool import Workers, default_jobs
from searchkit.model import Article
from searchkit.reports import IndexReport, Problem
from searchkit.translation import gettext as _


def add(
    articles: Article | Iterable[Article], index: str | Path | None = None, *, config: Config | None = None
) -> IndexReport:
    """Add new *articles* to the index at *index*, which is made if there is none: all of them, or none.

    Raises:
        ArticleError: the index has one with an id of theirs, two have the same id, or they are no articles.
        IndexLocked: another process is at work on the index.
        IndexOutdated, IndexCorrupted: the index must be built anew by `reindex`.
    """
    return _change(index, config, articles, only_new=True)


def update(
    articles: Article | Iterable[Article], index: str | Path | None = None, *, config: Config | None = None
) -> IndexReport:
    """Put *articles* in the place of those with their ids, and add those with new ids. Of two with the
    same id the last one counts. It may be done twice.

    Raises:
        ArticleError: they are no articles.
        IndexLocked, IndexOutdated, IndexCorrupted: as of `add`.
    """
    return _change(index, config, articles)


def remove(
    ids: str | Iterable[str], index: str | Path | None = None, *, config: Config | None = None
) -> IndexReport:
    """Remove the articles with these *ids*; those that the index does not know are among `skipped` in the report.
    Of articles with the same text the next one takes the place of one that is removed.

    Raises:
        ArticleError: an id is no text.
        IndexNotFound: there is no index.
        IndexLocked, IndexOutdated, IndexCorrupted: as of `add`.
    """
    leave_out = (ids,) if isinstance(ids, str) else tuple(ids)
    for article_id in leave_out:
        if not isinstance(article_id, str):  # a number of a database, which no article has for an id
            raise ArticleError(_("{id!r}: not an id, which is text").format(id=article_id))
    return _change(index, config, leave_out=leave_out)


def _change(
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
    entries = map(entry_of, [articles] if isinstance(articles, (Article, str, Path)) else articles)
    scanned = scan(entries if only_new else {entry.id: entry for entry in entries}.values())
    engine = load_engine(config.engine, expanded(config.index if index is None else index))
    is_there = leave_out is not None
    with closing(Workers(config.jobs or default_jobs())) as workers, _locked(engine, is_there=is_there) as reader:
        state = reader.state if reader else state_of((), config)
        state = with_readings(state, state.syllables)
        check_fingerprint(state.analyzer, config.index if index is None else index)
        job = Job((), config, engine, state, workers, progress=None, allow_removals=True)
        known = Known(load_manifest(reader.manifest()) if reader else Manifest({}, {}), state)
        if only_new:
            _check_new(scanned, known)
        unknown = [Problem(i, "no article has this id") for i in ids if i not in known.published.records]
        scanned = replace(scanned, skipped=(*scanned.skipped, *unknown))
        report = _changed(job, scanned, known, reader, frozenset(ids))
    return replace(report, seconds=time.perf_counter() - began)


def _changed(
    job: Job, scanned: Scan, known: Known, reader: Reader | None, leave_out: frozenset[str]
) -> IndexReport:
    """Survey the articles that were *scanned*, diff them with all that are known, write and publish."""
    survey, published = survey_of(job, scanned, known), known.published.records
    records = {i: r for i, r in {**published, **survey.records}.items() if i not in leave_out}
    changes = find_changes(records, known, drafts=job.state.drafts)
    changes = with_stored(changes, known, survey.entries.keys())
    if changes.write or changes.remove or records != published or reader is None:
        for group in changes.write:
            if reader and group.id not in survey.entries and (found := stored_article(reader, group.files[0])):
                survey.articles.update({group.id: worker.packed_article(found)})
        with job.engine.write(full=False) as writer:
            changes = write(job, replace(survey, records=records), changes, known, writer)
            publish(job, records, changes, writer)
    return make_report(scanned, records, changes, known, drafts=job.state.drafts, read=survey.read)


@contextmanager
def _locked(engine: Engine, *, is_there: bool) -> Iterator[Reader | None]:
    """The right to write, and what is published; None if nothing is. Where an index must be there, one that is not
    is not locked, which would make its folder.

    Raises:
        IndexNotFound: there must be an index, and is none.
    """
    with ExitStack() as stack:
        reader = stack.enter_context(closing(engine.read())) if is_there else None
        stack.enter_context(engine.locked())
        if reader is None or not reader.is_current():
            reader = None
            with suppress(IndexNotFound):
                reader = stack.enter_context(closing(engine.read()))
        yield reader


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
