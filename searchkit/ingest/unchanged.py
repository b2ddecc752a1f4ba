"""A run that finds what the last one found: there is nothing to do, and it is known without looking at what files
share.
"""

from __future__ import annotations

from searchkit.articles.duplicates import groups_as_published
from searchkit.ingest.diff import Changes, facts_of_articles, make_report
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Record
from searchkit.ingest.scan import Scan
from searchkit.reports import IndexReport
from searchkit.state import IndexState


def report_of_unchanged(scanned: Scan, known: Known, state: IndexState) -> IndexReport | None:
    """The report of a run for an index with this *state* that finds each file as it was published; None of one
    that finds anything else, or that cannot be sure of it."""
    published = known.published
    if scanned.unreadable or not known.is_settled or not known.is_made_with(state):
        return None
    records: dict[str, Record] = {}
    for entry in scanned.entries.values():
        if (record := known.record_of(entry)) is None:
            return None
        records[entry.id] = record
    if len(records) < len(published.records):
        return None
    groups = groups_as_published(facts_of_articles(records.values(), drafts=state.drafts), published.documents)
    if groups is None:
        return None
    changes = Changes({group.id: group for group in groups}, (), ())
    return make_report(scanned, records, changes, known, drafts=state.drafts, read=0)
