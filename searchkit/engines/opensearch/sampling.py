"""Does a generation find what was put into it? A few of its articles are asked for by their own text."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import characters
from searchkit.engines.opensearch.bulk_documents import article_of
from searchkit.engines.opensearch.fields import ARTICLE, encode
from searchkit.engines.opensearch.pagination import WHOLE_ANSWERS, Call
from searchkit.engines.opensearch.query_dsl import Query, compile_condition
from searchkit.model import Article
from searchkit.query.plan import Phrase

_SAMPLED = 20
_TOKENS = 12  # of the beginning of a text


def sample_of(ids: Sequence[str]) -> list[str]:
    """Some of *ids*, evenly spaced."""
    return list(ids[:: max(1, -(-len(ids) // _SAMPLED))])


def lost_of(call: Call, name: str, ids: Sequence[str]) -> list[str]:
    """Those of the articles *ids* that the index *name* does not hold, or does not find by how their title and
    their body begin."""
    if not ids:
        return []
    path, query = f"/{name}/_search", {"terms": {"id": [*map(encode, ids)]}}
    answer = call("POST", path, {"query": query, "size": len(ids), "_source": [ARTICLE]}, WHOLE_ANSWERS)
    stored = map(_stored, answer["hits"]["hits"])
    filters = {article.id: _by_its_text(article) for article in stored if article}
    if not filters:
        return list(ids)
    counting = {"query": query, "size": 0, "aggs": {"found": {"filters": {"filters": [*filters.values()]}}}}
    buckets = call("POST", path, counting, WHOLE_ANSWERS)["aggregations"]["found"]["buckets"]
    found = {article_id for article_id, bucket in zip(filters, buckets, strict=True) if bucket["doc_count"]}
    return [article_id for article_id in ids if article_id not in found]


def _stored(hit: dict[str, Any]) -> Article | None:
    """The article of *hit*, if what is stored is one."""
    try:
        return article_of(hit["_source"])
    except (KeyError, TypeError, ValueError, zlib.error):
        return None


def _by_its_text(article: Article) -> Query:
    """What finds *article*, and nothing else."""
    beginnings = {"title": article.title, "body": article.body}
    pieces = [
        compile_condition(Phrase(tokens, (field,)))
        for field, text in beginnings.items()
        if (tokens := tuple(characters(fold_case(text))[:_TOKENS]))
    ]
    return {"bool": {"filter": [{"term": {"id": encode(article.id)}}, *pieces]}}
