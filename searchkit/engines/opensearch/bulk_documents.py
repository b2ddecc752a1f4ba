"""Documents -> lines for the cluster. Runs in worker processes."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

from searchkit.analysis.scripts import characters
from searchkit.engines.article_codec import pack_article, unpack_article
from searchkit.engines.base import Document
from searchkit.engines.opensearch.fields import (
    ARTICLE,
    CLOCK,
    DIGEST,
    PART,
    encode,
    field_of,
    joined,
    length_of,
    letters,
    pairs,
)
from searchkit.model import Article
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

Packed = tuple[tuple[str, bytes], ...]
"""The id of each article, and its document as a line of JSON."""


def pack(documents: Sequence[Document]) -> Packed:
    """*documents* in their order, as they are sent."""
    return tuple((document.article.id, _dumps(fields_sent(document))) for document in documents)


def stored(data: bytes) -> str:
    """*data* as a text that the cluster keeps."""
    return base64.b85encode(zlib.compress(data, 6)).decode("ascii")


def unstored(text: str) -> bytes:
    """The data again."""
    return zlib.decompress(base64.b85decode(text))


def article_of(source: dict[str, Any]) -> Article:
    """The article of a hit.

    Raises:
        KeyError, TypeError, ValueError, zlib.error: what is stored is no article.
    """
    return unpack_article(unstored(source[ARTICLE]))


def fields_sent(document: Document) -> dict[str, Any]:
    """What the cluster is sent of *document*."""
    fields: dict[str, Any] = {
        PART: ARTICLE,
        DIGEST: document.article.digest,
        ARTICLE: stored(pack_article(document.article)),
        field_of("any", "words"): _distinct(term for words in document.words.values() for term in words),
    }
    if document.clock is not None:
        fields[CLOCK] = document.clock
    for name in KEYWORDS:
        if values := document.keywords.get(name):
            fields[name] = _distinct(values)
    for name in CHARACTER_FIELDS:
        tokens = characters(document.texts.get(name, ""))
        channels = {"characters": tokens, "letters": letters(tokens)}
        if name in FIELD_NAMES:
            channels |= {"words": document.words.get(name, []), "bigrams": pairs(tokens)}
        for channel, found in channels.items():
            if found:
                fields[field_of(name, channel)] = joined(found)
            if name in FIELD_NAMES and channel != "letters":
                fields[length_of(name, channel)] = len(found)
    return fields


def _distinct(values: Any) -> list[str]:
    return [encode(value) for value in dict.fromkeys(values)]


def _dumps(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
