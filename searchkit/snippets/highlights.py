"""Where the words of a query stand in a text, as ranges of the original characters.

A word stands where its tokens follow one another and, for Latin, where a word or a part of a camelCase name
begins and ends. Of overlapping matches the one that begins first counts and, of those, the longest, so that every
range is a term of the query. A part of a word of the query counts only where the word itself is missing.

The text is searched in normal form, as far as a query can tell, with the way back to its offsets. Nearly every
article is in normal form but for its punctuation, so one look for the other characters saves folding it; of those
found, only the ones that could make or hide a match are folded.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.normalize import fold, fold_with_offsets, foldable_in
from searchkit.analysis.scripts import LETTERS, camel_boundaries, kind_of
from searchkit.model import Range
from searchkit.patterns import lazy_pattern
from searchkit.query.plan import Highlight

_LETTERS = lazy_pattern(LETTERS["letter"])
_USUAL = "\xa0·–—‘’“”…\u3000、。《》「」『』【】！（），：；？"
_ONE_EMOJI = "[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI = lazy_pattern(f"{_ONE_EMOJI}(?:\u200d{_ONE_EMOJI})*")
LONGEST_EMOJI = 16  # characters: a family of four with skin tones has eleven
SHORT_RUN = 8  # characters: longer runs that fold unevenly differ from one another, so caching them is in vain
_COMPOSING = lazy_pattern("[\u1160-\u11ff\u3099\u309a\uff9e\uff9f]")

Match = tuple[int, int, int]
"""Start and end of a range of the text, and the number of the highlight that stands there."""


def find_ranges(text: str, highlights: Iterable[Highlight], rest: str = "") -> tuple[Range, ...]:
    """Disjoint ranges of *text*, in their order, where the *highlights* stand; *rest* is as in `find_matches`."""
    return tuple((start, end) for start, end, _ in find_matches(text, tuple(highlights), rest=rest))


def find_matches(
    text: str, highlights: Sequence[Highlight], most: int | None = None, *, rest: str = ""
) -> list[Match]:
    """Disjoint matches in their order, leftmost and then longest first; the first *most* of them.

    *rest* is what else the article says: a part of a word that stands there is no match either.
    """
    highlights = tuple(highlights)
    searched = _SearchedText(text, _asked(highlights))
    found = [
        (start, -end, number)
        for number, spans in _places(searched, highlights, rest).items()
        for start, end in spans
    ]
    found.sort()
    matches: list[Match] = []
    last = 0
    for start, minus_end, number in found:
        if len(matches) == most:
            break
        if start >= last and (original := searched.original(start, -minus_end)):
            last = -minus_end
            start, end = _whole_emoji(text, *original) if searched.has_emoji else original
            if not matches or start >= matches[-1][1]:
                matches.append((start, end, number))
    return matches


def _places(searched: _SearchedText, highlights: Sequence[Highlight], rest: str) -> dict[int, Sequence[Range]]:
    """Where each highlight, by its number, stands. Parts are left out if the whole is here or in the *rest*."""
    here = {whole for whole in {mark.whole for mark in highlights} if whole and searched.has(whole)}
    places = {n: searched.occurrences(mark) for n, mark in enumerate(highlights) if mark.whole not in here}
    parts = [highlights[n] for n, spans in places.items() if spans and highlights[n].whole]
    if parts and rest:
        others = _SearchedText(rest, _asked(tuple(parts)))
        there = {whole for whole in {mark.whole for mark in parts} if others.has(whole)}
        places = {n: spans for n, spans in places.items() if highlights[n].whole not in there}
    return places


def _whole_emoji(text: str, start: int, end: int) -> Range:
    """A range with the rest of the emoji that it begins or ends in: joined ones, and a skin tone."""
    if not (_EMOJI.match(text, start) or _EMOJI.match(text, end - 1)):
        return start, end
    for found in _EMOJI.finditer(text, max(0, start - LONGEST_EMOJI), end + LONGEST_EMOJI):
        if found.start() < end and start < found.end():
            start, end = min(start, found.start()), max(end, found.end())
    return start, end


class _Asked(Struct, frozen=True):
    """What is asked of a text: `tokens` and the `letters` of these, and whether any of them has a case."""

    tokens: frozenset[str]
    letters: frozenset[str]
    has_case: bool


@lru_cache(maxsize=64)
def _asked(highlights: tuple[Highlight, ...]) -> _Asked:
    tokens = frozenset(token for mark in highlights for token in (*mark.tokens, *mark.whole))
    letters = frozenset("".join(tokens))
    return _Asked(tokens, letters, any(letter.lower() != letter.upper() for letter in letters))


class _SearchedText:
    """A text in normal form, to be searched for words made of the tokens *asked*."""

    def __init__(self, text: str, asked: _Asked) -> None:
        unusual = unusual_in(text)
        self.has_emoji = any(map(_EMOJI.match, unusual))
        self._cased, self._offsets = normal_form(text, unusual, asked.letters)
        self._folded = _fold_case(self._cased) if asked.has_case else self._cased
        self._first = {token: self._folded.find(token) for token in asked.tokens}
        self._names = _CamelNames(self._cased)

    def occurrences(self, mark: Highlight) -> Sequence[Range]:
        """Every place of *mark* in the normal form."""
        first = [self._first[token] for token in mark.tokens]
        if min(first) < 0:
            return ()
        search = _search(mark)
        spans = [found.span() for found in search.pattern.finditer(self._folded, first[0])]
        if search.begins_word:
            spans = [span for span in spans if self._is_boundary(span[0])]
        if search.ends_word:
            spans = [span for span in spans if self._is_boundary(span[1])]
        return spans

    def has(self, word: tuple[str, ...]) -> bool:
        """Whether the tokens of *word* stand anywhere."""
        return any(self.original(start, end) for start, end in self.occurrences(Highlight(word)))

    def original(self, start: int, end: int) -> Range | None:
        """The range of the text that a range of the normal form came from; None if that begins or ends inside a
        character such as ½ or ㈱."""
        if isinstance(self._offsets, range):
            return start, end
        first, last = self._offsets.between(start), self._offsets.between(end)
        if first is None and self._cased[start - 1] == EDGE:  # of a character it begins in, such as the ² of m²
            first = self._offsets.between(start - 1)
        if last is None and self._cased[end : end + 1] == EDGE:
            last = self._offsets.between(end + 1)
        return None if first is None or last is None else (first, last)

    def _is_boundary(self, at: int) -> bool:
        """Whether a token, or a part of a camelCase name, begins or ends here."""
        if at in (0, len(self._cased)):
            return True
        before = kind_of(self._cased[at - 1])
        return before != kind_of(self._cased[at]) or (before == "letter" and self._names.is_split(at))


class _CamelNames:
    """Where the camelCase names of a text are split. The last one looked at is cached: places come in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._run = range(0)
        self._boundaries: frozenset[int] = frozenset()

    def is_split(self, at: int) -> bool:
        """Whether a part begins here, between two letters."""
        if "a" <= self._text[at] <= "z" and self._text[at - 1].isascii() and not self._text[at - 1].isupper():
            return False
        if at not in self._run:
            self._look_at(at)
        return at - self._run.start in self._boundaries

    def _look_at(self, at: int) -> None:
        start = at - 1
        while start and _LETTERS.match(self._text[start - 1]):
            start -= 1
        run = _LETTERS.match(self._text, start)
        letters = run[0] if run else ""
        self._run = range(start, start + len(letters))
        self._boundaries = _splits(letters)


