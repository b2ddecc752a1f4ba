"""Where the words of a query stand in a text, as ranges of the original characters.

A word stands where its tokens follow one another and, for Latin, where a word or a part of a camelCase name
begins and ends. Of overlapping matches the one that begins first counts and, of those, the longest, so that every
range is a term of the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from searchkit.analysis.latin import camel_boundaries
from searchkit.analysis.scripts import HAN
from searchkit.model import Range
from searchkit.query.plan import Highlight
from searchkit.snippets.folded_text import kind, normal_form

_LETTERS = re.compile(rf"[^\W\d_{HAN}]+")


Match = tuple[int, int, int]
"""Start and end of a range of the text, and the number of the highlight that stands there."""


def find_ranges(text: str, highlights: Iterable[Highlight]) -> tuple[Range, ...]:
    """Disjoint ranges of *text*, in their order, where the *highlights* stand."""
    return tuple((start, end) for start, end, _ in find_matches(text, tuple(highlights)))


def find_matches(text: str, highlights: Sequence[Highlight], most: int | None = None) -> list[Match]:
    """Disjoint matches in their order, leftmost and then longest first; the first *most* of them."""
    tokens = {token for mark in highlights for token in mark.tokens}
    searched = _SearchedText(text, tokens)
    found = [
        (start, -end, number)
        for number, mark in enumerate(highlights)
        for start, end in searched.occurrences(mark)
    ]
    found.sort()
    matches: list[Match] = []
    last = 0
    for start, minus_end, number in found:
        if len(matches) == most:
            break
        if start >= last and (original := searched.original(start, -minus_end)):
            last = -minus_end
            matches.append((*original, number))
    return matches


class _SearchedText:
    """A text in normal form, to be searched for words made of *tokens*."""

    def __init__(self, text: str, tokens: set[str]) -> None:
        letters = frozenset("".join(tokens))
        self._cased, self._offsets = normal_form(text, letters)
        self._folded = _fold_case(self._cased) if any(map(_has_case, letters)) else self._cased
        self._absent = {token for token in tokens if token not in self._folded}
        self._names = _CamelNames(self._cased)

    def occurrences(self, mark: Highlight) -> Iterable[Range]:
        """Every place of *mark* in the normal form."""
        if not self._absent.isdisjoint(mark.tokens):
            return ()
        spans = [found.span() for found in _pattern(mark).finditer(self._folded)]
        if not mark.open_start and _is_word(mark.tokens[0][0]):
            spans = [span for span in spans if self._is_boundary(span[0])]
        if not mark.open_end and _is_word(mark.tokens[-1][-1]):
            spans = [span for span in spans if self._is_boundary(span[1])]
        return spans

    def original(self, start: int, end: int) -> Range | None:
        """The range of the text that a range of the normal form came from; None if that begins or ends inside a
        character such as ½ or ㈱."""
        if isinstance(self._offsets, range):
            return start, end
        if self._is_between_characters(start) and self._is_between_characters(end):
            return self._offsets[start], self._offsets[end]
        return None

    def _is_between_characters(self, at: int) -> bool:
        return at == 0 or self._offsets[at] != self._offsets[at - 1]

    def _is_boundary(self, at: int) -> bool:
        """Whether a token, or a part of a camelCase name, begins or ends here."""
        if at in (0, len(self._cased)):
            return True
        before = kind(self._cased[at - 1])
        return before != kind(self._cased[at]) or (before == "letter" and self._names.is_split(at))


class _CamelNames:
    """Where the camelCase names of a text are split. The last one looked at is cached: places come in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._run = range(0)
        self._boundaries: frozenset[int] = frozenset()

    def is_split(self, at: int) -> bool:
        """Whether a part begins here, between two letters."""
        if self._text[at - 1].isascii() and "a" <= self._text[at] <= "z":
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


@lru_cache(maxsize=1 << 11)
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


def _has_case(char: str) -> bool:
    return char.lower() != char.upper()


def _is_word(char: str) -> bool:
    return kind(char) in ("letter", "digit")
