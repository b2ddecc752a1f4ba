"""Results -> printed text. A new output format is a function and a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from searchkit import Results
from searchkit.cli.layout import View
from searchkit.cli.render.as_json import as_json, as_json_lines
from searchkit.cli.render.as_paths import as_count, as_paths, as_paths_with_nul
from searchkit.cli.render.as_text import as_text

if TYPE_CHECKING:
    from searchkit import Timeline

Renderer = Callable[[Results, View], str]


FORMATS: dict[str, Renderer] = {
    "text": as_text,
    "json": as_json,
    "jsonl": as_json_lines,
    "paths": as_paths,
    "nul": as_paths_with_nul,
    "count": as_count,
}
WITH_TIMELINE: dict[str, Callable[[Results, View, Timeline], str]] = {
    "text": as_text,
    "json": as_json,
    "count": as_count,
}
"""The formats that show when the articles of the list are from too."""
ALL_MATCHES = frozenset({"jsonl", "paths", "nul", "count", "vimgrep"})
"""Formats that are read by programs line by line: they leave nothing out unless it is asked for."""
WITHOUT_SNIPPETS = frozenset({"paths", "nul", "count"})
FOR_PROGRAMS = frozenset({"json", "jsonl", "nul"})
