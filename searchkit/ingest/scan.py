"""What a walk of the corpus came upon, sorted out; what could not be looked at, as records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from searchkit.articles.corpus import Entry
from searchkit.articles.walk import Unreadable
from searchkit.errors import CorpusNotFound
from searchkit.ingest.manifest import Manifest, Record
from searchkit.reports import Problem


@dataclass(frozen=True)
class Walked:
    """What a walk came upon: entries by id, what was passed over, and what could not be looked at."""

    entries: dict[str, Entry]
    skipped: tuple[Problem, ...]
    unreadable: tuple[Unreadable, ...]


def split(found: Iterable[Entry | Problem | Unreadable]) -> Walked:
    """The three kinds of things found; of two entries with one id the first counts.

    Raises:
        CorpusNotFound: the corpus itself cannot be listed.
    """
    entries: dict[str, Entry] = {}
    skipped: list[Problem] = []
    unreadable: list[Unreadable] = []
    for item in found:
        if isinstance(item, Problem):
            skipped.append(item)
        elif isinstance(item, Unreadable):
            unreadable.append(item)
        elif item.id in entries:
            skipped.append(Problem(item.id, "an article with this id came before"))
        else:
            entries[item.id] = item
    if any(item.is_folder and item.id in ("", "/") for item in unreadable):
        raise CorpusNotFound(f"the corpus {unreadable[0].reason}; nothing was changed")
    return Walked(entries, tuple(skipped), tuple(unreadable))


def out_of_reach(unreadable: Iterable[Unreadable], old: Manifest) -> dict[str, Record]:
    """Records of what could not be looked at: a file failed; of a folder, whatever was known of it stays, so
    that a share that is not mounted for a night does not empty the index."""
    records: dict[str, Record] = {}
    for item in unreadable:
        if item.is_folder:
            records.update((i, record) for i, record in old.records.items() if i.startswith(item.id))
        else:
            records[item.id] = Record(item.id, "failed", problem=Problem(item.id, item.reason))
    return records
