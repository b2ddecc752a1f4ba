"""Positions of Han characters that stand in pairs -> those of each character, as Whoosh sees them.

Pairs that begin with the same character stand next to each other, so the positions of one come from one stretch.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from searchkit.analysis.scripts import is_han
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings
from searchkit.engines.whoosh.segment.postings_writer import Postings, Terms
from searchkit.engines.whoosh.segment.segment_file import Content, FieldContent, SegmentFile, segment_bytes
from searchkit.engines.whoosh.segment.term_dictionary import decode

_TOGETHER = 1 << 20
"""Occurrences that are put in order at a time."""


def with_all_positions(characters: FieldPostings, bigrams: FieldPostings) -> FieldPostings:
    """The field *characters* with positions also of Han, which are those in *bigrams*."""
    whole, size = characters.span_of_all(), characters.lengths.size
    frequencies = characters.frequencies(*whole)
    if int(frequencies.sum(dtype=np.uint64)) != characters.occurrence_count + bigrams.occurrence_count:
        raise characters.damaged("tokens occur more or less often than they have positions")
    terms = list(characters.terms())
    counts = characters.lists_of(np.arange(len(characters)))[1]
    are_han = np.array([is_han(decode(term)[0]) for term in terms], bool)
    placed = np.repeat(np.repeat(~are_han, counts), frequencies)
    positions = np.zeros(placed.size, np.uint32)
    positions[placed] = characters.positions(0, int(np.count_nonzero(placed)))
    positions[~placed] = np.concatenate([np.zeros(0, np.uint32), *_of_characters(bigrams)])
    postings = Postings(Terms.of(terms), counts, characters.documents(*whole), frequencies, positions)
    content = Content(size, {characters.name: FieldContent(postings, characters.lengths, characters.facts)})
    return SegmentFile(segment_bytes(content)).fields[characters.name]


def _of_characters(bigrams: FieldPostings) -> Iterator[Array]:
    """The positions of the characters that *bigrams* begin with, character by character, each by document."""
    firsts = [decode(term)[0] for term in bigrams.terms()]
    starts = [at for at, first in enumerate(firsts) if not at or first != firsts[at - 1]]
    for low, high in _stretches(bigrams, starts):
        numbers = np.arange(low, high)
        _, counts = bigrams.lists_of(numbers)
        begin = bigrams.span(low)[0]
        postings = begin, begin + int(counts.sum())
        places, sizes = bigrams.occurrences_of(numbers)
        often = bigrams.frequencies(*postings)
        owners = np.repeat(np.repeat(np.searchsorted(starts, numbers, "right"), counts), often)
        documents = np.repeat(bigrams.documents(*postings), often)
        positions = bigrams.positions(int(places[0]), int(places[0] + sizes.sum()))
        yield positions[np.lexsort((positions, documents, owners))]


def _stretches(bigrams: FieldPostings, starts: list[int]) -> Iterator[tuple[int, int]]:
    """Ranges of terms from some of *starts* to others, each with about as many occurrences as are put in order at
    a time."""
    low = before = 0
    for at in starts[1:]:
        end = int(bigrams.occurrence_ends[at - 1])
        if end - before >= _TOGETHER:
            yield low, at
            low, before = at, end
    if starts:
        yield low, len(bigrams)
