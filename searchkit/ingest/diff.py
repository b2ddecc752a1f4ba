"""What is known and what the corpus holds now -> what must be written and removed. Nothing here reads a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from searchkit.articles.duplicates import Group, group_repeats
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Record


@dataclass(frozen=True, slots=True)
class Changes:
    """The articles the index must hold, by id; those to be written and the ids to be removed for it."""

    groups: Mapping[str, Group]
    write: tuple[Group, ...]
    remove: tuple[str, ...]


def find_changes(records: Mapping[str, Record], known: Known, *, drafts: bool) -> Changes:
    """The changes from the published index to one of *records*."""
    wanted = ("article", "draft") if drafts else ("article",)
    facts = [record.facts for record in records.values() if record.facts and record.status in wanted]
    groups = {group.id: group for group in group_repeats(facts)}
    write = tuple(group for group in groups.values() if not known.is_written(group))
    published = known.published.documents
    gone = [article_id for article_id in published if article_id not in groups]
    replaced = [group.id for group in write if group.id in published]
    return Changes(groups, write, (*gone, *replaced))


def without(changes: Changes, failed: frozenset[str]) -> Changes:
    """*changes* when some articles could not be written after all."""
    left = {article_id: group for article_id, group in changes.groups.items() if article_id not in failed}
    return Changes(left, tuple(g for g in changes.write if g.id not in failed), changes.remove)
