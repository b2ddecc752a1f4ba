"""Results as JSON, described in docs/json.md. The schema changes only together with JSON_VERSION."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from searchkit import Hit, Quote, Results
from searchkit.cli.layout import View
from searchkit.patterns import lazy_pattern
from searchkit.schema import JSON_VERSION

_PAIR = lazy_pattern(r"\[\n\s+([^\s\[{][^\n]*),\n\s+([^\s\[{][^\n]*)\n\s+\]")
_HARMFUL_IN_JSON = lazy_pattern("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def json_text(values: dict[str, Any], *, indent: int | None = 2) -> str:
    """*values* as one JSON object, with the version of its schema first; without *indent* on one line."""
    return dump_json({"version": JSON_VERSION, **values}, indent=indent) + "\n"


def as_json(results: Results, view: View) -> str:
    """One JSON object with all results."""
    return json_text(
        members(results, "query total complete semantic took_ms suggestion quote hits facets notes")
        | {
            "took_ms": round(results.took_ms, 1),
            "quote": results.quote and quote_to_dict(results.quote),
            "hits": [_hit_to_dict(hit) for hit in results.hits],
        }
    )


def as_json_lines(results: Results, view: View) -> str:
    """One JSON object per hit, one per line."""
    return "".join(dump_json(_hit_to_dict(hit)) + "\n" for hit in results.hits)


def members(value: object, names: str) -> dict[str, Any]:
    """The attributes of *value* with these *names*, in this order, which is that of docs/json.md.

    >>> members(3 + 4j, "imag real")
    {'imag': 4.0, 'real': 3.0}
    """
    return {name: getattr(value, name) for name in names.split()}


def quote_to_dict(quote: Quote) -> dict[str, Any]:
    """A quote as plain values."""
    return {
        **members(quote.article, "id title date author tags categories url"),
        **members(quote, "path identity start end text"),
        "identity": round(quote.identity, 4),
        "differences": [members(difference, "start end given") for difference in quote.differences],
    }


def _hit_to_dict(hit: Hit) -> dict[str, Any]:
    """A hit as plain values; `explanation` only where it was asked for."""
    names = "id title score date author tags categories url path duplicates without suggested"
    values = members(hit, f"{names} title_highlights snippets") | {
        "score": round(hit.score, 4),
        "snippets": [members(snippet, "text highlights") for snippet in hit.snippets],
    }
    if hit.explanation:
        values["explanation"] = [
            members(c, "name field signal score") | {"score": round(c.score, 4)} for c in hit.explanation
        ]
    return values


def dump_json(value: Any, *, indent: int | None = None) -> str:
    """*value* as JSON, not escaped to ASCII; characters that control a terminal are escaped. With *indent*, a pair
    such as a highlight stays on one line. A date is in ISO 8601."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=datetime.isoformat)
    if indent:
        text = _PAIR.sub(r"[\1, \2]", text)
    return _HARMFUL_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
