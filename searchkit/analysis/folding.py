"""Text -> its normal form: NFKC, and Traditional characters as Simplified ones.

Both work a character at a time (a base character with its combining marks counts as one), so a piece of a
text folds to a piece of the folded text, and every folded character knows where it stood in the original.
Case is kept by `fold`, which the camelCase splitter needs, and folded by `fold_case`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_CLUSTER = re.compile(
    "[^\u0300-\u036f\u1160-\u11ff\u3099\u309a\uff9e\uff9f]"
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f]+"
)
"""A character and what composes with it: accents, voiced kana marks, the later letters of a Hangul syllable."""


class _Table(dict[int, str]):
    """A `str.translate` table filled as characters are met. `uneven` collects those that do not fold to
    exactly one character, because only they move offsets."""

    def __init__(self, fold_one: Callable[[str], str]) -> None:
        super().__init__()
        self._fold_one = fold_one
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = self._fold_one(char)
        if len(folded) != 1:
            self.uneven.add(char)
        self[code] = folded
        return folded


def fold(text: str) -> str:
    """*text* in NFKC with Simplified characters, its case kept.

    >>> fold("ｉＰｈｏｎｅ與Ｒ語言")
    'iPhone与R语言'
    """
    return _fold(text, _cased)


def fold_case(text: str) -> str:
    """*text* folded as by `fold`, and its case folded too."""
    return _fold(text, _caseless)


def fold_with_offsets(text: str) -> tuple[str, list[int] | range]:
    """`fold(text)`, and for each of its characters (and one past the last) the offset in *text* it came from."""
    folded = fold(text)
    if not _CLUSTER.search(text) and _cased.uneven.isdisjoint(text):
        return folded, range(len(text) + 1)
    pieces: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(text):
        piece = _fold(cluster, _cased)
        pieces.append(piece)
        offsets.extend([start] * len(piece))
    return "".join(pieces), [*offsets, len(text)]


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


def _fold(text: str, table: _Table) -> str:
    if text.isascii():
        return text if table is _cased else text.lower()
    if _CLUSTER.search(text):
        text = _CLUSTER.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return text.translate(table)


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    for found in _CLUSTER.finditer(text):
        yield from enumerate(text[position : found.start()], position)
        yield found.start(), found[0]
        position = found.end()
    yield from enumerate(text[position:], position)


def _fold_one(char: str) -> str:
    if unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return ""
    table = simplified()
    return "".join(table.get(c, c) for c in unicodedata.normalize("NFKC", char))


_cased = _Table(_fold_one)
_caseless = _Table(lambda char: _fold_one(char).casefold())
