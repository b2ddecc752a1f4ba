"""HTML -> the HTML of what `html_to_text` keeps of it, for whoever shows an article and not only searches it.

The walk is that of the text, and tags are pieces that are no text: what leaves the text takes its tags along. Only
the structure is kept, and of attributes what makes a link, a picture or a cell, as they were written: tags are in
pairs and no text becomes markup, but where a link leads is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from inspect import signature
from typing import Any, ClassVar

from searchkit.articles.html import Pieces, TooDeep, parts_of
from searchkit.articles.html_elements import HEADINGS, Kind, Page, is_formula
from searchkit.articles.html_pieces import BLOCKS, CELL, CELLS, EMBEDDED, WRAP, descriptions, joins, text_of
from searchkit.articles.plain_text import with_newlines, without_invisible

_DEEPEST = 100
"""Elements in each other whose tags are kept. Not measured: parsers of HTML take a time that grows with it."""
_INLINE_NAMES = "a b code del em i ins kbd mark ruby s samp strong sub sup u var"
_INLINE = {name: name for name in _INLINE_NAMES.split()} | {"strike": "s", "tt": "code", "rt": "rt"}
_BLOCK_NAMES = """
    blockquote caption dd dl dt figcaption figure h1 h2 h3 h4 h5 h6 li ol p pre table tbody td tfoot th thead tr ul
"""
_TAGS = (
    dict.fromkeys((BLOCKS | CELLS) - {"body", "hr", "html"}, "div")
    | {name: name for name in _BLOCK_NAMES.split()}
    | _INLINE
)
"""An element -> the tag that is kept of it; any other block is a `div`."""
_ENDS = ("\n", CELL)
"""The marks at the edges of blocks and cells, whose tags are there too."""
_VOID = frozenset({"br", "hr"})
_MEDIA = frozenset({"audio", "embed", "iframe", "source", "video"})
_DESCRIBED = re.compile("<img [^>]*alt=")
_ATTRIBUTES = {
    "a": ("href",),
    "ol": ("start",),
    "img": ("src", "data-src", "width", "height"),
    **dict.fromkeys(("td", "th"), ("colspan", "rowspan")),
    **dict.fromkeys(_MEDIA, ("src", "data-src")),
}


def html_to_markup(markup: str) -> str:
    """The HTML of what is text in *markup*, and of its pictures. Films and frames are left as empty elements."""
    page = Page(markup)
    pieces, dropped = _walk(page)
    text = text_of(pieces)
    if dropped > 10 * len(text):
        whole = _walk(Page(markup, lenient=True))[0]
        pieces = whole if len(text_of(whole)) > 20 * len(text) else pieces
    return "".join(_written(pieces))


def paragraphs_of(text: str) -> str:
    """Plain *text* as HTML: a paragraph for what stands between empty lines, or a line where none is empty."""
    blocks = text.split("\n\n") if "\n\n" in text.strip() else text.split("\n")
    lines = [[escape(line) for line in block.split("\n") if line.strip()] for block in blocks]
    return "".join(f"<p>{'<br>'.join(block)}</p>" for block in lines if block)


def _walk(page: Page) -> tuple[list[str], int]:
    """The pieces of *page*, and how many characters were dropped, as for its text."""
    pieces = _WithTags(page)
    try:
        return pieces.of(page.markup), pieces.lost
    except TooDeep:
        return [piece for part in parts_of(page.markup) for piece in _WithTags(page).of(part)], 0


class _Tags(str):
    """A piece that is no text, so that no rule about texts sees it, with the tags that it is."""

    __slots__ = ("tags",)
    tags: str

    def __new__(cls, tags: str) -> _Tags:
        piece = super().__new__(cls)
        piece.tags = tags
        return piece


class _Verbatim(str):
    """A piece of code, whose line ends are no marks."""

    __slots__ = ()


class _WithTags(Pieces):
    """The events of lxml's parser -> pieces of text with marks, and the tags between them."""

    __slots__ = ("_closing", "_depth")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._closing: list[str] = []
        self._depth = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = self._tag_of(name)
        self._closing.append(tag)
        self._depth += bool(tag)
        if tag or name in _VOID:
            self._pieces.append(_Tags(_opening(tag or name, attributes)))
        elif name in _MEDIA:
            self._pieces.append(_Tags(f"{_opening(name, attributes)}</{name}>"))
        super().start(name, attributes)

    def data(self, text: str) -> None:
        if self._pre:
            self._pieces.append(_Verbatim(text))
        else:
            super().data(text)

    def end(self, name: str) -> None:
        super().end(name)
        if tag := self._closing.pop():
            self._depth -= 1
            self._pieces.append(_Tags(f"</{tag}>"))

    def _tag_of(self, name: str) -> str:
        """The tag that is kept of an element, or "": one in a line that is not closed would hold all below."""
        tag = _TAGS.get(name, "") if self._depth < _DEEPEST else ""
        may_be_open = name not in _INLINE and name not in HEADINGS
        return tag if may_be_open or self._page.closes(name) else ""

    def _add_picture(self, attributes: Mapping[str, str]) -> None:
        alt, title = attributes.get("alt", ""), attributes.get("title", "")
        texts = (" ".join(alt.split()),) if is_formula(attributes) else descriptions(alt, title)
        described = {name: value for name, value in attributes.items() if name not in ("alt", "title")}
        self._pieces.append(_Tags(_opening("img", described, "，".join(texts))))

    def _pictures(self, own: list[str]) -> list[str]:
        return [piece for piece in own if isinstance(piece, _Tags) and _DESCRIBED.match(piece.tags)]

    def _as_it_is(self, element: Any) -> None:
        """Leave the text of *element* where it is: its tag says what it is."""

    _RULES: ClassVar[dict[Kind, Callable[[Any, Any], None]]] = {
        **Pieces._RULES,
        **dict.fromkeys((Kind.RAISED, Kind.LOWERED, Kind.READING), _as_it_is),
    }


