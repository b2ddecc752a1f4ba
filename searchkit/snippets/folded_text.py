"""Stored text -> the same text as far as a query can tell, in normal form, with the way back to its offsets.

Nearly every article is in normal form but for its punctuation, so one look for the other characters saves
folding it; of those found, only the ones that could make or hide a match are folded.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from searchkit.analysis.normalize import fold, fold_with_offsets
from searchkit.analysis.scripts import TOKEN, is_han
from searchkit.analysis.steps import simplified

_USUAL = "\xa0·–—‘’“”…\u3000、。《》「」『』【】！（），：；？"
SHORT_RUN = 8  # characters: longer runs that fold unevenly differ from one another, so caching them is in vain
_COMPOSING = re.compile("[\u1160-\u11ff\u3099\u309a\uff9e\uff9f]")


@dataclass(frozen=True, slots=True)
class Offsets:
    """Offsets of folded characters in the original: from each of *places* on, one by one from its *origins*."""

    places: list[int]
    origins: list[int]

    def __getitem__(self, at: int) -> int:
        last = bisect_right(self.places, at) - 1
        return self.origins[last] + at - self.places[last]


def normal_form(text: str, letters: frozenset[str]) -> tuple[str, Offsets | range]:
    """*text* folded (its case kept) where that matters to words made of the characters *letters*, and the offset
    in *text* of each of its characters and of its end."""
    odd = [] if text.isascii() else _odd_characters(text, letters)
    uneven = [char for char in odd if _folding(char).is_uneven]
    for char in odd:
        if not _folding(char).is_uneven:
            text = text.replace(char, _folding(char).text)
    return _fold_around(uneven, text) if uneven else (text, range(len(text) + 1))


@lru_cache(maxsize=1 << 15)
def kind(char: str) -> str:
    """What sort of token a character belongs to: space, digit, letter, or a single one."""
    if TOKEN.match(char) is None:
        return "space"
    if char.isdigit() or char.isdecimal():
        return "digit"
    return "letter" if char.isalpha() and not is_han(char) else "single"


def _odd_characters(text: str, letters: frozenset[str]) -> list[str]:
    """The different characters of *text* to be folded."""
    odd = [char for char in set(_unusual().findall(text)) if _matters(char, letters)]
    return odd + [char for char in _signs_that_matter(letters) if char in text]


def _matters(char: str, letters: frozenset[str]) -> bool:
    folding = _folding(char)
    return folding.moves_words or (folding.text != char and not letters.isdisjoint(folding.text.casefold()))


@lru_cache(maxsize=64)
def _signs_that_matter(letters: frozenset[str]) -> list[str]:
    return [sign for sign in _USUAL if _matters(sign, letters)]


@dataclass(frozen=True, slots=True)
class _Folding:
    """What a character folds to. An uneven one moves the offsets behind it or composes with the one before;
    one that moves words begins or ends them elsewhere than it does unfolded."""

    text: str
    is_uneven: bool
    moves_words: bool


@lru_cache(maxsize=1 << 14)
def _folding(char: str) -> _Folding:
    folded = fold(char)
    composes = unicodedata.category(char)[0] == "M" or _COMPOSING.match(char) is not None
    moves = any(kind(part) != kind(char) or (part.isascii() and part.isalnum()) for part in folded)
    return _Folding(folded, composes or len(folded) != 1, composes or not folded or (folded != char and moves))


@lru_cache(maxsize=1)
def _unusual() -> re.Pattern[str]:
    """A character neither ASCII nor a usual sign nor a Han of the first block that is not Traditional."""
    traditional = "".join(char for char in simplified() if "\u4e00" <= char <= "\u9fff")
    plain = sorted(
        [(ord(sign), ord(sign)) for sign in _USUAL] + [(0, 0x7F), (0x4E00, 0x9FFF), (0x110000, 0x110000)]
    )
    gaps = [(before[1] + 1, after[0] - 1) for before, after in pairwise(plain)]
    return re.compile(f"[{traditional}{''.join(f'{chr(a)}-{chr(b)}' for a, b in gaps if a <= b)}]")


@lru_cache(maxsize=1 << 12)
def _folded(run: str) -> tuple[str, tuple[int, ...]]:
    folded, offsets = fold_with_offsets(run)
    return folded, tuple(offsets)


def _fold_around(uneven: list[str], text: str) -> tuple[str, Offsets]:
    """*text* folded at the *uneven* characters, each run of them together with the character before."""
    parts: list[str] = []
    places, origins = [0], [0]
    position = length = 0
    for found in re.finditer(f"(?s).?[{''.join(sorted(uneven))}]+", text):
        start, end = found.span()
        length += start - position
        run = found[0]
        folded, offsets = _folded(run) if len(run) <= SHORT_RUN else fold_with_offsets(run)
        parts += [text[position:start], folded]
        places += range(length, length + len(folded) + 1)
        origins += [start + offset for offset in offsets]
        length += len(folded)
        position = end
    parts.append(text[position:])
    return "".join(parts), Offsets(places, origins)
