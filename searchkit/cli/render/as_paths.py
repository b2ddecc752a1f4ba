"""Results as a list of file paths, or as a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchkit import Hit, Results
from searchkit.cli.layout import View, visible_line
from searchkit.cli.render.as_text import facet_lines
from searchkit.cli.render.timeline import timeline_lines

if TYPE_CHECKING:
    from searchkit import Timeline


def as_paths(results: Results, view: View) -> str:
    """The file path of each hit, one per line."""
    return "".join(visible_line(_path(hit)) + "\n" for hit in results.hits)


def as_paths_with_nul(results: Results, view: View) -> str:
    """The file path of each hit, unchanged and followed by NUL, for `xargs -0`."""
    names = [_path(hit) + "\0" for hit in results.hits]
    return "".join(names if view.width is None else map(visible_line, names))


def as_count(results: Results, view: View, timeline: Timeline | None = None) -> str:
    """How many articles match, and the facets and the timeline where they were asked for."""
    facets = facet_lines(results, view)
    times = timeline_lines(timeline, view) if timeline else []
    return "\n".join([str(results.total), *facets, *times]) + "\n"


def _path(hit: Hit) -> str:
    return hit.path or hit.id
