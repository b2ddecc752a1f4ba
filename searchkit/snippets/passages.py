"""A text and its matches -> the one to three passages that show best why it was found."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import fsum
from typing import NamedTuple

from searchkit.model import Range, Snippet
from searchkit.query.plan import Highlight
from searchkit.snippets.highlights import Match, find_matches

LENGTH = 120  # characters of a passage: one sentence, or two short ones
MAX_PASSAGES = 3  # not tuned: who wants to see more reads the article
_SENTENCE = re.compile(r"[^。！？；…!?;\n]*(?:[。！？；…!?;]+[”’」』）)\"']*|\n|$)")
_COMMA = re.compile("[，、：,: ]")
WINDOW_LEAD = 30  # characters before a match: a clause
CONTEXT = 400  # characters: farther sentence ends do not change a passage
MAX_MATCHES = 1_000  # of a text: a passage is chosen in the time the search takes, whatever the text
MAX_MATCHES_EACH = 100  # of a highlight that are looked at for the best passages


def make_snippets(
    text: str, highlights: tuple[Highlight, ...], weights: Mapping[tuple[str, ...], float]
) -> tuple[Snippet, ...]:
    """The best passages of *text* in their order, cut at sentence ends, each about 120 characters long.

    *weights* says how much the tokens of a highlight tell; a passage is worth the sum over the different ones
    in it. Without a match the beginning of the text is shown. Of a text with very many matches the first 1,000
    are marked, and only the first 100 matches of each highlight are looked at for the best passages.
    """
    matches = find_matches(text, highlights, MAX_MATCHES)
    if not matches:
        return _beginning(text)
    chosen = _choose(_passages(text, matches, highlights), weights)
    return tuple(_snippet(text, passage, matches) for passage in sorted(chosen))


class _Passage(NamedTuple):
    start: int
    end: int
    matches: int


_Words = frozenset[tuple[str, ...]]
"""The different highlights that stand in a passage, by their tokens."""


def _beginning(text: str) -> tuple[Snippet, ...]:
    first = len(text) - len(text.lstrip())
    end = min(len(text), first + 1)
    ends = _sentence_ends(text, first, end)
    start, end = _trimmed(text, *_grown(text, ends, _sentence(ends, first, end), (first, end)))
    return (Snippet(text[start:end]),) if end > start else ()


def _passages(
    text: str, matches: Sequence[Match], highlights: Sequence[Highlight]
) -> dict[_Words, list[_Passage]]:
    """Stretches of text around the matches, by the words they hold."""
    starts = [start for start, _, _ in matches]
    words = [highlights[number].tokens for _, _, number in matches]
    passages: dict[_Words, list[_Passage]] = {}
    for start, end in _spans(text, matches):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if matches[last - 1][1] > end:
            last -= 1
        passages.setdefault(frozenset(words[first:last]), []).append(_Passage(start, end, last - first))
    return passages


def _spans(text: str, matches: Sequence[Match]) -> Iterator[Range]:
    """The different passages around the first matches of each word; those in one short sentence share theirs."""
    ends = _sentence_ends(text, matches[0][0], matches[-1][1])
    left_over = dict.fromkeys({number for _, _, number in matches}, MAX_MATCHES_EACH)
    shared = 0
    before = None
    for start, end, number in matches:
        if end <= shared or not left_over[number]:
            continue
        left_over[number] -= 1
        left, right = _sentence(ends, start, end)
        span = _grown(text, ends, (left, right), (start, end))
        if span != before:
            yield span
        before = span
        if right - left <= LENGTH:
            shared = right


def _sentence_ends(text: str, start: int, end: int) -> list[int]:
    """Offsets just after the sentences and the lines of *text*, as far as they count between *start* and *end*."""
    first = max(0, start - CONTEXT)
    return list(accumulate(map(len, _SENTENCE.findall(text, first, end + CONTEXT)), initial=first))


def _sentence(ends: Sequence[int], start: int, end: int) -> Range:
    return ends[bisect_right(ends, start) - 1], ends[bisect_left(ends, end)]


def _grown(text: str, ends: Sequence[int], sentence: Range, match: Range) -> Range:
    """The *sentence* of a match, joined by the next ones on the line while there is room; a long one is cut."""
    left, right = sentence
    if right - left > LENGTH:
        return _window(text, left, right, *match)
    after = bisect_right(ends, right)
    for bound in ends[after : after + LENGTH]:
        if bound > left + LENGTH or text[right - 1] == "\n":
            break
        right = bound
    return left, right


def _window(text: str, left: int, right: int, start: int, end: int) -> Range:
    """About 120 characters of a long sentence around a match, cut at a comma or between words if possible."""
    begin = left if start - left <= WINDOW_LEAD else _cut(text, max(left, start - WINDOW_LEAD), start)
    stop = max(end, min(right, begin + LENGTH))
    return begin, right if right - stop < WINDOW_LEAD else _word_end(text, stop, min(right, stop + WINDOW_LEAD))


def _cut(text: str, earliest: int, start: int) -> int:
    comma = _COMMA.search(text, earliest, start)
    if comma:
        return comma.end()
    return _word_end(text, earliest, start)


def _word_end(text: str, at: int, limit: int) -> int:
    """The end of the Latin word that *at* is inside of, or the *limit*."""
    while 0 < at < limit and _is_latin(text[at - 1]) and _is_latin(text[at]):
        at += 1
    return at


def _is_latin(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"


def _choose(passages: dict[_Words, list[_Passage]], weights: Mapping[tuple[str, ...], float]) -> list[_Passage]:
    """Passages that add the most, one after another: what one shows already counts little in the next."""
    shown = ""
    chosen: list[_Passage] = []
    while passages and len(chosen) < MAX_PASSAGES:
        worth = {tokens: _worth(tokens, weights, shown) for tokens in frozenset().union(*passages)}
        best, words = max(
            ((_densest(group), words) for words, group in passages.items()),
            key=lambda found: (fsum(map(worth.__getitem__, found[1])) + 0.01 * found[0].matches, -found[0].start),
        )
        chosen.append(best)
        shown = "\n".join([shown, *map("".join, words)])
        passages = _left_over(passages, best, shown)
    return chosen


def _densest(group: list[_Passage]) -> _Passage:
    return max(group, key=lambda passage: (passage.matches, -passage.start))


def _left_over(passages: dict[_Words, list[_Passage]], best: _Passage, shown: str) -> dict[_Words, list[_Passage]]:
    """Those apart from the *best* that show more than is *shown*."""
    apart = {
        words: [passage for passage in group if passage.start >= best.end or passage.end <= best.start]
        for words, group in passages.items()
        if not all("".join(tokens) in shown for tokens in words)
    }
    return {words: group for words, group in apart.items() if group}


def _worth(tokens: tuple[str, ...], weights: Mapping[tuple[str, ...], float], shown: str) -> float:
    """What a word adds to a passage. A longer match tells more than its weight alone; one without a weight counts
    by its length. *shown* holds the words of the passages chosen before, one a line: a part of one is shown with
    it."""
    weight = weights.get(tokens, 1.0) + 0.5 * len(tokens)
    return weight * (0.1 if "".join(tokens) in shown else 1.0)


def _snippet(text: str, passage: _Passage, matches: Sequence[Match]) -> Snippet:
    start, end = _trimmed(text, passage.start, passage.end)
    inside = matches[bisect_left(matches, (start,)) : bisect_left(matches, (end,))]
    ranges = [(first - start, last - start) for first, last, _ in inside if last <= end]
    return Snippet(text[start:end], tuple(ranges))


def _trimmed(text: str, start: int, end: int) -> Range:
    start = end - len(text[start:end].lstrip())
    return start, start + len(text[start:end].rstrip())
