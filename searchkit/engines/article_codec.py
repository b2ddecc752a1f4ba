"""An article <-> the bytes stored of it: a JSON object with its facts and its text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

from searchkit.json_values import are_texts, is_text, is_truth, sound
from searchkit.model import Article

_DATES = frozenset({"date", "lastmod"})
_ALWAYS = frozenset({"id", "title"})


def pack_article(article: Article) -> bytes:
    """*article* as it is stored."""
    facts: dict[str, Any] = {}
    for field in fields(article):
        value = getattr(article, field.name)
        if field.name == "body" or not (value or field.name in _ALWAYS):
            continue
        facts[field.name] = value.isoformat() if field.name in _DATES else value
    stored = {"article": facts, "text": article.body}
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack_article(data: bytes) -> Article:
    """The article again.

    Raises:
        ValueError: *data* is no article.
    """
    try:
        stored = json.loads(data.decode("utf-8", "surrogatepass"))
        values, body = stored["article"], stored["text"]
        return Article(**{field: _READERS[field](value) for field, value in values.items()}, body=_text(body))
    except (TypeError, LookupError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError("not an article") from error


def _text(value: Any) -> Any:
    return sound(value, is_text)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(sound(value, are_texts))


def _truth(value: Any) -> Any:
    return sound(value, is_truth)


_BY_KIND = {"str": _text, "tuple[str, ...]": _texts, "bool": _truth, "datetime | None": datetime.fromisoformat}
_READERS: dict[str, Callable[[Any], Any]] = {
    field.name: _BY_KIND[str(field.type)] for field in fields(Article) if field.name != "body"
}
