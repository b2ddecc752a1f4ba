"""What is known and what the corpus holds now -> what must be written and removed, and the counts of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from msgspec import structs

from searchkit.articles.duplicates import Group, group_of, group_repeats
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
    be listed now, stay as they are published."""
    from searchkit.articles.reposts import with_clusters  # bring in NumPy, which not every run needs
    from searchkit.articles.shared_lines import find_boilerplate

    facts = facts_of_articles(records.values(), drafts=drafts)
    boilerplate = find_boilerplate(facts)
    found = with_clusters(group_repeats(facts, boilerplate))
    groups = {one.id: one for group in found for one in _writable(group, known, absent, boilerplate)}
    write = tuple(group for group in groups.values() if not (group.kept or known.is_written(group)))
    published = known.published.documents
    gone = [article_id for article_id in published if article_id not in groups]
    replaced = [group.id for group in write if group.id in published]
    return Changes(groups, write, (*gone, *replaced))


def facts_of_articles(records: Iterable[Record], *, drafts: bool) -> list[Facts]:
    """The facts of the files that are articles, under the titles that are shown."""
    wanted = ("article", "draft") if drafts else ("article",)
    return with_shown_titles(record.facts for record in records if record.facts and record.status in wanted)


def _writable(group: Group, known: Known, absent: Set[str], boilerplate: Mapping[str, bytes]) -> Iterator[Group]:
    """*group* as far as it can be written now. A document of an absent file stays as it is published, with the
    repeats that it lists; the files that are there and not listed stand for themselves."""
    as_published = group_of(group.files, known.published.documents.get(group.id, ""))
    if group.id not in absent:
        yield group
    elif known.is_written(as_published):
        yield as_published
    else:
        kept = tuple(_kept(group, known, absent))
        files = {facts.id for one in kept for facts in one.files}
        left = sorted(
            (facts for facts in group.files if facts.id not in files), key=lambda facts: facts.id in absent
        )
        yield from kept
        if left:
            yield Group(tuple(left), boilerplate.get(left[0].id, b""), cluster=group.cluster)


def _kept(group: Group, known: Known, absent: Set[str]) -> Iterator[Group]:
    """The published documents of absent files of *group*, the first with the repeats that it lists."""
    documents = known.published.documents
    listed = [facts for facts in group.files if facts.id not in documents and _is_unchanged(facts, known)]
    for facts in group.files:
        if facts.id in absent and facts.id in documents:
            yield structs.replace(group_of((facts, *listed), documents[facts.id]), kept=documents[facts.id])
            listed = []


def _is_unchanged(facts: Facts, known: Known) -> bool:
    """Whether the published index was made of the same file."""
    record = known.published.records.get(facts.id)
    return bool(record and record.status == "article" and record.facts and record.facts.digest == facts.digest)


def without(changes: Changes, failed: frozenset[str]) -> Changes:
    """*changes* when some articles could not be written after all."""
    left = {article_id: group for article_id, group in changes.groups.items() if article_id not in failed}
    return Changes(left, tuple(g for g in changes.write if g.id not in failed), changes.remove)


def make_report(
    scan: Scan, records: Mapping[str, Record], changes: Changes, known: Known, *, drafts: bool, read: int
) -> IndexReport:
    """The counts of a reindex that *read* so many files. Every file seen is in exactly one of added, updated,
    unchanged, duplicates, drafts, skipped and failed; a folder that could not be listed is one that failed and no
    file, and a file whose article stays although it cannot be read now is one that failed."""
    folders = tuple(Problem(item.id, item.reason) for item in scan.unreadable if item.is_folder)
    kept = {
        item.id: Problem(item.id, f"{item.reason}; its article stays as it was indexed")
        for item in scan.unreadable
        if not item.is_folder and records[item.id].status != "failed"
    }
    written = [group.id for group in changes.write if group.id not in kept]
    updated = sum(article_id in known.published.documents for article_id in written)
    left_out = 0 if drafts else sum(r.status == "draft" and r.id not in kept for r in records.values())
    repeats = sum(facts.id not in kept for group in changes.groups.values() for facts in group.files[1:])
    return IndexReport(
        seen=len(records) + sum(not problem.is_folder for problem in scan.skipped),
        read=read,
        added=len(written) - updated,
        updated=updated,
        unchanged=len(changes.groups.keys() - kept.keys() - {group.id for group in changes.write}),
        removed=sum(article_id not in changes.groups for article_id in changes.remove),
        duplicates=repeats,
        drafts=left_out,
        repeats=tuple(repeat for group in changes.groups.values() if group.files[1:] for repeat in group.repeats),
        stubs=_stubs(changes.groups.values()),
        recovered=_problems(records, "article", "draft"),
        skipped=scan.skipped,
        unread=scan.unread,
        failed=(*folders, *kept.values(), *_problems(records, "failed")),
        full=known.is_full_run,
    )


def _stubs(groups: Iterable[Group]) -> tuple[Problem, ...]:
    """The files of *groups* without an article in them, and why."""
    reasons = ((group, group.stub) for group in groups)
    return tuple(Problem(facts.id, reason) for group, reason in reasons if reason for facts in group.files)


def _problems(records: Mapping[str, Record], *statuses: Status) -> tuple[Problem, ...]:
    return tuple(r.problem for r in records.values() if r.problem and r.status in statuses)
