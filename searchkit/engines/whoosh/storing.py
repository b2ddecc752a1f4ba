"""An article <-> the two values Whoosh stores of it: its facts as JSON, its text compressed apart, so that
reading a title does not unpack a body."""

from __future__ import annotations

import json
import zlib
from dataclasses import fields
from datetime import datetime
from typing import Any

from searchkit.model import Article

_DATES = frozenset({"date", "lastmod"})
_ALWAYS = frozenset({"id", "title"})


def pack(article: Article) -> tuple[str, bytes]:
    """The facts and the text of *article*, as they are stored."""
    facts: dict[str, Any] = {}
    for field in fields(article):
        value = getattr(article, field.name)
        if field.name == "body" or not (value or field.name in _ALWAYS):
            continue
        facts[field.name] = value.isoformat() if field.name in _DATES else value
    return json.dumps(facts, ensure_ascii=False), zlib.compress(article.body.encode("utf-8", "replace"), 6)


def unpack(facts: str, text: bytes | None) -> Article:
    """The article again; without its body if *text* is None."""
    values = json.loads(facts)
    for name, value in values.items():
        if name in _DATES:
            values[name] = datetime.fromisoformat(value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return Article(**values, body=zlib.decompress(text).decode() if text is not None else "")
