"""Results as JSON, described in docs/json.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchkit import Results
from searchkit.cli.layout import View
from searchkit.json_form import dump_json, hit_to_dict, json_text, results_to_dict, timeline_to_dict

if TYPE_CHECKING:
    from searchkit import Timeline


def as_json(results: Results, view: View, timeline: Timeline | None = None) -> str:
    """One JSON object with all results."""
    return json_text(results_to_dict(results) | ({"timeline": timeline_to_dict(timeline)} if timeline else {}))


def as_json_lines(results: Results, view: View) -> str:
    """One JSON object per hit, one per line."""
    return "".join(dump_json(hit_to_dict(hit)) + "\n" for hit in results.hits)
