"""What worker processes do: files -> a record of each; then articles -> documents, packed for the engine."""

from __future__ import annotations

import hashlib
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from msgspec.structs import replace

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold_case
from searchkit.articles.boilerplate import edges_of, length_of
from searchkit.articles.corpus import Entry
from searchkit.articles.duplicates import Group, merge
from searchkit.articles.file_facts import Facts
from searchkit.articles.formats import COSTLY, suffix_of
from searchkit.articles.load import load, one_article
from searchkit.articles.shingles import shingles_of
from searchkit.articles.stubs import stub_reason
from searchkit.engines.base import Document
from searchkit.errors import ArticleError
from searchkit.ingest.document import make_document
from searchkit.ingest.manifest import Record, Status, failed
from searchkit.ingest.spool import Spooled
from searchkit.ingest.workers.process import Loss
from searchkit.model import Article
from searchkit.query.plan import epoch
from searchkit.state import SemanticState

Pack = Callable[[Iterable[Document]], Any]

_LEAST_OF_COSTLY = 1_000_001
"""Bytes: what weighs more than a megabyte is read in a process that can be ended (`workers/pool.py`)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of some files, and their articles, by id; or documents that were made of them, packed, and their
    ids."""

    records: tuple[Record, ...]
    articles: Mapping[str, bytes] = field(default_factory=dict)
    packed: Any = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A document to be written: its group, the entry of the first file, and the article of it as the survey read
    it, packed, if it was read; the vector of what was published before."""

    entry: Entry | None
    group: Group
    article: Spooled | bytes = b""
    vector: bytes = b""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads and analyses. Without *pack* it only reads. It can be pickled."""

    ignored_tags: tuple[str, ...]
    words: tuple[str, ...]
    drafts: bool
    semantic: SemanticState | None
    pack: Pack | None

    def survey(self, entries: Iterable[Entry]) -> Batch:
        """A record of every entry, and the articles that were read, to be written."""
        records, articles = [], {}
        for entry in entries:
            record, article = _survey(entry, self.ignored_tags)
            records.append(record)
            if article and self.pack and (self.drafts or not article.draft):
                articles[entry.id] = packed_article(article)
        return Batch(tuple(records), articles)

    def write(self, tasks: Iterable[Task]) -> Batch:
        """The documents of groups, each from its first file, if that is still what the survey saw; and records
        of those that cannot be read any more, or cannot be analysed."""
        records: list[Record] = []
        ids: list[str] = []
        documents = self._documents(tasks, records, ids)
        first = next(documents, None)
        packed = self.pack(chain((first,), documents)) if first and self.pack else None
        return Batch(tuple(records), packed=packed, ids=tuple(ids))

    def probe(self, _: Iterable[object]) -> Batch:
        """What every process can do that can do anything: read, analyse and pack a word."""
        entry = Entry("probe", Article("probe", "词"))
        (record,) = self.survey([entry]).records
        return self.write([Task(entry, Group((record.facts,)))]) if record.facts else Batch((record,))

    def _documents(self, tasks: Iterable[Task], records: list[Record], ids: list[str]) -> Iterator[Document]:
        """One document after the other, since the words of many are large. Their *ids*, and the *records* of those
        that fail, are added."""
        for task in tasks:
            try:
                article = self._article(task)
            except ArticleError as error:
                records += [failed(file.id, str(error)) for file in task.group.files]
                continue
            try:
                document = self._document(article, task)
            except ArticleError as error:
                records += _failed_group(task, str(error), lasting=_is_lasting(error))
                continue
            ids.append(article.id)
            yield document

    def load(self) -> None:
        """Load the dictionary that every process needs that packs."""
        if self.pack:
            _analyzer(self.words).load()

    def _document(self, article: Article, task: Task) -> Document:
        """The document of *article*, the first of the group of *task*.

        Raises:
            ArticleError: it cannot be analysed.
            EncoderFailed: the model makes no vector of it, which says nothing of the article.
        """
        with one_article(article.id, "analysed"):
            merged = merge(article, task.group)
            document = make_document(merged, _analyzer(self.words), task.group.digest)
        if self.semantic is None:
            return document
        from searchkit.semantic.vectors import vector_of

        return replace(document, vector=vector_of(merged, self.semantic, task.vector))

    def _article(self, task: Task) -> Article:
        if task.article:  # `packed_article`
            article: Article = pickle.loads(zlib.decompress(bytes(task.article)))  # of a process of ours
            return article
        if task.entry is None:
            raise ArticleError("cannot be read now, and it must be indexed again")
        article = load(task.entry, ignored_tags=self.ignored_tags).article
        if article.digest != task.group.files[0].digest:
            raise ArticleError("changed while it was read; the next reindex reads it again")
        return article


def packed_article(article: Article) -> bytes:
    """*article* for a task."""
    return zlib.compress(pickle.dumps(article), 1)


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
        author=article.author,
        length=length_of(article.body),
        edges=edges_of(article.body),
        stub=stub_reason(article.body),
        web_page=loaded.page,
        shingles=shingles_of(article.body, fold_case(article.body)),
    )
    status: Status = "draft" if article.draft else "article"
    return Record(entry.id, status, entry.stamp, facts, loaded.recovered), article


def _failed(entry: Entry, error: ArticleError) -> Record:
    return failed(entry.id, str(error), entry.stamp if _is_lasting(error) else None)


def _is_lasting(error: ArticleError) -> bool:
    """What could not be opened, had no memory left, or needs what is not installed, is tried again next time; the
    rest when it changes."""
    return not isinstance(error.__cause__, (OSError, MemoryError, ImportError))


def _failed_group(task: Task, reason: str, *, lasting: bool) -> list[Record]:
    """The records of the files of a group. If that is *lasting*, the first is not read again until it changes; the
    others are, to stand for themselves."""
    stamp = task.entry.stamp if task.entry and lasting else None
    return [failed(facts.id, reason, None if n else stamp) for n, facts in enumerate(task.group.files)]


def lost_in_survey(entry: Entry, loss: Loss) -> Batch:
    """The record of an entry of which nothing came: if that is lasting, it is not read again until it changes."""
    return Batch((failed(entry.id, loss.reason, entry.stamp if loss.lasting else None),))


def lost_in_write(task: Task, loss: Loss) -> Batch:
    """The records of a group of which nothing came."""
    return Batch(tuple(_failed_group(task, loss.reason, lasting=loss.lasting)))


def size_of_entry(entry: Entry) -> int:
    """About how many bytes there are to read; for a costly format, never so few that it would be read in this
    process."""
    is_costly = suffix_of(entry.id) in COSTLY
    return max(entry.size, _LEAST_OF_COSTLY) if is_costly else entry.size


def size_of_task(task: Task) -> int:
    """About how many bytes there are to analyse."""
    return size_of_entry(task.entry) if task.entry else 0


@lru_cache(maxsize=2)  # a process has one user dictionary at a time; a second one is for tests
def _analyzer(words: tuple[str, ...]) -> Analyzer:
    return Analyzer(words)


def text_digest(text: str) -> str:
    """A fingerprint of the text of an article; empty if there is none."""
    if not text:
        return ""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
