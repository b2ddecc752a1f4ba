"""Packed documents -> a new generation in the cluster."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from functools import cached_property
from typing import Any

from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import characters
from searchkit.engines.opensearch.bulk import DAMAGE, Line, Packed, Sender, article_of
from searchkit.engines.opensearch.fields import ARTICLE, DIGEST, GENERATION, PART, RECORD, decode, encode
from searchkit.engines.opensearch.lease import Lock
from searchkit.engines.opensearch.pagination import WHOLE_ANSWERS, Ask, batches, counts_of, each_hit
from searchkit.engines.opensearch.query_dsl import EVERYTHING, Query, compile_condition
from searchkit.engines.opensearch.snapshots import Snapshots, record_lines, run_of
from searchkit.errors import EngineUnavailable
from searchkit.model import Article
from searchkit.query.plan import Phrase
from searchkit.state import IndexState
from searchkit.translation import gettext as _

_PATIENCE = 3600.0
"""Seconds for one request that goes through all articles. Not measured: a bound for what has none."""
_REMOVED_AT_ONCE = 10_000
"""Ids in one query: a cluster takes 65,536 (`index.max_terms_count`)."""
_SAMPLED = 20
_TOKENS = 12  # of the beginning of a text


class OpenSearchWriter:
    """Fills a generation beside the published one. Needs the lock of the index.

    A document is called by its article and its generation, so that what is added does not take the place of what
    was there: that goes when it is removed.
    """

    def __init__(self, generations: Snapshots, lock: Lock, *, full: bool) -> None:
        lock.check()
        self._generations, self._lock, self._full = generations, lock, full
        self._run = ""
        self._added: set[str] = set()
        self._removed: dict[str, None] = {}
        self._is_handed_over = False

    def resume(self, state: IndexState) -> Mapping[str, str]:
        if not self._full:
            return {}
        self._run = run_of(state)
        number = self._generations.resume(self._run)
        if number is None:
            if self._lock.part:  # others fill it, so nothing may be begun in its place
                raise EngineUnavailable(
                    _(
                        "{where}: a part of what the workers fill is on a node that is gone; nothing was "
                        "published; run this worker again when it is back"
                    ).format(where=self._generations.where)
                )
            return {}
        self._number = number
        found = self._digests()
        self._added.update(found)
        return found

    def _digests(self) -> dict[str, str]:
        """The digest of each document that is there, by id."""
        wanted = {"_source": False, "docvalue_fields": [DIGEST]}
        body = {"query": EVERYTHING, "sort": [{"id": "asc"}], **wanted}
        found = {}
        with closing(each_hit(self._generations.cluster.call, self._name, body)) as hits:
            for hit in hits:
                self._lock.ensure()
                found[decode(hit["sort"][0])] = str(hit["fields"][DIGEST][0])
        return found

    @cached_property
    def _number(self) -> int:
        """The generation that is filled; it begins when there is something to write."""
        return self._generations.begin(full=self._full, run=self._run)

    @property
    def _name(self) -> str:
        return self._generations.name(self._number)

    @cached_property
    def _sender(self) -> Sender:
        self._lock.keep()  # worker processes, which threads should not be there before, are at work by now
        return Sender(self._generations.cluster, self._name, self._lock.ensure)

    def remove(self, ids: Iterable[str]) -> None:
        self._removed.update(dict.fromkeys(ids))

    def add(self, packed: Packed) -> None:
        start = b'{"%s":%d,' % (GENERATION.encode(), self._number)
        self._sender.send(Line({"index": {"_id": self._key(i)}}, start + line[1:], i) for i, line in packed)
        self._added.update(article_id for article_id, _ in packed)

    def discard(self, ids: Iterable[str]) -> None:
        wanted = [article_id for article_id in ids if article_id in self._added]
        self._sender.flush()
        self._sender.send(Line({"delete": {"_id": self._key(article_id)}}) for article_id in wanted)
        self._sender.flush()
        self._added.difference_update(wanted)

    def leave(self, records: bytes) -> None:
        if part := self._lock.part:
            self._sender.send(record_lines(None, records, self._number, part))
        self._sender.flush()

    def commit(self, state: IndexState, manifest: bytes) -> None:
        self._sender.send(record_lines(state, manifest, self._number))
        self._sender.flush()
        before = self._count(_older(self._number, EVERYTHING))
        removed = sum(self._remove_older(_ids(some)) for some in batches(list(self._removed), _REMOVED_AT_ONCE))
        self._remove_older({"term": {PART: RECORD}})
        self._call("POST", "_refresh")
        self._verify(before - removed + len(self._added))
        self._lock.check()
        self._generations.complete(self._number)
        self._lock.check()
        self._is_handed_over = True  # whether it is published or not, it is not to be deleted here any more
        self._generations.publish(self._number)

    def __enter__(self) -> OpenSearchWriter:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop. A generation that was not to be published yet is deleted, unless the next run can go on with
        it."""
        if "_sender" in vars(self):
            self._sender.close()
        if "_number" in vars(self) and not self._is_handed_over and not self._run:
            self._generations.abandon(self._number)

    def _verify(self, expected: int) -> None:
        """Whether the generation holds as many articles as it should, and finds a sample of those that were sent.
        If not, nothing is published, and the next run begins anew."""
        count, added = self._count(EVERYTHING), list(self._added)
        sample = added[:: max(1, -(-len(added) // _SAMPLED))]  # evenly spaced
        lost = _lost_of(self._ask, sample)
        if count != expected or lost:
            self._lock.check()  # else it is that of another writer by now
            self._run = ""
            raise EngineUnavailable(
                _(
                    "{where}: the cluster holds {count:,} of {expected:,} articles, and does not find {lost} "
                    "of a sample of {sample}{example}; nothing was published; run `searchkit reindex` again"
                ).format(
                    where=self._generations.where,
                    count=count,
                    expected=expected,
                    lost=len(lost),
                    sample=len(sample),
                    example=_(", {id} among them").format(id=lost[0]) if lost else "",
                )
            )

    def _remove_older(self, query: Query) -> int:
        """Delete what earlier generations brought of what *query* finds; how many that were, which the answer to a
        deletion that was asked for twice does not say."""
        older = _older(self._number, query)
        found = self._count(older)
        if found:
            self._call("POST", "_delete_by_query", {"query": older}, {"conflicts": "proceed"})
        return found

    def _count(self, query: Query) -> int:
        return int(self._ask({"query": query, "size": 0, "track_total_hits": True})["hits"]["total"]["value"])

    def _ask(self, body: dict[str, Any]) -> Any:
        return self._call("POST", "_search", body, WHOLE_ANSWERS)

    def _call(self, method: str, what: str, body: Any = None, parameters: Mapping[str, str] | None = None) -> Any:
        path = f"/{self._name}/{what}"
        return self._generations.cluster.call(method, path, body, parameters, patience=_PATIENCE)

    def _key(self, article_id: str) -> str:
        """What the document of an article is called in this generation; a path may be too long for that."""
        digest = hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        return f"{digest}-{self._number}"


def _ids(ids: Iterable[str]) -> Query:
    return {"terms": {"id": [encode(article_id) for article_id in ids]}}


def _older(number: int, query: Query) -> Query:
    return {"bool": {"filter": [query, {"range": {GENERATION: {"lt": number}}}]}}


def _lost_of(ask: Ask, ids: list[str]) -> list[str]:
    """Those of the articles *ids* that an index does not hold, or does not find by how their title and their body
    begin."""
    hits = ask({"query": _ids(ids), "size": len(ids), "_source": [ARTICLE]})["hits"]["hits"] if ids else []
    filters = {}
    for hit in hits:
        with suppress(*DAMAGE):  # then it is lost
            article = article_of(hit["_source"])
            filters[article.id] = _by_its_text(article)
    counts = counts_of(ask, list(filters.values())) if filters else []
    found = {article_id for article_id, count in zip(filters, counts, strict=True) if count}
    return [article_id for article_id in ids if article_id not in found]


def _by_its_text(article: Article) -> Query:
    """What finds *article*, and nothing else."""
    beginnings = {"title": article.title, "body": article.body}
    pieces = [
        compile_condition(Phrase(tokens, (field,)))
        for field, text in beginnings.items()
        if (tokens := tuple(characters(fold_case(text))[:_TOKENS]))
    ]
    return {"bool": {"filter": [{"term": {"id": encode(article.id)}}, *pieces]}}
