"""HTML -> plain text.

Two implementations follow the same rules. `html_to_text` uses the events of lxml's parser. The reference, which is
many times slower, changes and reads the tree of BeautifulSoup (tests/articles/html_reference.py). A test requires
the same text from both for every article of the archive.

The rules: a block element begins and ends a line, `<br>` ends one, table cells are separated by a space, code
keeps its line breaks, elsewhere a line end in the source is a space, or nothing between two Han characters;
invisible characters are removed; a digit in `<sup>` or `<sub>` is the character ² or ₂, so that 2024² does not
read 20242. What else an element can be is in html_elements.py. What belongs to a line but is not in it, the
description of a picture or how a character is pronounced, is a line of its own after it, so that a phrase across
it is still found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import signature
from typing import ClassVar, NamedTuple

from lxml import etree

from searchkit.articles.html_elements import NAMES, SOFT, TELLING, Kind, Page, formula_of, kind_of, tells
from searchkit.articles.html_pieces import (
    ATTACHED,
    EDGE,
    END,
    LONGEST_ATTACHED,
    LONGEST_LINE,
    MARKS,
    PICTURE,
    READING,
    are_longer,
    are_numbers,
    are_prose,
    attached,
    bare,
    folded,
    has_letters,
    line_of,
    picture,
    text_of,
)

_DEEPEST, _PART = 2_000, 4_000  # elements; characters, which cannot contain more elements
_BITE = 65_536  # bytes


def html_to_text(markup: str) -> str:
    """The text of *markup*, one line per block, with single spaces."""
    page = Page(markup)
    text, dropped = _walk(page)
    if dropped > 10 * len(text):
        return fuller(text, _walk(Page(markup, lenient=True))[0])
    return text


def fuller(text: str, whole: str) -> str:
    """*text*, or the *whole* text of a page if next to nothing of it is left."""
    return whole if len(whole) > 20 * len(text) else text


def encoded(markup: str) -> bytes:
    """*markup* as UTF-8 without lone surrogates, which the parser rejects, and NUL, which it would replace by a
    visible character."""
    return markup.encode("utf-8", "ignore").replace(b"\0", b"")


def _walk(page: Page) -> tuple[str, int]:
    """The text of *page*, and the number of characters that were dropped by rules for which a page is read again
    if too little is left."""
    pieces = Pieces(page)
    try:
        return text_of(pieces.of(page.markup)), pieces.lost
    except TooDeep:
        return text_of([piece for part in parts_of(page.markup) for piece in Pieces(page).of(part)]), 0


def parts_of(markup: str) -> Iterator[str]:
    """Parts of *markup* of a few thousand characters, cut before a tag: for every unmatched end tag the parser
    searches all open elements, and it fails at a depth of thousands."""
    start = 0
    while start < len(markup):
        end = markup.find("<", start + _PART)
        end = len(markup) if end < 0 else end
        yield markup[start:end]
        start = end


class TooDeep(Exception):
    """Elements are nested deeper than `_DEEPEST`."""


class _State(NamedTuple):
    """What was seen before an element began: how many headings and main parts, at which number the last of each
    was; whether a main part has text; the last formula in TeX."""

    seen: int = 0
    heading: int = 0
    main: int = 0
    has_main: bool = False
    tex: str = ""


class _Open(NamedTuple):
    """An element with a kind that is not closed yet. Its pieces begin at `start`, with its mark at `before`."""

    kind: Kind
    name: str
    before: int
    start: int
    state: _State
    in_heading: bool
    in_main: bool


class Pieces:
    """The events of lxml's parser -> pieces of text with marks. `html_markup.py` has it keep tags beside them."""

    __slots__ = ("_furniture", "_headings", "_mains", "_open", "_page", "_pieces", "_pre", "_state", "lost")

    def __init__(self, page: Page) -> None:
        self.lost = 0
        self._page = page
        self._pieces: list[str] = []
        self._open: list[_Open | None] = []
        self._pre = 0
        self._state = _State()
        self._headings = 0
        self._mains = 0
        self._furniture: list[tuple[int, int]] = []

    def of(self, markup: str) -> list[str]:
        """The pieces of *markup*."""
        parser = etree.HTMLParser(
            huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8", target=self
        )
        data = encoded(markup)
        try:
            for start in range(0, max(1, len(data)), _BITE):  # an exception of the target appears after each chunk
                parser.feed(data[start : start + _BITE])
            parser.close()
        except etree.ParserError:
            return []
        return self._pieces

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        mark = None
        if name in MARKS:
            mark = MARKS[name]
            self._pieces.append(mark)
            self._pre += name == "pre"
        elif self._pre and name == "code":
            mark = "\n"
            self._pieces.append(mark)
        opened = self._open
        if name in NAMES or (attributes and not TELLING.isdisjoint(attributes) and tells(attributes)):
            opened.append(self._opened(name, attributes, mark))
        else:
            opened.append(None)
        if len(opened) > _DEEPEST:
            raise TooDeep

    def data(self, text: str) -> None:
        self._pieces.append(text if self._pre else folded(text))

    def end(self, name: str) -> None:
        element = self._open.pop()
        gone = element is not None and self._closed(element)
        if name in MARKS:
            self._pre -= name == "pre"
            if name != "br" and not gone:
                self._pieces.append(MARKS[name])
        elif self._pre and name == "code" and not gone:
            self._pieces.append("\n")

    def close(self) -> None:
        """Remove what is around the main part of the page."""
        if self._state.has_main:
            for start, end in self._furniture:
                self.lost += sum(map(len, self._pieces[start:end]))
                self._pieces[start:end] = [""] * (end - start)

    def _opened(self, name: str, attributes: Mapping[str, str], mark: str | None) -> _Open | None:
        kind = kind_of(name, attributes, self._page)
        if kind is None:
            return None
        if kind is Kind.PICTURE:
            self._add_picture(attributes)
            return None
        before = len(self._pieces) - (mark is not None)
        if kind is Kind.FORMULA:
            self._pieces.append(formula_of(attributes))
        start = len(self._pieces)
        element = _Open(kind, name, before, start, self._state, self._headings > 0, self._mains > 0)
        self._begin(kind)
        return element

    def _add_picture(self, attributes: Mapping[str, str]) -> None:
        self._pieces.append(picture(attributes))

    def _begin(self, kind: Kind) -> None:
        seen = self._state.seen + 1
        if kind is Kind.HEADING:
            self._headings += 1
            self._state = _State(seen, seen, self._state.main, self._state.has_main, self._state.tex)
        elif kind is Kind.MAIN:
            self._mains += 1
            self._state = self._state._replace(seen=seen, main=seen)
        elif kind is Kind.MATH:
            self._state = self._state._replace(tex="")
        elif kind in ATTACHED:
            self._pieces.append("")  # the place of an edge

    def _closed(self, element: _Open) -> bool:
        """Follow the rule for an element that ends: whether it is gone, with its mark."""
        kind = element.kind
        if kind is Kind.DROPPED:
            self._remove(element, element.before)
            return True
        if kind in SOFT and kind is not Kind.FURNITURE:
            return self._close_soft(element)
        self._RULES[kind](self, element)
        return False

    def _close_soft(self, element: _Open) -> bool:
        if not self._page.closes(element.name) or self._is_in_a_heading(element):
            return False
        own = self._pieces[element.before :]
        if element.kind is Kind.HIDDEN and are_prose(own):
            return False
        self.lost += sum(map(len, own))
        self._remove(element, element.before, self._pictures(own) if element.kind is Kind.NOSCRIPT else ())
        return True

    def _pictures(self, own: list[str]) -> list[str]:
        """The pictures in *own* that are described."""
        return [piece for piece in own if piece[:1] == PICTURE]

    def _is_in_a_heading(self, element: _Open) -> bool:
        """Whether *element* is the button that a heading is, or is around."""
        return element.name == "button" and (element.in_heading or self._has_heading(element))

    def _has_heading(self, element: _Open) -> bool:
        return self._state.heading > element.state.seen

    def _close_furniture(self, element: _Open) -> None:
        if self._is_furniture(element):
            self._forget_furniture(element.start)
            self._furniture.append((element.start, len(self._pieces)))

    def _is_furniture(self, element: _Open) -> bool:
        if self._state.main > element.state.seen or not self._page.closes(element.name):
            return False
        if element.name == "header" and self._has_heading(element):
            return False
        return element.name == "nav" or not element.in_main

    def _close_main(self, element: _Open) -> None:
        self._mains -= 1
        if not self._mains and any(map(bare, self._pieces[element.start :])):
            self._state = self._state._replace(has_main=True)

    def _close_heading(self, element: _Open) -> None:
        self._headings -= 1

    def _close_numbers(self, element: _Open) -> None:
        if are_numbers(self._pieces[element.start :]):
            self._remove(element, element.start)

    def _close_formula(self, element: _Open) -> None:
        if self._page.closes(element.name):
            self._remove(element, element.start)

    def _close_tex(self, element: _Open) -> None:
        tex = line_of(self._pieces[element.start :])
        self._state = self._state._replace(tex=tex or self._state.tex)

    def _close_math(self, element: _Open) -> None:
        tex = self._state.tex
        if tex:
            self._remove(element, element.start, [tex])
        self._state = self._state._replace(tex=element.state.tex)

    def _close_attached(self, element: _Open) -> None:
        own = self._pieces[element.start :]
        if not self._page.closes(element.name):
            return
        if has_letters(own):
            if element.kind is Kind.RAISED:
                self._pieces[element.start] = EDGE
                self._pieces.append(EDGE)
        elif not are_longer(own, LONGEST_ATTACHED):
            self._pieces[element.start :] = [attached(piece, element.kind) for piece in own]

    def _close_reading(self, element: _Open) -> None:
        own = self._pieces[element.start :]
        if not are_longer(own, LONGEST_LINE):
            self._remove(element, element.start, [f"{READING}{line}{END}"] if (line := line_of(own)) else [])

    def _remove(self, element: _Open, start: int, kept: Sequence[str] = ()) -> None:
        """Remove the pieces from *start* on, and the memory of what was in them."""
        self._pieces[start:] = kept
        self._forget_furniture(start)
        self._state = element.state

    def _forget_furniture(self, start: int) -> None:
        while self._furniture and self._furniture[-1][0] >= start:
            self._furniture.pop()

    _RULES: ClassVar[dict[Kind, Callable[[Pieces, _Open], None]]] = {
        Kind.FURNITURE: _close_furniture,
        Kind.MAIN: _close_main,
        Kind.HEADING: _close_heading,
        Kind.NUMBERS: _close_numbers,
        Kind.FORMULA: _close_formula,
        Kind.TEX: _close_tex,
        Kind.MATH: _close_math,
        Kind.RAISED: _close_attached,
        Kind.LOWERED: _close_attached,
        Kind.READING: _close_reading,
    }


# lxml asks each new parser's target for the signature of `start`; 20 of 28 µs are saved if that is kept
Pieces.start.__signature__ = signature(Pieces.start)  # type: ignore[attr-defined]  # not known of functions
