"""One published generation, open for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from typing import Any

from searchkit.engines.base import Found, Remains, Request, keywords_of
from searchkit.engines.opensearch.bulk import DAMAGE, article_of, vector_of
from searchkit.engines.opensearch.client import Refused
from searchkit.engines.opensearch.fields import ARTICLE, CLOCK, DIGEST, VECTOR, decode, encode, field_of
from searchkit.engines.opensearch.pagination import (
    WHOLE_ANSWERS,
    Call,
    all_values,
    batches,
    beginning,
    commonest_values,
    each_hit,
    fitting_values,
    list_hits,
    resembling,
)
from searchkit.engines.opensearch.query_dsl import EVERYTHING, Query, compile_condition, count_clauses
from searchkit.engines.opensearch.scorer import CollectionStats, Scorer, make_scorer
from searchkit.engines.opensearch.snapshots import Snapshots, manifest_of, remembered
from searchkit.engines.reference import like
from searchkit.errors import IndexCorrupted, IndexNotFound
from searchkit.model import Article
from searchkit.query.plan import Channel, MultiTerm, RankTerm, epoch
from searchkit.reports import Problem
from searchkit.schema import FACETS, KEYWORDS, SORTS, SortKey
from searchkit.state import load_state
from searchkit.translation import gettext as _

MAX_HITS = 10_000
"""Hits of one answer: the cluster's limit (index.max_result_window). Longer lists are asked for in batches."""
MAX_ARTICLES = 500
"""Articles of one answer: some megabytes, of which a cluster and we hold several copies at a time."""
MAX_VALUES = 10_000
"""Values of a facet, the most frequent ones; below the cluster's limit of 65,535 (search.max_buckets)."""
_WORDS = field_of("any", "words")
_COMPLETE = "complete"


