"""What is indexed and what the corpus holds now -> what a reindex must write, and its report. Nothing here
reads a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from searchkit.articles.duplicates import Group, group_repeats
from searchkit.ingest.manifest import Manifest, Record
from searchkit.reports import IndexReport, Problem


@dataclass(frozen=True, slots=True)
class Changes:
    """The articles the index must hold, by id; those to be written and the ids to be removed for it."""

    groups: Mapping[str, Group]
    write: tuple[Group, ...]
    remove: tuple[str, ...]


def find_changes(
    records: Mapping[str, Record], old: Manifest, *, drafts: bool, rewrite: frozenset[str] = frozenset()
) -> Changes:
    """The changes from *old* to *records*. Articles in *rewrite* are written though they did not change."""
    wanted = ("article", "draft") if drafts else ("article",)
    facts = [record.facts for record in records.values() if record.facts and record.status in wanted]
    groups = {group.id: group for group in group_repeats(facts)}
    write = [g for g in groups.values() if old.documents.get(g.id) != g.digest or g.id in rewrite]
    gone = [article_id for article_id in old.documents if article_id not in groups]
    replaced = [group.id for group in write if group.id in old.documents]
    return Changes(groups, tuple(write), (*gone, *replaced))


def without(changes: Changes, failed: frozenset[str]) -> Changes:
    """*changes* when some articles could not be written after all."""
    kept = {article_id: group for article_id, group in changes.groups.items() if article_id not in failed}
    return Changes(kept, tuple(g for g in changes.write if g.id not in failed), changes.remove)


def make_report(
    changes: Changes,
    records: Mapping[str, Record],
    old: Manifest,
    skipped: tuple[Problem, ...],
    folders: tuple[Problem, ...] = (),
    *,
    drafts: bool,
) -> IndexReport:
    """The counts of a reindex. Every file seen is in exactly one of added, updated, unchanged, duplicates,
    drafts, skipped and failed; a folder that could not be listed is one that failed."""
    updated = sum(group.id in old.documents for group in changes.write)
    left_out = 0 if drafts else sum(record.status == "draft" for record in records.values())
    return IndexReport(
        seen=len(records) + len(skipped) + len(folders),
        added=len(changes.write) - updated,
        updated=updated,
        unchanged=len(changes.groups) - len(changes.write),
        removed=sum(article_id not in changes.groups for article_id in changes.remove),
        duplicates=sum(len(group.files) - 1 for group in changes.groups.values()),
        drafts=left_out,
        recovered=_problems(records, ("article", "draft")),
        skipped=skipped,
        failed=(*folders, *_problems(records, ("failed",))),
    )


def _problems(records: Mapping[str, Record], statuses: tuple[str, ...]) -> tuple[Problem, ...]:
    return tuple(r.problem for r in records.values() if r.problem and r.status in statuses)
