"""An article <-> the bytes stored of it: a JSON object with its facts and its text."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

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
    """The article again."""
    stored = json.loads(data.decode("utf-8", "surrogatepass"))
    values = stored["article"]
    for name, value in values.items():
        if name in _DATES:
            values[name] = datetime.fromisoformat(value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return Article(**values, body=stored["text"])
