"""Lines that stand around many texts of one account or one folder: headers and footers, not what a text says.

There is no list of phrases: what is boilerplate, the corpus says. Of every text the lines at its edges are
remembered, as short hashes; from those of all texts follows which lines of each are left out of its ranking.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from struct import Struct
from typing import TypeVar
from zlib import crc32

from searchkit.articles.file_facts import Facts
from searchkit.model import Range
from searchkit.patterns import lazy_pattern

HEAD, TAIL = 10, 20
"""Lines of a text that are remembered. With 16 and 40, of an archive of 5,280 articles 6 % more is left out."""
MIN_TEXT = 200
"""Characters of a text that says what is usual: poems and notes are shorter, and what they share is their own."""
MIN_HAN, HAN_SHARE = 2, 0.25
"""Han characters of a line, and their share: with fewer it is code, a number or a cell of a table."""
SHORT = 6
"""Characters: shorter lines are as often headings such as 参考文献, so half of all texts must have them."""
MAX_GAP = 2
"""Lines between one that is left out and the next one, or the edge. What code begins with is further in."""
MAX_TEXTS = 10_000
"""Texts of an account or a folder that are counted: what is asked for is a share, which so many tell."""

_LINE = lazy_pattern(r"\S(?:[^\n]*\S)?")
_COMMENT = lazy_pattern(r"#|//|--|/\*|<!--")
_HAN = lazy_pattern("[\u3400-\u9fff\U00020000-\U0003ffff]+")
_EDGE = Struct(">IH")
"""A line at an edge: its hash, 0 if it is not boilerplate whatever others have, and its length."""
_MAX_LENGTH = (1 << 16) - 1

T = TypeVar("T")
Usual = Mapping[int, bool]
"""The hash of each line that many texts have -> whether half of them have it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Texts that share lines: so many of them, and such a share, must have a line at an edge."""

    key: Callable[[Facts], str]
    texts: int
    share: float


SCOPES = (
    Scope(lambda facts: facts.author, texts=5, share=0.02),
    Scope(lambda facts: facts.id.rpartition("/")[0] or ".", texts=10, share=0.1),
)
"""The account, and the folder, which may be what many people wrote and must say it louder. Of the lines that 3 or
4 texts of an account share some are quotations; of those that 5 share, in an archive of 5,280 articles, none."""


def edges_of(text: str) -> bytes:
    """What is remembered of the lines at the edges of *text*. One that stands twice is a refrain, or code."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    times = Counter(lines)
    return b"".join([_edge(line, times[line]) for line in _at_edges(lines)])


def length_of(text: str) -> int:
    """How many characters of *text* are no white space."""
    return len("".join(text.split()))


def find_boilerplate(files: Sequence[Facts]) -> dict[str, bytes]:
    """By the id of each of *files* the numbers of the lines at its edges that are left out, if there are any."""
    usual = [_usual_by_key(files, scope) for scope in SCOPES]
    found = {}
    for facts in files:
        known = [by_key.get(scope.key(facts), {}) for scope, by_key in zip(SCOPES, usual, strict=True)]
        if any(known) and (numbers := _left_out(facts.edges, known)):
            found[facts.id] = numbers
    return found


def ranges_of(text: str, left_out: bytes) -> tuple[Range, ...]:
    """Where the lines with these numbers stand in *text*. Those one after the other are one range."""
    lines = _edge_lines(text) if left_out else []
    ranges: list[Range] = []
    for start, end in (lines[number] for number in left_out if number < len(lines)):
        if ranges and not text[ranges[-1][1] : start].strip():
            start = ranges.pop()[0]
        ranges.append((start, end))
    return tuple(ranges)


def lines_of(edges: bytes, left_out: bytes) -> dict[int, int]:
    """The hash and the length of each line that tells a text from others, without those with these numbers."""
    lines = enumerate(_unpacked(edges))
    return {line: length for number, (line, length) in lines if line and number not in left_out}


def length_of_lines(edges: bytes, left_out: bytes) -> int:
    """How long the lines with these numbers are together."""
    return sum(length for number, (_, length) in enumerate(_unpacked(edges)) if number in left_out)


def _unpacked(edges: bytes) -> Iterator[tuple[int, int]]:
    """The hash and the length of each line; what is not whole, as in a damaged manifest, is none."""
    found: Iterator[tuple[int, int]] = _EDGE.iter_unpack(edges[: len(edges) - len(edges) % _EDGE.size])
    return found


def _edge_lines(text: str) -> list[Range]:
    """The first and the last lines of *text* that hold anything."""
    return _at_edges([found.span() for found in _LINE.finditer(text)])


def _at_edges(lines: list[T]) -> list[T]:
    return lines if len(lines) <= HEAD + TAIL else [*lines[:HEAD], *lines[-TAIL:]]


def _edge(line: str, times: int) -> bytes:
    """What is remembered of *line*, which is in a text so many *times*."""
    words = line.split()
    length = len("".join(words))
    is_telling = times == 1 and not _COMMENT.match(line) and _has_han(line, max(MIN_HAN, HAN_SHARE * length))
    hashed = crc32(" ".join(words).encode("utf-8", "surrogatepass")) or 1 if is_telling else 0
    return _EDGE.pack(hashed, min(length, _MAX_LENGTH))


def _has_han(line: str, least: float) -> bool:
    """Whether *line* has at least so many Han characters."""
    return len("".join(_HAN.findall(line))) >= least


def _usual_by_key(files: Iterable[Facts], scope: Scope) -> dict[str, Usual]:
    """What is usual in each account, or each folder."""
    together: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    for facts in files:
        if facts.length >= MIN_TEXT and (key := scope.key(facts)):
            together[key][facts.body_digest] = facts.edges  # what repeats another text says nothing new
    found = {key: _usual(texts, scope) for key, texts in together.items() if len(texts) >= scope.texts}
    return {key: usual for key, usual in found.items() if usual}


def _usual(texts: Mapping[str, bytes], scope: Scope) -> Usual:
    """The lines that enough of *texts* have at an edge. Of very many texts those with the smallest digests count,
    which are a sample that one text more or less does not change."""
    chosen = texts if len(texts) <= MAX_TEXTS else nsmallest(MAX_TEXTS, texts)
    counts = Counter(chain.from_iterable(_unpacked(texts[digest]) for digest in chosen))
    least, half = max(scope.texts, scope.share * len(chosen)), len(chosen) / 2
    return {
        line: count >= half
        for (line, length), count in counts.items()
        if line and count >= least and (length >= SHORT or count >= half)
    }


def _left_out(edges: bytes, known: Sequence[Usual]) -> bytes:
    """The numbers of the lines that are usual: those near an edge, or near others of them, and those that half of
    all texts have."""
    lines = [line for line, _ in _unpacked(edges)]
    if all(of.keys().isdisjoint(lines) for of in known):
        return b""
    usual = [[of[line] for of in known if line in of] for line in lines]
    numbers = range(len(lines))
    return bytes(sorted({*_from_edge(usual, numbers[:HEAD]), *_from_edge(usual, numbers[::-1][:TAIL])}))


def _from_edge(usual: Sequence[Sequence[bool]], numbers: Iterable[int]) -> Iterator[int]:
    gap = 0
    for number in numbers:
        if usual[number] and (gap <= MAX_GAP or any(usual[number])):
            gap = 0
            yield number
        else:
            gap += 1