class OpenSearchReader:
    """The published one of *generations*. It never changes, so lists that were read whole, and counts, are
    cached."""

    def __init__(self, generations: Snapshots) -> None:
        self._generations, self._cluster = generations, generations.cluster
        self._name = name = generations.published()
        self._closed = False
        self._lists: dict[str, list[str]] = {}
        with self._damage():
            facts = remembered(self._call, name)
            self._pieces, state = facts["pieces"], facts["state"]
        place = self._cluster.connection.name
        self.state = load_state(state, _("{name} at {place}").format(name=name, place=place))

    def __len__(self) -> int:
        return self._stats.articles

    def manifest(self) -> bytes:
        with self._damage():
            return manifest_of(self._call, self._open(), self._pieces)

    def is_current(self) -> bool:
        self._open()
        number = self._generations.current()
        return number is not None and self._generations.name(number) == self._name

    def search(self, request: Request) -> Found:
        match = compile_condition(request.match)
        complete = None if request.complete is None else compile_condition(request.complete)
        scorer = make_scorer(request, self._stats, clauses=_clauses_beside(request, match, complete))
        best = 0.0 if complete is None else max(request.best, self._best(scorer, match))
        ranked = {
            "query": scorer.listed(match, complete, best) if complete and best else scorer.ranked(match),
            "sort": _order(SORTS[request.sort]),
            "docvalue_fields": scorer.values(),
            "_source": False,
        }
        counted = {"query": ranked["query"], "_source": False, "size": 0, "track_total_hits": True}
        counts: dict[str, Any] = {name: _facet(FACETS[name]) for name in request.facets}
        if complete is not None:
            counts[_COMPLETE] = {"filter": complete}
        if counts:
            counted["aggs"] = counts
        if request.limit == 0:
            return self._found(request, self._ask(counted), (), scorer)
        if request.limit is None or request.offset + request.limit > MAX_HITS:
            end = request.limit and request.offset + request.limit
            hits = list_hits(self._call, self._open(), ranked, request.offset, end)
            return self._found(request, self._ask(counted), hits, scorer)
        page: dict[str, Any] = {"from": request.offset, "size": request.limit}
        if request.articles and request.limit <= MAX_ARTICLES:
            page["_source"] = [ARTICLE]
        found = self._ask({**counted, **ranked, **page})
        return self._found(request, found, found["hits"]["hits"], scorer)

    def _best(self, scorer: Scorer, match: dict[str, Any]) -> float:
        """The best score, bonuses left aside, of what meets *match*."""
        query, first = scorer.plain(match), {"size": 1, "track_total_hits": False, "_source": False}
        found = self._ask({"query": query, "sort": _order(SORTS["relevance"]), **first})["hits"]["hits"]
        return float(found[0]["sort"][0]) if found else 0.0

    def get(self, article_id: str) -> Article | None:
        either = [
            {"constant_score": {"filter": {"term": {field: encode(article_id)}}, "boost": boost}}
            for field, boost in (("id", 2.0), ("duplicate", 1.0))
        ]
        best = {"size": 1, "sort": _order(SORTS["relevance"]), "track_total_hits": False}
        found = self._ask({"query": {"bool": {"should": either}}, "_source": [ARTICLE], **best})
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

    def completions(self, prefix: str, most: int) -> list[str]:
        self._open()
        return list(map(decode, commonest_values(self._ask, _WORDS, beginning(prefix), most)))

    def keywords(self, field: str) -> Iterator[str]:
        return iter(self._values(field))

    def article_frequencies(self, terms: Sequence[str], channel: Channel = "words") -> list[int]:
        self._open()
        return self._stats.frequencies(RankTerm(term, channel=channel) for term in terms)

    def verify(self) -> Iterator[Problem]:
        yield from _problems(self._call, self._open())
        try:
            self.manifest()
        except IndexCorrupted as error:
            yield Problem(self._name, str(error.__cause__))

    def close(self) -> None:
        self._closed = True
        self._lists.clear()
        self._cluster.close()

    @cached_property
    def _stats(self) -> CollectionStats:
        return CollectionStats(self._ask)

    def _found(
        self, request: Request, answer: dict[str, Any], hits: Sequence[dict[str, Any]], scorer: Scorer
    ) -> Found:
        scored = [(decode(_id_of(hit)), scorer.score(hit), hit) for hit in hits]
        by_score = SORTS[request.sort].by == "score"
        if by_score:
            scored.sort(key=lambda one: (-one[1], one[0]))
        counts = answer.get("aggregations", {})
        note = _(
            "the terms that say least were not ranked by, {count:,} of them: the cluster takes no more"
        ).format(count=scorer.too_many)
        total: int = answer["hits"]["total"]["value"]
        return Found(
            total=total,
            hits=tuple((article_id, score) for article_id, score, _ in scored),
            facets={name: _counted(counts[name]) for name in request.facets},
            articles=self._articles([hit for _, _, hit in scored]) if request.articles else (),
            explanations=tuple(tuple(scorer.contributions(hit)) for _, _, hit in scored)
            if request.explain
            else (),
            notes=(note,) if by_score and scorer.too_many else (),
            complete=counts[_COMPLETE]["doc_count"] if _COMPLETE in counts else total,
            missing=tuple(scorer.missing(hit) for _, _, hit in scored),
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

    def vectors(self, ids: Sequence[str]) -> list[bytes]:
        found: dict[str, bytes] = {}
        for some in batches(list(map(encode, ids)), MAX_HITS):
            page = {"size": len(some), "sort": [{"id": "asc"}], "track_total_hits": False}
            answer = self._ask({"query": {"terms": {"id": some}}, "_source": [VECTOR], **page})
            with self._damage():
                found |= {_id_of(hit): vector_of(hit.get("_source", {})) for hit in answer["hits"]["hits"]}
        return [found.get(encode(article_id), b"") for article_id in ids]

    def _articles(self, hits: Sequence[dict[str, Any]]) -> tuple[Article, ...]:
        """The articles of *hits*: those that came with them, the others asked for by their ids."""
        stored = [hit for hit in hits if "_source" in hit]
        for ids in batches([_id_of(hit) for hit in hits if "_source" not in hit], MAX_ARTICLES):
            page = {"size": len(ids), "sort": [{"id": "asc"}], "track_total_hits": False}
            answer = self._ask({"query": {"terms": {"id": ids}}, "_source": [ARTICLE], **page})
            stored += answer["hits"]["hits"]
        with self._damage():
            found = {_id_of(hit): article_of(hit["_source"]) for hit in stored}
            return tuple(found[_id_of(hit)] for hit in hits)

    def _ask(self, body: dict[str, Any]) -> Any:
        return self._call("POST", f"/{self._open()}/_search", body, WHOLE_ANSWERS)

    def _call(self, *request: Any, **options: Any) -> Any:
        try:
            return self._cluster.call(*request, **options)
        except Refused as error:
            if error.kind != "index_not_found_exception":
                raise
            raise IndexNotFound(
                _(
                    "{name} at {place}: this state of the index was removed, for two later ones were "
                    "published; open the index again"
                ).format(name=self._name, place=self._cluster.connection.name)
            ) from error

    def _open(self) -> str:
        """The name of the index, if it is not closed."""
        if self._closed:
            raise ValueError(_("this index is closed"))
        return self._name

    @contextmanager
    def _damage(self) -> Iterator[None]:
        """Turn `DAMAGE` into an error that says what to do."""
        try:
            yield
        except DAMAGE as error:
            raise IndexCorrupted(
                _("{name} at {place}: {error}; run `searchkit reindex --full`").format(
                    name=self._name, place=self._cluster.connection.name, error=error
                )
            ) from error


def remains_of(snapshots: Snapshots) -> Remains:
    """What can be read of the published generation without its articles."""
    number = snapshots.current()
    if number is None:
        return Remains()
    call, name = snapshots.cluster.call, snapshots.name(number)
    try:
        facts = remembered(call, name)
        state = {**facts["state"]}
    except DAMAGE:
        return Remains()
    try:
        return Remains(state, manifest_of(call, name, facts["pieces"]))
    except DAMAGE:
        return Remains(state)


def _clauses_beside(request: Request, match: Query, complete: Query | None) -> int:
    """How many clauses a query for *request* has beside those that rank."""
    conditions = [*request.words, *(bonus.condition for bonus in request.bonuses)]
    return sum(map(count_clauses, [match, complete or match, *map(compile_condition, conditions)]))


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
    return str(hit["sort"][-1])


def _problems(call: Call, name: str) -> Iterator[Problem]:
    """What is wrong with the articles of the index *name*: each is read and compared with what it is filed under.
    The cluster keeps checksums of its files itself and does not answer from a shard that fails them."""
    body = {
        "query": EVERYTHING,
        "sort": [{"id": "asc"}],
        "_source": [ARTICLE, VECTOR],
        "docvalue_fields": [*KEYWORDS, CLOCK, DIGEST],
    }
    before = None
    with closing(each_hit(call, name, body, MAX_ARTICLES)) as hits:
        for hit in hits:
            filed = hit.get("fields", {})
            called = decode(str(filed.get("id", ["?"])[0]))
            if called == before:
                yield Problem(name, f"has two articles with the id {called}")
            before = called
            yield from (Problem(name, f"{called}: {reason}") for reason in _reasons(hit, filed))


def _reasons(hit: dict[str, Any], filed: dict[str, list[Any]]) -> Iterator[str]:
    source = hit.get("_source", {})
    try:
        article = article_of(source)
    except DAMAGE as error:
        yield f"what is stored is no article ({error})"
        return
    try:
        vector_of(source)
    except DAMAGE as error:
        yield f"the vector cannot be read ({error})"
    clock = epoch(article.date)
    expected: dict[str, list[Any]] = {CLOCK: [] if clock is None else [clock]}
    expected |= {name: sorted(set(map(encode, values))) for name, values in keywords_of(article).items()}
    digests = filed.get(DIGEST, [])  # of what the document was made of, the article before all
    if [str(digest)[: len(article.digest)] for digest in digests] != [article.digest]:
        yield f"the stored article is filed under another {DIGEST}"
    for field, values in expected.items():
        if sorted(filed.get(field, [])) != values:
            yield f"the stored article is filed under another {field}"
