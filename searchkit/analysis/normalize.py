"""Text -> its normal form: what the steps of `FOLDS` make of it, fast, and with the way back to its offsets.

They work a character at a time (a base character with its combining marks counts as one), so a piece of a
text folds to a piece of the folded text, and every folded character knows where it stood in the original.
Case is kept by `fold`, which the camelCase splitter needs, and folded by `fold_case`. `fold_to_cut` leaves out the
last step: a dictionary knows 著名, and not 着名, which stands for it in both channels.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from searchkit.analysis.character_tables import EDGE, LETTERS, RADICALS, SIGNS, simplified, variants
from searchkit.patterns import lazy_pattern

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_MARKS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f]"
)
_MARK = lazy_pattern(_MARKS)
_CLUSTER = lazy_pattern(f"[^\u0300-\u036f\u1160-\u11ff\u3099\u309a\uff9e\uff9f]{_MARKS}{{1,30}}")
"""A character and what composes with it: accents, voiced kana marks, the later letters of a Hangul syllable. More
than thirty of them stand in no text (UAX #15, stream-safe text), and to sort them takes the square of it."""
SHORT_TEXT = 500  # characters: in less, `translate` is faster than to look for those that change
_ACCENT = lazy_pattern("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]")
_FILLERS = "\u115f\u1160\u3164\uffa0"  # of Hangul: letters that show nothing
_ATTACHED = ("<super>", "<sub>", "<circle>", "<fraction>")
_ON_BLACK = lazy_pattern("[\u2776-\u2793\u24eb-\u24f4\u24ff\u3248-\u324f]")  # numbers without a decomposition
MAX_REPLACED = 60  # different characters that change: for more, `translate` is faster than a pass for each


def drop_invisible(char: str) -> str:
    """Nothing for a character that is not seen: one of format, a filler, one that chooses a glyph."""
    is_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return "" if is_selector or char in _FILLERS or unicodedata.category(char) == "Cf" else char


def part_attached(char: str) -> str:
    """An edge on both sides of a superscript, a circled or a Roman number, a fraction, ™: the 1 of 2024¹."""
    if unicodedata.decomposition(char).partition(" ")[0] in _ATTACHED or "Ⅰ" <= char <= "ⅿ":
        return EDGE + char + EDGE
    if _ON_BLACK.match(char):
        return f"{EDGE}{unicodedata.numeric(char):.0f}{EDGE}"
    return char


def to_compatible(char: str) -> str:
    """The form of NFKC: half width for full width, parts for ligatures and squared words."""
    return char if char in SIGNS else unicodedata.normalize("NFKC", char)


def to_one_sign(char: str) -> str:
    """One sign for its typographic variants: all dashes, all quotes; an edge for a middle dot."""
    return SIGNS.get(char, char)


def drop_accents(char: str) -> str:
    """A letter without its accents or stroke; voiced kana are other letters than plain ones, and stay."""
    if _ACCENT.match(char):
        return ""
    if not char.isalpha():
        return char
    bare = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", char)))
    return "".join(LETTERS.get(letter, letter) for letter in bare)


def to_ideograph(char: str) -> str:
    """The Han character for a radical or a stroke that looks the same."""
    return RADICALS.get(char, char)


def to_simplified(text: str) -> str:
    """The Simplified characters for Traditional ones."""
    table = simplified()
    return "".join(table.get(char, char) for char in text)


def to_one_variant(char: str) -> str:
    """One character for all that mean the same somewhere: 着 for 著, 划 for 画, which 計畫 has."""
    return variants().get(char, char)


FOLDS: tuple[Callable[[str], str], ...] = (
    drop_invisible,
    part_attached,
    to_compatible,
    to_one_sign,
    drop_accents,
    to_ideograph,
    to_simplified,
    to_one_variant,
)
"""The steps that fold, in their order: a character, or one that was composed with its marks -> what stands for it,
nothing at all or several characters too. So offsets of the original follow by themselves. They leave ASCII alone,
and Han of the first block that are neither Traditional nor a variant, which nobody looks at."""


class _Table(dict[int, str]):
    """A `str.translate` table of some *steps*, filled as characters are met. `uneven` collects those that do not
    fold to exactly one character, because only they move offsets."""

    def __init__(self, steps: tuple[Callable[[str], str], ...]) -> None:
        super().__init__()
        self._steps = steps
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = char
        for step in self._steps:
            folded = "".join(map(step, folded))
        if len(folded) != 1:
            self.uneven.add(char)
        self[code] = folded
        return folded

    def fold(self, text: str) -> str:
        """*text* with its characters folded."""
        if text.isascii():
            return text
        return _composed(text).translate(self) if len(text) < SHORT_TEXT else self._fold_long(text)

    def _fold_long(self, text: str) -> str:
        """The same, several times faster where few different characters change.

        They are replaced one after the other: no character folds to one that folds further.
        """
        found = foldable_in(text)
        if any(map(_MARK.match, found)):
            text = _composed(text)
            found = foldable_in(text)
        changing = [char for char in found if self[ord(char)] != char]
        if len(changing) > MAX_REPLACED:
            return text.translate(self)
        for char in changing:
            text = text.replace(char, self[ord(char)])
        return text


def _composed(text: str) -> str:
    """*text* with each character composed with its marks."""
    if not _MARK.search(text):
        return text
    return _CLUSTER.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


_table, _table_to_cut = _Table(FOLDS), _Table(FOLDS[:-1])


def fold(text: str) -> str:
    """*text* in NFKC with one character for all its variants, its case kept.

    >>> fold("ｉＰｈｏｎｅ與Ｒ語言"), fold("naïve—看著")
    ('iPhone与R语言', 'naive-看着')
    """
    return _table.fold(text)


def fold_to_cut(text: str) -> str:
    """*text* folded as far as a dictionary knows its words; `fold` makes the same of it as of *text*."""
    return _table_to_cut.fold(text)


def fold_case(text: str) -> str:
    """*text* folded as by `fold`, and its case folded too."""
    return fold(text).casefold()


def title_key(text: str) -> str:
    """What two titles share that a reader would call the same: case, width and spaces do not count."""
    return "".join(fold_case(text).split())


def is_same_title(one: str, other: str) -> bool:
    """Whether both have one `title_key`. Where they begin with different characters that fold to no others, which
    is most often so, nothing is folded."""
    first, second = one[:1].lower(), other[:1].lower()
    if first != second and _is_plain(first) and _is_plain(second):
        return False
    return one == other or title_key(one) == title_key(other)


def _is_plain(char: str) -> bool:
    """Whether *char* is ASCII or Han, and the first character of a title key where it is the first of a title."""
    return (char.isascii() and char.isalnum()) or (
        "\u4e00" <= char <= "\u9fff" and not foldable_codes()[ord(char)]
    )


def fold_with_offsets(text: str) -> tuple[str, list[int] | range]:
    """`fold(text)`, and for each of its characters (and one past the last) the offset in *text* it came from."""
    folded = fold(text)
    if not _MARK.search(text) and _table.uneven.isdisjoint(text):
        return folded, range(len(text) + 1)
    parts: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(text):
        part = fold(cluster)
        parts.append(part)
        offsets.extend([start] * len(part))
    return "".join(parts), [*offsets, len(text)]


def foldable_in(text: str) -> frozenset[str]:
    """The characters of *text* that may fold: all but ASCII, and but those Han of the first block that do not."""
    import numpy as np  # short texts do without

    # of a character beyond the first 65,536 both halves may fold, and come together again
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    return frozenset(codes[foldable_codes()[codes]].tobytes().decode("utf-16-le", "surrogatepass"))


@lru_cache(maxsize=1)
def foldable_codes() -> npt.NDArray[np.bool_]:
    """Of each code of UTF-16 whether it may fold."""
    import numpy as np

    foldable = np.ones(1 << 16, bool)
    foldable[:0x80] = foldable[0x4E00:0xA000] = False
    foldable[[ord(char) for char in (*simplified(), *variants()) if "\u4e00" <= char <= "\u9fff"]] = True
    return foldable


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    for found in _CLUSTER.finditer(text):
        yield from enumerate(text[position : found.start()], position)
        yield found.start(), found[0]
        position = found.end()
    yield from enumerate(text[position:], position)
