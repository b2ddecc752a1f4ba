"""Is a segment what a writer made? Every checksum, and everything in it that says the same twice.

Files are read in runs of some terms, so memory holds a few million numbers at a time, whatever the segment's size.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.doc_store import DocStore
from searchkit.engines.whoosh.segment.postings import MANY, FieldPostings
from searchkit.engines.whoosh.segment.segment_file import SegmentFile

_RUN = 1 << 19
_OF_FIELD = (
    "terms",
    "term_lengths",
    "list_ends",
    "documents",
    "frequencies",
    "many_at",
    "many",
    "bounds",
    "lengths",
)
_OF_POSITIONS = ("occurrence_ends", "positions")
_OF_STORED = ("blocks", "block_ends", "last", "value_ends")


def problems(segment: SegmentFile) -> Iterator[str]:
    """What is wrong with *segment*, in words; nothing if it is whole.

    Raises:
        DamagedFile: something cannot be read at all. Numbers that make no sense may lead to other errors as well.
    """
    if pages := segment.file.damaged_pages():
        more = f" and on {len(pages) - 1} more pages" if len(pages) > 1 else ""
        yield f"damaged at byte {pages[0]}{more}"
        return
    yield from _layout(segment)
    yield from _stored(segment.stored)
    for field in segment.fields.values():
        for problem in _field(field, segment.size):
            yield f"{field.name}: {problem}"
        segment.release()


def _layout(segment: SegmentFile) -> Iterator[str]:
    """Every array is used, and none stands on another."""
    known = {f"stored/{name}" for name in _OF_STORED} | {f"column/{name}" for name in segment.column_names}
    for name, field in segment.fields.items():
        known |= {f"{name}/{one}" for one in (*_OF_FIELD, *(_OF_POSITIONS if field.facts.positions else ()))}
    extents = segment.file.extents()
    if strange := sorted({name for _, _, name in extents} ^ known):
        yield f"has an array too many or too few: {strange[0]}"
    for (_, end, name), (start, _, following) in pairwise(extents):
        if start < end:
            yield f"the arrays {name} and {following} overlap"


def _stored(stored: DocStore) -> Iterator[str]:
    seen = 0
    for _, ends in stored.blocks():
        if not ends or any(after < before for before, after in pairwise([0, *ends])):
            yield "stored values end before they begin"
            return
        stored[seen]  # unpacks the block
        seen += len(ends)
    if seen != len(stored):
        yield "there are stored values in no block"


def _field(field: FieldPostings, size: int) -> Iterator[str]:
    count, postings = len(field), field.span_of_all()[1]
    if {field.term_lengths().size, field.all_bounds().size} != {count}:
        yield "not as many terms as posting lists"
        return
    if any(one >= other for one, other in pairwise(field.terms())):
        yield "the terms are not sorted"
    if int(field.lengths.sum(dtype=np.int64)) != field.facts.total:
        yield "the lengths do not add up to their total"
    if field.frequencies_size() != (postings + 1) // 2:
        yield "not as many frequencies as postings"
        return
    yield from _frequent(field, postings)
    ends, norms = field.occurrence_ends if field.facts.positions else field.list_ends, field.norms
    for low, high in runs(ends, _RUN):
        yield from _postings(field, low, high, size, norms)


def _frequent(field: FieldPostings, postings: int) -> Iterator[str]:
    at, many = field.frequent()
    if at.size != many.size or (np.diff(at) <= 0).any() or (at.size and at[-1] >= postings):
        yield "the high frequencies are of no postings"
    elif (many < MANY).any():
        yield "a high frequency is low"


def runs(ends: Array, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of stretches that end at *ends*, each with *most* values together, or of one that has more."""
    ends = ends.astype(np.int64, copy=False)
    low = 0
    while low < ends.size:
        before = int(ends[low - 1]) if low else 0
        high = max(low + 1, int(np.searchsorted(ends, before + most, "right")))
        yield low, high
        low = high


def _postings(field: FieldPostings, low: int, high: int, size: int, norms: Array) -> Iterator[str]:
    """What is wrong with the lists of the terms from *low* up to *high*."""
    numbers = np.arange(low, high)
    starts, counts = field.lists_of(numbers)
    first, end = int(starts[0]), int(starts[-1] + counts[-1])
    documents, frequencies = field.documents(first, end), field.frequencies(first, end).astype(np.int64)
    begins = starts - first
    if int(documents.max()) >= size:
        yield "a posting is of no document"
        return
    rising = documents[1:] > documents[:-1]
    rising[begins[1:] - 1] = True
    if not rising.all():
        yield "a posting list is not sorted"
    if (frequencies <= 0).any():
        yield "a term occurs in a document no times"
        return
    at, _ = field.frequent()
    if np.diff(np.searchsorted(at, (first, end)))[0] != np.count_nonzero(frequencies >= MANY):
        yield "the high frequencies are of other postings"
    most = np.maximum.reduceat(frequencies / norms[documents], begins)
    if not (field.all_bounds()[low:high] >= most * (1 - 1e-9)).all():
        yield "a score bound is too low"
    if field.facts.positions:
        yield from _positions(field, numbers, frequencies, begins)


def _positions(field: FieldPostings, numbers: Array, frequencies: Array, begins: Array) -> Iterator[str]:
    starts, counts = field.occurrences_of(numbers)
    if (np.add.reduceat(frequencies, begins) != counts).any():
        yield "a term occurs more or less often than it has positions"
        return
    positions = field.positions(int(starts[0]), int(starts[-1] + counts[-1]))
    falling = positions[1:] < positions[:-1]  # a synonym stands where the word before it does
    falling[(np.cumsum(frequencies) - frequencies)[1:] - 1] = False
    if falling.any():
        yield "positions are not sorted"
