"""What the corpus holds, before anything of it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from searchkit.articles.corpus import Entry, Found
from searchkit.articles.file_facts import Facts
from searchkit.articles.walk import Unreadable
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

    def without(self, unreadable: tuple[Unreadable, ...]) -> Scan:
        """This, where some entries turned out to be *unreadable* now."""
        ids = {item.id for item in unreadable}
        entries = {i: entry for i, entry in self.entries.items() if i not in ids}
        return replace(self, entries=entries, unreadable=(*self.unreadable, *unreadable))


def scan(found: Iterable[Found], shard: Shard | None = None) -> Scan:
    """The four kinds of things *found*; of two entries with one id the first counts. With a *shard*, its entries
    only: the rest is for whoever scans the whole.
    """
    entries: dict[str, Entry] = {}
    skipped: list[Problem] = []
    unreadable: list[Unreadable] = []
    unread: Counter[str] = Counter()
    for item in found:
        if isinstance(item, Entry):
            if item.id in entries:
                skipped.append(Problem(item.id, "an article with this id came before"))
            elif shard is None or shard.has(item.id):
                entries[item.id] = item
        elif isinstance(item, Problem):
            skipped.append(item)
        elif isinstance(item, Unreadable):
            unreadable.append(item)
        else:
            unread[item.ending] += 1
    if shard:
        return Scan(entries)
    return Scan(entries, tuple(skipped), tuple(unreadable), dict(unread.most_common()))


def unreadable_of(
    records: Mapping[str, Record], published: Mapping[str, Record], *, may_lose_text: bool
) -> Iterator[Unreadable]:
    """Of the files with these *records* those whose article stays as *published*: what is wrong is not in the file
    but around it or, unless a file may lose its text, there is none in it now, which is what a copy that broke off
    or a full disk leaves."""
    for article_id, record in records.items():
        old = published.get(article_id)
        if old is None or old.facts is None:
            continue
        if record.problem and record.status == "failed" and record.stamp is None:
            yield Unreadable(article_id, record.problem.reason, is_folder=False)
        elif not may_lose_text and old.status == "article" and (reason := _lost_text(record, old.facts)):
            yield Unreadable(article_id, reason, is_folder=False)


def _lost_text(record: Record, old: Facts) -> str:
    """Why there is no text any more in the file with this *record*, or "" if there is, or was none."""
    if record.problem and record.status == "failed":
        return record.problem.reason
    is_empty = record.status == "article" and record.facts and not record.facts.body_digest
    return "there is no text in it now" if is_empty and old.body_digest else ""


def records_of_unreadable(unreadable: Iterable[Unreadable], records: Mapping[str, Record]) -> dict[str, Record]:
    """Records of what could not be looked at: whatever *records* the published index has of a file or a folder
    stay, so that a share that is not mounted for a night does not empty the index; another file failed."""
    found: dict[str, Record] = {}
    for item in unreadable:
        old = records.get(item.id)
        if item.is_folder:
            found.update((i, record) for i, record in records.items() if i.startswith(item.id))
        else:
            found[item.id] = old if old and old.facts else failed(item.id, item.reason)
    return found
