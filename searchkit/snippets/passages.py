"""A text and its matches -> the one to three passages that show best why it was found."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import fsum

from msgspec import Struct

from searchkit.model import Range, Snippet
from searchkit.patterns import lazy_pattern
from searchkit.query.plan import Highlight
from searchkit.snippets.boundaries import before_character, word_end
from searchkit.snippets.highlights import Match, find_matches
from searchkit.snippets.page import pages_of
from searchkit.snippets.readability import HEADING_LENGTH, MIN_LENGTH, is_heading, readability

LENGTH = 120  # characters of a passage: one sentence, or two short ones
MAX_PASSAGES = 3  # not tuned: who wants to see more reads the article
_SENTENCE = lazy_pattern(r"[^。！？；…!?;\n]*(?:[。！？；…!?;]+[”’」』）)\"']*|\n|$)")
_TEXT = lazy_pattern(r"\S")
_LINE = lazy_pattern(r"^[^\S\n]*\S", re.MULTILINE)
_COMMA = lazy_pattern("[，、：,: ]")
WINDOW_LEAD = 30  # characters before a match: a clause
CONTEXT = 400  # characters: farther ends of a sentence do not change a passage
MAX_MATCHES = 1_000  # of a text: a passage is chosen in the time the search takes, whatever the text
MAX_MATCHES_EACH = 100  # of a highlight that are looked at for the best passages
MAX_READ = 16  # passages whose text is looked at to choose one: of 903 hits 3 show others with any number
MAX_LINES = 40  # at the beginning of a text that are looked at for its first sentence; 200 find no other
NEARNESS = 0.3  # what words next to each other add to what they tell: of 903 hits 158 show others without
APART = 0.5  # of what words tell that the text has in a row too: of 306 hits 299 show them so; 248 do with 1
READABLE = 0.8  # a sentence in another language, or a short one
SHOWN = 0.1  # of what a word tells once a passage shows it: of 550 hits 5 show others with 0, 14 with 1
READS_AS_WELL = (
    0.5  # as the first passage: of 636 passages of 550 hits 23 are no prose; 36 of 649 with 0, 22 with 1
)
TELLS_BY_LENGTH = 0.5  # a character, next to a weight of 0 to 9: not tuned; of 550 hits 14 show others without
SHARE_OF_BEST = 0.35  # what another passage must add: 1,327 are shown of 903 hits, 1,553 with any share


def make_snippets(
    text: str, highlights: tuple[Highlight, ...], weights: Mapping[tuple[str, ...], float], rest: str = ""
) -> tuple[Snippet, ...]:
    """The best passages of *text* in their order, cut at sentence ends, each about 120 characters long.

    *weights* says how much the tokens of a highlight tell; a passage is worth the sum over the different ones
    in it, more if they stand together, less if it is no prose or the text has the words in a row elsewhere.
    Without a match the first sentence of the text is shown. *rest* is what else the article says, as in
    `find_matches`. Of a text with very many matches the first 1,000 are marked, and only the first 100 matches of
    each highlight are looked at for the best passages.
    """
    return next(make_snippets_each((text,), highlights, weights, (rest,)))


def make_snippets_each(
    texts: Iterable[str],
    highlights: tuple[Highlight, ...],
    weights: Mapping[tuple[str, ...], float],
    rests: Iterable[str],
) -> Iterator[tuple[Snippet, ...]]:
    """`make_snippets` of each of *texts*, which are searched together; each has its own one of *rests*."""
    others = iter(rests)
    for page in pages_of(texts):
        found = find_matches(page, highlights, MAX_MATCHES, rests=tuple(islice(others, len(page.texts))))
        for text, ends, matches in zip(page.texts, page.sentence_ends, found, strict=True):
            best = _best_passages(text, ends, matches, highlights, weights) if matches else ()
            yield best or _first_sentence(text, ends)


def _best_passages(
    text: str,
    ends: Sequence[int],
    matches: Sequence[Match],
    highlights: tuple[Highlight, ...],
    weights: Mapping[tuple[str, ...], float],
) -> tuple[Snippet, ...]:
    """The best passages of a *text* with *matches*, whose sentences have these *ends*."""
    found = {number: highlights[number].tokens for number in {number for _, _, number in matches}}
    names = {number: f" {' '.join(tokens)} " for number, tokens in found.items()}
    worth = _less_apart({names[number]: _worth(tokens, weights) for number, tokens in found.items()})
    chosen = _choose(_passages(text, ends, matches, names), worth, _Reader(text, matches))
    return tuple(_snippet(text, passage, matches) for passage in sorted(chosen))


class _Passage(Struct, frozen=True, order=True):
    start: int
    end: int
    matches: int


_Words = frozenset[str]
"""The different words that stand in a passage: the tokens of each with a space around them, so that a part of a
word is a piece of its text but the r of error is not."""


def _less_apart(worth: Mapping[str, float]) -> dict[str, float]:
    """What each word tells where all words of *worth* stand: if a longer one does, its words apart tell less."""
    return {
        word: told * (APART if any(word in other and word != other for other in worth) else 1.0)
        for word, told in worth.items()
    }


def _first_sentence(text: str, ends: Sequence[int]) -> tuple[Snippet, ...]:
    """The first passage that reads well, or the best of the first ones."""
    best, most = (0, 0), -1.0
    for start, end in islice(_lines(text, ends), MAX_LINES):
        found = _trimmed(text, start, end)
        quality = readability(text[slice(*found)])
        if quality > most:
            best, most = found, quality
        if most >= READABLE:
            break
    return (Snippet(text[slice(*best)]),) if best[1] else ()


def _lines(text: str, ends: Sequence[int]) -> Iterator[Range]:
    """The beginning of each line with text, as passages."""
    for found in _LINE.finditer(text):
        start, end = found.start(), found.start() + 1
        yield _grown(text, ends, bisect_right(ends, start) - 1, bisect_left(ends, end), (start, end))


def _passages(
    text: str, ends: Sequence[int], matches: Sequence[Match], names: Mapping[int, str]
) -> dict[_Words, list[_Passage]]:
    """Stretches of text around the matches, by the words they hold; *names* are those of highlights by number."""
    starts = [start for start, _, _ in matches]
    words = [names[number] for _, _, number in matches]
    passages: dict[_Words, list[_Passage]] = {}
    for start, end in _spans(text, ends, matches):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if matches[last - 1][1] > end:
            last -= 1
        passages.setdefault(frozenset(words[first:last]), []).append(_Passage(start, end, last - first))
    return passages


def _spans(text: str, ends: Sequence[int], matches: Sequence[Match]) -> Iterator[Range]:
    """The different passages around the first matches of each word; those in one short sentence share theirs."""
    left_over = dict.fromkeys({number for _, _, number in matches}, MAX_MATCHES_EACH)
    shared = at = 0
    before = None
    for start, end, number in matches:
        if end <= shared or not left_over[number]:
            continue
        left_over[number] -= 1
        while ends[at + 1] <= start:  # matches come in order, so this goes through the sentences once
            at += 1
        last = at + 1 if end <= ends[at + 1] else bisect_left(ends, end)
        span = _grown(text, ends, at, last, (start, end))
        if span != before:
            yield span
        before = span
        if ends[last] - ends[at] <= LENGTH:
            shared = ends[last]


def _grown(text: str, ends: Sequence[int], first: int, last: int, match: Range) -> Range:
    """The sentence of a match, between the ends of the numbers *first* and *last*, joined by the next ones on the
    line while there is room; a long one is cut. One that says little by itself, such as a heading, is joined by
    what is next to its line."""
    left, right = ends[first], ends[last]
    if right - left > LENGTH:
        return _window(text, left, right, *match)
    while last + 1 < len(ends) and ends[last + 1] <= left + LENGTH and text[right - 1] != "\n":
        last += 1
        right = ends[last]
    return (left, right) if right - left > HEADING_LENGTH else _completed(text, ends, left, right)


def _completed(text: str, ends: Sequence[int], left: int, right: int) -> Range:
    """A passage with what is next to it, if it is a heading or says little by itself."""
    if is_heading(text[left:right].strip()):
        left, right = _joined(text, ends, left, right)
    for _ in range(MIN_LENGTH):
        if len(text[left:right].strip()) >= MIN_LENGTH:
            break
        left, right = _joined(text, ends, left, right)
    return left, right


def _joined(text: str, ends: Sequence[int], left: int, right: int) -> Range:
    """A passage with the sentence after it, or with the one before it if it is the last of its paragraph."""
    following = _TEXT.search(text, right, right + CONTEXT)
    begins_line = left == 0 or text[left - 1] == "\n"
    if following and (begins_line or "\n" not in text[right - 1 : following.start()]):
        return left, _end_after(text, following.start(), left + LENGTH)
    at = bisect_left(ends, left) - 1
    while at > 0 and not text[ends[at] : left].strip():
        at -= 1
    return (max(ends[at], before_character(text, right - LENGTH)), right) if at >= 0 else (left, right)


def _end_after(text: str, start: int, limit: int) -> int:
    """Where the sentence that begins at *start* ends or, if that is beyond the *limit*, a part of it."""
    sentence = _SENTENCE.match(text, start, limit + CONTEXT)
    end = sentence.end() if sentence else start
    if end <= limit:
        return end
    commas = [comma.end() for comma in _COMMA.finditer(text, start + MIN_LENGTH, limit)]
    return commas[-1] if commas else before_character(text, word_end(text, limit, min(end, limit + WINDOW_LEAD)))


def _window(text: str, left: int, right: int, start: int, end: int) -> Range:
    """About 120 characters of a long sentence around a match, cut at a comma or between words if possible."""
    begin = left if start - left <= WINDOW_LEAD else _cut(text, max(left, start - WINDOW_LEAD), start)
    begin = before_character(text, min(begin, max(left, right - MIN_LENGTH)))
    stop = max(end, min(right, begin + LENGTH))
    if right - stop < WINDOW_LEAD:
        return begin, right
    return begin, max(end, before_character(text, word_end(text, stop, min(right, stop + WINDOW_LEAD))))


def _cut(text: str, earliest: int, start: int) -> int:
    comma = _COMMA.search(text, earliest, start)
    if comma:
        return comma.end()
    return word_end(text, earliest, start)


def _choose(passages: dict[_Words, list[_Passage]], worth: Mapping[str, float], reader: _Reader) -> list[_Passage]:
    """Passages that add the most, one after another: what one shows already counts little in the next. The others
    must read half as well as the first."""
    shown = ""
    least = 0.0
    chosen: list[_Passage] = []
    while passages and len(chosen) < MAX_PASSAGES:
        told = _told(passages, worth, shown)
        if (1.0 + NEARNESS) * max(told.values()) < least:
            break
        best, words, value = _best(
            passages, told, reader, READS_AS_WELL * reader.readability(chosen[0]) if chosen else 0.0
        )
        if value < least:
            break
        least = least or SHARE_OF_BEST * value
        chosen.append(best)
        shown = "\n".join([shown, *words])
        passages = _left_over(passages, best, shown)
    return chosen


def _told(groups: Iterable[_Words], worth: Mapping[str, float], shown: str) -> dict[_Words, float]:
    """What each group of words tells: one that is a part of another adds nothing. *shown* holds the words of the
    passages chosen before, one a line: a part of one is shown with it."""
    words = frozenset().union(*groups)
    new = {word: worth[word] * (SHOWN if word in shown else 1.0) for word in words}
    wholes = {one: {other for other in words if one in other and one != other} for one in words}
    return {group: fsum(new[one] for one in group if wholes[one].isdisjoint(group)) for group in groups}


def _best(
    passages: dict[_Words, list[_Passage]], told: Mapping[_Words, float], reader: _Reader, least: float
) -> tuple[_Passage, _Words, float]:
    """The passage worth most by what it tells and how well, with its worth; those that tell most are read first.
    One that reads worse than *least* is worth nothing."""
    best, most = (next(iter(passages.values()))[0], next(iter(passages))), -1.0
    left = MAX_READ
    for words in sorted(passages, key=lambda words: -told[words]):
        nearness = NEARNESS if len(words) > 1 else 0.0
        for passage in _by_density(passages[words]):
            if not left or most >= told[words] * (1.0 + nearness):
                break
            value = told[words] * (1.0 + nearness * reader.nearness(passage) if nearness else 1.0)
            if value > most:
                left -= 1
                found = reader.readability(passage)
                value *= found if found >= least else 0.0
            if value > most:
                best, most = (passage, words), value
    return (*best, most)


def _by_density(group: Sequence[_Passage]) -> Iterator[_Passage]:
    """Passages of one text in their order, those with two matches first: a word said thrice tells no more."""
    yield from (passage for passage in group if passage.matches > 1)
    yield from (passage for passage in group if passage.matches <= 1)


class _Reader:
    """Looks at the passages of a text, each once."""

    def __init__(self, text: str, matches: Sequence[Match]) -> None:
        self._text = text
        self._matches = matches
        self._readability: dict[_Passage, float] = {}

    def readability(self, passage: _Passage) -> float:
        """How well a passage reads by itself."""
        if passage not in self._readability:
            self._readability[passage] = readability(self._text[passage.start : passage.end].strip())
        return self._readability[passage]

    def nearness(self, passage: _Passage) -> float:
        """How near to each other the words of a passage are."""
        first = bisect_left(self._matches, (passage.start,))
        return _nearness(self._matches[first : first + passage.matches])


def _nearness(matches: Sequence[Match]) -> float:
    """From 0 to 1: how short the shortest stretch with all words of *matches* is; 0 if there is only one word."""
    words = {number for _, _, number in matches}
    if len(words) < 2:
        return 0.0
    shortest = LENGTH
    last: dict[int, int] = {}
    for start, end, number in matches:
        last[number] = start
        if len(last) == len(words):
            shortest = min(shortest, end - min(last.values()))
    return 1.0 - shortest / LENGTH


def _left_over(passages: dict[_Words, list[_Passage]], best: _Passage, shown: str) -> dict[_Words, list[_Passage]]:
    """Those apart from the *best* that show more than is *shown*."""
    apart = {
        words: [passage for passage in group if passage.start >= best.end or passage.end <= best.start]
        for words, group in passages.items()
        if not all(word in shown for word in words)
    }
    return {words: group for words, group in apart.items() if group}


def _worth(tokens: tuple[str, ...], weights: Mapping[tuple[str, ...], float]) -> float:
    """What a word tells. A longer one tells more than its weight alone; one without a weight by its length."""
    return weights.get(tokens, 1.0) + TELLS_BY_LENGTH * len(tokens)


def _snippet(text: str, passage: _Passage, matches: Sequence[Match]) -> Snippet:
    start, end = _trimmed(text, passage.start, passage.end)
    inside = matches[bisect_left(matches, (start,)) : bisect_left(matches, (end,))]
    ranges = [(first - start, last - start) for first, last, _ in inside if last <= end]
    return Snippet(text[start:end], tuple(ranges))


def _trimmed(text: str, start: int, end: int) -> Range:
    start = end - len(text[start:end].lstrip())
    return start, start + len(text[start:end].rstrip())
