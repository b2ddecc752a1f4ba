"""A text and its matches -> the one to three passages that show best why it was found."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchkit.model import Range, Snippet
from searchkit.query.plan import Highlight
from searchkit.snippets.matching import FoldedText, disjoint_matches

LENGTH = 120
MOST_PASSAGES = 3
_SENTENCE = re.compile(r"[^。！？；…!?;\n]*(?:[。！？；…!?;]+[”’」』）)\"']*|\n|$)")
_WINDOW_LEAD = 30
_MOST_MATCHES = 2_000


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    mark: Highlight


def make_snippets(
    text: str, highlights: tuple[Highlight, ...], weights: Mapping[tuple[str, ...], float]
) -> tuple[Snippet, ...]:
    """The best passages of *text* in their order, cut at sentence ends, each about 120 characters long.

    *weights* says how much the tokens of a highlight tell; a passage is worth the sum over the different ones
    in it. Without a match the beginning of the text is shown.
    """
    folded = FoldedText(text)
    matches = [
        _Match(*folded.original(span), mark) for span, mark in disjoint_matches(folded, highlights)[:_MOST_MATCHES]
    ]
    if not matches:
        first = len(text) - len(text.lstrip())
        start, end = _trimmed(text, *_grown(text, _sentence_ends(text), first, min(len(text), first + 1)))
        return (Snippet(text[start:end]),) if end > start else ()
    chosen = _choose(_passages(text, matches), weights)
    return tuple(_snippet(text, passage, matches) for passage in sorted(chosen))


def _passages(text: str, matches: list[_Match]) -> dict[Range, list[_Match]]:
    """Stretches of text around the matches, each with the matches it holds."""
    ends = _sentence_ends(text)
    starts = [match.start for match in matches]
    passages: dict[Range, list[_Match]] = {}
    for match in matches:
        span = _grown(text, ends, match.start, match.end)
        if span not in passages:
            near = matches[bisect_left(starts, span[0]) : bisect_left(starts, span[1])]
            passages[span] = [m for m in near if m.end <= span[1]]
    return passages


def _sentence_ends(text: str) -> list[int]:
    """Offsets just after the sentences and the lines of *text*."""
    return [found.end() for found in _SENTENCE.finditer(text) if found[0]]


def _grown(text: str, ends: Sequence[int], start: int, end: int) -> Range:
    """The sentence around a match, joined by the next ones on the line while there is room; a long one is cut."""
    before, after = bisect_right(ends, start), bisect_left(ends, end)
    left = ends[before - 1] if before else 0
    right = ends[after] if after < len(ends) else len(text)
    if right - left > LENGTH:
        return _window(text, left, right, start, end)
    for bound in ends[after + 1 : after + 1 + LENGTH]:
        if bound > left + LENGTH or text[right - 1] == "\n":
            break
        right = bound
    return left, right


def _window(text: str, left: int, right: int, start: int, end: int) -> Range:
    """About 120 characters of a long sentence around a match, cut at a comma or between words if possible."""
    begin = left if start - left <= _WINDOW_LEAD else _cut(text, max(left, start - _WINDOW_LEAD), start)
    stop = max(end, min(right, begin + LENGTH))
    return begin, right if right - stop < _WINDOW_LEAD else _word_end(text, stop, right)


def _cut(text: str, earliest: int, start: int) -> int:
    commas = [at + 1 for at in range(earliest, start) if text[at] in "，、：,: "]
    if commas:
        return commas[0]
    while earliest < start and _splits_word(text, earliest):
        earliest += 1
    return earliest


def _word_end(text: str, stop: int, right: int) -> int:
    limit = min(right, stop + _WINDOW_LEAD)
    while stop < limit and _splits_word(text, stop):
        stop += 1
    return stop


def _splits_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and _is_latin(text[at - 1]) and _is_latin(text[at])


def _is_latin(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def _choose(passages: dict[Range, list[_Match]], weights: Mapping[tuple[str, ...], float]) -> list[Range]:
    """Passages that add the most, one after another: what one shows already counts little in the next."""
    shown: set[tuple[str, ...]] = set()
    chosen: list[Range] = []
    while len(chosen) < MOST_PASSAGES:
        apart = {
            span: {match.mark.tokens for match in found}
            for span, found in passages.items()
            if not any(span[0] < other[1] and other[0] < span[1] for other in chosen)
        }
        if chosen:
            apart = {span: marks for span, marks in apart.items() if not all(_is_shown(m, shown) for m in marks)}
        if not apart:
            break
        best = max(apart, key=lambda span: (_worth(apart[span], weights, shown, len(passages[span])), -span[0]))
        chosen.append(best)
        shown |= apart[best]
    return chosen


def _is_shown(tokens: tuple[str, ...], shown: set[tuple[str, ...]]) -> bool:
    """Whether a passage chosen before shows these tokens, or a longer match that holds them."""
    text = "".join(tokens)
    return any(text in "".join(longer) for longer in shown)


def _worth(
    marks: set[tuple[str, ...]],
    weights: Mapping[tuple[str, ...], float],
    shown: set[tuple[str, ...]],
    matches: int,
) -> float:
    fresh = sum(_weight(tokens, weights) * (0.1 if _is_shown(tokens, shown) else 1.0) for tokens in marks)
    return fresh + 0.01 * matches


def _weight(tokens: tuple[str, ...], weights: Mapping[tuple[str, ...], float]) -> float:
    """A longer match tells more than its weight alone; one without a weight counts by its length."""
    return weights.get(tokens, 1.0) + 0.5 * len(tokens)


def _snippet(text: str, span: Range, matches: list[_Match]) -> Snippet:
    start, end = _trimmed(text, *span)
    ranges = [(m.start - start, m.end - start) for m in matches if start <= m.start and m.end <= end]
    return Snippet(text[start:end], tuple(ranges))


def _trimmed(text: str, start: int, end: int) -> Range:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
