"""Text -> Results: parse, plan, ask the engine, relax, cut snippets.

with open_index("index") as index:
    for hit in index.search("OpenAI 融资").hits:
        print(hit.title)
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.fingerprint import difference, fingerprint
from searchkit.analysis.normalize import title_key
from searchkit.analysis.scripts import characters
from searchkit.bm25f import inverse_frequency
from searchkit.engines import load_engine
from searchkit.engines.base import Found, Reader, Request
from searchkit.errors import ArticleNotFound, IndexError_, IndexOutdated
from searchkit.filters import Day, Filters, filter_conditions
from searchkit.model import Article, Hit, Results
from searchkit.query import plan
from searchkit.query.ast import Parsed
from searchkit.query.limits import MAX_NOTES
from searchkit.query.parser import parse
from searchkit.query.plan import Condition, Highlight, Plan
from searchkit.query.planner import make_plan
from searchkit.query.synonyms import Synonyms, synonym_table
from searchkit.schema import FACETS, RELAXATIONS, SORTS, Facet, Relaxation, Sort
from searchkit.state import check_facts, check_schema
from searchkit.suggestions import suggest, telling_terms


def open_index(
    path: str | Path = "index",
    *,
    engine: str = "whoosh",
    synonyms: Sequence[Sequence[str]] = (),
    recency: float = 0.0,
) -> Index:
    """The index at *path* as it is now; later reindexing does not change what this object sees.

    *synonyms* are groups of words that mean the same. *recency* is what the newest article gets on top of its
    score, and what is a year older half of: about 2 moves articles that fit a query equally well, 10 most.

    Raises:
        IndexNotFound: there is none.
        IndexOutdated: it was written by another version; the message says what to do.
        IndexCorrupted: a file of it is damaged.
    """
    reader = load_engine(engine, path).read()
    try:
        _check_version(reader, path)
    except IndexError_:
        reader.close()
        raise
    return Index(reader, synonym_table(synonyms), recency)


class Index:
    """An open index. Threads may share it; results stay valid after `close`."""

    def __init__(self, reader: Reader, synonyms: Synonyms, recency: float = 0.0) -> None:
        self._reader = reader
        self._synonyms = synonyms
        self._recency = recency

    def search(
        self,
        query: str,
        *,
        limit: int | None = 10,
        offset: int = 0,
        tags: Sequence[str] = (),
        categories: Sequence[str] = (),
        author: str | None = None,
        since: Day = None,
        until: Day = None,
        sort: Sort = "relevance",
        snippets: bool = True,
        facets: Sequence[Facet] = (),
        explain: bool = False,
        strict: bool = False,
        loose: bool = False,
    ) -> Results:
        """The articles *query* finds, best first: the page of *limit* hits after the first *offset*.

        *since* and *until* are days ("2024", "2024-05", "2024-05-14"), both included. *facets* are names
        out of "tag", "category", "author", "year". With *strict*, syntax that does not parse is an error.
        With *loose* any word of the query will do, and any Han character of one: all that is like the query, best
        first, for a long list to choose from.

        Raises:
            QuerySyntaxError: only if *strict*.
            ValueError: a date, a sort or a facet is none that there is, or a number is negative.
        """
        began = time.perf_counter()
        _check_page(limit, offset, sort, facets)
        parsed = parse(query, strict=strict)
        planned = self._planned(parsed)
        request = Request(
            match=planned.match,
            rank=planned.rank,
            title_key=planned.title_key,
            sort=sort,
            limit=limit,
            offset=offset,
            facets=tuple(dict.fromkeys(facets)),
            articles=True,
            explain=explain,
            recency=self._recency,
        )
        filters = Filters(tuple(tags), tuple(categories), author, since, until)
        relaxed, found = self._relaxing(request, filter_conditions(filters), loose=loose)
        return Results(
            query=query,
            total=found.total,
            hits=self._hits(found, planned, snippets=snippets),
            relaxed=relaxed,
            suggestion=suggest(parsed.text, planned.match, self._reader) if relaxed or not found.total else None,
            notes=_listed((*planned.notes, *found.notes, *(note.message for note in parsed.notes))),
            facets=found.facets,
            took_ms=(time.perf_counter() - began) * 1000,
        )

    def ids(self, query: str, filters: Filters | None = None) -> tuple[str, ...]:
        """The ids of all articles *query* finds, best first, without reading the articles."""
        return tuple(article_id for article_id, _ in self.scored(query, filters))

    def scored(
        self, query: str, filters: Filters | None = None, *, limit: int | None = None, loose: bool = False
    ) -> tuple[tuple[str, float], ...]:
        """The ids and scores of the first *limit* articles *query* finds, best first, without reading them.

        *loose* is as in `search`.
        """
        planned = self.plan(query)
        request = Request(planned.match, planned.rank, planned.title_key, limit=limit, recency=self._recency)
        _, found = self._relaxing(request, filter_conditions(filters or Filters()), loose=loose)
        return found.hits

    def hits(self, query: str, article_ids: Sequence[str]) -> tuple[Hit, ...]:
        """The articles with these ids as a search for *query* shows them, whether it finds them or not; the
        scores are 0.

        Raises:
            ArticleNotFound
        """
        articles = tuple(map(self.get, article_ids))
        found = Found(len(articles), tuple((article.id, 0.0) for article in articles), articles=articles)
        return self._hits(found, self.plan(query), snippets=True)

    def similar(self, article_id: str, *, limit: int = 10) -> Results:
        """Articles with the same telling words as the one with this id, which itself is left out.

        Raises:
            ArticleNotFound
        """
        began = time.perf_counter()
        article = self.get(article_id)
        terms = telling_terms(article, self.analyzer, self._reader)
        match = plan.And(
            (
                plan.Or(tuple(plan.Word(t.term, tuple(characters(t.term))) for t in terms)),
                plan.Not(plan.Terms("id", (article.id,))),
            )
        )
        found = self._reader.search(Request(match, terms, limit=limit, articles=True))
        marks = tuple(Highlight(tuple(characters(term.term))) for term in terms)
        hits = self._hits(found, Plan(match, terms, marks), snippets=True)
        return Results(f"similar {article_id}", found.total, hits, took_ms=(time.perf_counter() - began) * 1000)

    def get(self, article_id: str) -> Article:
        """The article with this id, or with a repeat of this id.

        Raises:
            ArticleNotFound
        """
        article = self._reader.get(article_id)
        if article is None:
            raise ArticleNotFound(f"{article_id}: no article with this id; `searchkit search --json` prints ids")
        return article

    def __len__(self) -> int:
        return len(self._reader)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the files of the index."""
        self._reader.close()

    @property
    def reader(self) -> Reader:
        """The engine's reader, for commands that look closer."""
        return self._reader

    @cached_property
    def analyzer(self) -> Analyzer:
        """The analyzer that made the terms of this index."""
        return Analyzer(self._reader.state["user_words"])

    def plan(self, query: str) -> Plan:
        """What *query* asks an engine, before it is relaxed."""
        return self._planned(parse(query))

    def path_of(self, article_id: str) -> str:
        """The file of an article; empty where articles did not come from a folder, or where an id that nobody
        indexed leads out of it."""
        corpus = self._reader.state.get("corpus")
        return str(Path(corpus, article_id)) if corpus and _is_inside(article_id) else ""

    def _relaxing(
        self, request: Request, filters: tuple[Condition, ...], *, loose: bool
    ) -> tuple[Relaxation | None, Found]:
        """The first level of relaxation at which anything is found, and what is. *loose* has no levels."""
        if loose:
            return None, self._find(request, plan.loosen(request.match), filters)
        found = Found(0, ())
        tried = None
        levels: tuple[tuple[Relaxation | None, float], ...] = ((None, 1.0), *RELAXATIONS.items())
        for name, share in levels:
            match = plan.relax(request.match, share)
            if match == tried:
                continue
            tried = match
            found = self._find(request, match, filters)
            if found.total:
                return name, found
        return None, found

    def _find(self, request: Request, match: Condition, filters: tuple[Condition, ...]) -> Found:
        return self._reader.search(replace(request, match=plan.And((match, *filters)) if filters else match))

    def _planned(self, parsed: Parsed) -> Plan:
        return make_plan(parsed, self.analyzer, self._synonyms, self._reader.expand)

    def _hits(self, found: Found, planned: Plan, *, snippets: bool) -> tuple[Hit, ...]:
        from searchkit.snippets import find_ranges, make_snippets

        weights = self._weights(planned) if snippets and found.hits else {}
        hits = []
        for number, ((_, score), article) in enumerate(zip(found.hits, found.articles, strict=True)):
            hits.append(
                Hit(
                    id=article.id,
                    title=article.title,
                    score=score,
                    date=article.date,
                    author=article.author,
                    tags=article.tags,
                    categories=article.categories,
                    url=article.url,
                    path=self.path_of(article.id),
                    duplicates=article.duplicates,
                    title_highlights=find_ranges(article.title, planned.highlights),
                    snippets=make_snippets(_below_title(article), planned.highlights, weights) if snippets else (),
                    explanation=found.explanations[number] if found.explanations else (),
                )
            )
        return tuple(hits)

    def _weights(self, planned: Plan) -> dict[tuple[str, ...], float]:
        """How much each word that is marked tells, by its tokens."""
        total = len(self._reader)
        marked = {highlight.tokens for highlight in planned.highlights}
        tokens = {t: tuple(characters(t.term)) for t in planned.rank if t.channel == "words"}
        terms = [t for t in tokens if tokens[t] in marked]
        having = self._reader.article_frequencies([t.term for t in terms])
        return {
            tokens[t]: t.weight * inverse_frequency(total, count) for t, count in zip(terms, having, strict=True)
        }


