"""Places in files as lines for the quickfix list of an editor."""

from __future__ import annotations

from collections.abc import Iterable

from searchkit import Place
from searchkit.cli.layout import View, marked, visible_line


def as_vimgrep(places: Iterable[Place], view: View) -> str:
    """`path:line:column:text` for each place."""
    return "".join(_line(place, view) for place in places)


def _line(place: Place, view: View) -> str:
    text = marked(visible_line(place.text), place.highlights, view)
    return f"{visible_line(place.path)}:{place.line}:{place.column}:{text}\n"
