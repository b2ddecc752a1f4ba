"""Colour and links for a View. The colours are those of the terminal's palette, so they fit any background."""

from __future__ import annotations

from pathlib import Path

from searchkit.cli.layout import Range
from searchkit.cli.terminal import View

BOLD, DIM, MARK = "1", "2", "1;31"


def styled(text: str, style: str, view: View) -> str:
    """*text* in *style*."""
    return f"\x1b[{style}m{text}\x1b[0m" if view.color and text and style else text


def marked(text: str, ranges: tuple[Range, ...], view: View, style: str = "") -> str:
    """*text* in *style* with *ranges* highlighted."""
    parts, at = [], 0
    for begin, end in ranges:
        parts += [styled(text[at:begin], style, view), styled(text[begin:end], MARK, view)]
        at = end
    return "".join([*parts, styled(text[at:], style, view)])


def linked(text: str, path: str, view: View) -> str:
    """*text* as an OSC 8 link to the file at *path*."""
    if not (view.links and path):
        return text
    return f"\x1b]8;;{Path(path).absolute().as_uri()}\x1b\\{text}\x1b]8;;\x1b\\"
