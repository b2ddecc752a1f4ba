"""A passage, some of which may have been changed, and a text -> where in the text it stands, and what differs.

Letters, ideographs and digits are compared as they are folded; signs and case do not count. The part of the text
with most of the passage's pairs of ideographs is found first, and only that is compared letter by letter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from searchkit.analysis.normalize import fold, fold_with_offsets
from searchkit.analysis.scripts import TOKEN, is_han
from searchkit.model import Difference, Range
from searchkit.snippets.normal_form import places_of

_ROOM, _SHARE = 40, 0.25  # letters, and of a passage a share, that are looked at around it, for what was put in
_MOST_LOST = 10
"""Letters that one edit tells against a passage at most: what is put in or left out, such as an address on the
web, does not part it."""
_LEAST_EQUAL = 2  # letters in a row, where they are no ideographs: any other word has one of them
_MAX_PLACES = 100  # of one pair in a text: one that is everywhere does not tell where the passage is

Edit = tuple[str, int, int, int, int]
"""What is done, "equal" or "replace", and the ranges of letters of the passage and of the text it is done to."""


class Alignment(NamedTuple):
    """Where a passage stands in a text, the share of its letters that are there, how many they are, and how many
    pairs of ideographs and other words of it are there or near."""

    start: int
    end: int
    identity: float
    same: int
    pieces: int
    differences: tuple[Difference, ...]


class Letters(NamedTuple):
    """What of a text is compared, letter by letter, and where each stands."""

    text: str
    spans: list[Range]

    def span(self, begin: int, end: int) -> Range:
        """Where a range of letters stands; of an empty one, where it would."""
        if begin < end:
            return self.spans[begin][0], self.spans[end - 1][1]
        at = self.spans[begin][0] if begin < len(self.spans) else self.spans[-1][1]
        return at, at


def align(passage: str, text: str) -> Alignment | None:
    """The part of *text* that is most like *passage*; None if they have no two ideographs in a row and no other
    word in common."""
    folded, offsets = fold_with_offsets(passage)
    given, (there, pieces) = letters_of(folded, offsets), _densest(_lower(folded), text)
    if not pieces:
        return None
    edits = _best_run(edits_of(given.text, there.text))
    if not edits:
        return None
    begin, end = edits[0][3], edits[-1][4]
    same = sum(k - j for what, _, _, j, k in edits if what == "equal")
    start, stop = there.span(begin, end)
    return Alignment(
        start=start,
        end=stop,
        identity=same / max(len(given.text), end - begin),
        same=same,
        pieces=pieces,
        differences=tuple(differences_of(edits, passage, given, there)),
    )


def letters_of(folded: str, offsets: Sequence[int]) -> Letters:
    """What is compared of a *folded* text, whose characters come from these *offsets*."""
    places = [at for at, char in enumerate(folded) if char.isalnum()]
    spans = [(offsets[at], max(offsets[at] + 1, offsets[at + 1])) for at in places]
    return Letters(_lower("".join(folded[at] for at in places)), spans)


def _lower(text: str) -> str:
    """*text* in lower case, each character for itself."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _densest(given: str, text: str) -> tuple[Letters, int]:
    """The part of *text*, a little longer than *given*, that has most of its pieces, with what is around it, and
    how many these are. As offsets take time, they are worked out for its lines alone."""
    folded = _lower(fold(text))
    room = _ROOM + int(_SHARE * len(given))
    *part, pieces = _densest_part(_pieces(given), folded, len(given) + room)
    begin, end = max(0, part[0] - room), min(part[1] + room, len(folded))
    starts, folded_starts = _starts(text), _starts(folded)
    first, last = bisect_right(folded_starts, begin) - 1, bisect_left(folded_starts, end)
    line = starts[first]
    around, offsets = fold_with_offsets(text[line : starts[last]])
    begin, end = begin - folded_starts[first], end - folded_starts[first]
    return letters_of(around[begin:end], [line + offset for offset in offsets[begin : end + 1]]), pieces


def _starts(text: str) -> list[int]:
    """Where each line begins, and where the text ends: a text has the same lines when it is folded."""
    lengths = [len(line) + 1 for line in text.split("\n")]
    return [0, *accumulate(lengths[:-1]), len(text)]


def _pieces(folded: str) -> set[str]:
    """The pairs of ideographs of a text, and its other words. Pairs of letters would be everywhere."""
    tokens = TOKEN.findall(folded)
    pairs = {first + second for first, second in pairwise(tokens) if is_han(first) and is_han(second)}
    return pairs | {token for token in tokens if len(token) > 1}


def _densest_part(pieces: Set[str], text: str, longest: int) -> tuple[int, int, int]:
    """The part of *text*, at most so long, with most of *pieces*, and how many it has."""
    found = sorted((at, piece) for piece in pieces for at in islice(places_of(piece, text), _MAX_PLACES))
    counts = dict.fromkeys(pieces, 0)
    best, first, distinct = (0, 0, 0), 0, 0
    for at, piece in found:
        distinct += not counts[piece]
        counts[piece] += 1
        while at - found[first][0] > longest:
            counts[found[first][1]] -= 1
            distinct -= not counts[found[first][1]]
            first += 1
        if distinct > best[2]:
            best = found[first][0], at + len(piece), distinct
    return best


def edits_of(given: str, there: str) -> Iterator[Edit]:
    """What makes *there* of *given*: by turns what is equal and what is not."""
    from difflib import SequenceMatcher  # most queries are no passages

    yield from edits_between(SequenceMatcher(None, given, there, autojunk=False).get_matching_blocks(), given)


def edits_between(blocks: Iterable[tuple[int, int, int]], given: str) -> Iterator[Edit]:
    """The edits of *given* that leave the *blocks*: where each begins in it and in the other text, and its length.
    The last one is empty, at the ends of both."""
    i = j = 0
    for start, other_start, size in blocks:
        if size and size < _LEAST_EQUAL and not is_han(given[start]):
            continue
        if i < start or j < other_start:
            yield "replace", i, start, j, other_start
        i, j = start + size, other_start + size
        if size:
            yield "equal", start, i, other_start, j


def _best_run(edits: Iterable[Edit]) -> Sequence[Edit]:
    """The *edits* in a row with most equal letters, less the others: without stray ones around the passage."""
    best = run = 0
    edits = list(edits)
    start, chosen = 0, (0, 0)
    for at, (what, i, j, k, end) in enumerate(edits):
        if run <= 0:
            run, start = 0, at
        run += end - k if what == "equal" else -min(_MOST_LOST, max(j - i, end - k))
        if run >= best:
            best, chosen = run, (start, at + 1)
    return edits[slice(*chosen)]


def differences_of(edits: Sequence[Edit], passage: str, given: Letters, there: Letters) -> Iterator[Difference]:
    """Those *edits* that change something, as ranges of the text and what the passage has there. Letters of one
    character, such as those of \u337f, are told together."""
    changed = [edit for edit in edits if edit[0] != "equal"]
    spans = [(*there.span(*edit[3:]), *given.span(*edit[1:3])) for edit in changed]
    while spans:
        start, end, begin, stop = spans.pop(0)
        while spans and (spans[0][0] < end or spans[0][2] < stop):
            _, other_end, _, other_stop = spans.pop(0)
            end, stop = max(end, other_end), max(stop, other_stop)
        yield Difference(start, end, passage[begin:stop])
