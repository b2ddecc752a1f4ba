"""What a reindex did, counted."""

from __future__ import annotations

from collections.abc import Mapping

from searchkit.ingest.diff import Changes
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Record, Status
from searchkit.ingest.scan import Scan
from searchkit.reports import IndexReport, Problem


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
        recovered=_problems(records, "article", "draft"),
        skipped=scan.skipped,
        failed=(*folders, *_problems(records, "failed")),
        full=known.is_full_run,
    )


def _problems(records: Mapping[str, Record], *statuses: Status) -> tuple[Problem, ...]:
    return tuple(r.problem for r in records.values() if r.problem and r.status in statuses)
