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

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import signature
from typing import ClassVar, NamedTuple

from lxml import etree

from searchkit.articles.html_elements import (
    NAMES,
    SOFT,
    TELLING,
    Kind,
    Page,
    formula_of,
    is_formula,
    is_generic,
    kind_of,
    tells,
)

_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup
    option p pre section summary table tbody textarea tfoot thead tr ul
"""
BLOCKS = frozenset(_BLOCK_NAMES.split())
CELLS = frozenset({"td", "th"})

WRAP, CELL, EDGE, PICTURE, READING, END = map(chr, range(0xD800, 0xD806))
"""Marks in the pieces of a text, resolved by `text_of`: lone surrogates, because markup cannot hold them. A line
end in the source, the edge of a cell, an edge between two words, and the ends of what is a line of its own."""

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
    Kind.RAISED: str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    Kind.LOWERED: str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
}
LONGEST_ATTACHED, LONGEST_LINE, _LONGEST_NUMBERS = 200, 5_000, 20_000
"""Characters: what is longer is text in an element that is not closed."""
_FEWEST_ENDS = 4
"""Of sentences and clauses in hidden text that is read. With 3 to 8, all notes in 499 saved pages are read but one
or five, and nothing else that is hidden; notices have one or two."""
_ENDS = re.compile("[。！？；，]+")
_INVISIBLE = re.compile(f"[{re.escape(''.join(map(chr, INVISIBLE)))}]")
_INVISIBLE_IN_MARKUP = re.compile(f"[{re.escape(''.join(map(chr, INVISIBLE - set(range(0xD800, 0xE000)))))}]")
_DEEPEST, _PART = 2_000, 4_000  # elements; characters, which cannot contain more elements
_BITE = 65_536  # bytes
_LINE, _SPACES = re.compile(r"[\n\r\v\f\x85\u2028\u2029]+"), re.compile(r"[^\S\n]+")
MARKS = {**dict.fromkeys((*BLOCKS, "br"), "\n"), **dict.fromkeys(CELLS, CELL)}
_BESIDE = (PICTURE, READING)
_ASIDE = re.compile(f"([{PICTURE}{READING}])([^{END}]*){END}")
_BARE = re.compile(rf"[\s{WRAP}{CELL}{EDGE}]+")
_LETTER = re.compile("[A-Za-z]")
_JOINED = re.compile(f"([A-Za-z]){EDGE}+(?=[A-Za-z])")
_EMBEDDED = re.compile(r"data:[\w.+-]+/[\w.+-]+[\w;=-]*,[\w+/=%.-]{60,}", re.ASCII)
_WIDE = re.compile("[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_NARROW_OR_WIDE = frozenset("“”‘’…—·")


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


def tidy(text: str) -> str:
    """*text* without invisible characters, repeated spaces and empty lines."""
    return _stripped(_LINE.sub("\n", without_invisible(text)))


def _stripped(text: str) -> str:
    return "\n".join([line for line in map(str.strip, _SPACES.sub(" ", text).split("\n")) if line])


def without_invisible(text: str) -> str:
    """*text* without the characters of `INVISIBLE`."""
    return _INVISIBLE.sub("", text)


def text_of(pieces: Sequence[str]) -> str:
    """The text of a page from *pieces* with marks."""
    text = _LINE.sub("\n", _INVISIBLE_IN_MARKUP.sub("", "".join(pieces)))
    if END in text:
        text = "\n".join(_lines(text))
    elif WRAP in (text := text.replace("\n" + WRAP, "\n")):
        text = "\n".join([_unwrapped(line) if WRAP in line else line for line in text.split("\n")])
    if EDGE in text:
        text = _JOINED.sub(r"\1 ", text).replace(EDGE, "")
    if "data:" in text:
        text = _EMBEDDED.sub("", text)
    return _stripped(text.replace(CELL, " "))


def _lines(text: str) -> Iterator[str]:
    """The lines of *text*, each with what belongs to it after it, unless the line or the next one says it too."""
    above, asides = "", list[str]()
    for line in text.split("\n"):
        own = _asides(line) if END in line else []
        line = _ASIDE.sub("", line) if own else line
        line = _unwrapped(line) if WRAP in line else line
        if not line or line.isspace():
            asides += own
            continue
        yield from (each for each in dict.fromkeys(asides) if each not in above and each not in line)
        yield line
        above, asides = line, own
    yield from (each for each in dict.fromkeys(asides) if each not in above)


def _asides(line: str) -> list[str]:
    """What belongs to *line*: each description of a picture, and all readings as one."""
    found = _ASIDE.findall(line)
    readings = " ".join(text for mark, text in found if mark == READING)
    return [text for mark, text in found if mark == PICTURE] + ([readings] if readings else [])


def _unwrapped(line: str) -> str:
    """*line* without line ends of the source: none between Han characters, elsewhere a space."""
    parts = [part for each in line.split(WRAP) if (part := each.strip())]
    for i in range(1, len(parts)):
        if not _joins(parts[i - 1][-1], parts[i][0]):
            parts[i] = " " + parts[i]
    return "".join(parts)


def _joins(before: str, after: str) -> bool:
    """Whether no space is written between two characters: Han, kana or their punctuation."""
    wide = [_WIDE.match(char) is not None for char in (before, after)]
    return all(wide) or (any(wide) and (before in _NARROW_OR_WIDE or after in _NARROW_OR_WIDE))


def encoded(markup: str) -> bytes:
    """*markup* as UTF-8 without lone surrogates, which the parser rejects, and NUL, which it would replace by a
    visible character."""
    return markup.encode("utf-8", "ignore").replace(b"\0", b"")


def _walk(page: Page) -> tuple[str, int]:
    """The text of *page*, and the number of characters that were dropped by rules for which a page is read again
    if too little is left."""
    pieces = _Pieces(page)
    try:
        return text_of(pieces.of(page.markup)), pieces.lost
    except _TooDeep:
        return text_of([piece for part in _parts(page.markup) for piece in _Pieces(page).of(part)]), 0


def _parts(markup: str) -> Iterator[str]:
    """Parts of *markup* of a few thousand characters, cut before a tag: for every unmatched end tag the parser
    searches all open elements, and it fails at a depth of thousands."""
    start = 0
    while start < len(markup):
        end = markup.find("<", start + _PART)
        end = len(markup) if end < 0 else end
        yield markup[start:end]
        start = end


class _TooDeep(Exception):
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


class _Pieces:
    """The events of lxml's parser -> pieces of text with marks."""

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
            raise _TooDeep

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
            self._pieces.append(picture(attributes))
            return None
        before = len(self._pieces) - (mark is not None)
        if kind is Kind.FORMULA:
            self._pieces.append(formula_of(attributes))
        start = len(self._pieces)
        element = _Open(kind, name, before, start, self._state, self._headings > 0, self._mains > 0)
        self._begin(kind)
        return element

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
        elif kind in _ATTACHED:
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
        pictures = "".join(piece for piece in own if piece[:1] == PICTURE and element.kind is Kind.NOSCRIPT)
        self._remove(element, element.before, [pictures] if pictures else [])
        return True

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

    _RULES: ClassVar[dict[Kind, Callable[[_Pieces, _Open], None]]] = {
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


_Pieces.start.__signature__ = signature(_Pieces.start)  # type: ignore[attr-defined] # lxml asks for it each time


def folded(text: str) -> str:
    """White space as in a browser outside code: a line end in the source is a mark, a page break a space."""
    return text.replace("\n", WRAP).replace("\r", WRAP).replace("\f", " ")


def picture(attributes: Mapping[str, str]) -> str:
    """The piece for a picture: the formula that it shows, or its description."""
    alt = " ".join(attributes.get("alt", "").split())
    if not alt or is_formula(attributes):
        return alt
    return "" if is_generic(alt) else PICTURE + alt + END


def bare(piece: str) -> str:
    """The characters of *piece* that stand in a line."""
    return "" if piece[:1] in _BESIDE else _BARE.sub("", piece)


def line_of(pieces: Sequence[str]) -> str:
    """What stands in *pieces*, as one line, or "" if it is too long for a formula or a reading."""
    if are_longer(pieces, LONGEST_LINE):
        return ""
    text = "".join(piece for piece in pieces if piece[:1] not in _BESIDE)
    return " ".join(text.replace(WRAP, " ").replace(CELL, " ").replace(EDGE, "").split())


def are_numbers(pieces: Sequence[str]) -> bool:
    """Whether nothing but digits stands in *pieces*."""
    return not are_longer(pieces, _LONGEST_NUMBERS) and not "".join(map(bare, pieces)).strip("0123456789")


def are_prose(pieces: Sequence[str]) -> bool:
    """Whether sentences stand in *pieces*: what is hidden and no menu, form or notice is shown at a click."""
    return sum(len(_ENDS.findall(bare(piece))) for piece in pieces) >= _FEWEST_ENDS


def has_letters(pieces: Sequence[str]) -> bool:
    """Whether *pieces* above or below the line have Latin letters, so that their digits are none of a number."""
    return not are_longer(pieces, LONGEST_ATTACHED) and any(_LETTER.search(bare(piece)) for piece in pieces)


def attached(piece: str, kind: Kind) -> str:
    """*piece* with the characters for digits above or below the line."""
    return piece if piece[:1] in _BESIDE else piece.translate(_ATTACHED[kind])


def are_longer(pieces: Sequence[str], most: int) -> bool:
    """Whether *pieces* are longer than the element can be that they are in: it is not closed."""
    return len(pieces) > most or sum(map(len, pieces)) > most
