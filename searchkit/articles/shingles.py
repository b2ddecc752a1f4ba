"""A text -> a sample of its shingles, three words in a row each, in the order of the text: enough to align it with
another text of which there is only such a sample.

A word is an ideograph, a number or what letters spell. The shingles with the smallest hashes are kept, the same
ones in every text that has them (Broder, On the resemblance and containment of documents, 1997), and in their
order, so that it shows where a text was changed. Of the lines that may turn out to be boilerplate it is known
which shingles begin there.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from searchkit.articles.boilerplate import HEAD, TAIL
from searchkit.patterns import lazy_pattern

WORDS = 3
"""Words of a shingle. Of a copy with 30 % of its characters changed a third is left of those of three words, a
quarter of those of four; of two words, texts of one subject share as many by chance."""
MOST = 255
"""Shingles of a text that are kept; how many are in a line is a byte. With 192, more pairs in an archive of 5,280
articles that share code or report on the same study are as like as copies that were much changed."""

_WORD = lazy_pattern(r"[^\W\d_a-z]|[a-z]+|\d+")
_MIX, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
_SHIFT = np.uint64(29)
_EVERY = (1 << 32) - 1
_PLACES = HEAD + TAIL

Array = NDArray[Any]


class Sample(NamedTuple):
    """Hashes of shingles in the order of their text, which has no other ones up to `largest`."""

    hashes: Array
    largest: int


def shingles_of(text: str, folded: str) -> bytes:
    """What is remembered of the shingles of *text*, which is also given *folded*, case too: of each line at its
    edges how many begin there, and the hashes."""
    words, lines = _words(text, folded)
    hashes = _hashes(words)
    kept, at = np.unique(hashes, return_index=True)
    places = np.sort(at[:MOST])
    counts = np.bincount(lines[places], minlength=_PLACES + 1)[:_PLACES]
    return bytes(counts.astype(np.uint8)) + hashes[places].astype("<u4").tobytes() if kept.size else b""


def sample_of(shingles: bytes, left_out: bytes) -> Sample:
    """The sample again, without what begins in the lines with these numbers; empty where it is damaged."""
    counts = shingles[:_PLACES]
    size, odd = divmod(len(shingles) - _PLACES, 4)
    inside = size - sum(counts)
    if odd or inside < 0:
        return Sample(np.zeros(0, np.uint32), _EVERY)
    hashes = np.frombuffer(shingles, "<u4", offset=_PLACES)
    largest = _EVERY if size < MOST else int(hashes.max())
    if left_out:
        begin = [(number not in left_out, count) for number, count in enumerate(counts)]
        begin.insert(HEAD, (True, inside))
        hashes = hashes[np.frombuffer(b"".join(bytes([kept]) * count for kept, count in begin), np.bool_)]
    return Sample(hashes, largest)


def _words(text: str, folded: str) -> tuple[list[str], Array]:
    """The words of *text*, and for each the number of its line at the edges, `_PLACES` for those between."""
    pairs = zip(text.split("\n"), folded.split("\n"), strict=True)  # as many: no line is folded away
    lines = [words for line, words in pairs if line.strip()]
    found = [_WORD.findall(line) for line in lines]
    inside = max(0, len(lines) - _PLACES)
    numbers = np.arange(len(lines))
    if inside:
        numbers = np.concatenate((np.arange(HEAD), np.full(inside, _PLACES), np.arange(HEAD, _PLACES)))
    words = [word for line in found for word in line]
    return words, np.repeat(numbers, [len(line) for line in found]).astype(np.int64)


def _hashes(words: list[str]) -> Array:
    """A hash of each shingle, by the word that it begins with."""
    codes = [ord(word) if len(word) == 1 else crc32(word.encode("utf-8", "surrogatepass")) for word in words]
    numbers = np.array(codes, np.uint64)
    count = max(0, numbers.size - WORDS + 1)
    mixed = np.zeros(count, np.uint64)
    for number in range(WORDS):
        mixed = mixed * _MIX + numbers[number : number + count]
        mixed ^= mixed >> _SHIFT
    return (mixed * _MIX >> _HALF).astype(np.uint32)
