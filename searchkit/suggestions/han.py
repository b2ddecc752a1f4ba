"""A run of Han that was typed wrong -> what was meant: 转路组 is 转录组, 人工只能 is 人工智能.

A dictionary cuts a mistyped word anywhere, so what is looked at is not words but pairs: two characters in a row.
Where few articles have a pair, one of its characters may be wrong. It is, if another one, alike in sound or to the
eye, stands next to its neighbours far more often, and makes a word that articles have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import log

from msgspec import Struct

from searchkit.analysis.analyzer import Analyzer
from searchkit.engines.base import Reader, Request
from searchkit.patterns import lazy_pattern
from searchkit.query import plan
from searchkit.query.asking import CHOICES, INTERROGATIVES
from searchkit.suggestions.alike import Alike

RARE = 0.001  # of all articles: a pair that so few have may be a typing error
TIMES = 50  # more articles have what was meant than what was typed, if any have that
UNSEEN = 0.5  # articles that have what none has
SWAPPED = log(0.5)  # of two characters in another order
LONGER = 1.0  # the weight of a further character of a word that was meant: a longer one is no accident
LEAST = 1.0  # of a word alone: what one article has for what none has is 1.1
LEAST_IN_TEXT = 2.0  # 600 questions of cmrc2018-sent: 5 are changed, 18 with 1.0, and of 407 errors 10 are left
MAX_RUN = 40  # characters that are looked at: a longer run is a text
MAX_WORD = 5  # characters of a word that was meant
MAX_RARE = 8  # pairs of a run that may be wrong: if many are, it is of what the archive is not about
MAX_TRIED = 24  # changes of a run whose words are looked up
MAX_FIXES = 2  # in one run
CONTEXT = 2  # characters on either side

_ASKING = lazy_pattern("|".join(sorted(f"{INTERROGATIVES} {CHOICES}".split(), key=len, reverse=True)))
"""Words that stand next to any other, so that rare pairs tell nothing of them."""


class Fix(Struct, frozen=True):
    """A change of a run of Han to *run*, which differs from *start* to *end*. `likelihood` is the logarithm of how
    likely such an error is."""

    run: str
    start: int
    end: int
    likelihood: float

    def pairs(self, run: str) -> Iterator[str]:
        """The pairs that have a changed character, in *run*."""
        return _pairs(run[max(0, self.start - 1) : self.end + 1])

    def words(self) -> Iterator[str]:
        """What may be words with all the changed characters, the longest first."""
        for length in range(MAX_WORD, 1, -1):
            for start in range(max(0, self.end - length), min(self.start, len(self.run) - length) + 1):
                yield self.run[start : start + length]


def corrected(run: str, analyzer: Analyzer, reader: Reader, alike: Alike, stands: Callable[[], bool]) -> str:
    """*run*, folded, as it was most likely meant. It is right if an article has all of it, or if the query that it
    is of *stands* in one."""
    begin, rest = run[:MAX_RUN], run[MAX_RUN:]
    frequencies = _Frequencies(reader)
    if not _rare(begin, frequencies, reader) or stands() or (len(begin) >= MAX_WORD and _having(begin, reader)):
        return run
    right = _junctions([cut.term for cut in analyzer.cut(begin)], reader)
    for _ in range(MAX_FIXES):
        fix = _likeliest(begin, right, frequencies, reader, alike)
        if fix is None:
            break
        begin = fix.run
        right.update(range(fix.start - 1, fix.end))
    return begin + rest


def _rare(run: str, pairs: _Frequencies, reader: Reader) -> list[int]:
    """The places of the pairs that few articles have."""
    pairs.load(_pairs(run))
    most = max(1, int(RARE * len(reader)))
    return [at for at, pair in enumerate(_pairs(run)) if pairs[pair] <= most]


def _junctions(words: Sequence[str], reader: Reader) -> set[int]:
    """The places of pairs where two words meet that articles often have: it tells nothing that such a pair is
    rare, unless the two may be one word, as 人工 and 只能."""
    having = _counted(words, reader)
    most = RARE * len(reader)
    known = [len(word) > 1 and having[word] > most for word in words]
    ends = accumulate(map(len, words))
    both = zip(ends, pairwise(words), pairwise(known), strict=False)
    return {end - 1 for end, (one, other), knows in both if all(knows) and len(one + other) >= MAX_WORD}


def _likeliest(run: str, right: set[int], pairs: _Frequencies, reader: Reader, alike: Alike) -> Fix | None:
    """The likeliest change of *run* where it is not *right*, which are places of pairs, if it is likely enough."""
    rare = [at for at in _rare(run, pairs, reader) if at not in right][:MAX_RARE]
    fixes = list(_fixes(run, rare, alike))
    pairs.load(fix.run[at : at + 2] for fix in fixes for at in _places(fix, rare))
    fixes = [fix for fix in fixes if _is_far_more(run, fix, rare, pairs)]
    pairs.load(pair for fix in fixes for pair in fix.pairs(fix.run))
    gains = {fix: _gain(run, fix, pairs) for fix in fixes}
    tried = sorted((fix for fix in fixes if gains[fix] >= LEAST), key=lambda fix: -gains[fix] - fix.likelihood)
    words = _counted((word for fix in tried[:MAX_TRIED] for word in fix.words()), reader)
    scores = {
        fix: gains[fix] + fix.likelihood + _worth(fix, words)
        for fix in tried[:MAX_TRIED]
        if (length := _length(fix, words)) and gains[fix] + LONGER * (length - 2) >= _least(run, fix, pairs)
    }
    best = max(scores, key=lambda fix: scores[fix], default=None)
    return best if best and not _is_right(run, best, reader) else None


def _fixes(run: str, rare: list[int], alike: Alike) -> Iterator[Fix]:
    """What may have been meant where pairs are *rare*. A character that others are often next to is mistaken only
    for one of the same sound."""
    kept = {at for found in _ASKING.finditer(run) for at in range(*found.span())} if rare else set[int]()
    loose = {at for at in range(len(run)) if {at - 1, at} & set(range(len(run) - 1)) <= set(rare)}
    for at in dict.fromkeys(place for first in rare for place in (first, first + 1)):
        if at not in kept:
            others = alike.near(run[at]) if at in loose else alike.same(run[at])
            for char, likelihood in others.items():
                yield Fix(run[:at] + char + run[at + 1 :], at, at + 1, likelihood)
    for at in rare:
        if run[at] != run[at + 1] and kept.isdisjoint((at, at + 1)):
            yield Fix(run[:at] + run[at + 1] + run[at] + run[at + 2 :], at, at + 2, SWAPPED)


def _places(fix: Fix, rare: Iterable[int]) -> list[int]:
    """Where *rare* pairs are changed."""
    return [at for at in rare if fix.start - 1 <= at < fix.end]


def _is_far_more(run: str, fix: Fix, rare: Iterable[int], pairs: Mapping[str, int]) -> bool:
    """Whether a rare pair gives way to one that far more articles have."""
    return any(pairs[fix.run[at : at + 2]] >= max(1, TIMES * pairs[run[at : at + 2]]) for at in _places(fix, rare))


def _gain(run: str, fix: Fix, pairs: Mapping[str, int]) -> float:
    """How much more likely *fix* is than *run*, as far as pairs tell."""
    old, new = fix.pairs(run), fix.pairs(fix.run)
    changes = (log((pairs[b] + UNSEEN) / (pairs[a] + UNSEEN)) for a, b in zip(old, new, strict=True))
    return sum(changes)


def _length(fix: Fix, words: Mapping[str, int]) -> int:
    """Of the longest word that *fix* makes; 0 if articles have none."""
    return next((len(word) for word in fix.words() if words[word]), 0)


def _worth(fix: Fix, words: Mapping[str, int]) -> float:
    """How much the best word that *fix* makes tells."""
    return max(log(words[word]) + LONGER * len(word) for word in fix.words() if words[word])


def _least(run: str, fix: Fix, pairs: Mapping[str, int]) -> float:
    """What *fix* must gain: more where articles have a changed character next to another of *run*."""
    if any(pairs[pair] for pair in fix.pairs(run)):
        return log(TIMES)
    return LEAST if len(run) <= MAX_WORD else LEAST_IN_TEXT - fix.likelihood


def _is_right(run: str, fix: Fix, reader: Reader) -> bool:
    """Whether articles have what was typed: in the same words, or not far fewer than have the other."""
    start, end = max(0, fix.start - CONTEXT), fix.end + CONTEXT
    typed = _having(run[start:end], reader)
    if not typed:
        return False
    return len(run[start:end]) >= MAX_WORD or _having(fix.run[start:end], reader) < TIMES * typed


def _having(text: str, reader: Reader) -> int:
    """How many articles have *text*."""
    return reader.search(Request(plan.Phrase(tuple(text)), limit=0)).total


def _pairs(run: str) -> Iterator[str]:
    return (one + other for one, other in pairwise(run))


def _counted(words: Iterable[str], reader: Reader) -> dict[str, int]:
    """How many articles have each of *words*."""
    distinct = list(dict.fromkeys(words))
    return dict(zip(distinct, reader.article_frequencies(distinct), strict=True)) if distinct else {}


class _Frequencies(dict[str, int]):
    """How many articles have pairs of Han characters, those that were looked up."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader

    def load(self, pairs: Iterable[str]) -> None:
        """Look up those of *pairs* that are not known."""
        missing = [pair for pair in dict.fromkeys(pairs) if pair not in self]
        if missing:
            self.update(zip(missing, self._reader.article_frequencies(missing, "bigrams"), strict=True))
