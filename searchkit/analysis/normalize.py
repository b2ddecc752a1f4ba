"""Text -> its normal form: what the steps of `FOLDS` make of it, fast, and with the way back to its offsets.

They work a character at a time (a base character with its combining marks counts as one), so a piece of a
text folds to a piece of the folded text, and every folded character knows where it stood in the original.
Case is kept by `fold`, which the camelCase splitter needs, and folded by `fold_case`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f]"
)
_CLUSTER = re.compile(f"[^\u0300-\u036f\u1160-\u11ff\u3099\u309a\uff9e\uff9f]{_MARK.pattern}{{1,30}}")
"""A character and what composes with it: accents, voiced kana marks, the later letters of a Hangul syllable. More
than thirty of them stand in no text (UAX #15, stream-safe text), and to sort them takes the square of it."""
SHORT_TEXT = 500  # characters: in less, `translate` is faster than to look for those that change
MAX_REPLACED = 60  # different characters that change: for more, `translate` is faster than a pass for each


def drop_invisible(char: str) -> str:
    """Nothing for a character that is not seen: one of format, or one that chooses a variant of a glyph."""
    is_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return "" if is_selector or unicodedata.category(char) == "Cf" else char


def to_compatible(char: str) -> str:
    """The form of NFKC: half width for full width, parts for ligatures and squared words."""
    return unicodedata.normalize("NFKC", char)


def to_simplified(text: str) -> str:
    """The Simplified characters for Traditional ones."""
    table = simplified()
    return "".join(table.get(char, char) for char in text)


FOLDS: tuple[Callable[[str], str], ...] = (drop_invisible, to_compatible, to_simplified)
"""The steps that fold, in their order: a character, or one that was composed with its marks -> what stands for it,
nothing at all or several characters too. So offsets of the original follow by themselves. They leave ASCII alone,
and Han of the first block that are not Traditional, which nobody looks at."""


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Traditional character -> Simplified character, from OpenCC's table (its first choice of several)."""
    spec = find_spec("opencc")
    if spec is None or not spec.submodule_search_locations:
        return {}
    table = Path(next(iter(spec.submodule_search_locations)), "dictionary", "TSCharacters.txt")
    rows = (line.split() for line in table.read_text("utf-8").splitlines() if line.strip())
    found = {row[0]: row[1] for row in rows if len(row) > 1 and row[0] != row[1]}
    return {old: found.get(new, new) for old, new in found.items()}


class _Table(dict[int, str]):
    """A `str.translate` table filled as characters are met. `uneven` collects those that do not fold to
    exactly one character, because only they move offsets."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = char
        for step in FOLDS:
            folded = "".join(map(step, folded))
        if len(folded) != 1:
            self.uneven.add(char)
        self[code] = folded
        return folded


def fold(text: str) -> str:
    """*text* in NFKC with Simplified characters, its case kept.

    >>> fold("ｉＰｈｏｎｅ與Ｒ語言")
    'iPhone与R语言'
    """
    if text.isascii():
        return text
    if _MARK.search(text):
        text = _CLUSTER.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return text.translate(_table) if len(text) < SHORT_TEXT else _fold_long(text)


def fold_case(text: str) -> str:
    """*text* folded as by `fold`, and its case folded too."""
    return fold(text).casefold()


def title_key(text: str) -> str:
    """What two titles share that a reader would call the same: case, width and spaces do not count."""
    return "".join(fold_case(text).split())


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


def _fold_long(text: str) -> str:
    """What `text.translate(_table)` gives, several times faster where few different characters change.

    They are replaced one after the other: no character folds to one that folds further.
    """
    foldable = (char for char in set(_foldable().findall(text)) if _table[ord(char)] != char)
    changing = list(islice(foldable, MAX_REPLACED + 1))
    if len(changing) > MAX_REPLACED:
        return text.translate(_table)
    for char in changing:
        text = text.replace(char, _table[ord(char)])
    return text


@lru_cache(maxsize=1)
def _foldable() -> re.Pattern[str]:
    """One of all characters but ASCII and those Han of the first block that are not Traditional."""
    traditional = "".join(char for char in simplified() if "\u4e00" <= char <= "\u9fff")
    return re.compile(f"[{traditional}\x80-\u4dff\ua000-\uffff\U00010000-\U0010ffff]")


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    for found in _CLUSTER.finditer(text):
        yield from enumerate(text[position : found.start()], position)
        yield found.start(), found[0]
        position = found.end()
    yield from enumerate(text[position:], position)


_table = _Table()
