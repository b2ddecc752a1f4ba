"""Other spellings of the words of a query: RNA-seq, RNAseq, RNA seq; p-value, p-values; Seurat v5, Seurat 5.

A spelling counts only if the index has its words, so few of the many that are thought of are looked for. Like the
words of a group of synonyms, spellings match in place of the word and count less in the ranking.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from searchkit.analysis.numerals import NUMERALS, numeral_texts, numerals_in
from searchkit.analysis.scripts import is_han, without_joints
from searchkit.bm25f import inverse_frequency
from searchkit.patterns import lazy_pattern

MAX_SPELLINGS = 8  # of a word: the most that a name in the archive has; each is a look-up
MAX_JOINED = 4  # words next to each other that may be one: single cell RNA seq
RARER = 5  # times; not tuned: markers is no mark ers, which are as rare as that is common
MAX_NAMES = 6  # words: more are a sentence, of which none is likely two words, and each is fifty look-ups
MAX_NUMERAL = 8  # words of a date: 二〇二四年五月十四日
_WORD = lazy_pattern(r"[^\W_]+")
_LETTERS = lazy_pattern(r"[a-z]{4,40}")
_LATIN = lazy_pattern(r"[a-z0-9][a-z0-9.]{0,39}")
_VERSION = lazy_pattern(r"v(\d+(?:\.\d+)*)")
_TELEPHONE = lazy_pattern(r"1\d{10}")
_AMOUNT = lazy_pattern(r"[1-9]\d{4,14}")
_TWO_SORTS = lazy_pattern(r"([a-z]+)(\d+(?:\.\d+)*)|(\d+)([a-z]+)")


class Vocabulary(NamedTuple):
    """What an index knows: how many articles have each of some terms (`Reader.article_frequencies`), how many
    there are, and which terms begin with a prefix (`Reader.completions`)."""

    frequencies: Callable[[Sequence[str]], Sequence[int]]
    total: int
    completions: Callable[[str, int], Sequence[str]] = lambda _prefix, _most: ()

    def counted(self, terms: set[str]) -> Counter[str]:
        """How many articles have each of *terms*."""
        found = sorted(terms)
        return Counter(dict(zip(found, self.frequencies(found), strict=True))) if found else Counter()


NO_VOCABULARY = Vocabulary(lambda terms: [0] * len(terms), 0)


class Spelling(NamedTuple):
    """A text that means the same as a word: a term, a phrase, or what is to be marked in articles that another
    spelling finds. `weight` is at most 1 and makes a rare spelling tell no more than the word."""

    text: str
    use: Literal["term", "phrase", "mark"]
    weight: float


class _Guess(NamedTuple):
    """A text that may mean the same, if the index has all the terms *needs*. What *is_same* has them as a term
    wherever it stands, so it need not be looked for."""

    text: str
    needs: tuple[str, ...]
    is_same: bool = False


def spellings(
    words: Sequence[str], vocabulary: Vocabulary, plurals: Container[str] = ()
) -> list[tuple[Spelling, ...]]:
    """For each of the *words* of a query, which are terms, its other spellings that an index knows. *plurals* are
    those that were typed as plurals of abbreviations, such as SNPs."""
    joined, numerals = _joined(words), _numerals(words)
    guesses = [dict.fromkeys((*_guesses(words, at), *joined[at], *numerals[at])) for at in range(len(words))]
    for word, some in zip(words, guesses, strict=True):
        if word in plurals:
            some[_Guess(word[:-1], (word[:-1],))] = None
    wanted: set[str] = {term for some in guesses for guess in some for term in (guess.text, *guess.needs)}
    names = [word for word in words if _LETTERS.fullmatch(word)]
    pairs = [halves for word in names for halves in _halves(word)] if len(names) <= MAX_NAMES else []
    wanted.update(half for halves in pairs for half in halves)
    if not wanted:
        return [()] * len(words)
    having = vocabulary.counted(wanted.union(words))
    having.update(
        vocabulary.counted({f"{a}{joint}{b}" for a, b in pairs for joint in "-." if having[a] and having[b]})
    )
    telling = {term: inverse_frequency(vocabulary.total, count) for term, count in having.items() if count}
    return [_known_ones(word, some, having, telling) for word, some in zip(words, guesses, strict=True)]


def _known_ones(
    word: str, guesses: Iterable[_Guess], having: Counter[str], telling: Mapping[str, float]
) -> tuple[Spelling, ...]:
    """The spellings among *guesses* that are terms, the commonest first, and then the others."""
    known = {guess.text: guess.is_same for guess in guesses if all(having[term] for term in guess.needs)}
    in_two = _in_two(word, having)
    known.update(dict.fromkeys(in_two, False))
    known.pop(word, None)
    best = sorted(known, key=lambda text: (-having[text], text))[:MAX_SPELLINGS]
    return tuple(
        Spelling(text, "term", min(1.0, telling.get(word, telling[text]) / telling[text]))
        if text in telling
        else Spelling(text, "mark" if known[text] else "phrase", 0.0 if text in in_two[3:] else 1.0)
        for text in best
    )


def _guesses(words: Sequence[str], at: int) -> Iterator[_Guess]:
    if not any(char.isalnum() and not is_han(char) for char in words[at]):
        return
    yield from _apart(words[at])
    for form in inflections(words[at]):
        yield _Guess(form, (form,))
        yield from _without_joints(form)
        yield from (_Guess(other, (form, other)) for other in inflections(form))
    yield from _version(words, at)


def _apart(word: str) -> Iterator[_Guess]:
    """*word* without its joints, or with one."""
    if found := _TWO_SORTS.fullmatch(word):
        parts = [part for part in found.groups() if part]
        yield _Guess("-".join(parts), tuple(parts))
    elif _TELEPHONE.fullmatch(word):
        groups = (word[:3], word[3:7], word[7:])
        yield _Guess(" ".join(groups), groups)
        yield _Guess("-".join(groups), groups)
    elif _AMOUNT.fullmatch(word):
        yield from (_Guess(other, (word,), " " not in other) for other in numeral_texts(word))
    elif word.startswith("-") and (bare := word.lstrip("-"))[:1].isalpha():
        yield _Guess(bare, (bare,))
    yield from _without_joints(word)


def _without_joints(word: str) -> Iterator[_Guess]:
    joined = without_joints(word)
    if joined == word:
        return
    parts = _WORD.findall(word)
    yield _Guess(joined, (joined,))
    yield _Guess(" ".join(parts), tuple(parts))
    if "," in word and _AMOUNT.fullmatch(joined):
        yield from (_Guess(other, (joined,), " " not in other) for other in numeral_texts(joined))


def _halves(word: str) -> list[tuple[str, str]]:
    """*word* in two, wherever that may be."""
    if not _LETTERS.fullmatch(word):
        return []
    return [(word[:middle], word[middle:]) for middle in range(2 if word[0] in "ai" else 1, len(word) - 1)]


def _in_two(word: str, having: Counter[str]) -> list[str]:
    """*word* in the two words that it most likely is: an index has them with a joint, or far more often; and the
    other number of these."""

    def likely(halves: tuple[str, str]) -> int:
        least = min(having[half] for half in halves)
        is_joined = any(having[joint.join(halves)] for joint in "-.")
        return least if is_joined or least >= RARER * having[word] else 0

    first, second = max(_halves(word), key=likely, default=("", ""))
    if not first or not likely((first, second)):
        return []
    others = (f"{first} {form}" for form in inflections(second)[:1])
    return [f"{first} {second}", f"{first}-{second}", f"{first}.{second}", *others]


def _version(words: Sequence[str], at: int) -> Iterator[_Guess]:
    """After a name, v5 as 5."""
    before = words[at - 1] if at else ""
    if (version := _VERSION.fullmatch(words[at])) and before.isalpha() and before.isascii():
        yield _Guess(f"{before} {version[1]}", (before, version[1]))
        yield _Guess(f"{before}{version[1]}", (f"{before}{version[1]}",))


def _joined(words: Sequence[str]) -> list[list[_Guess]]:
    """Words in a row that each word is one of, written in one."""
    found: list[list[_Guess]] = [[] for _ in words]
    for first in range(len(words)):
        for end in range(first + 1, min(len(words), first + MAX_JOINED) + 1):
            some = words[first:end]
            if not _LATIN.fullmatch(some[-1]):
                break
            if len(some) > 1 and _may_be_one(some):
                texts = ["".join((*some[:-1], last)) for last in (some[-1], *inflections(some[-1]))]
                for guesses in found[first:end]:
                    guesses += [_Guess(text, (text,)) for text in texts]
    return found


def _may_be_one(words: Sequence[str]) -> bool:
    """Whether *words* may be written in one that does not have them as parts: digits only where they make a long
    number, as of a telephone, or follow in thousands."""
    if "".join(words).isdigit():
        return len("".join(words)) >= 7 or all(len(word) == 3 for word in words[1:])
    return all(one[-1].isalpha() and other[0].isalpha() for one, other in pairwise(words))


def _numerals(words: Sequence[str]) -> list[list[_Guess]]:
    """Dates and amounts that each word is a part of, as others write them."""
    found: list[list[_Guess]] = [[] for _ in words]
    for first, word in enumerate(words):
        for end in range(first + 1, min(len(words), first + MAX_NUMERAL) + 1) if word[0] in NUMERALS else ():
            text = "".join(words[first:end])
            numerals = numerals_in(text)
            if numerals and numerals[0].text == text:
                term = numerals[0].term
                for some in found[first:end]:
                    some += [_Guess(other, (term,), " " not in other) for other in (term, *numeral_texts(term))]
    return found


@lru_cache(maxsize=1_000)
def inflections(word: str) -> tuple[str, ...]:
    """Forms of an English *word*, its last part if it has several: singular, plural, with -ed and -ing. Most of
    them are no words, which an index tells.

    >>> inflections("p-value"), inflections("studies")
    (('p-values', 'p-valued', 'p-valuing'), ('study', 'studie'))
    >>> inflections("plotting"), inflections("clustered"), inflections("ngs")
    (('plott', 'plot', 'plotte'), ('cluster', 'clustere'), ())
    """
    for pattern, endings in _ENDINGS:
        if pattern.search(word):
            forms = [pattern.sub(ending, word) for ending in endings]
            return tuple(form for form in forms if _are_one_word(word, form))
    return ()


def _are_one_word(word: str, form: str) -> bool:
    """Whether *form*, which *word* with another ending is, may be of the same word: of few letters, it is more
    often another one (GPS is no gp, news nothing new, united no unit)."""
    one, other = sorted((_BEFORE_LAST.sub("", text) for text in (word, form)), key=len)
    least = 5 if other in (f"{one}ed", f"{one}ing") else 4
    return len(one) >= least and _ALONE.isdisjoint((one, other))


_BEFORE_LAST = lazy_pattern(r".*[^a-z]", re.DOTALL)
_ALONE = frozenset(
    ("always", "customs", "goods", "https", "pandas", "series", "species", "trans", "united", "windows")
)
"""Words that look like an inflection of another and are none."""

_ENDINGS = tuple(
    (lazy_pattern(ending), others)
    for ending, others in (
        (r"(?<=[a-z]{2})ies$", ("y", "ie")),
        (r"(?<=[a-z]{2})(s|x|z|ch|sh)es$", (r"\1", r"\1e")),
        (r"(?<=[a-z]{2})(?<![su])s$", ("",)),
        (r"(?<=[a-z]{2})(([a-z])\2)(?:ing|ed)$", (r"\1", r"\2", r"\1e")),
        (r"(?<=[a-z]{3})(?:ied)$", ("y", "ie")),
        (r"(?<=[a-z]{4})(?:ing|ed)$", ("", "e")),
        (r"(?<=[a-z]{3})(?:ing|ed)$", ("e",)),
        (r"(?<=[a-z]{2})([^aeiou\W])y$", (r"\1ies", r"\1ied", r"\1ying")),
        (r"(?<=[a-z]{3})e$", ("es", "ed", "ing")),
        (r"(?<=[a-z])(s|x|z|ch|sh)$", (r"\1es", r"\1ed", r"\1ing")),
        (r"(?<=[a-z])([aeiou])([bdgklmnprt])$", (r"\1\2s", r"\1\2ed", r"\1\2ing", r"\1\2\2ed", r"\1\2\2ing")),
        (r"$", ("s", "ed", "ing")),
    )
)
"""An ending of a word -> what it is replaced by, the first that fits."""
