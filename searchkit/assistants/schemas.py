"""What the structured content of each tool looks like, as JSON Schema: the objects of docs/json.md, without paths.

All tools together are read at the beginning of every conversation, so the schemas say types, and of what is nested
no more than a name, and leave the rest to docs/assistants.md. A field that has no value is left out.
"""

from __future__ import annotations

from typing import Any

from searchkit.json_form import object_schema

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer"}
_OBJECT: dict[str, Any] = {"type": "object"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}


def _many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


_FACTS = {"title": _TEXT, "date": _TEXT, "author": _TEXT, "tags": _TEXTS}
_SNIPPET = object_schema({"highlights": {}}, text=_TEXT)
HITS = object_schema(
    {
        "query": _TEXT,
        "next_offset": _COUNT,
        "notes": _TEXTS,
        "suggestion": _TEXT,
        "quote": {},
    },
    version=_COUNT,
    total=_COUNT,
    complete=_COUNT,
    offset=_COUNT,
    hits=_many(
        object_schema(
            {**_FACTS, "reposts": _COUNT, "newest": _TEXT, "without": _TEXTS, "snippets": _many(_SNIPPET)},
            id=_TEXT,
        )
    ),
)
"""Of `search` and `similar`."""
ARTICLES = object_schema(
    {"unknown": _TEXTS},
    version=_COUNT,
    total=_COUNT,
    articles=_many(
        object_schema(
            {**_FACTS, "url": _TEXT, "other_titles": _TEXTS, "next_offset": _COUNT},
            id=_TEXT,
            body=_TEXT,
            offset=_COUNT,
            length=_COUNT,
        )
    ),
)
"""Of `fetch`."""
SOURCE = object_schema({"quote": _OBJECT}, version=_COUNT, total=_COUNT)
"""Of `find_source`."""
OVERVIEW = object_schema(
    {"query": _TEXT},
    version=_COUNT,
    total=_COUNT,
    timeline=object_schema(by=_TEXT, undated=_COUNT, periods=_many(_OBJECT)),
    facets=_OBJECT,
    values=_OBJECT,
)
"""Of `overview`."""