_WithTags.start.__signature__ = signature(_WithTags.start)  # type: ignore[attr-defined]  # as in html.py


def _opening(tag: str, attributes: Mapping[str, str], alt: str = "") -> str:
    kept = {name: attributes[name] for name in _ATTRIBUTES.get(tag, ()) if attributes.get(name)}
    kept |= {"alt": alt} if alt else {}
    written = (f' {name}="{escape(without_invisible(value).strip())}"' for name, value in kept.items())
    return f"<{tag}{''.join(written)}>"


def _written(pieces: list[str]) -> Iterator[str]:
    """The HTML that *pieces* are."""
    line = _Line()
    for piece in pieces:
        if isinstance(piece, _Tags):
            yield piece.tags
        elif isinstance(piece, _Verbatim):
            yield escape(without_invisible(with_newlines(piece)), quote=False)
        elif piece in _ENDS:
            line = _Line()
        elif piece:
            yield escape(line.goes_on(piece), quote=False)


class _Line:
    """A line that comes in pieces. A line end in the source is a space, or nothing between two Han characters."""

    __slots__ = ("_before", "_is_wrapped")

    def __init__(self) -> None:
        self._before = ""
        self._is_wrapped = False

    def goes_on(self, piece: str) -> str:
        """What *piece* adds to the line."""
        *wrapped, last = piece.split(WRAP)
        parts = [*(self._part(part.rstrip(), wraps=True) for part in wrapped), self._part(last, wraps=False)]
        return without_invisible(EMBEDDED.sub("", "".join(parts)))

    def _part(self, part: str, *, wraps: bool) -> str:
        stripped = part.strip()
        if stripped and self._is_wrapped:
            part = part.lstrip()
            if self._before and not joins(self._before, part[0]):
                part = f" {part}"
        self._is_wrapped = wraps or (self._is_wrapped and not stripped)
        self._before = stripped[-1] if stripped else self._before
        return part
