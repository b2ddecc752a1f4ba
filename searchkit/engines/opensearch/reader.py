"""One published generation, open for reading."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from itertools import islice
from typing import Any

from searchkit.engines.base import Found, Request, keywords_of
from searchkit.engines.opensearch.bulk import article_of
from searchkit.engines.opensearch.client import Cluster, Refused
from searchkit.engines.opensearch.fields import ARTICLE, CLOCK, DIGEST, decode, encode, field_of
from searchkit.engines.opensearch.pagination import (
    WHOLE_ANSWERS,
    Call,
    all_values,
    beginning,
    each_hit,
    fitting_values,
    list_hits,
    resembling,
)
from searchkit.engines.opensearch.query_dsl import EVERYTHING, Query, compile_condition, count_clauses
from searchkit.engines.opensearch.scorer import Frequencies, Scorer, Totals, ask_totals, make_scorer
from searchkit.engines.opensearch.snapshots import manifest_of, remembered, state_name
from searchkit.engines.reference import like
from searchkit.errors import IndexCorrupted, IndexNotFound
from searchkit.model import Article
from searchkit.query.dates import epoch
from searchkit.query.plan import MultiTerm, RankTerm
from searchkit.reports import Problem
from searchkit.schema import FACETS, KEYWORDS, SORTS, SortKey
from searchkit.state import load_state

MAX_HITS = 10_000
"""Hits of one answer: the cluster's limit (index.max_result_window). Longer lists are asked for in batches."""
MAX_ARTICLES = 500
"""Articles of one answer: some megabytes, of which a cluster and we hold several copies at a time."""
MAX_VALUES = 10_000
"""Values of a facet, the most frequent ones; below the cluster's limit of 65,535 (search.max_buckets)."""
_WORDS = field_of("any", "words")


