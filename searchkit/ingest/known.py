"""What a reindex need not do again, and why.

There are three reasons: the index that is published was made from the same file; a full run that was killed had
added the same article; other workers read their shards of the corpus. However it is known, a `Known` says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from searchkit.analysis.analyzer import Analyzer
from searchkit.articles.corpus import Entry
from searchkit.articles.duplicates import Group
from searchkit.engines.base import Engine, Reader, Request
from searchkit.errors import IndexNotFound, IndexOutdated
from searchkit.ingest.manifest import Manifest, Record, load_manifest
from searchkit.query import plan
from searchkit.state import IndexState


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a reindex begins; by default nothing, as in a full run.

    `published` and `state` are of the index that is added to. A file whose stamp is that in `records` is not read.
    An article whose digest is that in `digests` is not analysed, unless it is in `rewrite`: those hold a word that
    came into the user's dictionary or left it.
    """

    published: Manifest = field(default_factory=lambda: Manifest({}, {}))
    state: IndexState | None = None
    records: Mapping[str, Record] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    rewrite: frozenset[str] = frozenset()

    @property
    def is_full_run(self) -> bool:
        """Whether the index is built from nothing."""
        return self.state is None

    def resumed(self, digests: Mapping[str, str]) -> Known:
        """This, when a full run that was killed had added articles with these *digests*. A record of a file is not
        trusted where the article that was added is another one."""
        same = {i: r for i, r in self.records.items() if digests.get(i) in (None, r.facts and r.facts.digest)}
        return replace(self, records=same, digests=digests)

    def record_of(self, entry: Entry) -> Record | None:
        """The record of a file that need not be read."""
        record = self.records.get(entry.id)
        return record if record and entry.stamp and record.stamp == entry.stamp else None

    def digest_of(self, article_id: str) -> str | None:
        """The digest with which an article need not be analysed."""
        return None if article_id in self.rewrite else self.digests.get(article_id)

    def is_written(self, group: Group) -> bool:
        """Whether the document of *group* need not be written."""
        return self.published.documents.get(group.id) == group.digest and group.id not in self.rewrite

    def is_published(self, records: Mapping[str, Record], state: IndexState) -> bool:
        """Whether an index with these *records* and this *state* is there already."""
        return self.state == state and self.published.records == records


def known_of_index(engine: Engine, state: IndexState) -> Known:
    """What the published index says to a run that will make one with this *state*: nothing if there is none, or if
    the terms of its articles would be other ones now.

    Raises:
        IndexCorrupted: it is damaged.
    """
    try:
        reader = engine.read()
    except (IndexNotFound, IndexOutdated):
        return Known()
    with closing(reader):
        old = reader.state
        if old.analyzer != state.analyzer:
            return Known()
        published = load_manifest(reader.manifest())
        return Known(
            published,
            old,
            records=published.records if old.reading == state.reading else {},
            digests=published.documents,
            rewrite=_holding(reader, {*old.user_words} ^ {*state.user_words}),
        )


def known_of_shards(shards: Iterable[bytes]) -> Known:
    """What the workers of all shards left as their records."""
    return Known(records={i: record for shard in shards for i, record in load_manifest(shard).records.items()})


def _holding(reader: Reader, words: Iterable[str]) -> frozenset[str]:
    """Ids of the articles that hold one of *words*."""
    analyzer = Analyzer()
    pieces = tuple(plan.Phrase(tuple(analyzer.characters(word.split()[0]))) for word in words)
    if not pieces:
        return frozenset()
    found = reader.search(Request(plan.Or(pieces), limit=None))
    return frozenset(article_id for article_id, _ in found.hits)
