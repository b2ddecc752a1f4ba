"""Text of articles on lines, for a terminal and for programs that read lines: without control characters, and
places in files as `path:line:column:text`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchkit.articles.places import Place

_REVERSING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_C0 = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_SYMBOLS = {**_C0, 0x7F: 0x2421, **dict.fromkeys((*range(0x80, 0xA0), *_REVERSING), 0xFFFD)}
_SPACES = dict.fromkeys((0x09, 0x0A, 0x0D, 0x2028, 0x2029), 0x20)
_LINE_SYMBOLS = {**_SYMBOLS, **_SPACES}


def visible(text: str) -> str:
    """*text* with control characters as symbols; tabs and line ends stay.

    >>> visible("a\\x1b[31mb")
    'a␛[31mb'
    """
    return text.translate(_SYMBOLS)


def visible_line(text: str) -> str:
    """*text* on one line: like `visible`, with tabs and line ends as spaces."""
    return text.translate(_LINE_SYMBOLS)


def vimgrep_line(place: Place, shown: str | None = None) -> str:
    """*place* as a line that an editor's quickfix list reads, with its text or what is *shown* for that."""
    text = visible_line(place.text) if shown is None else shown
    return f"{visible_line(place.path)}:{place.line}:{place.column}:{text}\n"
