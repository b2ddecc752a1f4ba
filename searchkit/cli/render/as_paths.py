"""Results as a list of file paths, or as a count."""

from __future__ import annotations

from searchkit import Hit, Results
from searchkit.cli.layout import View, visible_line
from searchkit.cli.render.as_text import facet_lines


def as_paths(results: Results, view: View) -> str:
    """The file path of each hit, one per line."""
    return "".join(visible_line(_path(hit)) + "\n" for hit in results.hits)


def as_paths_with_nul(results: Results, view: View) -> str:
    """The file path of each hit, unchanged and followed by NUL, for `xargs -0`."""
    names = [_path(hit) + "\0" for hit in results.hits]
    return "".join(names if view.width is None else map(visible_line, names))


def as_count(results: Results, view: View) -> str:
    """How many articles match, and the facets where they were asked for."""
    facets = facet_lines(results, view)
    return "\n".join([str(results.total), *facets]) + "\n"


def _path(hit: Hit) -> str:
    return hit.path or hit.id
