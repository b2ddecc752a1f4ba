"""What a reindex need not do again, and why.

There are three reasons: the index that is published was made from the same file; a full run that was killed had
added the same article; other workers read their shards of the corpus. However it is known, a `Known` says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

import msgspec

from searchkit.articles.corpus import Entry
from searchkit.articles.duplicates import Group, digest_of_first, group_of
from searchkit.engines.base import Engine
from searchkit.errors import EngineUnavailable, IndexCorrupted, IndexError_, IndexNotFound, IndexOutdated
from searchkit.ingest.manifest import Manifest, Record, load_manifest
from searchkit.state import IndexState, MadeOf, made_of


@dataclass(frozen=True, slots=True)
class Before:
    """The index that is published when a reindex begins; without a `manifest` nobody can say what is in it, and
    without what it was `made` of not by what."""

    manifest: Manifest | None = None
    made: MadeOf | None = None

    @property
    def origin(self) -> Mapping[str, str] | None:
        """Where its articles come from; None where it does not say."""
        return self.made.origin if self.made else None

    @property
    def reading_version(self) -> int:
        """That of what read its files; 0 where it does not say."""
        return self.made.reading.version if self.made and self.made.reading else 0

    def record(self, article_id: str) -> Record | None:
        """That of the file with this id, if there is one."""
        return self.manifest.records.get(article_id) if self.manifest else None

    def group(self, article_id: str) -> Group | None:
        """The article with this id as it was published, without its repeats, if there is a record of it."""
        record = self.record(article_id)
        if self.manifest is None or record is None or record.facts is None:
            return None
        return group_of((record.facts,), self.manifest.documents.get(article_id, ""))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a reindex begins; by default nothing, as in a full run.

    `published` and `state` are of the index that is added to. A file whose stamp is that in `records` is not read.
    Of the articles that are published those in `rewrite` are written all the same: they hold a word that came into
    the user's dictionary or left it. `added` are the digests of documents, by id, that the writer has already.
    `before` is what is there to be lost, also in a full run.
    """

    published: Manifest = field(default_factory=lambda: Manifest({}, {}))
    state: IndexState | None = None
    records: Mapping[str, Record] = field(default_factory=dict)
    added: Mapping[str, str] = field(default_factory=dict)
    rewrite: frozenset[str] = frozenset()
    before: Before | None = None

    @property
    def is_full_run(self) -> bool:
        """Whether the index is built from nothing."""
        return self.state is None

    @property
    def before_records(self) -> Mapping[str, Record]:
        """The records of the index that is published, also in a full run: without stamps, as nothing is known then
        of what is in the files."""
        if self.is_full_run and self.before and self.before.manifest:
            return self.before.manifest.unstamped().records
        return self.published.records

    def resumed(self, added: Mapping[str, str]) -> Known:
        """This, when a full run that was killed had added documents with these digests. A record of a file is not
        trusted where the document was made of another article."""
        same = {i: r for i, r in self.records.items() if i not in added or _is_of(added[i], r)}
        return replace(self, records=same, added=added)

    def record_of(self, entry: Entry) -> Record | None:
        """The record of a file that need not be read."""
        record = self.records.get(entry.id)
        return record if record and entry.stamp and record.stamp == entry.stamp else None

    def is_written(self, group: Group) -> bool:
        """Whether the document of *group* need not be written."""
        return self.published.documents.get(group.id) == group.digest and group.id not in self.rewrite

    def is_added(self, group: Group) -> bool:
        """Whether the writer has the document of *group* already."""
        return self.added.get(group.id) == group.digest

    def is_published(self, records: Mapping[str, Record], state: IndexState) -> bool:
        """Whether an index with these *records* and this *state* is there already."""
        return self.is_made_with(state) and self.published.records == records

    def is_made_with(self, state: IndexState) -> bool:
        """Whether the published index is of a run with this *state*."""
        return self.state is not None and msgspec.structs.replace(self.state, settled=state.settled) == state

    @property
    def is_settled(self) -> bool:
        """Whether that index is a settled one (see `IndexState`)."""
        return self.state is not None and self.state.settled


def known_of_index(engine: Engine, state: IndexState, *, full: bool = False) -> Known:
    """What the published index says to a run that will make one with this *state*: only what was there `before` if
    the run is a *full* one, or if the terms of its articles, or their vectors, would be other ones now.

    Raises:
        IndexCorrupted: it is damaged, and the run is no *full* one.
        EngineUnavailable: it cannot be read now.
    """
    try:
        return _known_of_published(engine, state, full=full)
    except IndexNotFound:
        return Known()
    except IndexOutdated:
        return Known(before=_before(engine))
    except (IndexCorrupted, OSError) as error:
        if not full or isinstance(error, EngineUnavailable):  # what a cluster does not say now it may say later
            raise
        return Known(before=_before(engine))  # a full run is the remedy


def _known_of_published(engine: Engine, state: IndexState, *, full: bool) -> Known:
    with closing(engine.published()) as found:
        old, published = found.state, load_manifest(found.manifest())
        before = Before(published, old)
        if full or old.analyzer != state.analyzer or old.semantic != state.semantic:
            return Known(before=before)
        is_read = old.reading == state.reading
        return Known(
            published if is_read else published.unstamped(),
            old,
            records=published.records if is_read else {},
            rewrite=_holding(engine, {*old.user_words} ^ {*state.user_words}),
            before=before,
        )


def _before(engine: Engine) -> Before:
    """What there is to be lost in an index that is outdated or damaged. What is compared of its record of
    files has been the same in all schemas; without it the ids of its articles are what is left."""
    remains = engine.remains()
    found = made_of(remains.state)
    made = found if found.origin else None
    with suppress(IndexCorrupted):
        if remains.manifest:
            return Before(load_manifest(remains.manifest), made)
    with suppress(IndexError_, OSError), closing(engine.read()) as reader:
        return Before(Manifest({}, dict.fromkeys(reader.ids(), "")), made)
    return Before(None, made)


def known_of_shards(shards: Iterable[bytes]) -> Known:
    """What the workers of all shards left as their records."""
    return Known(records={i: record for shard in shards for i, record in load_manifest(shard).records.items()})


def _is_of(digest: str, record: Record) -> bool:
    """Whether the document with this *digest* was made of the file of *record*."""
    return record.facts is not None and record.facts.digest == digest_of_first(digest)


def _holding(engine: Engine, words: Set[str]) -> frozenset[str]:
    """Ids of the articles that hold one of *words*."""
    if not words:
        return frozenset()
    from searchkit.analysis.analyzer import Analyzer  # few runs come with other words
    from searchkit.engines.base import Request
    from searchkit.query import plan

    analyzer = Analyzer()
    pieces = tuple(plan.Phrase(tuple(analyzer.characters(word.split()[0]))) for word in words)
    with closing(engine.read()) as reader:
        found = reader.search(Request(plan.Or(pieces), limit=None))
    return frozenset(article_id for article_id, _ in found.hits)
