"""Which of the lines at the edges of texts are boilerplate: those that many texts of an account or a folder have.

All lines of all texts are looked at together, in arrays with an entry a line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchkit.articles.boilerplate import HEAD, TAIL, whole_edges
from searchkit.articles.file_facts import Facts

MIN_TEXT = 200
"""Characters of a text that says what is usual: poems and notes are shorter, and what they share is their own."""
SHORT = 6
"""Characters: shorter lines are as often headings such as 参考文献, so half of all texts must have them."""
MAX_GAP = 2
"""Lines between one that is left out and the next one, or the edge. What code begins with is further in."""
MOST_SHARED = 0.5
"""Of a text that says something beside what stands around it: of copies of one text more is the same. In five
folders of 9,000 texts no line that stands around texts is in more such copies than others."""
MAX_TEXTS = 10_000
"""Texts of an account or a folder that are counted: what is asked for is a share, which so many tell. Those with
the smallest digests are a sample that one text more or less does not change."""

_EDGE = np.dtype([("line", ">u4"), ("length", ">u2")])
"""As `boilerplate.edges_of` has them."""
_LEAST_BITS = 18
"""Of a hash: so many tell it from those of a few thousand texts."""

Array = NDArray[Any]


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


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines that may be shared: their hashes and lengths, the number of the file of each, and its place there."""

    hashes: Array
    lengths: Array
    files: Array
    places: Array


def find_boilerplate(files: Sequence[Facts]) -> dict[str, bytes]:
    """By the id of each of *files* the numbers of the lines at its edges that are left out, if there are any."""
    edges = [whole_edges(facts.edges) for facts in files]
    sizes = np.array([len(each) // _EDGE.itemsize for each in edges], np.int64)
    lines = _often(np.frombuffer(b"".join(edges), _EDGE), sizes)
    usual, by_half = np.zeros((2, lines.hashes.size), bool)
    for scope in SCOPES:
        by_many, by_most = _usual(lines, files, scope)
        usual |= by_many
        by_half |= by_most
    having, rows = np.unique(lines.files[usual], return_inverse=True)
    rows_of_usual, rows_by_half = np.zeros((2, having.size, HEAD + TAIL), bool)
    rows_of_usual[rows, lines.places[usual]] = True
    rows_by_half[rows, lines.places[usual]] = by_half[usual]
    left_out = _near_edges(rows_of_usual, rows_by_half, sizes[having])
    ends = np.cumsum(left_out.sum(axis=1)).tolist()
    numbers = np.nonzero(left_out)[1].astype(np.uint8).tobytes()
    found = zip(having.tolist(), [0, *ends], ends, strict=False)
    return {files[file].id: numbers[start:end] for file, start, end in found if start < end}


def _often(edges: Array, sizes: Array) -> _Lines:
    """Those of *edges*, so many of each file, that may be in enough texts; of the others at most a few."""
    hashes = edges["line"].astype(np.uint32)
    buckets = hashes & np.uint32((1 << min(32, max(_LEAST_BITS, hashes.size.bit_length() + 1))) - 1)
    is_often = np.bincount(buckets, minlength=1)[buckets] >= min(scope.texts for scope in SCOPES)
    at = np.flatnonzero(is_often & (hashes > 0))
    files = np.repeat(np.arange(sizes.size), sizes)[at]
    places = at - (np.cumsum(sizes) - sizes)[files]
    return _Lines(hashes[at], edges["length"][at].astype(np.int64), files, places)


def _usual(lines: _Lines, files: Sequence[Facts], scope: Scope) -> tuple[Array, Array]:
    """Whether each of *lines* is one that enough texts of its account, or its folder, have at an edge; and whether
    half of them have it."""
    numbers: dict[str, int] = {"": 0}
    keys = np.array([numbers.setdefault(scope.key(facts), len(numbers)) for facts in files], np.int64)
    telling = np.zeros(keys.size, bool)
    telling[_telling(files, keys.tolist())] = True
    texts = np.bincount(keys[telling], minlength=len(numbers))
    wanted = keys[lines.files].astype(np.uint64) << np.uint64(32) | lines.hashes
    counted, counts = np.unique(wanted[telling[lines.files]], return_counts=True)
    at = np.searchsorted(counted, wanted)
    counted, counts = np.append(counted, np.uint64(0)), np.append(counts, 0)  # of what is behind all
    having = np.where(counted[at] == wanted, counts[at], 0)
    of = texts[keys[lines.files]]
    by_half = (having >= of / 2) & (having >= scope.texts)
    enough = (having >= np.maximum(scope.texts, scope.share * of)) & (of >= scope.texts)
    usual = enough & ((lines.lengths >= SHORT) | by_half)
    usual[usual] = _stand_around(lines, files, np.flatnonzero(usual), at[usual], telling)
    return usual, by_half & usual


def _stand_around(lines: _Lines, files: Sequence[Facts], usual: Array, which: Array, telling: Array) -> Array:
    """Whether the lines with these numbers, which are *usual* ones, stand around texts that say something else:
    what copies of one text share is what they say. *which* one of them each is; *telling* texts count."""
    owners = lines.files[usual]
    lengths = np.array([facts.length for facts in files], np.int64)
    is_copy = np.bincount(owners, lines.lengths[usual], lengths.size) > MOST_SHARED * lengths
    counted, size = telling[owners], int(which.max(initial=0)) + 1
    times = np.bincount(which[counted], minlength=size)
    copies = np.bincount(which[counted & is_copy[owners]], minlength=size)
    found: Array = (2 * copies <= times)[which]
    return found


def _telling(files: Sequence[Facts], keys: Sequence[int]) -> list[int]:
    """The numbers of those of *files* that say what is usual. What repeats another text says nothing new."""
    together: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for number, (facts, key) in enumerate(zip(files, keys, strict=True)):
        if key and facts.length >= MIN_TEXT:
            together[key][facts.body_digest] = number
    chosen = (
        texts.values() if len(texts) <= MAX_TEXTS else [texts[digest] for digest in nsmallest(MAX_TEXTS, texts)]
        for texts in together.values()
    )
    return [number for numbers in chosen for number in numbers]


def _near_edges(usual: Array, by_half: Array, sizes: Array) -> Array:
    """Which of the *usual* lines, a row a text of so many lines, are left out: those near an edge, or near others
    of them, and those that half of all texts have."""
    rows = np.arange(sizes.size)
    left_out = np.zeros_like(usual)
    for places in ([np.full(sizes.size, at) for at in range(HEAD)], [sizes - 1 - at for at in range(TAIL)]):
        gap = np.zeros(sizes.size, np.int64)
        for place in places:
            found = usual[rows, place] & ((gap <= MAX_GAP) | by_half[rows, place]) & (place >= 0)
            left_out[rows, place] |= found
            gap = np.where(found, 0, gap + 1)
    return left_out
