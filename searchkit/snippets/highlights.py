"""Where the words of a query stand in a text, as ranges of the original characters.

A word stands where its tokens follow one another and, for Latin, where a word or a part of a camelCase name
begins and ends. Of overlapping matches the one that begins first counts and, of those, the longest, so that every
range is a term of the query. A part of a word of the query counts only where the word itself is missing.

Texts of one page are searched as one, in normal form as far as a query can tell.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice

from msgspec import Struct

from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.scripts import LETTERS, camel_boundaries, kind_of
from searchkit.model import Range
from searchkit.patterns import lazy_pattern
from searchkit.query.plan import Highlight
from searchkit.snippets.normal_form import normal_form
from searchkit.snippets.page import Page, pages_of

_LETTERS = lazy_pattern(LETTERS["letter"])
_ONE_EMOJI = "[\u2190-\u2bff\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI = lazy_pattern(f"{_ONE_EMOJI}(?:\u200d{_ONE_EMOJI})*")
LONGEST_EMOJI = 16  # characters: a family of four with skin tones has eleven

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
        for matches in find_matches(page, highlights, rests=tuple(islice(others, len(page.texts)))):
            yield tuple((start, end) for start, end, _ in matches)


def find_matches(
    page: Page, highlights: Sequence[Highlight], most: int | None = None, *, rests: Sequence[str]
) -> list[list[Match]]:
    """Of each text of *page* disjoint matches in their order, leftmost and then longest first; the first *most* of
    them.

    Each text has one of *rests*, which is what else the article says: a part of a word that stands there is no
    match either.
    """
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
        spans = [
            (self.number_at(start), self.number_at(end - 1)) for start, end in found if self._original(start, end)
        ]
        return frozenset(first for first, last in spans if first == last)

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
