"""A text -> its normal form as far as a query can tell, and the way back to its offsets.

Nearly every article is in normal form but for its punctuation, so one look for the other characters saves folding
it; of those found, only the ones that could make or hide a match are folded.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from searchkit.analysis.normalize import fold, fold_with_offsets
from searchkit.analysis.scripts import kind_of
from searchkit.model import Range
from searchkit.patterns import lazy_pattern
from searchkit.snippets.page import USUAL

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SHORT_RUN = 8  # characters: longer runs that fold unevenly differ from one another, so caching them is in vain
_COMPOSING = lazy_pattern("[\u1160-\u11ff\u3099\u309a\uff9e\uff9f]")


def normal_form(text: str, unusual: frozenset[str], letters: frozenset[str]) -> tuple[str, Offsets | range]:
    """*text*, in which the *unusual* characters stand, folded (its case kept) where that matters to words made of
    the characters *letters*, and the offset in *text* of each of its characters and of its end."""
    odd = [char for char in unusual if _matters(char, letters)]
    odd += [sign for sign in _signs_that_matter(letters) if sign in text]
    uneven = [char for char in odd if _folding(char).is_uneven]
    for char in odd:
        if not _folding(char).is_uneven:
            text = text.replace(char, _folding(char).text)
    return _fold_around(uneven, text) if uneven else (text, range(len(text) + 1))


class Offsets(Struct, frozen=True):
    """Offsets of folded characters in the original: from each of *places* on, one by one from its *origins*."""

    places: list[int]
    origins: list[int]

    def __getitem__(self, at: int) -> int:
        last = bisect_right(self.places, at) - 1
        return self.origins[last] + at - self.places[last]

    def between(self, at: int) -> int | None:
        """The offset of a place between two characters of the original; None if it is inside of one."""
        last = bisect_right(self.places, at) - 1
        origin, further = self.origins[last], at - self.places[last]
        return None if at and not further and self[at - 1] == origin else origin + further

    def between_each(self, at: npt.NDArray[np.int64]) -> list[int]:
        """`between` of each of *at*, with -1 for None."""
        import numpy as np

        places, origins = np.array(self.places), np.array(self.origins)
        last, one_before = (np.searchsorted(places, places_, "right") - 1 for places_ in (at, at - 1))
        found = origins[last] + at - places[last]
        is_inside = (at == places[last]) & (at > 0) & (origins[one_before] + at - 1 - places[one_before] == found)
        originals: list[int] = np.where(is_inside, -1, found).tolist()
        return originals


def _matters(char: str, letters: frozenset[str]) -> bool:
    folding = _folding(char)
    return folding.moves_words or (folding.text != char and not letters.isdisjoint(folding.text.casefold()))


@lru_cache(maxsize=64)
def _signs_that_matter(letters: frozenset[str]) -> list[str]:
    return [sign for sign in USUAL if _matters(sign, letters)]


class _Folding(Struct, frozen=True):
    """What a character folds to. An uneven one moves the offsets behind it or composes with the one before;
    one that moves words begins or ends them elsewhere than it does unfolded."""

    text: str
    is_uneven: bool
    moves_words: bool


@lru_cache(maxsize=1 << 14)
def _folding(char: str) -> _Folding:
    folded = fold(char)
    composes = unicodedata.category(char)[0] == "M" or _COMPOSING.match(char) is not None
    moves = any(_sort(part) != _sort(char) or (part.isascii() and part.isalnum()) for part in folded)
    return _Folding(folded, composes or len(folded) != 1, composes or not folded or (folded != char and moves))


def _sort(char: str) -> str:
    """What a character does to the words around it: one that is a token of its own ends them, whatever it is."""
    kind = kind_of(char)
    return "single" if kind == "sign" else kind


@lru_cache(maxsize=1 << 12)
def _folded(run: str) -> tuple[str, tuple[int, ...]]:
    folded, offsets = fold_with_offsets(run)
    return folded, tuple(offsets)


def _fold_around(uneven: list[str], text: str) -> tuple[str, Offsets]:
    """*text* folded at the *uneven* characters, each run of them together with the character before."""
    parts: list[str] = []
    places, origins = [0], [0]
    position = length = 0
    for first, end in _runs(uneven, text):
        start = max(0, first - 1)
        length += start - position
        run = text[start:end]
        folded, offsets = _folded(run) if len(run) <= SHORT_RUN else fold_with_offsets(run)
        parts += [text[position:start], folded]
        places += range(length, length + len(folded) + 1)
        origins += [start + offset for offset in offsets]
        length += len(folded)
        position = end
    parts.append(text[position:])
    return "".join(parts), Offsets(places, origins)


def _runs(chars: Iterable[str], text: str) -> list[Range]:
    """Where *chars* stand in *text*, those in a row together. Looking for one after the other is faster than for
    any of them, as few texts have more than three."""
    runs: list[Range] = []
    for at in sorted(at for char in chars for at in places_of(char, text)):
        if runs and runs[-1][1] == at:
            runs[-1] = runs[-1][0], at + 1
        else:
            runs.append((at, at + 1))
    return runs


def places_of(piece: str, text: str) -> Iterator[int]:
    """Where *piece* stands in *text*, also where it overlaps itself."""
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)
