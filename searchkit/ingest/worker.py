"""What worker processes do: a batch of files -> a record of each, and their documents packed for the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from searchkit.analysis.analyzer import Analyzer
from searchkit.articles.corpus import Entry, load, one_article
from searchkit.articles.duplicates import Facts, Group, merge
from searchkit.articles.formats import COSTLY
from searchkit.engines.base import Document
from searchkit.errors import ArticleError
from searchkit.ingest.document import make_document
from searchkit.ingest.manifest import Record, Status, failed
from searchkit.ingest.workers.process import Loss
from searchkit.model import Article
from searchkit.query.plan import epoch

Pack = Callable[[Sequence[Document]], Any]

_LEAST_OF_COSTLY = 1_000_001
"""Bytes: what weighs more than a megabyte is read in a process that can be ended (`workers/pool.py`)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of some files; the documents that were made of them, packed, and their ids."""

    records: tuple[Record, ...]
    packed: Any = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads and analyses. Without *pack* it only reads. It can be pickled."""

    ignored_tags: tuple[str, ...]
    words: tuple[str, ...]
    drafts: bool
    pack: Pack | None

    def survey(self, tasks: Iterable[tuple[Entry, str | None]]) -> Batch:
        """A record of every entry. Those whose digest is not the one given with them are analysed too."""
        records, documents = [], []
        for entry, known in tasks:
            record, article = _survey(entry, self.ignored_tags)
            wanted = article and (self.drafts or not article.draft) and article.digest != known
            if self.pack and article and wanted:
                try:
                    documents.append(self._document(article))
                except ArticleError as error:
                    record = _failed(entry, error)
            records.append(record)
        return self._packed(records, documents)

    def write(self, tasks: Iterable[tuple[Entry | None, Group]]) -> Batch:
        """The documents of groups, each from its first file, if that is still what the survey saw; and records
        of those that cannot be read any more."""
        records, documents = [], []
        for entry, group in tasks:
            try:
                documents.append(self._document(merge(self._reload(entry, group), group)))
            except ArticleError as error:
                records += [failed(file.id, str(error)) for file in group.files]
        return self._packed(records, documents)

    def probe(self, _: Iterable[object]) -> Batch:
        """What every process can do that can do anything: read, analyse and pack a word."""
        return self.survey([(Entry("probe", Article("probe", "词")), None)])

    def _document(self, article: Article) -> Document:
        """The document of *article*.

        Raises:
            ArticleError: it cannot be analysed.
        """
        with one_article(article.id, "analysed"):
            return make_document(article, _analyzer(self.words))

    def _reload(self, entry: Entry | None, group: Group) -> Article:
        if entry is None:
            raise ArticleError("cannot be read now, and it must be indexed again")
        article = load(entry, ignored_tags=self.ignored_tags).article
        if article.digest != group.files[0].digest:
            raise ArticleError("changed while it was read; the next reindex reads it again")
        return article

    def _packed(self, records: list[Record], documents: list[Document]) -> Batch:
        if not documents or self.pack is None:
            return Batch(tuple(records))
        return Batch(tuple(records), self.pack(documents), tuple(d.article.id for d in documents))


def _survey(entry: Entry, ignored_tags: tuple[str, ...]) -> tuple[Record, Article | None]:
    try:
        loaded = load(entry, ignored_tags=ignored_tags)
    except ArticleError as error:
        return _failed(entry, error), None
    article = loaded.article
    facts = Facts(
        id=article.id,
        digest=article.digest,
        body_digest=text_digest(article.body),
        title=article.title,
        tags=article.tags,
        categories=article.categories,
        clock=epoch(article.date),
    )
    status: Status = "draft" if article.draft else "article"
    return Record(entry.id, status, entry.stamp, facts, loaded.recovered), article


def _failed(entry: Entry, error: ArticleError) -> Record:
    """What could not be opened, had no memory left, or needs what is not installed, is tried again next time; the
    rest when it changes."""
    lasting = not isinstance(error.__cause__, (OSError, MemoryError, ImportError))
    return failed(entry.id, str(error), entry.stamp if lasting else None)


def lost_in_survey(task: tuple[Entry, str | None], loss: Loss) -> Batch:
    """The record of an entry of which nothing came: if that is lasting, it is not read again until it changes."""
    entry, _ = task
    return Batch((failed(entry.id, loss.reason, entry.stamp if loss.lasting else None),))


def lost_in_write(task: tuple[Entry | None, Group], loss: Loss) -> Batch:
    """The record of a group of which nothing came."""
    _, group = task
    return Batch(tuple(failed(file.id, loss.reason) for file in group.files))


def size_of_task(task: tuple[Entry | None, Any]) -> int:
    """About how many bytes there are to read for a task of `survey` or `write`; for a costly format, never so few
    that it would be read in this process."""
    entry, _ = task
    if entry is None:
        return 0
    is_costly = PurePosixPath(entry.id).suffix.lower() in COSTLY
    return max(entry.size, _LEAST_OF_COSTLY) if is_costly else entry.size


@lru_cache(maxsize=2)  # a process has one user dictionary at a time; a second one is for tests
def _analyzer(words: tuple[str, ...]) -> Analyzer:
    return Analyzer(words)


def text_digest(text: str) -> str:
    """A fingerprint of the text of an article; empty if there is none."""
    if not text:
        return ""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
