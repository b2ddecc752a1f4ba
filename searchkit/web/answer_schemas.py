"""The JSON of docs/json.md as JSON Schema, for what the API answers. A test holds real answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from searchkit import JSON_VERSION, Facet, TimeUnit
from searchkit.json_form import object_schema

Schema = Mapping[str, Any]


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _pair(first: Schema, second: Schema) -> Schema:
    return {"type": "array", "prefixItems": [first, second], "minItems": 2, "maxItems": 2}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT: Schema = {"type": "string"}
_TEXTS = _list(_TEXT)
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NUMBER: Schema = {"type": "number"}
_DATE: Schema = {
    "type": ["string", "null"],
    "description": "ISO 8601, with an offset from UTC if the article has one",
}
_DAY: Schema = {"type": "string", "format": "date"}
_RANGES = _list(_ref("Range"))
_FACET: Schema = {"type": "string", "enum": list(get_args(Facet))}
_COUNTS = _list(_ref("ValueCount"))
_VERSION: Schema = {"const": JSON_VERSION}
_FACTS: Mapping[str, Schema] = {
    "id": _TEXT,
    "title": _TEXT,
    "date": _DATE,
    "author": _TEXT,
    "tags": _TEXTS,
    "categories": _TEXTS,
    "url": _TEXT,
    "path": _TEXT,
}
_PERIOD: Mapping[str, Schema] = {"name": _TEXT, "since": _DAY, "until": _DAY, "count": _COUNT, "of": _COUNT}
_TIMELINE: Mapping[str, Schema] = {
    "query": _TEXT,
    "total": _COUNT,
    "by": {"type": "string", "enum": list(get_args(TimeUnit))},
    "undated": _COUNT,
    "periods": _list(_ref("Period")),
    "first": _or_null(_ref("Hit")),
    "last": _or_null(_ref("Hit")),
    "rises": _list(object_schema(**_PERIOD, before=_ref("Period"), hit=_ref("Hit"))),
}
_ADDEND = object_schema({"field": _TEXT, "signal": _TEXT}, name=_TEXT, score=_NUMBER)

SCHEMAS: Mapping[str, Schema] = {
    "Range": _pair(_COUNT, _COUNT),
    "ValueCount": _pair(_TEXT, _COUNT),
    "Snippet": object_schema(text=_TEXT, highlights=_RANGES),
    "Hit": object_schema(
        {"explanation": _list(_ADDEND)},
        **_FACTS,
        score=_NUMBER,
        duplicates=_TEXTS,
        reposts=_TEXTS,
        newest=_TEXT,
        without=_TEXTS,
        suggested=_FLAG,
        title_highlights=_RANGES,
        snippets=_list(_ref("Snippet")),
    ),
    "Quote": object_schema(
        **_FACTS,
        identity={"type": "number", "minimum": 0, "maximum": 1},
        start=_COUNT,
        end=_COUNT,
        text=_TEXT,
        differences=_list(object_schema(start=_COUNT, end=_COUNT, given=_TEXT)),
    ),
    "Results": object_schema(
        version=_VERSION,
        query=_TEXT,
        total=_COUNT,
        complete=_COUNT,
        semantic=_FLAG,
        took_ms=_NUMBER,
        suggestion=_or_null(_TEXT),
        quote=_or_null(_ref("Quote")),
        hits=_list(_ref("Hit")),
        facets={"type": "object", "propertyNames": _FACET, "additionalProperties": _COUNTS},
        notes=_TEXTS,
    ),
    "Suggestions": object_schema(
        version=_VERSION,
        query=_TEXT,
        suggestion=_or_null(_TEXT),
        completions=_list(
            object_schema(
                text=_TEXT,
                kind={"type": "string", "enum": ["article", "tag", "author", "category", "site", "word"]},
                id=_TEXT,
                count=_or_null(_COUNT),
            )
        ),
    ),
    "Article": object_schema(
        version=_VERSION,
        **_FACTS,
        lastmod=_DATE,
        description=_TEXT,
        aliases=_TEXTS,
        draft=_FLAG,
        duplicates=_TEXTS,
        reposts=_TEXTS,
        other_titles=_TEXTS,
        body=_TEXT,
    ),
    "Explanation": object_schema(
        version=_VERSION,
        query=_TEXT,
        id=_TEXT,
        shown_as=_TEXT,
        found=_FLAG,
        rank=_or_null(_COUNT),
        total=_COUNT,
        complete=_COUNT,
        score=_or_null(_NUMBER),
        outside=_TEXTS,
        filtered=_TEXTS,
        wants=_list(object_schema(text=_TEXT, there=_FLAG)),
        excluded=_TEXTS,
        explanation=_list(object_schema(name=_TEXT, score=_NUMBER)),
    ),
    "Source": object_schema(version=_VERSION, quote=_or_null(_ref("Quote"))),
    "Values": object_schema(version=_VERSION, facet=_FACET, prefix=_TEXT, total=_COUNT, values=_COUNTS),
    "Period": object_schema(**_PERIOD),
    "Timeline": object_schema(
        {"against": object_schema(**_TIMELINE), "both": _COUNT},
        version=_VERSION,
        **_TIMELINE,
    ),
    "Stats": object_schema(
        version=_VERSION,
        index=_TEXT,
        corpus=_TEXT,
        built=_TEXT,
        bytes=_COUNT,
        articles=_COUNT,
        files=_COUNT,
        drafts=_COUNT,
        failed=_COUNT,
        terms=_COUNT,
        user_words=_COUNT,
        facets={"type": "object", "propertyNames": _FACET, "additionalProperties": _COUNTS},
        versions={"type": "object", "additionalProperties": _TEXT},
        problems=_list(object_schema({"line": {"type": "integer", "minimum": 1}}, path=_TEXT, reason=_TEXT)),
    ),
    "Problem": object_schema(
        type=_TEXT, title=_TEXT, status={"type": "integer", "minimum": 400, "maximum": 599}, detail=_TEXT
    ),
}
"""By the names that OpenAPI gives them. `Problem` is that of RFC 9457."""
