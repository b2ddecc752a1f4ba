"""Folded text -> runs by script, the terms of a Latin block, and the tokens of the character channel.

Every rule that splits looks at one character at a time, so that a piece of a text splits as it does inside the
text, except that the first and the last token may be cut short.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from searchkit.analysis.character_tables import EDGE
from searchkit.patterns import lazy_pattern

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_RUN = lazy_pattern(f"[{HAN}]+")
"""Han characters in a row."""
_SEGMENTED = "\u4e00-\u9fd5"  # what jieba takes for Han
_HIRAGANA, _KATAKANA, _LONG = "\u3041-\u3096\u309d-\u309f", "\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff", "\u30fc"
SINGLE = f"{HAN}{_HIRAGANA}{_KATAKANA}{_LONG}"
"""Characters that are tokens of their own: Han and kana, which are written without spaces between words."""

_GREEK = "\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u03f5\u03f7-\u03ff"
_CYRILLIC = "\u0400-\u0481\u048a-\u052f"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
LETTERS = {
    "greek": f"[{_GREEK}]+",
    "cyrillic": f"[{_CYRILLIC}]+",
    "hangul": f"[{_HANGUL}]+",
    "letter": rf"[^\W\d_{SINGLE}{_GREEK}{_CYRILLIC}{_HANGUL}]+",
}
"""Scripts of which a run is a token: those that touch are apart, as in TGFβ. `letter` is Latin and the rest."""
_KINDS = {"single": f"[{SINGLE}]", **LETTERS, "digit": r"\d+", "sign": r"[^\w\s]|_"}
KINDS = ("space", *_KINDS)

TOKEN = lazy_pattern("|".join(_KINDS.values()))
"""One token of the character channel: a Han character or kana, a run of letters or digits, any other sign."""

_LETTER = rf"[^\W_{SINGLE}]"
_DEGREE = rf"°(?=[CFcf](?!{_LETTER}))"
_JOIN = (
    r"(?:(?!--)[._\-/@:+#<>=&%~\\'*$!?|^]{1,3}"
    r"|(?<=\d),(?=\d{3}(?!\d))"  # between thousands
    rf"|(?<=\d){_DEGREE}"  # 37°C
    rf"|(?<=\d){EDGE}{{1,2}}(?=[^\W\d_])|(?<=[^\W\d_]){EDGE}{{1,2}}(?=\d))"  # H₂O
)
_NEVER_FIRST = r"[\s!\"'(),:;<=>?\[\]{}|&%*+\\^`]"
"""Most of what is between runs. That none begins there is said first, which saves time."""
RUN = lazy_pattern(
    rf"(?!{_NEVER_FIRST})"
    rf"(?:[{_SEGMENTED}]++(?:{EDGE}[{_SEGMENTED}]+)*+"
    rf"|(?:(?<![\w-])--?|[./@#$]|~/|{_DEGREE})?+"
    rf"{_LETTER}++(?:{_JOIN}{_LETTER}++)*+(?:\+\+|[+#%]|/(?![\w]))?"
    rf"|[{_HIRAGANA}][{_HIRAGANA}{_LONG}]*|[{_KATAKANA}{_LONG}]+"
    rf"|[{HAN}])"
)
"""A run of the word channel: Han to be segmented, which a middle dot does not part; a block of letters and digits;
kana of one kind; a Han character jieba skips."""

_CAMEL = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
_PLAIN = lazy_pattern(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+(?:\.[0-9]+)?")
"""A block that has no other term than the whole: most are a word, an abbreviation or a number."""
_ASCII_PART = lazy_pattern(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+")
_JOINTS = "[-._'/&]"
_JOINED_NAME = lazy_pattern(rf"[^\W_]+(?:{_JOINTS}[^\W_]+){{1,3}}")  # of more parts is a path, or a key
_JOINT = lazy_pattern(rf"(?<=[^\W\d_]){_JOINTS}|(?<=\d){_JOINTS}(?=[^\W\d_])")  # one that touches a letter
_THOUSANDS = lazy_pattern(r"(?<=\d)[,'_](?=\d{3}(?!\d))")
_DIGIT_GROUPS = lazy_pattern(r"(?=(?:-?\d){7})\d+(?:-\d+)+")
PLURAL = lazy_pattern(r"[A-Z]{2,}s")
"""The plural of an abbreviation."""
MAX_TERM = 120  # characters: longer are URLs and keys, of which nobody types more
_SHORT_TEXT = 60  # characters: few queries are longer
CACHE_SIZE = 1 << 15  # blocks; an archive has most of its blocks from a vocabulary of some ten thousand


def characters(folded: str) -> list[str]:
    """The terms of the character channel of a folded and case-folded text; their positions are 0, 1, 2, …

    >>> characters("gpt-5.2 融资")
    ['gpt', '-', '5', '.', '2', '融', '资']
    """
    words = _plain_words(folded)
    if words is None:
        return TOKEN.findall(folded)
    return [token for word in words for token in ((word,) if word.isascii() else word)]


class Runs(NamedTuple):
    """A folded text and its runs: those of Han that a dictionary cuts, and the other blocks."""

    text: str
    blocks: list[str]
    han: list[str]


def split_runs(folded: str) -> Runs:
    """A folded text split by script; what is between the runs makes no terms."""
    runs = runs_of(folded)
    han = [run for run in runs if "\u4e00" <= run < "\u9fd6"]  # `is_segmented`, without a call for each
    return Runs(folded, [run for run in runs if not "\u4e00" <= run < "\u9fd6"], han)


def runs_of(folded: str) -> list[str]:
    """The runs of a folded text, in their order."""
    words = _plain_words(folded)
    return RUN.findall(folded) if words is None or EDGE in folded else words


def _plain_words(folded: str) -> list[str] | None:
    """The words of a short text that has nothing but Han, or else ASCII letters, or digits, between its spaces, as
    most queries do: they are told without a pattern, which takes milliseconds to compile. None for other texts."""
    words = folded.split() if len(folded) <= _SHORT_TEXT else []
    return words if words and all(map(_is_plain, words)) else None


def _is_plain(word: str) -> bool:
    if word.isascii():
        return word.isalpha() or word.isdigit()
    return is_segmented(min(word)) and is_segmented(max(word))


def is_segmented(run: str) -> bool:
    """Whether *run* is one of Han to be segmented: its first character says so."""
    return "\u4e00" <= run < "\u9fd6"


def is_han(char: str) -> bool:
    """Whether *char* is a Han character, or kana, which is searched as Han is: each is a token."""
    return bisect(_BOUNDS["single"], char) % 2 == 1


@lru_cache(maxsize=1 << 15)
def kind_of(char: str) -> str:
    """What sort of token of the character channel *char* belongs to: one of `KINDS`."""
    for kind, bounds in _BOUNDS.items():
        if bisect(bounds, char) % 2:
            return kind
    if char.isalnum():
        return "digit" if char.isdecimal() else "letter"
    return "space" if char.isspace() else "sign"


def _bounds(ranges: str) -> str:
    """The first character of each of *ranges*, which are of a pattern, and the one behind its last, ascending."""
    bounds: list[str] = []
    for before, char in pairwise(f" {ranges}"):
        if before == "-":
            bounds[-1] = chr(ord(char) + 1)
        elif char != "-":
            bounds += (char, chr(ord(char) + 1))
    return "".join(sorted(bounds))


_BOUNDS = {
    "single": _bounds(SINGLE),
    "greek": _bounds(_GREEK),
    "cyrillic": _bounds(_CYRILLIC),
    "hangul": _bounds(_HANGUL),
}
"""Looked up, as patterns with the whole of Unicode take milliseconds to compile."""
_PART = lazy_pattern("|".join((r"\d+(?:[.,]\d+)+", r"\d+", *LETTERS.values())))
"""A number or a run of letters of one script."""


def count_han(text: str) -> int:
    """How many Han characters and kana *text* has."""
    return sum(map(is_han, text))


def block_terms(block: str) -> tuple[str, ...]:
    """Distinct terms of *block*, the whole first, case folded.

    >>> block_terms("GPT-5.2"), block_terms("FindMarkers"), block_terms("iPhone15")
    (('gpt-5.2', 'gpt', '5.2', 'gpt5.2'), ('findmarkers', 'find', 'markers'), ('iphone15', 'iphone', '15'))
    """
    return _terms[block]


def terms_of_blocks(blocks: Iterable[str]) -> Iterator[str]:
    """The terms of one block after the other."""
    return chain.from_iterable(map(_terms.__getitem__, blocks))


class _Terms(dict[str, tuple[str, ...]]):
    """The terms of blocks; those of usual length are remembered."""

    def __missing__(self, block: str) -> tuple[str, ...]:
        terms = _terms_of(block)
        if len(self) >= CACHE_SIZE:
            self.clear()
        if len(block) <= MAX_TERM:
            self[block] = terms
        return terms


_terms = _Terms()


def _terms_of(block: str) -> tuple[str, ...]:
    if len(block) == 1 or _PLAIN.fullmatch(block):
        return (block[:MAX_TERM].casefold(),)
    whole = block.replace(EDGE, "")
    terms = [whole[:MAX_TERM]]
    for part in (_ASCII_PART if block.isascii() else _PART).findall(block):
        terms.append(part[:MAX_TERM])
        terms += [piece for piece in _camel_parts(part) if len(piece) > 1]
    terms.append(without_joints(whole)[:MAX_TERM])
    return tuple(dict.fromkeys([term.casefold() for term in terms]))


def without_joints(block: str) -> str:
    """*block* as it is written in one word or number: a name, a number with thousands, groups of digits such as a
    telephone number. Other numbers keep what is between their digits.

    >>> [without_joints(block) for block in ("RNA-seq", "GPT-5.2", "10,000", "138-0013-8000")]
    ['RNAseq', 'GPT5.2', '10000', '13800138000']
    """
    if block.isalnum():
        return block
    block = _THOUSANDS.sub("", block)
    if _DIGIT_GROUPS.fullmatch(block):
        return block.replace("-", "")
    return _JOINT.sub("", block) if _JOINED_NAME.fullmatch(block) else block


def camel_boundaries(letters: str) -> list[int]:
    """Offsets inside a run of letters at which a part of a camelCase name begins."""
    offsets, position = [], 0
    for part in _camel_parts(letters)[:-1]:
        position += len(part)
        offsets.append(position)
    return offsets


def _camel_parts(part: str) -> list[str]:
    """`FindMarkers` is Find, Markers; a name with a one-letter part, such as iPhone or mRNA, stays whole, but for
    the plural of an abbreviation: `SNPs` is SNP, s."""
    if part.islower() or part.isupper() or not part.isalpha():
        return []
    if PLURAL.fullmatch(part):
        return [part[:-1], "s"]
    parts = _CAMEL.findall(part)
    return parts if len(parts) > 1 and min(map(len, parts)) > 1 else []
