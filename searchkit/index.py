"""Text -> Results: parse, plan, ask the engine, cut snippets.

with open_index("index") as index:
    for hit in index.search("OpenAI 融资").hits:
        print(hit.title)
"""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.fingerprint import unicode_notes
from searchkit.analysis.scripts import characters
from searchkit.arguments import check_page, check_text, check_timeline, distinct_facets
from searchkit.config import Config, located
from searchkit.engines.base import Found, Reader, Request
from searchkit.errors import ArticleNotFound, EncoderFailed, ExtraMissing
from searchkit.filters import facet_values, filter_conditions, missing_values, now_of, one_of
from searchkit.folding import with_reposts
from searchkit.hits import highlights_of, make_hits
from searchkit.model import Article, Day, Filters, Hit, Quote, Range, Results
from searchkit.planning import Planning
from searchkit.query import ast, plan
from searchkit.query.limits import MAX_NOTES
from searchkit.query.parser import parse
from searchkit.query.plan import Highlight, Plan
from searchkit.query.synonyms import synonym_table
from searchkit.quotes import LONGEST, LONGEST_QUERY, find_quote, is_passage
from searchkit.schema import Facet, Sort, TimeUnit
from searchkit.snapshot import Snapshot, on_one_snapshot, open_reader
from searchkit.telling import telling_terms
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit.reports import (
        Analysis,
        CheckReport,
        Cluster,
        Explanation,
        IndexStats,
        NewWord,
        OnProgress,
        Timeline,
    )
    from searchkit.semantic.rerank import Meaning


def open_index(
    path: str | Path | None = None,
    *,
    config: Config | None = None,
    engine: str | None = None,
    synonyms: Iterable[Iterable[str]] | None = None,
    recency: float | None = None,
) -> Index:
    """The index at *path* as it is now; later reindexing changes what this object sees only where `reload` is
    called.

    What is not given is taken from *config*, such as `load_config()` gives. *synonyms* are groups of words that
    mean the same. *recency* is what the newest article gets on top of its score, and what is a year older half of:
    about 2 moves articles that fit a query equally well, 10 most.

    Raises:
        IndexNotFound: there is none.
        IndexOutdated: it was written by another version; the message says what to do.
        IndexCorrupted: a file of it is damaged.
        OSError: the system does not let it be read, such as a process with too many open files.
        ValueError: *synonyms* are no groups, or another setting is not valid.
    """
    config = config or Config()
    if isinstance(synonyms, str):  # which may be groups in a variable
        raise ValueError(_('synonyms are groups of words, such as [["LLM", "大模型"]]'))
    given: dict[str, Any] = {"index": path, "engine": engine, "synonyms": synonyms, "recency": recency}
    config = located(
        dataclasses.replace(config, **{name: value for name, value in given.items() if value is not None})
    )
    return Index(open_reader(config), config)


