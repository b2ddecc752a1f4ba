"""HTML -> plain text.

Two implementations follow the same rules: `soup_to_text` walks the tree of BeautifulSoup and is the reference;
`html_to_text` uses the events of lxml's parser and is many times faster. A test requires the same text from both
for every article of the archive.

The rules: a block element begins and ends a line, `<br>` ends one, table cells are separated by a space, code
keeps its line breaks; scripts, styles, ruby readings and the like are not text; invisible characters are removed;
a digit in `<sup>` or `<sub>` is the character ² or ₂, so that 2024² does not read 20242.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

DROPPED = frozenset(
    {"script", "style", "template", "noscript", "svg", "head", "iframe", "object", "math", "rt", "rp"}
)
_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup
    option p pre section summary table tbody tfoot thead tr ul
"""
BLOCKS = frozenset(_BLOCK_NAMES.split())
CELLS = frozenset({"td", "th"})

INVISIBLE = frozenset(
    [
        *(c for c in range(0x20) if c not in (0x09, 0x0A, 0x0D)),
        *range(0x7F, 0xA0),
        0xAD,
        0x061C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),
    ]
)
"""Not text: zero-width and bidirectional controls, other control characters, lone surrogates."""

_ATTACHED = {
    "sup": str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    "sub": str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
}
_INVISIBLE = re.compile(f"[{re.escape(''.join(map(chr, INVISIBLE)))}]")
_DEEPEST, _PART = 2_000, 4_000  # elements; characters, which cannot contain more elements
_BITE = 65_536  # bytes
_LINE, _SPACES = re.compile(r"[\n\r\v\f\x85\u2028\u2029]+"), re.compile(r"[^\S\n]+")
_MARKS = {**dict.fromkeys((*BLOCKS, "br"), "\n"), **dict.fromkeys(CELLS, " ")}


def html_to_text(markup: str) -> str:
    """The text of *markup*, one line per block, with single spaces."""
    pieces = _pieces(markup)
    return tidy("".join(_pieces_by_parts(markup) if pieces is None else pieces))


def soup_to_text(markup: str) -> str:
    """The text of *markup* by BeautifulSoup with lxml's parser: the reference for `html_to_text`."""
    from bs4 import BeautifulSoup
    from bs4.element import CData, NavigableString, Tag

    pieces: list[str] = []
    todo: list[object] = [BeautifulSoup(_encoded(markup).decode("utf-8"), "lxml")]
    pre = 0
    attached: list[str] = []
    while todo:
        node = todo.pop()
        if isinstance(node, Tag):
            if node.name in DROPPED:
                continue
            pre += node.name == "pre"
            attached += [node.name] if node.name in _ATTACHED else []
            pieces.append(_mark(node.name, pre > 0))
            todo.append((node.name,))
            todo.extend(reversed(node.contents))
        elif isinstance(node, tuple):
            pieces.append("" if node[0] == "br" else _mark(node[0], pre > 0))
            pre -= node[0] == "pre"
            if node[0] in _ATTACHED:
                attached.pop()
        elif type(node) in (NavigableString, CData):
            text = str(node).translate(_ATTACHED[attached[-1]]) if attached else str(node)
            pieces.append(text if pre else _folded(text))
    return tidy("".join(pieces))


def tidy(text: str) -> str:
    """*text* without invisible characters, repeated spaces and empty lines."""
    text = _SPACES.sub(" ", _LINE.sub("\n", without_invisible(text)))
    return "\n".join([line for line in map(str.strip, text.split("\n")) if line])


def without_invisible(text: str) -> str:
    """*text* without the characters of `INVISIBLE`."""
    return _INVISIBLE.sub("", text)


def _encoded(markup: str) -> bytes:
    """*markup* as UTF-8 without lone surrogates, which the parser rejects, and NUL, which it would replace by a
    visible character."""
    return markup.encode("utf-8", "ignore").replace(b"\0", b"")


def _pieces(markup: str) -> list[str] | None:
    """Pieces of the text of *markup*, or None if elements are nested too deeply: for every unmatched end tag the
    parser searches all open elements, and it fails at a depth of thousands."""
    parser = etree.HTMLParser(
        huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8", target=_Pieces()
    )
    data = _encoded(markup)
    try:
        for start in range(0, max(1, len(data)), _BITE):  # an exception of the target appears after each chunk
            parser.feed(data[start : start + _BITE])
        pieces: list[str] = parser.close()
    except etree.ParserError:
        return []
    except _TooDeep:
        return None
    return pieces


def _pieces_by_parts(markup: str) -> Iterator[str]:
    """Pieces of the text of *markup*, parsed in parts of a few thousand characters, cut before a tag."""
    start = 0
    while start < len(markup):
        end = markup.find("<", start + _PART)
        end = len(markup) if end < 0 else end
        yield from _pieces(markup[start:end]) or ()
        start = end


class _TooDeep(Exception):
    """Elements are nested deeper than `_DEEPEST`."""


class _Pieces:
    """The events of lxml's parser -> pieces of text, returned by `close`."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._dropped: list[int] = []
        self._pre = 0
        self._depth = 0
        self._attached: list[str] = []

    def start(self, name: str, attributes: object) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _TooDeep
        if name in _MARKS:
            self._pieces.append(_MARKS[name])
            self._pre += name == "pre"
        elif name in DROPPED:
            self._dropped.append(len(self._pieces))
        elif name in _ATTACHED:
            self._attached.append(name)
        elif self._pre and name == "code":
            self._pieces.append("\n")

    def data(self, text: str) -> None:
        text = text.translate(_ATTACHED[self._attached[-1]]) if self._attached else text
        self._pieces.append(text if self._pre else _folded(text))

    def end(self, name: str) -> None:
        self._depth -= 1
        if name in _MARKS:
            self._pre -= name == "pre"
            if name != "br":
                self._pieces.append(_MARKS[name])
        elif name in DROPPED:
            del self._pieces[self._dropped.pop() :]
        elif name in _ATTACHED:
            self._attached.pop()
        elif self._pre and name == "code":
            self._pieces.append("\n")

    def close(self) -> list[str]:
        return self._pieces


def _mark(name: str, in_code: bool) -> str:
    return _MARKS.get(name, "\n" if in_code and name == "code" else "")


def _folded(text: str) -> str:
    """White space as in a browser outside code: a line or page break in the source is a space."""
    return text.replace("\n", " ").replace("\r", " ").replace("\f", " ")
