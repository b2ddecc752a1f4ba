"""Results as JSON, described in docs/json.md. The schema changes only together with JSON_VERSION."""

from __future__ import annotations

import json
import re
from typing import Any

from searchkit import Hit, Results
from searchkit.cli.layout import View
from searchkit.schema import JSON_VERSION

_PAIR = re.compile(r"\[\n\s+([^\s\[{][^\n]*),\n\s+([^\s\[{][^\n]*)\n\s+\]")
_HARMFUL_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def json_text(values: dict[str, Any]) -> str:
    """*values* as one JSON object, with the version of its schema first."""
    return dump_json({"version": JSON_VERSION, **values}, indent=2) + "\n"


def as_json(results: Results, view: View) -> str:
    """One JSON object with all results."""
    return json_text(results_to_dict(results))


def as_json_lines(results: Results, view: View) -> str:
    """One JSON object per hit, one per line."""
    return "".join(dump_json(hit_to_dict(hit)) + "\n" for hit in results.hits)


def results_to_dict(results: Results) -> dict[str, Any]:
    """Results as plain values, in the order of docs/json.md."""
    return {
        "query": results.query,
        "total": results.total,
        "relaxed": results.relaxed,
        "took_ms": round(results.took_ms, 1),
        "suggestion": results.suggestion,
        "hits": [hit_to_dict(hit) for hit in results.hits],
        "facets": {name: [list(pair) for pair in counts] for name, counts in results.facets.items()},
        "notes": list(results.notes),
    }


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """A hit as plain values; `explanation` only where it was asked for."""
    values: dict[str, Any] = {
        "id": hit.id,
        "title": hit.title,
        "score": round(hit.score, 4),
        "date": hit.date.isoformat() if hit.date else None,
        "author": hit.author,
        "tags": list(hit.tags),
        "categories": list(hit.categories),
        "url": hit.url,
        "path": hit.path,
        "duplicates": list(hit.duplicates),
        "title_highlights": [list(pair) for pair in hit.title_highlights],
        "snippets": [
            {"text": snippet.text, "highlights": [list(pair) for pair in snippet.highlights]}
            for snippet in hit.snippets
        ],
    }
    if hit.explanation:
        values["explanation"] = [
            {"name": c.name, "field": c.field, "signal": c.signal, "score": round(c.score, 4)}
            for c in hit.explanation
        ]
    return values


def dump_json(value: Any, *, indent: int | None = None) -> str:
    """*value* as JSON, not escaped to ASCII; characters that control a terminal are escaped. With *indent*, a pair
    such as a highlight stays on one line."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if indent:
        text = _PAIR.sub(r"[\1, \2]", text)
    return _HARMFUL_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
