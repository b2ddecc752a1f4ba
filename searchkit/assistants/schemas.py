"""What the structured content of each tool looks like, as JSON Schema: the objects of docs/json.md, without paths.

All tools together are read at the beginning of every conversation, so the schemas say types and leave the rest to
docs/assistants.md. A field that has no value is left out.
"""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer"}
_OBJECT: dict[str, Any] = {"type": "object"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}


def _object(required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


_FACTS = {"id": _TEXT, "title": _TEXT, "date": _TEXT, "author": _TEXT, "tags": _TEXTS}
_HIT = _object(
    "id", **_FACTS, without=_TEXTS, snippets=_many(_object("text", text=_TEXT, highlights={"type": "array"}))
)
HITS = _object(
    "version total complete offset hits",
    version=_COUNT,
    query=_TEXT,
    total=_COUNT,
    complete=_COUNT,
    offset=_COUNT,
    next_offset=_COUNT,
    hits=_many(_HIT),
    notes=_TEXTS,
    suggestion=_TEXT,
    quote=_OBJECT,
)
"""Of `search` and `similar`."""
ARTICLES = _object(
    "version total articles",
    version=_COUNT,
    total=_COUNT,
    articles=_many(
        _object(
            "id body offset length",
            **_FACTS,
            url=_TEXT,
            other_titles=_TEXTS,
            body=_TEXT,
            offset=_COUNT,
            length=_COUNT,
            next_offset=_COUNT,
        )
    ),
    unknown=_TEXTS,
)
"""Of `fetch`."""
SOURCE = _object("version total", version=_COUNT, total=_COUNT, quote=_OBJECT)
"""Of `find_source`."""
OVERVIEW = _object(
    "version total timeline facets values",
    version=_COUNT,
    query=_TEXT,
    total=_COUNT,
    timeline=_object("by undated periods", by=_TEXT, undated=_COUNT, periods=_many(_OBJECT)),
    facets=_OBJECT,
    values=_OBJECT,
)
"""Of `overview`."""
