"""Where the words of a query stand in a text, as ranges of the original characters.

A word stands where its tokens follow one another and, for Latin, where a word or a part of a camelCase name
begins and ends. Of overlapping matches the one that begins first counts and, of those, the longest, so that every
range is a term of the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from searchkit.analysis.folding import fold_with_offsets
from searchkit.analysis.latin import camel_boundaries
from searchkit.analysis.scripts import HAN, TOKEN, is_han
from searchkit.model import Range
from searchkit.query.plan import Highlight

_LETTERS = re.compile(rf"[^\W\d_{HAN}]+")


class FoldedText:
    """A text in normal form, with its word boundaries and the way back to the original offsets."""

    def __init__(self, text: str) -> None:
        self._cased, self._offsets = fold_with_offsets(text)
        lowered = self._cased.casefold()
        if len(lowered) != len(self._cased):
            lowered = "".join(map(_fold_char, self._cased))
        self.folded = lowered

    def occurrences(self, mark: Highlight) -> Iterator[Range]:
        """Every place of *mark*, as a range of folded characters."""
        needs_start = not mark.open_start and _is_word(mark.tokens[0][0])
        needs_end = not mark.open_end and _is_word(mark.tokens[-1][-1])
        for found in _pattern(mark.tokens).finditer(self.folded):
            start, end = found.span()
            if needs_start and not self._is_boundary(start):
                continue
            if needs_end and not self._is_boundary(end):
                continue
            if self._is_between_characters(start) and self._is_between_characters(end):
                yield start, end

    def original(self, span: Range) -> Range:
        """The range of original characters a range of folded ones came from."""
        start, end = span
        return self._offsets[start], self._offsets[end]

    def _is_between_characters(self, at: int) -> bool:
        """Whether an original character begins here or the text ends, and not inside one such as ½ or ㈱."""
        return at == 0 or self._offsets[at] != self._offsets[at - 1]

    def _is_boundary(self, at: int) -> bool:
        """Whether a token, or a part of a camelCase name, begins or ends here."""
        if at in (0, len(self.folded)):
            return True
        before, after = self._cased[at - 1], self._cased[at]
        return _kind(before) != _kind(after) or at in self._camel_boundaries

    @cached_property
    def _camel_boundaries(self) -> frozenset[int]:
        """Where a part of a camelCase name begins inside a run of letters."""
        return frozenset(
            run.start() + at for run in _LETTERS.finditer(self._cased) for at in camel_boundaries(run[0])
        )


def find_ranges(text: str, highlights: Iterable[Highlight]) -> tuple[Range, ...]:
    """Disjoint ranges of *text*, in their order, where the *highlights* stand."""
    folded = FoldedText(text)
    return tuple(folded.original(span) for span, _ in disjoint_matches(folded, highlights))


def disjoint_matches(folded: FoldedText, highlights: Iterable[Highlight]) -> list[tuple[Range, Highlight]]:
    """Leftmost-longest matches as (range of folded characters, highlight)."""
    found = [(span, mark) for mark in highlights for span in folded.occurrences(mark)]
    found.sort(key=lambda match: (match[0][0], -match[0][1]))
    kept: list[tuple[Range, Highlight]] = []
    end = 0
    for span, mark in found:
        if span[0] >= end:
            kept.append((span, mark))
            end = span[1]
    return kept


@lru_cache(maxsize=512)
def _pattern(tokens: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\s*".join(map(re.escape, tokens)))


def _fold_char(char: str) -> str:
    """The case-folded character, or the character itself where that would be several."""
    folded = char.casefold()
    return folded if len(folded) == 1 else char


def _is_word(char: str) -> bool:
    return _kind(char) in ("letter", "digit")


def _kind(char: str) -> str:
    """What sort of token a character belongs to."""
    found = TOKEN.match(char)
    if found is None:
        return "space"
    if char.isdigit() or char.isdecimal():
        return "digit"
    if not char.isalpha() or is_han(char):
        return "single"
    return "letter"
