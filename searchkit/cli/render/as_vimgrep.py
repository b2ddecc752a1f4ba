"""Places in files as lines for the quickfix list of an editor."""

from __future__ import annotations

from collections.abc import Iterable

from searchkit import Place
from searchkit.cli.layout import View, marked
from searchkit.line_form import vimgrep_line, visible_line


def as_vimgrep(places: Iterable[Place], view: View) -> str:
    """`path:line:column:text` for each place."""
    return "".join(_line(place, view) for place in places)


def _line(place: Place, view: View) -> str:
    return vimgrep_line(place, marked(visible_line(place.text), place.highlights, view))