def _is_inside(article_id: str) -> bool:
    path = Path(article_id)
    return not path.is_absolute() and not path.drive and ".." not in path.parts and "\0" not in article_id


def _below_title(article: Article) -> str:
    """The body, without a first line that only says the title again: a snippet should say more."""
    first, _, rest = article.body.partition("\n")
    return rest if rest and title_key(first) == title_key(article.title) else article.body


def _listed(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The first *notes*, and how many more there are."""
    more = len(notes) - MAX_NOTES
    return (*notes[:MAX_NOTES], f"and {more:,} more signs were read as text") if more > 0 else notes


def _check_version(reader: Reader, path: str | Path) -> None:
    check_schema(reader.state, path)
    check_facts(reader.state, path)
    if why := difference(reader.state["analyzer"], fingerprint()):
        raise IndexOutdated(f"{path}: reindex needed: {why}; run `searchkit reindex`")


def _check_page(limit: int | None, offset: int, sort: str, facets: Sequence[str]) -> None:
    if (limit is not None and limit < 0) or offset < 0:
        raise ValueError("limit and offset must not be negative")
    if sort not in SORTS:
        raise ValueError(f"no order is called {sort!r}; there are {', '.join(SORTS)}")
    for name in facets:
        if name not in FACETS:
            raise ValueError(f"no facet is called {name!r}; there are {', '.join(FACETS)}")
