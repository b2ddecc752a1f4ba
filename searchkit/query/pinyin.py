"""Words typed by sound -> names with a piece that is read so: danxibao, dan细胞, dxb. Names are titles, tags and
authors, folded.

A word is read in all ways: xian is 先 and 西安. Only what stands nowhere as it was typed is looked for by sound.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from searchkit.analysis.scripts import is_segmented
from searchkit.patterns import lazy_pattern
from searchkit.query.limits import MAX_LETTERS
from searchkit.query.plan import Condition
from searchkit.schema import SOUND_KEYWORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ends = Mapping[int, NDArray[np.intp]]
    """How many characters were read -> where in the text what was read ends."""

LEAST_INITIALS = 3  # fewer are most abbreviations, and stand in most titles
_LONGEST = 6  # letters of a syllable: zhuang
_CODES = 0x40000  # all Han are below; symbols above, such as the icons of fonts, are read as none
_LETTERS = lazy_pattern(r"[a-z]+(?:['-][a-z]+)*")
_TYPED = ((r"^([ln])v", r"\1u"), (r"^([ln])v", r"\1yu"), (r"^([jqxy])u", r"\1v"))
"""How ü is typed where the table has v, and v where it has u."""


class Heard(NamedTuple):
    """What the first `length` words of some are read as: `pieces` of names, the commonest first, and how common
    each is, which is 1 for the first; `names` has those with a piece, by their keyword."""

    length: int = 1
    pieces: tuple[tuple[str, float], ...] = ()
    names: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Pinyin:
    """How the names of an index are read: *syllables* are those of `IndexState`, *keywords* gives the values of
    `schema.KEYWORDS`, and is asked when something is first looked for. *finds* says whether any article meets a
    condition."""

    def __init__(
        self,
        syllables: Mapping[str, str],
        keywords: Callable[[str], Iterable[str]],
        finds: Callable[[Condition], bool],
    ) -> None:
        self._syllables = {syllable: chars.replace(" ", "") for syllable, chars in syllables.items()}
        self._keywords = keywords
        self.finds = finds

    def __bool__(self) -> bool:
        return bool(self._syllables)

    def is_syllable(self, word: str) -> bool:
        """Whether *word* may be one character."""
        return word in self._typed

    def is_only_syllable(self, word: str) -> bool:
        """Whether *word* may be one character and no more: shi, not xian."""
        return word in self._typed and not self._splits(word, whole=False)

    def is_readable(self, word: str) -> bool:
        """Whether *word* may be characters, each of them in full."""
        return (
            bool(self)
            and bool(_LETTERS.fullmatch(word))
            and len(word) <= MAX_LETTERS
            and all(map(self._splits, _parts(word)))
        )

    def is_initials(self, word: str) -> bool:
        """Whether *word* may be the first letters of syllables."""
        return LEAST_INITIALS <= len(word) <= MAX_LETTERS and self._initials.keys() >= set(word)

    def heard(self, words: Sequence[str], *, least: int = 1, characters: int = 2) -> Heard:
        """As many of the first *words*, at least *least*, are read as pieces of so many *characters* and more."""
        found: list[Ends] = []
        for word in words:
            found.append(self._after(found[-1] if found else None, word))
            if not found[-1]:
                break
        for length in range(len(found), least - 1, -1):
            if (heard := self._heard(length, found[length - 1], characters)).pieces:
                return heard
        return Heard()

    def heard_initials(self, word: str) -> Heard:
        """*word* as the first letters of the syllables of pieces."""
        ends: Ends | None = None
        for letter in word:
            ends = self._next(ends, self._initials[letter])
        return self._heard(1, ends or {}, len(word))

    def is_latin(self, word: str) -> bool:
        """Whether *word* may be read by its letters, in full or as initials."""
        return word.isascii() and (self.is_readable(word) or self.is_initials(word))

    @cached_property
    def _typed(self) -> Mapping[str, str]:
        """What is typed for a syllable -> the characters that may be meant."""
        found = dict(self._syllables)
        for syllable, chars in self._syllables.items():
            for pattern, typed in _TYPED:
                if (other := re.sub(pattern, typed, syllable)) != syllable:
                    found[other] = found.get(other, "") + chars
        return found

    @cached_property
    def _initials(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for syllable, chars in self._syllables.items():
            found[syllable[0]] = found.get(syllable[0], "") + chars
        return found

    @cached_property
    def _names(self) -> Sequence[tuple[str, str]]:
        """Each name after its keyword."""
        return [(keyword, name) for keyword in SOUND_KEYWORDS.values() for name in self._keywords(keyword)]

    @cached_property
    def _text(self) -> str:
        return "".join(f"{name}\n" for _keyword, name in self._names)

    @cached_property
    def _starts(self) -> NDArray[np.intp]:
        """Where each name begins in the text."""
        import numpy as np

        return np.cumsum([0, *(len(name) + 1 for _keyword, name in self._names)])

    @cached_property
    def _codes(self) -> NDArray[np.uint32]:
        import numpy as np

        return np.minimum(_codes_of(self._text), _CODES - 1)

    def _splits(self, letters: str, *, whole: bool = True) -> bool:
        """Whether *letters* are syllables, and also if none of them is the *whole*."""
        reached = {0}
        for at in range(len(letters)):
            if at in reached:
                found = {at + len(typed) for typed, _chars in self._typed_at(letters, at)}
                reached |= found if at or whole else found - {len(letters)}
        return len(letters) in reached

    def _typed_at(self, letters: str, at: int) -> Iterator[tuple[str, str]]:
        """What may be a syllable of *letters* at this offset; the r of 花儿, huar, is none at the beginning."""
        for end in range(at + 1, min(at + _LONGEST, len(letters)) + 1):
            if chars := self._typed.get(letters[at:end]):
                yield letters[at:end], chars
        if at and letters[at] == "r":
            yield "r", "儿"

    def _after(self, ends: Ends | None, word: str) -> Ends:
        """Where *word* ends after what ended at *ends*, or anywhere."""
        if is_segmented(word):
            for char in word:
                ends = self._next(ends, char)
            return ends or {}
        for letters in _parts(word):
            reached: dict[int, list[Ends | None]] = {0: [ends]}
            for at in range(len(letters)):
                for before in _together(reached.pop(at, [])):
                    for typed, chars in self._typed_at(letters, at):
                        reached.setdefault(at + len(typed), []).append(self._next(before, chars))
            (ends,) = _together(reached.get(len(letters), [])) or [{}]
        return ends or {}

    def _next(self, ends: Ends | None, chars: str) -> Ends:
        """Where one more character ends, which is one of *chars*."""
        import numpy as np

        is_one = np.zeros(_CODES, bool)
        is_one[_codes_of(chars)] = True
        if ends is None:
            return {1: np.flatnonzero(is_one[self._codes]) + 1}
        after = {count + 1: at[is_one[self._codes[at]]] + 1 for count, at in ends.items()}
        return {count: at for count, at in after.items() if len(at)}

    def _heard(self, length: int, ends: Ends, least: int) -> Heard:
        """The pieces of at least so many characters that end at *ends*."""
        import numpy as np

        long = {count: at for count, at in ends.items() if count >= least}
        if not long:
            return Heard()
        counts = Counter(self._text[end - count : end] for count, at in long.items() for end in at.tolist())
        best = sorted(counts, key=lambda piece: (-counts[piece], piece))
        names: dict[str, list[str]] = {}
        at = np.concatenate(list(long.values()))
        for number in np.unique(np.searchsorted(self._starts, at - 1, "right") - 1).tolist():
            keyword, name = self._names[number]
            names.setdefault(keyword, []).append(name)
        pieces = tuple((piece, counts[piece] / counts[best[0]]) for piece in best)
        return Heard(length, pieces, {keyword: tuple(some) for keyword, some in names.items()})


NO_PINYIN = Pinyin({}, lambda _keyword: (), lambda _condition: False)


def _codes_of(text: str) -> NDArray[np.uint32]:
    import numpy as np  # only where something is looked for by sound

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _together(found: Sequence[Ends | None]) -> list[Ends | None]:
    """What several ways of reading come to at the same letter, as one."""
    import numpy as np

    if len(found) < 2:
        return list(found)
    together: dict[int, NDArray[np.intp]] = {}
    for ends in found:
        for count, at in (ends or {}).items():
            together[count] = np.union1d(together[count], at) if count in together else at
    return [together]


def _parts(word: str) -> list[str]:
    """*word* without what parts syllables: xi'an."""
    return re.split("['-]", word)