@lru_cache(maxsize=1 << 10)
def _splits(letters: str) -> frozenset[int]:
    return frozenset(camel_boundaries(letters))


class _Search(Struct, frozen=True):
    """How a highlight is looked for, and whether a word must begin and end with it."""

    pattern: re.Pattern[str]
    begins_word: bool
    ends_word: bool


@lru_cache(maxsize=1 << 11)
def _search(mark: Highlight) -> _Search:
    tokens = mark.tokens
    return _Search(
        _pattern(mark),
        begins_word=not mark.open_start and _is_word(tokens[0][0]),
        ends_word=not mark.open_end and _is_word(tokens[-1][-1]),
    )


def _pattern(mark: Highlight) -> re.Pattern[str]:
    """The tokens of *mark*. A letter alone is no part of a camelCase name, so other letters next to it rule it
    out immediately."""
    (first, *more) = mark.tokens
    if not more and len(first) == 1 and "a" <= first <= "z" and not (mark.open_start or mark.open_end):
        return re.compile(f"{first}(?![a-z])(?<![a-z].)")
    return re.compile(r"\s*".join(map(re.escape, mark.tokens)))


def _fold_case(text: str) -> str:
    """*text* with its case folded, except of characters that would become several."""
    folded = text.casefold()
    return folded if len(folded) == len(text) else "".join(map(_fold_char, text))


@lru_cache(maxsize=1 << 14)
def _fold_char(char: str) -> str:
    folded = char.casefold()
    return folded if len(folded) == 1 else char


def _is_word(char: str) -> bool:
    return kind_of(char) in (*LETTERS, "digit")


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


def unusual_in(text: str) -> frozenset[str]:
    """The characters of *text* that may fold, but the usual signs."""
    return frozenset() if text.isascii() else foldable_in(text).difference(_USUAL)


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


def _matters(char: str, letters: frozenset[str]) -> bool:
    folding = _folding(char)
    return folding.moves_words or (folding.text != char and not letters.isdisjoint(folding.text.casefold()))


@lru_cache(maxsize=64)
def _signs_that_matter(letters: frozenset[str]) -> list[str]:
    return [sign for sign in _USUAL if _matters(sign, letters)]


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
