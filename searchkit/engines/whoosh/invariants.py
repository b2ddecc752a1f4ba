"""Is a generation whole? What its files say of each other, beyond what each segment says of itself.

A segment is gone through some postings, some documents or some places of its texts at a time, so memory holds a
few numbers a term and a document, and not the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import pairwise
from pathlib import Path

import numpy as np

from searchkit.analysis.scripts import is_han
from searchkit.engines.base import keywords_of
from searchkit.engines.whoosh.fields import CLOCK, NO_DATE, bigrams_of, characters_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.by_document import ByDocument, PlacedByDocument
from searchkit.engines.whoosh.segment.checks import problems, runs
from searchkit.engines.whoosh.segment.postings import FieldPostings, spread
from searchkit.engines.whoosh.segment.safe_io import STRANGE, DamagedFile
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher, decode
from searchkit.model import Problem
from searchkit.query.dates import epoch
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

_RANKED = (*FIELD_NAMES, *map(bigrams_of, FIELD_NAMES))
_PLACED = tuple(map(characters_of, CHARACTER_FIELDS))
_RUN = 1 << 19
_PLACES, _POSITIONS = 1 << 20, 1 << 18
"""Places of texts that are looked at together, and positions that are read of them at a time."""
_TERMS, _ARTICLES = 8192, 1024


def problems_of(generation: Path, parts: Sequence[SegmentSearcher]) -> Iterator[Problem]:
    """What is wrong with the segments *parts* of *generation*, and with the files beside them."""
    for part in parts:
        yield from _of_part(part)
    yield from _told(str(generation), _ids(parts))


def _of_part(part: SegmentSearcher) -> Iterator[Problem]:
    """What is wrong with a segment. Each look relies on what the one before it checked."""
    looks: list[Callable[[], Iterator[str]]] = [lambda: problems(part.segment), lambda: _part(part)]
    for look in looks:
        found = list(_told(part.segment.file.name, look()))
        yield from found
        if found:
            return


def damage(path: str, error: DamagedFile) -> Problem:
    """What *error* says of the file at *path*."""
    return Problem(path, str(error).removeprefix(f"{path}: "))


def _told(path: str, reasons: Iterator[str]) -> Iterator[Problem]:
    """*reasons*, and what goes wrong while they are looked for as the last one."""
    try:
        yield from (Problem(path, reason) for reason in reasons)
    except DamagedFile as error:
        yield damage(path, error)
    except OSError as error:
        yield Problem(path, error.strerror or str(error))
    except STRANGE as error:
        yield Problem(path, f"has numbers that make no sense ({type(error).__name__}: {error})")


def _ids(parts: Sequence[SegmentSearcher]) -> Iterator[str]:
    for one, other in pairwise(merge(*(part.terms("id") for part in parts))):
        if one == other:
            yield f"has two articles with the id {decode(one)}"


def _part(part: SegmentSearcher) -> Iterator[str]:
    fields = part.segment.fields
    if fields.keys() != {*KEYWORDS, *_RANKED, *_PLACED} or part.segment.column_names != [CLOCK]:
        yield "has other fields than an index of articles"
        return
    if part.clocks.dtype.str != "<i8":
        yield "its dates are of another type"
        return
    for name, field in fields.items():
        if field.facts.positions != (name in _PLACED):
            yield f"{name}: has positions, or has none"
            return
        if not _is_text(field):
            yield f"{name}: a term is no text"
            return
    if len(fields["id"]) != part.size:
        yield "id: not one for each document"
    for name in KEYWORDS:
        if fields[name].facts.total:
            yield f"{name}: has lengths"
    for name in _RANKED:
        yield from (f"{name}: {problem}" for problem in _lengths(fields[name]))
    for name in CHARACTER_FIELDS:
        pairs = fields[bigrams_of(name)] if name in FIELD_NAMES else None
        yield from (f"{characters_of(name)}: {problem}" for problem in _text(fields[characters_of(name)], pairs))
    yield from _articles(part)


def _is_text(field: FieldPostings) -> bool:
    """Whether the terms are UTF-8, each by itself."""
    try:
        for low in range(0, len(field), _TERMS):
            decode(b"\n".join(field.terms(range(low, min(low + _TERMS, len(field))))))
    except UnicodeDecodeError:
        return False
    return True


def _lengths(field: FieldPostings) -> Iterator[str]:
    counted = np.zeros(field.lengths.size)
    _, postings = field.span_of_all()
    for start in range(0, postings, _RUN):
        end = min(start + _RUN, postings)
        counted += np.bincount(field.documents(start, end), field.frequencies(start, end), counted.size)
    if (counted != field.lengths).any():
        yield "the lengths of documents are not those of their terms"


def _text(field: FieldPostings, pairs: FieldPostings | None) -> Iterator[str]:
    """Every place of every text has one character, and those that stand together are the *pairs* of it."""
    characters = int(field.occurrence_ends[-1]) if len(field) else 0
    if int(field.lengths.max(initial=0)) > characters:  # no memory is asked for, for as much as that
        yield "a text is longer than it has characters"
        return
    text_ends = np.cumsum(field.lengths, dtype=np.int64)
    han = np.fromiter((is_han(decode(term)) for term in field.terms()), bool, len(field))
    postings = PlacedByDocument(field)
    for low, high in runs(text_ends, _PLACES):
        begin = int(text_ends[low - 1]) if low else 0
        ends = text_ends[low:high] - begin
        lengths = np.diff(ends, prepend=0)
        kinds = np.zeros(int(ends[-1]), np.uint8)  # 0 for a place without a character, 1 or, for Han, 2 with one
        placed = 0
        for terms, documents, positions in _occurrences(field, postings.up_to(high)):
            documents -= low
            if (positions >= lengths[documents]).any():
                yield "a position is beyond the end of the text"
                return
            kinds[(ends - lengths)[documents] + positions] = 1 + han[terms]
            placed += positions.size
        if placed != kinds.size or (kinds == 0).any():
            yield "a place of a text has no character, or has two"
            return
        if pairs is not None and (_pairs(kinds == 2, ends) != pairs.lengths[low:high]).any():
            yield "the pairs of characters are not those that stand together"
            return


def _pairs(han: Array, ends: Array) -> Array:
    """How often two Han characters stand together in each of the texts that end at *ends*."""
    first = np.zeros(han.size + 1, bool)
    first[1:-1] = han[:-1] & han[1:]
    first[ends] = False  # the last place of a text stands before the first of the next one
    return np.diff(np.cumsum(first)[ends], prepend=0)


def _occurrences(
    field: FieldPostings, postings: tuple[Array, Array, Array]
) -> Iterator[tuple[Array, Array, Array]]:
    """(term, document, position) of all that *postings* stand for, in pieces."""
    terms, places, starts = postings
    documents = field.documents_at(places).astype(np.int64)
    frequencies = field.frequencies_at(places).astype(np.int64)
    for low, high in runs(np.cumsum(frequencies), _POSITIONS):
        counts = frequencies[low:high]
        positions = field.positions_at(spread(starts[low:high], counts))
        yield np.repeat(terms[low:high], counts), np.repeat(documents[low:high], counts), positions


def _articles(part: SegmentSearcher) -> Iterator[str]:
    lists = {name: ByDocument(part.segment.fields[name]) for name in KEYWORDS}
    for low in range(0, part.size, _ARTICLES):
        high = min(low + _ARTICLES, part.size)
        values = {name: _values(part.segment.fields[name], lists[name].up_to(high)) for name in KEYWORDS}
        for document in range(low, high):
            article = part.article(document)
            clock = epoch(article.date)
            if int(part.clocks[document]) != (NO_DATE if clock is None else clock):
                yield f"the stored article {document} has another date"
            for name, said in keywords_of(article).items():
                if set(said) != values[name].get(document, set()):
                    yield f"the stored article {document} is filed under another {name}"


def _values(field: FieldPostings, postings: tuple[Array, Array]) -> dict[int, set[str]]:
    """The terms of *postings* by document."""
    found: dict[int, set[str]] = {}
    numbers, places = postings
    texts = {number: decode(field.term(number)) for number in np.unique(numbers).tolist()}
    for number, document in zip(numbers.tolist(), field.documents_at(places).tolist(), strict=True):
        found.setdefault(document, set()).add(texts[number])
    return found
