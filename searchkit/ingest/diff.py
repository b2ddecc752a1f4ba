"""What is known and what the corpus holds now -> what must be written and removed, and the counts of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

from searchkit.articles.boilerplate import find_boilerplate
from searchkit.articles.duplicates import Group, group_repeats, left_out_of
from searchkit.articles.file_facts import Facts
from searchkit.articles.site_names import with_shown_titles
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Record, Status
from searchkit.ingest.scan import Scan
from searchkit.reports import IndexReport, Problem


@dataclass(frozen=True, slots=True)
class Changes:
    """The articles the index must hold, by id; those to be written and the ids to be removed for it."""

    groups: Mapping[str, Group]
    write: tuple[Group, ...]
    remove: tuple[str, ...]


def find_changes(
    records: Mapping[str, Record], known: Known, *, drafts: bool, absent: Set[str] = frozenset()
) -> Changes:
    """The changes from the published index to one of *records*. Files that are *absent*, in a folder that cannot
    be listed now, keep the boilerplate that they had."""
    facts = facts_of_articles(records.values(), drafts=drafts)
    found = group_repeats(facts, find_boilerplate(facts))
    groups = {group.id: _as_published(group, known) if group.id in absent else group for group in found}
    write = tuple(group for group in groups.values() if not known.is_written(group))
    published = known.published.documents
    gone = [article_id for article_id in published if article_id not in groups]
    replaced = [group.id for group in write if group.id in published]
    return Changes(groups, write, (*gone, *replaced))


def facts_of_articles(records: Iterable[Record], *, drafts: bool) -> list[Facts]:
    """The facts of the files that are articles, under the titles that are shown."""
    wanted = ("article", "draft") if drafts else ("article",)
    return with_shown_titles(record.facts for record in records if record.facts and record.status in wanted)


def _as_published(group: Group, known: Known) -> Group:
    """*group* with the boilerplate it was written with, if it was."""
    digest = known.published.documents.get(group.id)
    return group if digest is None else replace(group, left_out=left_out_of(digest))


def without(changes: Changes, failed: frozenset[str]) -> Changes:
    """*changes* when some articles could not be written after all."""
    left = {article_id: group for article_id, group in changes.groups.items() if article_id not in failed}
    return Changes(left, tuple(g for g in changes.write if g.id not in failed), changes.remove)


def make_report(
    scan: Scan, records: Mapping[str, Record], changes: Changes, known: Known, *, drafts: bool, read: int
) -> IndexReport:
    """The counts of a reindex that *read* so many files. Every file seen is in exactly one of added, updated,
    unchanged, duplicates, drafts, skipped and failed; a folder that could not be listed is one that failed."""
    folders = tuple(Problem(item.id, item.reason) for item in scan.unreadable if item.is_folder)
    updated = sum(group.id in known.published.documents for group in changes.write)
    left_out = 0 if drafts else sum(record.status == "draft" for record in records.values())
    return IndexReport(
        seen=len(records) + len(scan.skipped) + len(folders),
        read=read,
        added=len(changes.write) - updated,
        updated=updated,
        unchanged=len(changes.groups) - len(changes.write),
        removed=sum(article_id not in changes.groups for article_id in changes.remove),
        duplicates=sum(len(group.files) - 1 for group in changes.groups.values()),
        drafts=left_out,
        repeats=tuple(repeat for group in changes.groups.values() for repeat in group.repeats),
        stubs=_stubs(changes.groups.values()),
        recovered=_problems(records, "article", "draft"),
        skipped=scan.skipped,
        unread=scan.unread,
        failed=(*folders, *_problems(records, "failed")),
        full=known.is_full_run,
    )


def _stubs(groups: Iterable[Group]) -> tuple[Problem, ...]:
    """The files of *groups* without an article in them, and why."""
    reasons = ((group, group.stub) for group in groups)
    return tuple(Problem(facts.id, reason) for group, reason in reasons if reason for facts in group.files)


def _problems(records: Mapping[str, Record], *statuses: Status) -> tuple[Problem, ...]:
    return tuple(r.problem for r in records.values() if r.problem and r.status in statuses)
