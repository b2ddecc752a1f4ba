"""Articles as the published index has them, for documents that must be written again and are not read for it.

An article is stored whole. Of its repeats there are only the facts, so one that takes the place of the first is
made of the text that they share and of its facts. Such a document is marked, and the next reindex makes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from msgspec import structs

from searchkit.articles.duplicates import Group, is_kept, unmerged
from searchkit.articles.file_facts import Facts
from searchkit.engines.base import Engine, Reader
from searchkit.errors import EngineUnavailable, IndexError_
from searchkit.ingest.diff import Changes
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Record
from searchkit.ingest.worker import packed_article, text_digest
from searchkit.model import Article
from searchkit.state import IndexState


def packed_articles(engine: Engine, records: Iterable[Record]) -> dict[str, bytes]:
    """The articles with these *records*, packed, by their ids, as far as the published index opens and has them.

    Raises:
        EngineUnavailable: it cannot be read now.
    """
    found: dict[str, bytes] = {}
    with _as_far_as_it_opens(), closing(engine.read()) as reader:
        for record in records:
            with _as_far_as_it_opens():
                if record.facts and (article := stored_article(reader, record.facts)):
                    found[record.id] = packed_article(article)
    return found


def stored_vectors(engine: Engine, state: IndexState, ids: Sequence[str]) -> list[bytes]:
    """The vector of each of the articles with these *ids* in the published index, b"" where there is none that an
    index with this *state* can have.

    Raises:
        EngineUnavailable: it cannot be read now.
    """
    if state.semantic:
        with _as_far_as_it_opens(), closing(engine.read()) as reader:
            if reader.state.semantic == state.semantic:
                return reader.vectors(ids)
    return [b""] * len(ids)


@contextmanager
def _as_far_as_it_opens() -> Iterator[None]:
    try:
        yield
    except (IndexError_, OSError) as error:
        if isinstance(error, EngineUnavailable):  # what a cluster does not say now it may say later
            raise


def stored_article(reader: Reader, facts: Facts) -> Article | None:
    """The article with these *facts*, before it was merged with others; None if the index has no such text."""
    found = reader.get(facts.id)
    if found is None or text_digest(found.body) != facts.body_digest:
        return None
    own = found if found.id == facts.id else _of_facts(facts, found.body)
    return replace(unmerged(own, facts), digest=facts.digest)


def _of_facts(facts: Facts, body: str) -> Article:
    date = None if facts.clock is None else datetime(1970, 1, 1) + timedelta(seconds=facts.clock)
    return Article(facts.id, facts.title, body, author=facts.author, date=date)


def with_stored(changes: Changes, known: Known, given: Set[str]) -> Changes:
    """*changes* when only the articles that are *given* are there whole."""
    groups = {i: group if i in given else _marked(group, known) for i, group in changes.groups.items()}
    write = tuple(groups[g.id] for g in changes.write if not known.is_written(groups[g.id]))
    written = {group.id for group in write}
    return Changes(groups, write, tuple(i for i in changes.remove if i not in groups or i in written))


def _marked(group: Group, known: Known) -> Group:
    """*group*, marked if its document is, or will be, made of facts."""
    published = known.published.documents.get(group.id)
    return structs.replace(group, kept=group.digest) if published is None or is_kept(published) else group
