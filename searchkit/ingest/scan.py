"""What the corpus holds, before anything of it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from searchkit.articles.corpus import Entry, Found
from searchkit.articles.walk import Unread, Unreadable
from searchkit.engines.distributed import Shard
from searchkit.ingest.manifest import Record, failed
from searchkit.reports import Problem


@dataclass(frozen=True, slots=True)
class Scan:
    """Entries by id, what was passed over, what could not be looked at, and how many files are no articles, by the
    endings of their names."""

    entries: dict[str, Entry]
    skipped: tuple[Problem, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)


def scan(found: Iterable[Found], shard: Shard | None = None) -> Scan:
    """The four kinds of things *found*; of two entries with one id the first counts. With a *shard*, its entries
    only: the rest is for whoever scans the whole.
    """
    entries: dict[str, Entry] = {}
    skipped: list[Problem] = []
    unreadable: list[Unreadable] = []
    unread: Counter[str] = Counter()
    for item in found:
        if isinstance(item, Problem):
            skipped.append(item)
        elif isinstance(item, Unreadable):
            unreadable.append(item)
        elif isinstance(item, Unread):
            unread[item.ending] += 1
        elif item.id in entries:
            skipped.append(Problem(item.id, "an article with this id came before"))
        elif shard is None or shard.has(item.id):
            entries[item.id] = item
    if shard:
        return Scan(entries)
    return Scan(entries, tuple(skipped), tuple(unreadable), dict(unread.most_common()))


def records_of_unreadable(unreadable: Iterable[Unreadable], records: Mapping[str, Record]) -> dict[str, Record]:
    """Records of what could not be looked at: a file failed; of a folder, whatever *records* the published index
    has stay, so that a share that is not mounted for a night does not empty the index."""
    found: dict[str, Record] = {}
    for item in unreadable:
        if item.is_folder:
            found.update((i, record) for i, record in records.items() if i.startswith(item.id))
        else:
            found[item.id] = failed(item.id, item.reason)
    return found
