"""Pieces of the text of HTML, with marks -> its text, and what can be said of pieces.

Whoever walks through HTML makes such pieces. The marks say what a line is and what is only beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from searchkit.articles.html_elements import Kind, is_formula, is_generic
from searchkit.articles.plain_text import INVISIBLE, stripped

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
ATTACHED = {
    Kind.RAISED: str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    Kind.LOWERED: str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
}
LONGEST_ATTACHED, LONGEST_LINE, _LONGEST_NUMBERS = 200, 5_000, 20_000
"""Characters: what is longer is text in an element that is not closed."""
_FEWEST_ENDS = 4
"""Of sentences and clauses in hidden text that is read. With 3 to 8, all notes in 499 saved pages are read but one
or five, and nothing else that is hidden; notices have one or two."""
_ENDS = re.compile("[。！？；，]+")
_INVISIBLE_IN_MARKUP = re.compile(f"[{re.escape(''.join(map(chr, INVISIBLE - set(range(0xD800, 0xE000)))))}]")
MARKS = {**dict.fromkeys((*BLOCKS, "br"), "\n"), **dict.fromkeys(CELLS, CELL)}
_BESIDE = (PICTURE, READING)
_ASIDE = re.compile(f"([{PICTURE}{READING}])([^{END}]*){END}")
_BARE = re.compile(rf"[\s{WRAP}{CELL}{EDGE}]+")
_LETTER = re.compile("[A-Za-z]")
_JOINED = re.compile(f"([A-Za-z]){EDGE}+(?=[A-Za-z])")
EMBEDDED = re.compile(r"data:[\w.+-]+/[\w.+-]+[\w;=-]*,[\w+/=%.-]{60,}", re.ASCII)
_WIDE = re.compile("[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_NARROW_OR_WIDE = frozenset("“”‘’…—·")


def text_of(pieces: Sequence[str]) -> str:
    """The text of a page from *pieces* with marks."""
    text = _INVISIBLE_IN_MARKUP.sub("", "".join(pieces))
    if END in text:
        text = "\n".join(_lines(text))
    elif WRAP in (text := text.replace("\n" + WRAP, "\n")):
        text = "\n".join([_unwrapped(line) if WRAP in line else line for line in text.splitlines()])
    if EDGE in text:
        text = _JOINED.sub(r"\1 ", text).replace(EDGE, "")
    if "data:" in text:
        text = EMBEDDED.sub("", text)
    return stripped(text.replace(CELL, " "))


def _lines(text: str) -> Iterator[str]:
    """The lines of *text*, each with what belongs to it after it, unless the line or the next one says it too."""
    above, asides = "", list[str]()
    for line in text.splitlines():
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
        if not joins(parts[i - 1][-1], parts[i][0]):
            parts[i] = " " + parts[i]
    return "".join(parts)


def joins(before: str, after: str) -> bool:
    """Whether no space is written between two characters: Han, kana or their punctuation."""
    wide = [_WIDE.match(char) is not None for char in (before, after)]
    return all(wide) or (any(wide) and (before in _NARROW_OR_WIDE or after in _NARROW_OR_WIDE))


def folded(text: str) -> str:
    """White space as in a browser outside code: a line end in the source is a mark, a page break a space."""
    return text.replace("\n", WRAP).replace("\r", WRAP).replace("\f", " ")


def picture(attributes: Mapping[str, str]) -> str:
    """The piece for a picture: the formula that it shows, or its description and its title, if that says more."""
    alt, title = attributes.get("alt", ""), attributes.get("title", "")
    if not (alt or title):
        return ""
    if is_formula(attributes):
        return " ".join(alt.split())
    return "".join(PICTURE + text + END for text in descriptions(alt, title))


@lru_cache(maxsize=4096)
def descriptions(alt: str, title: str) -> tuple[str, ...]:
    """What the two texts of a picture say of it: nothing, one of them or both."""
    alt, title = ("" if is_generic(text) else text for text in (" ".join(text.split()) for text in (alt, title)))
    told = (alt if alt not in title or alt == title else "", title if title not in alt else "")
    return tuple(filter(None, told))


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
    return piece if piece[:1] in _BESIDE else piece.translate(ATTACHED[kind])


def are_longer(pieces: Sequence[str], most: int) -> bool:
    """Whether *pieces* are longer than the element can be that they are in: it is not closed."""
    return len(pieces) > most or sum(map(len, pieces)) > most