class Index:
    """An open index: a collection of articles that can be searched. Threads may share it; results stay valid after
    `reload` and `close`."""

    def __init__(self, reader: Reader, config: Config) -> None:
        self._snapshot = Snapshot(reader)
        self._config = config
        self._synonyms = synonym_table(config.synonyms)
        self._closed = False
        self._changing = threading.Lock()

    @on_one_snapshot
    def search(
        self,
        query: str,
        *,
        filters: Filters | None = None,
        limit: int | None = 10,
        offset: int = 0,
        tags: Iterable[str] = (),
        categories: Iterable[str] = (),
        author: str | None = None,
        since: Day = None,
        until: Day = None,
        path: str | None = None,
        site: str | None = None,
        as_of: Day = None,
        sort: Sort = "relevance",
        snippets: bool = True,
        facets: Iterable[Facet] = (),
        explain: bool = False,
        strict: bool = False,
        all_words: bool = False,
        prefix: bool = False,
        semantic: bool | None = None,
        fold: bool = True,
    ) -> Results:
        """The articles *query* finds, best first: the page of *limit* hits after the first *offset*.

        The list has every article with all words of the query, and those others whose score is at least 18 %
        of the best one; with *all_words* only the first. Words of asking, such as 怎么, need not be there.

        *tags*, *categories*, *author*, *since*, *until*, *path*, *site* and *as_of* are a short way to write
        *filters*. *since* and *until* are days ("2024", "2024-05", "2024-05-14", "30d" for 30 days ago), both
        included. *path* is a folder or a pattern of paths below the corpus, as in `.gitignore`. *as_of* is a day
        at whose end the archive is searched, as it was. With *strict*, syntax that does not parse is an error.
        With *semantic*, the first 40 are ordered by meaning too; None is what the setting says, as far as it is
        possible.

        With *prefix*, for a search as you type, a word at the very end of *query* is unfinished and stands for
        all words that begin with it; there is no suggestion. With *fold*, of articles with nearly the same text
        one is in the list and stands for the others: the earliest that has all words, or the latest where *sort*
        is "newest".

        Raises:
            QuerySyntaxError: only if *strict*.
            ValueError: a filter, a sort or a facet is not a possible one, a number is negative, or the index
                cannot be searched by meaning.
            ExtraMissing, EncoderFailed: *semantic*, and the library of the model is not installed, or it fails.
        """
        began = time.perf_counter()
        check_page(limit, offset, sort)
        check_text(query=query)
        counted = distinct_facets(facets)
        filters = one_of(filters, Filters(tags, categories, author, since, until, path, site, as_of))
        parsed = parse(query, strict=strict, prefix=prefix, now=now_of(filters))
        planned = self._planning.plan(parsed, prefix=prefix)
        request = replace(self._planning.request(planned, filters, all_words=all_words), sort=sort)
        request, hidden = self._planning.folded(request) if fold else (request, ())
        request = replace(
            request,
            limit=limit,
            offset=offset,
            facets=counted,
            articles=True,
            explain=explain,
        )
        meaning, unable = self._meaning(query, planned, request, semantic)
        found = self._found(request, meaning)
        missing = missing_values(
            Filters() if found.total else filters, parsed.node, self._reader, planned.by_sound
        )
        return Results(
            query=query,
            total=found.total,
            hits=self._hits(found, planned, snippets=snippets, last=now_of(filters)),
            complete=self._planning.complete(planned, filters, found, hidden),
            suggestion=planned.suggestion,
            quote=self._quote(query, filters, LONGEST_QUERY) if not offset and is_passage(parsed.node) else None,
            notes=_listed(
                (
                    *unicode_notes(query, self._reader.state.analyzer),
                    *missing,
                    *planned.notes,
                    *unable,
                    *found.notes,
                    *(note.message for note in parsed.notes),
                )
            ),
            facets=found.facets,
            took_ms=(time.perf_counter() - began) * 1000,
            semantic=meaning is not None,
            folded=fold,
        )

    @on_one_snapshot
    def browse(
        self,
        *,
        filters: Filters | None = None,
        limit: int | None = 10,
        offset: int = 0,
        sort: Sort = "newest",
        snippets: bool = True,
        facets: Iterable[Facet] = (),
    ) -> Results:
        """All articles that *filters* leave, without a query: the page of *limit* hits after the first *offset*.
        Snippets are the beginnings of their texts.

        Raises:
            ValueError: a filter, a sort or a facet is not a possible one, or a number is negative.
        """
        began = time.perf_counter()
        check_page(limit, offset, sort)
        filters = one_of(filters, Filters())
        match = plan.And(filter_conditions(filters))
        found = self._reader.search(
            Request(match, sort=sort, limit=limit, offset=offset, facets=distinct_facets(facets), articles=True)
        )
        return Results(
            "",
            found.total,
            self._hits(found, Plan(match), snippets=snippets, last=now_of(filters)),
            found.total,
            notes=_listed(missing_values(Filters() if found.total else filters, ast.And(()), self._reader)),
            facets=found.facets,
            took_ms=(time.perf_counter() - began) * 1000,
        )

    def ids(self, query: str | None = None, filters: Filters | None = None) -> tuple[str, ...]:
        """The ids of all articles *query* finds, best first, without reading the articles; without a query those
        of all articles that *filters* leave, sorted."""
        if query is None:
            request = Request(plan.And(filter_conditions(one_of(filters, Filters()))), limit=None)
            return tuple(article_id for article_id, _score in self._reader.search(request).hits)
        return tuple(article_id for article_id, _score in self.scored(query, filters))

    @on_one_snapshot
    def scored(
        self,
        query: str,
        filters: Filters | None = None,
        *,
        limit: int | None = None,
        all_words: bool = False,
        prefix: bool = False,
        semantic: bool | None = None,
    ) -> tuple[tuple[str, float], ...]:
        """The ids and scores of the first *limit* articles *query* finds, best first, without reading them.

        *all_words*, *prefix* and *semantic* are as in `search`, which says what is raised.
        """
        check_page(limit)
        filters = one_of(filters, Filters())
        planned = self.plan(query, prefix=prefix, now=now_of(filters))
        request = self._planning.request(planned, filters, all_words=all_words)
        meaning, _unable = self._meaning(query, planned, request, semantic)
        return self._found(replace(request, words=(), limit=limit, only_page=True), meaning).hits

    @on_one_snapshot
    def hits(self, query: str, article_ids: Iterable[str], *, prefix: bool = False) -> tuple[Hit, ...]:
        """The articles with these ids as a search for *query* shows them, whether it finds them or not; the
        scores are 0. *prefix* is as in `search`.

        Raises:
            ArticleNotFound
        """
        if isinstance(article_ids, str):
            message = _("article_ids={id!r} is a single text; write article_ids=({id!r},)")
            raise ValueError(message.format(id=article_ids))
        articles = tuple(map(self.get, article_ids))
        found = Found(len(articles), tuple((article.id, 0.0) for article in articles), articles=articles)
        return self._hits(found, self.plan(query, prefix=prefix), snippets=True)

    @on_one_snapshot
    def highlights(self, query: str, text: str, rest: str = "", *, prefix: bool = False) -> tuple[Range, ...]:
        """The ranges of *text* that *query* is marked in. *rest* is what else the article says: where a compound
        stands in full, its parts are not marked. *prefix* is as in `search`."""
        from searchkit.snippets import find_ranges

        return find_ranges(text, highlights_of(self.plan(query, prefix=prefix), self._reader), rest)

    @on_one_snapshot
    def values(
        self, facet: Facet, prefix: str = "", *, filters: Filters | None = None
    ) -> tuple[tuple[str, int], ...]:
        """The tags, categories, authors, sites, years, months or days that begin with *prefix*, and how many of
        the articles that *filters* leave have each, the most frequent first. Case, width and script of *prefix* do
        not count.

        Raises:
            ValueError: there is no such facet, or a filter is not valid.
        """
        distinct_facets((facet,))
        return facet_values(facet, prefix, one_of(filters, Filters()), self._reader)

    @on_one_snapshot
    def timeline(
        self,
        query: str,
        *,
        filters: Filters | None = None,
        by: TimeUnit | None = None,
        against: str | None = None,
        rises: int = 3,
        snippets: bool = True,
        prefix: bool = False,
        all_words: bool = False,
    ) -> Timeline:
        """How many articles of each day, month, quarter or year *query* finds, the first and the last of them, and
        the periods in which it rose most, at most so many *rises*. They are those of `search` with the same
        *prefix* and *all_words*, each repost among them; an empty query stands for all articles that *filters*
        leave. Without *by* it is the finest unit of which there are at most 62. The query *against* is counted
        in the same periods.

        Raises:
            ValueError: a filter or *by* is not a possible one, there are more than 10,000 periods, or *rises* is
                negative.
        """
        from searchkit.timeline import Asked, make_timeline

        check_timeline(by, rises)
        filters = one_of(filters, Filters())
        everything = Request(plan.And(filter_conditions(filters)))

        def asked(query: str, *, prefix: bool = False) -> Asked:
            planned = self.plan(query, prefix=prefix, now=now_of(filters))
            is_all = not query.strip()
            request = everything if is_all else self._planning.request(planned, filters, all_words=all_words)
            show = partial(self._hits, planned=planned, snippets=snippets, last=now_of(filters))
            return Asked(query, request, show)

        other = None if against is None else asked(against)
        return make_timeline(asked(query, prefix=prefix), everything, by, self._reader, rises=rises, against=other)

    @on_one_snapshot
    def user_words(self, prefix: str = "") -> tuple[tuple[str, int], ...]:
        """The words of the user dictionary that begin with *prefix*, as the index has them, and how many articles
        have each, the most frequent first. Case, width and script of *prefix* do not count."""
        from searchkit.user_dictionary import counted_words

        check_text(prefix=prefix)
        return counted_words(self._analyzer.user_words, prefix, self._reader)

    @on_one_snapshot
    def new_words(self, limit: int | None = 100, *, queries: Iterable[str] = ()) -> tuple[NewWord, ...]:
        """Names and terms of the articles that neither jieba's dictionary nor that of the user has, those in
        *queries*, such as some that found little, and then the most likely ones first: at most *limit*. All
        articles are read; see docs/library.md."""
        from searchkit.new_words import find_new_words

        check_page(limit)
        find = partial(self.search, limit=1, semantic=False)
        return find_new_words(self, self._reader, self._analyzer, find, limit, queries)

    @on_one_snapshot
    def find_quote(self, text: str, filters: Filters | None = None) -> Quote | None:
        """The article that *text* is a passage of, up to about a third of it changed; None if there is none.
        Of a long text the first 1,000 characters are compared, without addresses of the web."""
        check_text(text=text)
        return self._quote(text, one_of(filters, Filters()), LONGEST)

    @on_one_snapshot
    def similar(
        self,
        article_id: str,
        *,
        filters: Filters | None = None,
        limit: int | None = 10,
        offset: int = 0,
        snippets: bool = True,
    ) -> Results:
        """Articles with the same telling words as the one with this id, which itself is left out: the page of
        *limit* hits after the first *offset*.

        Raises:
            ArticleNotFound
            ValueError: a filter is not a possible one, or a number is negative.
        """
        began = time.perf_counter()
        check_page(limit, offset)
        filters = one_of(filters, Filters())
        article = self.get(article_id)
        terms = telling_terms(article, self._analyzer, self._reader)
        match = plan.And(
            (
                plan.Or(tuple(plan.Word(t.term, tuple(characters(t.term))) for t in terms)),
                plan.Not(plan.Terms("id", (article.id,))),
                *filter_conditions(filters),
            )
        )
        found = self._reader.search(Request(match, terms, limit=limit, offset=offset, articles=True))
        marks = tuple(Highlight(tuple(characters(term.term))) for term in terms)
        hits = self._hits(found, Plan(match, terms, marks), snippets=snippets, last=now_of(filters))
        missing = missing_values(Filters() if found.total else filters, ast.And(()), self._reader)
        return Results(
            f"similar {article_id}",
            found.total,
            hits,
            found.complete,
            notes=_listed(missing),
            took_ms=(time.perf_counter() - began) * 1000,
        )

    @on_one_snapshot
    def reposts(self, article_id: str | None = None, *, compared: int | None = None) -> tuple[Cluster, ...]:
        """The clusters of articles with nearly the same text, the largest first; with *article_id* the one that
        this article is in, if it is in one. Of each at most *compared* articles are compared with its first one:
        this article, then the earliest.

        Raises:
            ArticleNotFound
        """
        from searchkit.reposts import find_reposts

        asked = None if article_id is None else self.get(article_id)
        names = filter(None, [asked.cluster]) if asked else self._reader.keywords("cluster")
        return find_reposts(names, self._reader, self.path_of, asked=asked, compared=compared)

    def get(self, article_id: str) -> Article:
        """The article with this id, or with a repeat of this id.

        Raises:
            ArticleNotFound
        """
        check_text(article_id=article_id)
        article = self._reader.get(article_id)
        if article is None:
            message = _("{id}: no article with this id; `searchkit search --json` prints ids")
            raise ArticleNotFound(message.format(id=article_id))
        return article

    def resolve(self, name: str) -> str:
        """The id of the article that *name* means: its id, the path of its file, its title, or a part of an id or
        a title that only one article has, the first of these that there is. Ids of duplicates count.

        Raises:
            ArticleNotFound: none fits.
            ValueError: several fit; the message lists them.
        """
        from searchkit.article_names import resolve

        check_text(name=name)
        reader = self._reader
        return resolve(name, (*reader.keywords("id"), *reader.keywords("duplicate")), reader)

    @on_one_snapshot
    def explain(
        self, query: str, name: str, *, filters: Filters | None = None, semantic: bool | None = None
    ) -> Explanation:
        """Why *query* does or does not find the article that *name* means, as `resolve` knows it; drafts and files
        that failed count too. *semantic* is as in `search`.

        Raises:
            ArticleNotFound: neither the index nor the corpus knows it.
            ValueError: the name fits several, or a filter makes no sense.
        """
        from searchkit.explanation import explain

        filters = one_of(filters, Filters())
        planned = self.plan(query, now=now_of(filters))
        request = self._planning.request(planned, filters)
        meaning, _unable = self._meaning(query, planned, request, semantic)
        found = self._found(replace(request, words=(), limit=None), meaning)
        return explain(planned, request, found, self._reader, query, name, filters, by_meaning=bool(meaning))

    @on_one_snapshot
    def suggest(self, query: str) -> str | None:
        """*query* with what was probably meant in place of words that were typed wrong, or None."""
        check_text(query=query)
        return self.plan(query).suggestion

    def analyze(self, text: str) -> Analysis:
        """What *text* is to this index, and what it is as a query."""
        from searchkit.inspection import analysis_of

        return analysis_of(text, self._analyzer)

    def check(self, progress: OnProgress | None = None) -> CheckReport:
        """Is every byte of the index what was written, and is it what the corpus and the settings ask for now?
        Files of the corpus are compared by size and time."""
        from searchkit.inspection import check_index

        return check_index(self._reader, self._config, progress)

    def stats(self) -> IndexStats:
        """What is in the index."""
        from searchkit.inspection import index_stats

        return index_stats(self._reader, self._config.index)

    def __len__(self) -> int:
        return len(self._reader)

    @on_one_snapshot
    def __iter__(self) -> Iterator[Article]:
        """The articles, by id."""
        return map(self.get, sorted(self._reader.ids()))

    def __contains__(self, article_id: object) -> bool:
        """Whether there is an article with this id, or with a repeat of this id."""
        return isinstance(article_id, str) and self._reader.get(article_id) is not None

    def __repr__(self) -> str:
        held = "closed" if self._closed else f"{len(self):,} articles"
        return f"<Index {str(self._config.index)!r}: {held}>"

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def config(self) -> Config:
        """The settings that it was opened with, and the whole path of its folder."""
        return self._config

    @property
    def is_current(self) -> bool:
        """Whether what is open is what is published now. It costs a small read, or a request to the cluster."""
        return self._reader.is_current()

    def reload(self) -> bool:
        """Open what is published now, unless that is open already; whether it was not. Searches of other threads
        end on the state that they began with, whose files are given back after the last of them.

        Raises:
            IndexNotFound, IndexOutdated, IndexCorrupted, OSError: as of `open_index`; what was open stays open.
        """
        with self._changing:
            if self.is_current:
                return False
            # the one before is not closed but forgotten: who is at work has it until the work is done
            self._snapshot = Snapshot(open_reader(self._config))
            return True

    def pinned(self) -> Index:
        """This index as it is now, for several calls that belong together: `reload` does not change what it sees.
        It is not closed by itself, and has no files of its own."""
        return copy(self)

    def close(self) -> None:
        """Give back the files of the index."""
        with self._changing:
            self._closed = True
            self._reader.close()

    @property
    def _reader(self) -> Reader:
        return self._snapshot.reader

    @property
    def _analyzer(self) -> Analyzer:
        return self._snapshot.analyzer

    @on_one_snapshot
    def plan(self, query: str, *, prefix: bool = False, now: date | None = None) -> Plan:
        """What *query* asks an engine; *prefix* is as in `search`, and days ago count from *now*."""
        check_text(query=query)
        return self._planning.plan(parse(query, prefix=prefix, now=now), prefix=prefix)

    def path_of(self, article_id: str) -> str:
        """The file of an article, which is not there if it is gone or a program added the article; empty where
        articles did not come from a folder, or where an id that nobody indexed leads out of it."""
        folders = self._reader.state.folders
        name, _slash, below = ("", "", article_id) if "" in folders else article_id.partition("/")
        is_file = below and name in folders and _is_inside(article_id)
        return os.path.normpath(os.path.join(folders[name], below)) if is_file else ""  # noqa: PTH118 - of each hit: a Path is slow

    @property
    def _planning(self) -> Planning:
        return Planning(self._snapshot, self._config, self._synonyms)

    def _meaning(
        self, query: str, planned: Plan, request: Request, semantic: bool | None
    ) -> tuple[Meaning | None, tuple[str, ...]]:
        """What orders the list of *request*, which *query* asks for, beside words, if that is wanted and there is
        anything to it; and a note where it is wanted and not possible."""
        if not (self._config.semantic not in (None, "off") if semantic is None else semantic):
            return None, ()
        from searchkit.semantic.rerank import meaning_of

        try:
            return meaning_of(query, planned, request, self._reader.state), ()
        except (ValueError, ExtraMissing, EncoderFailed) as error:
            if semantic:
                raise
            return None, (_("only by words: {reason}").format(reason=error),)

    def _found(self, request: Request, meaning: Meaning | None) -> Found:
        """The list of *request*, ordered by *meaning* too."""
        if meaning is None:
            return self._reader.search(request)
        from searchkit.semantic.rerank import search_by_meaning

        return search_by_meaning(self._reader, request, meaning)

    def _quote(self, text: str, filters: Filters, longest: int) -> Quote | None:
        conditions = filter_conditions(filters)
        return find_quote(text, self._analyzer, self._reader, self.path_of, conditions, longest)

    def _hits(self, found: Found, planned: Plan, *, snippets: bool, last: date | None = None) -> tuple[Hit, ...]:
        hits = make_hits(found, planned, self._reader, self.path_of, snippets=snippets)
        clusters = self._snapshot.clusters if any(hit.article.cluster for hit in hits) else {}
        return tuple(with_reposts(hit, clusters, last) if hit.article.cluster else hit for hit in hits)


def reader_of(index: Index) -> Reader:
    """The engine's reader of *index*, for what looks closer than a user does: evaluation, tests, benchmarks."""
    return index._reader


def request_of(index: Index, query: str, filters: Filters | None = None, *, all_words: bool = False) -> Request:
    """What a search of *index* for *query* asks the engine, for what looks closer than a user does."""
    filters = one_of(filters, Filters())
    return index._planning.request(index.plan(query, now=now_of(filters)), filters, all_words=all_words)


def _is_inside(article_id: str) -> bool:
    parts = article_id.replace(os.sep, "/").split("/")
    drive, _path = os.path.splitdrive(article_id)
    return bool(parts[0]) and not drive and ".." not in parts and "\0" not in article_id


def _listed(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The first *notes*, and how many more there are."""
    more = len(notes) - MAX_NOTES
    return (*notes[:MAX_NOTES], _("and {count:,} more notes").format(count=more)) if more > 0 else notes
