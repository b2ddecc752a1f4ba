"""HTML of anybody -> blocks with nothing but tags of ours and text.

An element that is not known is the text in it. What is neither text nor structure, such as scripts and drawings,
is gone with all that is in it. Headings are one level lower, as the title of the page is the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from lxml import etree

from searchkit.web.article_elements import BLOCKS, GONE, HEADINGS, INLINE, MEDIA
from searchkit.web.article_page import Heading, Page
from searchkit.web.article_pieces import Piece

_DEEPEST = 2_000
"""Elements in each other, beyond which HTML is read in parts."""
_PART, _BITE = 4_000, 65_536
"""Characters, which cannot contain more elements; bytes."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The pieces of a page, its headings, and how many pictures it has that could be shown."""

    pieces: tuple[Piece, ...]
    outline: tuple[Heading, ...]
    images: int


def blocks_of_html(html: str, *, images: bool, title: str = "") -> Blocks:
    """The blocks of *html*; with *images*, pictures are in them. A heading that says *title* again is not."""
    try:
        page = _fed([html], Page(shows_images=images, title=title))
    except _TooDeep:
        page = _fed(_parts(html), Page(shows_images=images, title=title))
    return Blocks(tuple(page.pieces), tuple(page.outline), page.images)


def blocks_of_text(text: str) -> tuple[Piece, ...]:
    """A paragraph for each line of *text* that is not empty."""
    lines = (line for line in _readable(text).split("\n") if line.strip())
    return tuple(
        piece for line in lines for piece in (Piece("<p>"), Piece("", line, line), Piece("</p>", "", "\n"))
    )


def _fed(parts: Iterable[str], page: Page) -> Page:
    """*page* with what is built of *parts*, each of which is read by itself.

    Raises:
        _TooDeep: one has too many elements in each other.
    """
    for part in parts:
        parser = etree.HTMLParser(
            huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8", target=_Builder(page)
        )
        data = _readable(part).encode()
        with suppress(etree.ParserError):  # there is nothing in it
            for start in range(0, max(1, len(data)), _BITE):  # an exception of the target appears after each chunk
                parser.feed(data[start : start + _BITE])
            parser.close()
    return page


def _readable(text: str) -> str:
    """*text* without what no parser of HTML takes: lone surrogates and NUL."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


def _parts(html: str) -> Iterator[str]:
    """Parts of *html*, cut before a tag: the parser fails at a depth of thousands."""
    start = 0
    while start < len(html):
        end = html.find("<", start + _PART)
        end = len(html) if end < 0 else end
        yield html[start:end]
        start = end


class _TooDeep(Exception):
    """Elements are nested deeper than `_DEEPEST`."""


class _Role(Enum):
    """What is to be done at the end of an element."""

    NOTHING = auto()
    GONE = auto()
    INLINE = auto()
    EDGE = auto()
    FRAME = auto()


class _Builder:
    """The events of lxml's parser -> what is on a page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._roles: list[_Role] = []
        self._gone = 0
        self._texts: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._add_text()
        self._roles.append(self._begin(name, attributes))
        if len(self._roles) > _DEEPEST:
            raise _TooDeep

    def end(self, name: str) -> None:
        self._add_text()
        match self._roles.pop():
            case _Role.GONE:
                self._gone -= 1
            case _Role.INLINE:
                self._page.end_inline()
            case _Role.EDGE:
                self._page.edge()
            case _Role.FRAME:
                self._page.end_frame()

    def data(self, text: str) -> None:
        if not self._gone:
            self._texts.append(text)

    def close(self) -> None:
        """End what is open still."""
        self._add_text()
        self._page.end_paragraph()

    def _add_text(self) -> None:
        """Add the text since the last tag, which the parser gives in parts: an entity is one."""
        if self._texts:
            self._page.add_text("".join(self._texts))
            self._texts.clear()

    def _begin(self, name: str, attributes: Mapping[str, str]) -> _Role:
        if name in MEDIA and not self._gone:
            self._page.add_address(attributes)
        if self._gone or name in GONE:
            self._gone += 1
            return _Role.GONE
        if name in BLOCKS:
            return _Role.FRAME if self._page.begin_frame(HEADINGS.get(name, name), attributes) else _Role.EDGE
        if name == "code" and self._page.is_in_code:  # WeChat has one for each line of code
            self._page.edge()
            return _Role.EDGE
        if name in INLINE:
            return _Role.INLINE if self._page.begin_inline(INLINE[name], attributes) else _Role.NOTHING
        if name == "img":
            self._page.add_image(attributes)
        elif name == "br":
            self._page.break_line()
        elif name == "hr":
            self._page.add_rule()
        return _Role.NOTHING
