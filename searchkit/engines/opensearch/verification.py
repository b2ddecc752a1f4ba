"""Is a generation whole? Every stored article is read and compared with what the cluster files it under.

The cluster keeps checksums of its files itself and does not answer from a shard that fails them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from searchkit.engines.base import keywords_of
from searchkit.engines.opensearch.bulk_documents import article_of
from searchkit.engines.opensearch.fields import ARTICLE, CLOCK, DIGEST, decode, encode
from searchkit.engines.opensearch.pagination import Call, each_hit
from searchkit.engines.opensearch.query_dsl import EVERYTHING
from searchkit.model import Article
from searchkit.query.dates import epoch
from searchkit.reports import Problem
from searchkit.schema import KEYWORDS

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