class OpenSearchReader:
    """The index *name* of a cluster. It never changes, so lists that were read whole, and counts, are cached."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster, self._name = cluster, name
        self._closed = False
        self._lists: dict[str, list[str]] = {}
        self._frequencies = Frequencies(self._ask)
        with self._damage():
            found = self._call("GET", f"/{name}/_doc/{state_name()}", expected=(404,))
            self._remembered = remembered(found)
        self.state = load_state(self._remembered.state, f"{name} at {cluster.connection.name}")

    def __len__(self) -> int:
        return self._totals.articles

    def manifest(self) -> bytes:
        with self._damage():
            return manifest_of(self._call, self._open(), self._remembered.pieces)

    def search(self, request: Request) -> Found:
        match = compile_condition(request.match)
        has_page = request.limit != 0
        scorer = self._scorer(request, match) if has_page else Scorer(request, self._totals, ())
        end = None if request.limit is None else request.offset + request.limit
        body = self._body(request, match, scorer if has_page else None)
        if not has_page or (end is not None and end <= MAX_HITS):
            page = {"from": request.offset, "size": request.limit} if has_page else {"size": 0}
            found = self._ask({**body, **page, "track_total_hits": True})
            hits = found["hits"]["hits"]
        else:
            found = self._ask({**body, "size": 0, "track_total_hits": True})
            hits = list_hits(self._call, self._name, {**body, "_source": False}, request.offset, end)
        return self._found(request, found, hits, scorer)

    def get(self, article_id: str) -> Article | None:
        named = {"term": {"id": encode(article_id)}}
        repeated = {"term": {"duplicate": encode(article_id)}}
        either = {"bool": {"should": [_constant(named, 2.0), _constant(repeated, 1.0)]}}
        best = {"size": 1, "sort": [{"_score": "desc"}, {"id": "asc"}], "track_total_hits": False}
        found = self._ask({"query": either, "_source": [ARTICLE], **best})
        articles = self._articles(found["hits"]["hits"])
        return articles[0] if articles else None

    def ids(self) -> Iterator[str]:
        body = {"query": EVERYTHING, "sort": [{"id": "asc"}], "_source": False}
        return iter([decode(_id_of(hit)) for hit in list_hits(self._call, self._open(), body, 0, None)])

    def terms(self, prefix: str = "") -> Iterator[str]:
        words = self._values(_WORDS, beginning(prefix) if prefix else "")
        return (word for word in words if word.startswith(prefix))

    def expand(self, condition: MultiTerm) -> list[str]:
        return list(like(condition, self._values(_WORDS, resembling(condition))))

    def keywords(self, field: str) -> Iterator[str]:
        return iter(self._values(field))

    def article_frequencies(self, terms: Sequence[str]) -> list[int]:
        self._open()
        return self._frequencies.of(map(RankTerm, terms))

    def verify(self) -> Iterator[Problem]:
        yield from problems_of(self._call, self._open())
        try:
            self.manifest()
        except IndexCorrupted as error:
            yield Problem(self._name, str(error.__cause__))

    def close(self) -> None:
        self._closed = True
        self._lists.clear()
        self._cluster.close()

    @cached_property
    def _totals(self) -> Totals:
        return ask_totals(self._ask)

    def _scorer(self, request: Request, match: Query) -> Scorer:
        return make_scorer(request, self._totals, self._frequencies, clauses=count_clauses(match))

    def _body(self, request: Request, match: Query, scorer: Scorer | None) -> dict[str, Any]:
        """The request without a page of it; facets are in it only where they are asked for."""
        query: Query = {"bool": {"filter": [match]}}
        body: dict[str, Any] = {"_source": False}
        if scorer:
            query["bool"]["should"] = scorer.queries()
            body["docvalue_fields"] = scorer.values()
            body["sort"] = _order(SORTS[request.sort])
            if request.articles and request.limit is not None and request.limit <= MAX_ARTICLES:
                body["_source"] = [ARTICLE]
        if request.facets:
            body["aggs"] = {name: _facet(FACETS[name]) for name in request.facets}
        return {**body, "query": query}

    def _found(
        self, request: Request, answer: dict[str, Any], hits: Sequence[dict[str, Any]], scorer: Scorer
    ) -> Found:
        scored = [(decode(_id_of(hit)), scorer.score(hit), hit) for hit in hits]
        by_score = SORTS[request.sort].by == "score"
        if by_score:
            scored.sort(key=lambda one: (-one[1], one[0]))
        counts = answer.get("aggregations", {})
        return Found(
            total=answer["hits"]["total"]["value"],
            hits=tuple((article_id, score) for article_id, score, _ in scored),
            facets={name: _counted(counts[name]) for name in request.facets},
            articles=self._articles([hit for _, _, hit in scored]) if request.articles else (),
            explanations=tuple(tuple(scorer.contributions(hit)) for _, _, hit in scored)
            if request.explain
            else (),
            notes=_notes(scorer) if by_score else (),
        )

    def _values(self, field: str, regexp: str = "") -> list[str]:
        """The distinct values of a keyword field, sorted; at least those that *regexp* fits, if there is one."""
        if field in self._lists:
            return self._lists[field]
        found = fitting_values(self._ask, field, regexp) if regexp else None
        if found is not None:
            return sorted(map(decode, found))
        every = self._lists[field] = sorted(map(decode, all_values(self._ask, field)))
        return every

    def _articles(self, hits: Sequence[dict[str, Any]]) -> tuple[Article, ...]:
        """The articles of *hits*: those that came with them, the others asked for by their ids."""
        with self._damage():
            found = {_id_of(hit): article_of(hit["_source"]) for hit in hits if "_source" in hit}
        missing = iter([_id_of(hit) for hit in hits if "_source" not in hit])
        while ids := list(islice(missing, MAX_ARTICLES)):
            page = {"size": len(ids), "sort": [{"id": "asc"}], "track_total_hits": False}
            answer = self._ask({"query": {"terms": {"id": ids}}, "_source": [ARTICLE], **page})
            with self._damage():
                found.update((_id_of(hit), article_of(hit["_source"])) for hit in answer["hits"]["hits"])
        with self._damage():
            return tuple(found[_id_of(hit)] for hit in hits)

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._call("POST", f"/{self._open()}/_search", body, WHOLE_ANSWERS)
        return found

    def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        parameters: Mapping[str, str] | None = None,
        expected: tuple[int, ...] = (),
    ) -> Any:
        try:
            return self._cluster.call(method, path, body, parameters, expected=expected)
        except Refused as error:
            if error.kind != "index_not_found_exception":
                raise
            raise IndexNotFound(
                f"{self._name} at {self._cluster.connection.name}: this state of the index was removed, for two "
                "later ones were published; open the index again"
            ) from error

    def _open(self) -> str:
        """The name of the index, if it is not closed."""
        if self._closed:
            raise ValueError("this index is closed")
        return self._name

    @contextmanager
    def _damage(self) -> Iterator[None]:
        """Turns what damage looks like into an error that says what to do."""
        try:
            yield
        except (KeyError, TypeError, ValueError, zlib.error) as error:
            raise IndexCorrupted(
                f"{self._name} at {self._cluster.connection.name}: {error}; run `searchkit reindex --full`"
            ) from error


def _notes(scorer: Scorer) -> tuple[str, ...]:
    if not scorer.too_many:
        return ()
    return (
        f"the terms that say least were not ranked by, {scorer.too_many:,} of them: the cluster takes no more",
    )


def _order(order: SortKey) -> list[dict[str, Any]]:
    if order.by == "score":
        return [{"_score": "desc"}, {"id": "asc"}]
    return [{CLOCK: {"order": "desc" if order.descending else "asc", "missing": "_last"}}, {"id": "asc"}]


def _facet(field: str) -> dict[str, Any]:
    return {"terms": {"field": field, "size": MAX_VALUES, "order": [{"_count": "desc"}, {"_key": "asc"}]}}


def _counted(answer: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    counts = [(decode(bucket["key"]), bucket["doc_count"]) for bucket in answer["buckets"]]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))


def _id_of(hit: Mapping[str, Any]) -> str:
    """The id of a hit as it stands in the cluster: hits of equal rank are ordered by it."""
    article_id: str = hit["sort"][-1]
    return article_id


def _constant(query: Query, score: float) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


_AT_ONCE = 500  # articles: some megabytes


def problems_of(call: Call, name: str) -> Iterator[Problem]:
    """What is wrong with the articles of the index *name*."""
    body = {
        "query": EVERYTHING,
        "sort": [{"id": "asc"}],
        "_source": [ARTICLE],
        "docvalue_fields": [*KEYWORDS, CLOCK, DIGEST],
    }
    before = None
    with closing(each_hit(call, name, body, _AT_ONCE)) as hits:
        for hit in hits:
            filed = hit.get("fields", {})
            called = decode(str(filed.get("id", ["?"])[0]))
            if called == before:
                yield Problem(name, f"has two articles with the id {called}")
            before = called
            yield from (Problem(name, f"{called}: {reason}") for reason in _reasons(hit, filed))


def _reasons(hit: dict[str, Any], filed: dict[str, list[Any]]) -> Iterator[str]:
    try:
        article = article_of(hit.get("_source", {}))
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        yield f"what is stored is no article ({error})"
        return
    for field, values in _expected(article).items():
        if sorted(filed.get(field, [])) != values:
            yield f"the stored article is filed under another {field}"


def _expected(article: Article) -> dict[str, list[Any]]:
    """The values of *article* that the cluster keeps beside it, sorted."""
    keywords = {name: sorted(set(map(encode, values))) for name, values in keywords_of(article).items()}
    clock = epoch(article.date)
    return {**keywords, CLOCK: [] if clock is None else [clock], DIGEST: [article.digest]}
