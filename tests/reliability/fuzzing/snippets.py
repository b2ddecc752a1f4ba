"""Any text and any query: what is marked in the text, and the passages shown of it."""

from __future__ import annotations

from itertools import pairwise

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.normalize import fold_case, fold_with_offsets
from searchkit.analysis.scripts import LETTERS, camel_boundaries, kind_of
from searchkit.model import Range, Snippet
from searchkit.query.parser import parse
from searchkit.query.plan import Highlight
from searchkit.query.planner import make_plan
from searchkit.snippets import find_ranges, make_snippets
from searchkit.snippets.highlights import _whole_emoji
from searchkit.snippets.passages import MAX_PASSAGES
from tests.reliability.fuzzing.query import TARGET as QUERIES
from tests.reliability.fuzzing.query import query_and_text
from tests.reliability.fuzzing.target import Target, also_blown_up, within

_ANALYZER = Analyzer()
_LONGEST = 200
"""Characters of a snippet beside its longest mark."""
_SECONDS = 4


def check(data: bytes) -> None:
    """Mark what the first line of *data* asks for in the lines below it, and cut passages."""
    query, text = query_and_text(data)
    planned = make_plan(parse(query), _ANALYZER)
    weights = {highlight.tokens: float(number % 3) for number, highlight in enumerate(planned.highlights)}
    names = {"".join(highlight.tokens) for highlight in planned.highlights}
    for tried in also_blown_up(text.encode()):
        shown = tried.decode()
        with within(_SECONDS, f"snippets of {len(shown):,} characters"):
            ranges = find_ranges(shown, planned.highlights)
            snippets = make_snippets(shown, planned.highlights, weights)
        _check_ranges(shown, ranges, names)
        _check_snippets(shown, snippets, names)
    expected = _slow_ranges(text, planned.highlights)
    found = find_ranges(text, planned.highlights)
    assert found == expected, f"{_cut(text, found)}, not {_cut(text, expected)}"


def _cut(text: str, ranges: tuple[Range, ...]) -> list[str]:
    return [f"{start}:{text[start:end]}" for start, end in ranges]


def _check_ranges(text: str, ranges: tuple[Range, ...], names: set[str]) -> None:
    assert all(0 <= start < end <= len(text) for start, end in ranges), ranges
    assert all(before[1] <= after[0] for before, after in pairwise(ranges)), ranges
    for start, end in ranges:
        marked = "".join(fold_case(text[start:end]).split())
        fits = marked in names or (not marked.isalnum() and any(name in marked for name in names))
        assert fits, f"marked {text[start:end]!r} of {names}"


def _check_snippets(text: str, snippets: tuple[Snippet, ...], names: set[str]) -> None:
    assert len(snippets) <= MAX_PASSAGES
    assert bool(snippets) == bool(text.strip())
    at = 0
    for snippet in snippets:
        at = text.find(snippet.text, at)
        assert at >= 0, f"{snippet.text!r} is not in the text, below what is shown before"
        at += len(snippet.text)
        _check_ranges(snippet.text, snippet.highlights, names)
        longest = max((end - start for start, end in snippet.highlights), default=0)
        assert 0 < len(snippet.text) <= _LONGEST + longest, f"{len(snippet.text)} characters"


# the reference: every place of the text is looked at for every highlight


def _slow_ranges(text: str, highlights: tuple[Highlight, ...]) -> tuple[Range, ...]:
    """Of all places where a highlight stands the first and, of those, the longest, one after the other."""
    searched = _Folded(text)
    marked = [mark for mark in highlights if not (mark.whole and searched.places(Highlight(mark.whole)))]
    places = {place for highlight in marked for place in searched.places(highlight)}
    kept: list[Range] = []
    for place in sorted(places, key=lambda place: (place[0], -place[1])):
        start, end = _whole_emoji(text, *place)
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return tuple(kept)


class _Folded:
    """A text folded whole, and where each character of that came from."""

    def __init__(self, text: str) -> None:
        self.cased, self.offsets = fold_with_offsets(text)
        self.folded = "".join(char.casefold() if len(char.casefold()) == 1 else char for char in self.cased)
        self.splits = _camel_splits(self.cased)

    def places(self, mark: Highlight) -> list[Range]:
        """Ranges of the original text where *mark* stands. Where it overlaps itself only the first is one."""
        found = []
        start = 0
        while start < len(self.folded):
            end = self._end(mark, start)
            if end is not None and (outer := self._fitting(mark, start, end)):
                found.append(outer)
            start = end or start + 1
        return found

    def _end(self, mark: Highlight, at: int) -> int | None:
        """Where *mark* ends if it begins at *at*; white space may stand between its tokens."""
        for number, token in enumerate(mark.tokens):
            while number and at < len(self.folded) and self.folded[at].isspace():
                at += 1
            if not self.folded.startswith(token, at):
                return None
            at += len(token)
        return at

    def _fitting(self, mark: Highlight, start: int, end: int) -> Range | None:
        """The original range, if the ends are ends of words, unless they are open, and of characters, whose edges
        do not count."""
        if not mark.open_start and not self._is_word_end(mark.tokens[0][0], start):
            return None
        if not mark.open_end and not self._is_word_end(mark.tokens[-1][-1], end):
            return None
        while not self._is_between_characters(start) and self.cased[start - 1] == EDGE:
            start -= 1
        while not self._is_between_characters(end) and self.cased[end] == EDGE:
            end += 1
        if self._is_between_characters(start) and self._is_between_characters(end):
            return self.offsets[start], self.offsets[end]
        return None

    def _is_between_characters(self, at: int) -> bool:
        return at == 0 or self.offsets[at] != self.offsets[at - 1]

    def _is_word_end(self, char: str, at: int) -> bool:
        if kind_of(char) not in (*LETTERS, "digit") or at in (0, len(self.cased)) or at in self.splits:
            return True
        return kind_of(self.cased[at - 1]) != kind_of(self.cased[at])


def _camel_splits(text: str) -> set[int]:
    """Where a part of a camelCase name begins."""
    splits: set[int] = set()
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or kind_of(text[at]) != kind_of(text[start]):
            if kind_of(text[start]) == "letter":
                splits.update(start + boundary for boundary in camel_boundaries(text[start:at]))
            start = at
    return splits


TARGET = Target(
    promise="any text and query: ranges in order, apart, each what the query named and the reference marks",
    check=check,
    seeds=QUERIES.seeds,
    tokens=QUERIES.tokens,
)
