"""An article <-> the bytes stored of it, on every engine. Whoosh reads its stored fields from the same bytes."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec

from searchkit.model import Article

_DATES = ("date", "lastmod")
_ALWAYS = frozenset({"id", "title"})
"""Fields of an article that are stored as text, and those that are stored when they are empty too."""


def pack_article(article: Article) -> bytes:
    """*article* as engines store it: a JSON object with its fields by their names, empty ones left out. Whoosh
    reads its stored fields from it."""
    record: dict[str, Any] = {field.name: getattr(article, field.name) for field in fields(article)}
    record = {name: value for name, value in record.items() if value or name in _ALWAYS}
    record.update({name: record[name].isoformat() for name in _DATES if name in record})
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack_article(data: bytes) -> Article:
    """The article again.

    Raises:
        ValueError: *data* is no article.
    """
    try:
        return msgspec.json.decode(data, type=Article)
    except (ValueError, RecursionError):
        return _unpack_surrogates(data)


def _unpack_surrogates(data: bytes) -> Article:
    """The same of an article with lone surrogates, which msgspec's own reader does not take."""
    try:
        record = json.loads(data.decode("utf-8", "surrogatepass"))
        for name in _DATES:
            if name in record:
                record[name] = datetime.fromisoformat(record[name])
        return msgspec.convert(record, Article)
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError("not an article") from error
