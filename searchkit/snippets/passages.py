"""A text and its matches -> the one to three passages that show best why it was found."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
        _Match(*folded.original(span), mark)
        for span, mark in disjoint_matches(folded, highlights)[:_MOST_MATCHES]
    ]
    if not matches:
        start, end = _trimmed(text, *_grown(text, 0, min(len(text), 1)))
        return (Snippet(text[start:end]),) if end > start else ()
    chosen = _choose(_passages(text, matches), weights)
    return tuple(_snippet(text, passage, matches) for passage in sorted(chosen))


def _passages(text: str, matches: list[_Match]) -> dict[Range, list[_Match]]:
    """Stretches of text around the matches, each with the matches it holds."""
    passages: dict[Range, list[_Match]] = {}
    for match in matches:
        span = _grown(text, match.start, match.end)
        if span not in passages:
            passages[span] = [m for m in matches if span[0] <= m.start and m.end <= span[1]]
    return passages


def _grown(text: str, start: int, end: int) -> Range:
    """The sentence around a match, joined by the next ones on the line while there is room; a long one is cut."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    bounds = [line_start + found.end() for found in _SENTENCE.finditer(text[line_start:line_end]) if found[0]]
    left = max([bound for bound in bounds if bound <= start], default=line_start)
    right = min([bound for bound in bounds if bound >= end], default=line_end)
    if right - left > LENGTH:
        return _window(text, left, right, start, end)
    for bound in bounds:
        if right < bound <= left + LENGTH:
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
        worth = {
            span: _worth(found, weights, shown)
            for span, found in passages.items()
            if not any(span[0] < other[1] and other[0] < span[1] for other in chosen)
        }
        if not worth:
            break
        best = max(worth, key=lambda span: (worth[span], -span[0]))
        if chosen and not {match.mark.tokens for match in passages[best]} - shown:
            break
        chosen.append(best)
        shown.update(match.mark.tokens for match in passages[best])
    return chosen


def _worth(
    found: list[_Match], weights: Mapping[tuple[str, ...], float], shown: set[tuple[str, ...]]
) -> float:
    distinct = {match.mark.tokens for match in found}
    fresh = sum(_weight(tokens, weights) * (0.1 if tokens in shown else 1.0) for tokens in distinct)
    return fresh + 0.01 * len(found)


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
