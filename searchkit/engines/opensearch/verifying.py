"""Is a generation whole? Every stored article is read and compared with what the cluster files it under.

The cluster keeps checksums of its files itself and does not answer from a shard that fails them. Of the terms it
gives back the distinct words of an article and how many terms each channel of a field has, and nothing more.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from searchkit.engines.base import Analyze, Document
from searchkit.engines.cutting import are_han, stand_in
from searchkit.engines.keywords import keywords_of
from searchkit.engines.opensearch import terms
from searchkit.engines.opensearch.compiling import EVERYTHING
from searchkit.engines.opensearch.fields import ARTICLE, CHANNELS, CLOCK, DIGEST, field_of, length_of
from searchkit.engines.opensearch.listing import Call, each_hit
from searchkit.engines.opensearch.packing import article_of, fields_sent
from searchkit.model import Article, Problem
from searchkit.query.keys import epoch
from searchkit.schema import FIELD_NAMES, KEYWORDS

_AT_ONCE = 500  # articles: some megabytes
_OF_TERMS = (field_of("any", "words"), *(length_of(name, channel) for name in FIELD_NAMES for channel in CHANNELS))


def problems_of(call: Call, name: str, analyze: Analyze | None = None) -> Iterator[Problem]:
    """What is wrong with the articles of the index *name*. With *analyze*, what can be read of their terms is
    compared with the stored texts."""
    body = {
        "query": EVERYTHING,
        "sort": [{"id": "asc"}],
        "_source": [ARTICLE],
        "docvalue_fields": [*KEYWORDS, CLOCK, DIGEST, *(_OF_TERMS if analyze else ())],
    }
    before = None
    with closing(each_hit(call, name, body, _AT_ONCE)) as hits:
        for hit in hits:
            filed = hit.get("fields", {})
            called = terms.decode(str(filed.get("id", ["?"])[0]))
            if called == before:
                yield Problem(name, f"has two articles with the id {called}")
            before = called
            yield from (Problem(name, f"{called}: {reason}") for reason in _reasons(hit, filed, analyze))


def _reasons(hit: dict[str, Any], filed: dict[str, list[Any]], analyze: Analyze | None) -> Iterator[str]:
    try:
        article = article_of(hit.get("_source", {}))
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        yield f"what is stored is no article ({error})"
        return
    for field, values in _expected(article).items():
        if sorted(filed.get(field, [])) != values:
            yield f"the stored article is filed under another {field}"
    if analyze:
        yield from (f"the stored article has other terms ({name})" for name in _lies(filed, analyze(article)))


def _expected(article: Article) -> dict[str, list[Any]]:
    """The values of *article* that the cluster keeps beside it, sorted."""
    keywords = {name: sorted(set(map(terms.encode, values))) for name, values in keywords_of(article).items()}
    clock = epoch(article.date)
    return {**keywords, CLOCK: [] if clock is None else [clock], DIGEST: [article.digest]}


def _lies(filed: dict[str, list[Any]], document: Document) -> Iterator[str]:
    """Which of the fields that the cluster gives back do not hold what *document* says. Words may be another cut
    of the text, and then there are not as many of them."""
    sent = fields_sent(document)
    words = field_of("any", "words")
    here, there = set(map(terms.decode, sent[words])), set(map(terms.decode, filed.get(words, [])))
    recut = here != there and are_han(here - there) and _stand_in(document, there - here)
    if here != there and not recut:
        yield words
    for channel in CHANNELS:
        for name in (length_of(field, channel) for field in FIELD_NAMES):
            if filed.get(name) != [sent[name]] and not (recut and channel == "words"):
                yield name


def _stand_in(document: Document, words: set[str]) -> bool:
    return stand_in("\n".join(document.texts.values()), words, dict.fromkeys(words, 1))
