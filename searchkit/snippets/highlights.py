"""Where the words of a query stand in a text, as ranges of the original characters.

A word stands where its tokens follow one another and, for Latin, where a word or a part of a camelCase name
begins and ends. Of overlapping matches the one that begins first counts and, of those, the longest, so that every
range is a term of the query. A part of a word of the query counts only where the word itself is missing.

Texts of one page are searched as one. They are searched in normal form, as far as a query can tell, with the way
back to their offsets. Nearly every article is in normal form but for its punctuation, so one look for the other
characters saves folding it; of those found, only the ones that could make or hide a match are folded.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.normalize import fold, fold_with_offsets
from searchkit.analysis.scripts import LETTERS, camel_boundaries, kind_of
from searchkit.model import Range
from searchkit.patterns import lazy_pattern
from searchkit.query.plan import Highlight
from searchkit.snippets.page import USUAL, Page, pages_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LETTERS = lazy_pattern(LETTERS["letter"])
_ONE_EMOJI = "[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI = lazy_pattern(f"{_ONE_EMOJI}(?:\u200d{_ONE_EMOJI})*")
LONGEST_EMOJI = 16  # characters: a family of four with skin tones has eleven
SHORT_RUN = 8  # characters: longer runs that fold unevenly differ from one another, so caching them is in vain
_COMPOSING = lazy_pattern("[\u1160-\u11ff\u3099\u309a\uff9e\uff9f]")

_Place = tuple[int, int, int]
"""Start and minus the end of a range of a normal form, and the number of the highlight that stands there: so the
first come first and, of those, the longest."""
Match = tuple[int, int, int]
"""Start and end of a range of the text, and the number of the highlight that stands there."""


def find_ranges(text: str, highlights: Iterable[Highlight], rest: str = "") -> tuple[Range, ...]:
    """Disjoint ranges of *text*, in their order, where the *highlights* stand; *rest* is as in `find_matches`."""
    return next(find_ranges_each((text,), highlights, (rest,)))


def find_ranges_each(
    texts: Iterable[str], highlights: Iterable[Highlight], rests: Iterable[str]
) -> Iterator[tuple[Range, ...]]:
    """`find_ranges` of each of *texts*, which are searched together; each has its own one of *rests*."""
    highlights, others = tuple(highlights), iter(rests)
    for page in pages_of(texts):
        for matches in find_matches_each(page, highlights, rests=tuple(islice(others, len(page.texts)))):
            yield tuple((start, end) for start, end, _ in matches)


def find_matches(
    text: str, highlights: Sequence[Highlight], most: int | None = None, *, rest: str = ""
) -> list[Match]:
    """Disjoint matches in their order, leftmost and then longest first; the first *most* of them.

    *rest* is what else the article says: a part of a word that stands there is no match either.
    """
    return find_matches_each(Page((text,)), highlights, most, rests=(rest,))[0]


def find_matches_each(
    page: Page, highlights: Sequence[Highlight], most: int | None = None, *, rests: Sequence[str]
) -> list[list[Match]]:
    """`find_matches` of each text of *page*; each has its own one of *rests*."""
    highlights = tuple(highlights)
    searched = _SearchedPage(page, _asked(highlights))
    found = sorted(_places(searched, highlights, rests))
    text, emoji = page.joined, frozenset(filter(_EMOJI.match, page.unusual))
    every: list[list[Match]] = [[] for _ in page.texts]
    bounds = zip(every, page.starts, (*page.starts[1:], len(text) + 1), strict=True)
    matches, first, limit = next(bounds)
    last = before = 0
    for (start, minus_end, number), original in zip(found, searched.originals(found), strict=True):
        if start < last or not original:
            continue
        last = -minus_end
        start, end = original
        if emoji and (text[start] in emoji or text[end - 1] in emoji):
            start, end = _whole_emoji(text, start, end)
        while start >= limit:
            matches, first, limit = next(bounds)
        if before <= start and end < limit and len(matches) != most:
            matches.append((start - first, end - first, number))
            before = end
    return every


def _places(searched: _SearchedPage, highlights: Sequence[Highlight], rests: Sequence[str]) -> list[_Place]:
    """Where the highlights stand. Parts are left out of the texts that have the whole, or whose rest has it."""
    having = {whole: searched.having(whole) for whole in {mark.whole for mark in highlights} if whole}

    @cache
    def has_whole(number: int, whole: tuple[str, ...]) -> bool:
        return number in having[whole] or _has(rests[number], whole)

    found: list[_Place] = []
    for number, mark in enumerate(highlights):
        spans = searched.occurrences(mark)
        if mark.whole:
            spans = [span for span in spans if not has_whole(searched.number_at(span[0]), mark.whole)]
        found += [(start, -end, number) for start, end in spans]
    return found


def _has(text: str, word: tuple[str, ...]) -> bool:
    """Whether the tokens of *word* stand anywhere in *text*."""
    return bool(text) and bool(_SearchedPage(Page((text,)), _asked((Highlight(word),))).having(word))


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


class _SearchedPage:
    """The texts of a page in normal form, to be searched for words made of the tokens *asked*."""

    def __init__(self, page: Page, asked: _Asked) -> None:
        self._starts = page.starts
        self._cased, self._offsets = normal_form(page.joined, page.unusual, asked.letters)
        self._folded = _fold_case(self._cased) if asked.has_case else self._cased
        self._first = {token: self._folded.find(token) for token in asked.tokens}
        self._names = _CamelNames(self._cased)

    def occurrences(self, mark: Highlight) -> Sequence[Range]:
        """Every place of *mark* in the normal form."""
        first = [self._first[token] for token in mark.tokens]
        if min(first) < 0:
            return ()
        search = _search(mark)
        spans = list(map(re.Match.span, search.pattern.finditer(self._folded, first[0])))
        if search.begins_word:
            spans = [span for span in spans if self._is_boundary(span[0])]
        if search.ends_word:
            spans = [span for span in spans if self._is_boundary(span[1])]
        return spans

    def having(self, word: tuple[str, ...]) -> frozenset[int]:
        """The numbers of the texts in which the tokens of *word* stand anywhere."""
        found = self.occurrences(Highlight(word))
        return frozenset(self.number_at(start) for start, end in found if self._original(start, end))

    def number_at(self, place: int) -> int:
        """The number of the text that a place of the normal form is in."""
        return bisect_right(self._starts, self._offsets[place]) - 1

    def originals(self, found: Sequence[_Place]) -> Sequence[Range | None]:
        """The ranges of the joined texts that *found* came from."""
        if isinstance(self._offsets, range) or not found:
            return [(start, -minus_end) for start, minus_end, _ in found]
        import numpy as np

        places = np.array(found)
        spans = zip(*map(self._offsets.between_each, (places[:, 0], -places[:, 1])), strict=True)
        return [
            (first, last) if first >= 0 <= last else self._original(start, -minus_end)
            for (start, minus_end, _), (first, last) in zip(found, spans, strict=True)
        ]

    def _original(self, start: int, end: int) -> Range | None:
        """The range of the joined texts that a range of the normal form came from; None if that begins or ends
        inside a character such as ½ or ㈱."""
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
    return folded if len(folded) == len(text) else "\n".join(map(_fold_line, text.split("\n")))


def _fold_line(line: str) -> str:
    folded = line.casefold()
    return folded if len(folded) == len(line) else "".join(map(_fold_char, line))


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

    def between_each(self, at: npt.NDArray[np.int64]) -> list[int]:
        """`between` of each of *at*, with -1 for None."""
        import numpy as np

        places, origins = np.array(self.places), np.array(self.origins)
        last, one_before = (np.searchsorted(places, places_, "right") - 1 for places_ in (at, at - 1))
        found = origins[last] + at - places[last]
        is_inside = (at == places[last]) & (at > 0) & (origins[one_before] + at - 1 - places[one_before] == found)
        originals: list[int] = np.where(is_inside, -1, found).tolist()
        return originals


def unusual_in(text: str) -> frozenset[str]:
    """The characters of *text* that may fold, but the usual signs."""
    return Page((text,)).unusual


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
