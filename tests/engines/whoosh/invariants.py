"""What a writer must have made true of every index: all that its files say twice is the same.

Readers rely on it and do not look. Everything is computed anew here, from plain arrays, so a mistake of the writer
or of the merger is found by whichever test writes with it: `checked_commits` looks after every commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from searchkit.analysis.scripts import is_han
from searchkit.engines.base import keywords_of
from searchkit.engines.whoosh.directory import Directory
from searchkit.engines.whoosh.fields import CLOCK, LEFT, NO_DATE, bigrams_of, characters_of, left_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.segment_file import VECTORS
from searchkit.engines.whoosh.segment_meta import open_segments
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.engines.whoosh.writer import WhooshWriter
from searchkit.query.plan import epoch
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS
from searchkit.state import IndexState
from tests.reliability.forging import extents

_CHARACTERS, _BIGRAMS = (tuple(map(of, CHARACTER_FIELDS)) for of in (characters_of, bigrams_of))
_WITH_POSITIONS = (*_CHARACTERS, *_BIGRAMS)
_ARRAYS = (
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
_ARRAYS_OF_POSITIONS = ("occurrence_ends", "positions")
_STORED = ("stored/blocks", "stored/block_ends", "stored/last", "stored/value_ends")
_ALIGNMENT = 64
_HIGH = 15  # frequencies from here on are in an array of their own
_MAX_SIZE = 8 << 20
"""Bytes of segments that are looked at after a commit: a second's work. Larger indexes are for tests of size."""


def violations(index: Path) -> list[str]:
    """What is wrong with the published index in the folder *index*; nothing is if its writer made no mistake."""
    generation = Directory(index).current()
    assert generation is not None, f"{index}: nothing is published"
    segments = open_segments(generation)
    found = [f"{Path(s.segment.file.name).name}: {what}" for s in segments for what in _of_segment(s)]
    ids = sorted(segment.id(number) for segment in segments for number in np.flatnonzero(segment.alive).tolist())
    return found + [f"two articles have the id {one}" for one, other in pairwise(ids) if one == other]


# after every commit

_is_checked = [True]


@contextmanager
def checked_commits() -> Iterator[None]:
    """Every commit in the block leaves an index without violations, or is an AssertionError."""
    with pytest.MonkeyPatch.context() as patch:
        commit = WhooshWriter.commit

        def checked(writer: WhooshWriter, state: IndexState, manifest: bytes) -> None:
            commit(writer, state, manifest)
            if _is_checked[-1]:
                check(writer._generations.folder)

        patch.setattr(WhooshWriter, "commit", checked)
        yield


@contextmanager
def unchecked_commits() -> Iterator[None]:
    """Commits in the block add to what no writer made."""
    _is_checked.append(False)
    try:
        yield
    finally:
        _is_checked.pop()


def check(index: Path) -> None:
    """Raise for an index with violations, unless it is a large one."""
    if sum(path.stat().st_size for path in index.rglob("*.columns")) <= _MAX_SIZE:
        assert not (found := violations(index)), "\n".join(found)


# one segment


def _of_segment(segment: SegmentSearcher) -> Iterator[str]:
    file = segment.segment.file
    arrays = {name: file.column(name).whole() for _, _, name in extents(file)}
    if damaged := list(_layout(segment, arrays)):
        yield from damaged
        return
    fields = {name: _Field.of(name, arrays, segment.size) for name in segment.segment.fields}
    for name, field in fields.items():
        facts = segment.segment.fields[name].facts
        yield from (f"{name}: {what}" for what in _of_postings(field, facts.b, facts.total))
    for name in KEYWORDS:
        if fields[name].lengths.any():
            yield f"{name}: a keyword has a length"
    for name in (characters_of("body"), bigrams_of("body")):
        left = fields[left_of(name)]
        if left.lengths.any():
            yield f"{left.name}: what does not rank has a length"
        yield from _of_left_out(left, fields[name])
        fields[name] = replace(fields[name], lengths=fields[name].lengths + left.counted())
    for name in (*FIELD_NAMES, *_CHARACTERS):
        if (fields[name].counted() != fields[name].lengths).any():
            yield f"{name}: lengths are not the sums of frequencies"
    for name in CHARACTER_FIELDS:
        yield from _of_text(fields[characters_of(name)], fields[bigrams_of(name)])
    yield from _of_articles(segment, {name: fields[name] for name in KEYWORDS})


def _layout(segment: SegmentSearcher, arrays: Mapping[str, Array]) -> Iterator[str]:
    file, fields = segment.segment.file, segment.segment.fields
    if fields.keys() != {*KEYWORDS, *FIELD_NAMES, *_WITH_POSITIONS, *LEFT}:
        yield f"other fields: {sorted(fields)}"
    wanted = {*_STORED, f"column/{CLOCK}", *(f"{name}/{array}" for name in fields for array in _ARRAYS)}
    wanted |= {f"{name}/{array}" for name in _WITH_POSITIONS for array in _ARRAYS_OF_POSITIONS}
    wanted |= arrays.keys() & {VECTORS}
    if other := sorted(arrays.keys() ^ wanted):
        yield f"an array too many or too few: {other[0]}"
    for name, field in fields.items():
        if field.facts.positions != (name in _WITH_POSITIONS):
            yield f"{name}: has positions, or has none"
    for (_, end, name), (start, _, following) in pairwise(extents(file)):
        if start < end or start % _ALIGNMENT:
            yield f"the arrays {name} and {following} overlap, or are not aligned"
    if file.damaged_pages():
        yield "checksums differ"


# one field


@dataclass(frozen=True)
class _Field:
    """Terms, and for every posting the number of its term, its document and how often the term occurs in it."""

    name: str
    terms: list[bytes]
    term_ids: Array
    documents: Array
    frequencies: Array
    lengths: Array
    arrays: Mapping[str, Array]

    @staticmethod
    def of(name: str, every: Mapping[str, Array], size: int) -> _Field:
        arrays = {array.removeprefix(f"{name}/"): v for array, v in every.items() if array.startswith(f"{name}/")}
        text, ends = arrays["terms"].tobytes(), np.cumsum(arrays["term_lengths"], dtype=np.int64).tolist()
        terms = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        counts: Array = np.diff(arrays["list_ends"].astype(np.int64), prepend=0)
        halves = arrays["frequencies"]
        frequencies = np.stack((halves & 15, halves >> 4), axis=1).ravel()[: int(counts.sum())].astype(np.int64)
        assert np.flatnonzero(frequencies == _HIGH).tolist() == arrays["many_at"].tolist(), f"{name}: many_at"
        frequencies[arrays["many_at"]] = arrays["many"]
        assert (counts > 0).all(), f"{name}: a term without postings"
        return _Field(
            name, terms, np.repeat(np.arange(len(terms)), counts), arrays["documents"].astype(np.int64),
            frequencies, arrays["lengths"].astype(np.int64), arrays,
        )  # fmt: skip

    def counted(self) -> Array:
        """How many tokens each document has."""
        return np.bincount(self.documents, self.frequencies, self.lengths.size)

    @cached_property
    def texts(self) -> Array:
        """The terms as text."""
        return np.array([term.decode("utf-8", "surrogatepass") for term in self.terms], object)

    @cached_property
    def are_han(self) -> Array:
        """For every term whether it begins with a Han character."""
        return np.array([is_han(text[0]) for text in self.texts.tolist()], bool)

    def occurrences(self, placed: Array) -> tuple[Array, Array, Array]:
        """(term, document, position) of every occurrence of the terms that are *placed*."""
        kept = placed[self.term_ids]
        often = self.frequencies[kept]
        return (
            np.repeat(self.term_ids[kept], often),
            np.repeat(self.documents[kept], often),
            self.arrays["positions"].astype(np.int64),
        )


def _of_postings(field: _Field, b: float, total: int) -> Iterator[str]:
    size, arrays = field.lengths.size, field.arrays
    if any(one >= other for one, other in pairwise(field.terms)):
        yield "terms are not sorted"
    b"\n".join(field.terms).decode("utf-8", "surrogatepass")
    if field.documents.size != field.term_ids.size or arrays["frequencies"].size != (field.term_ids.size + 1) // 2:
        yield "not as many documents, frequencies and postings"
        return
    if (field.documents >= size).any():
        yield "document id out of range"
        return
    if (np.diff(field.term_ids * size + field.documents) <= 0).any():
        yield "a posting list is not sorted"
    if (field.frequencies <= 0).any() or (arrays["many"] < _HIGH).any():
        yield "a frequency is too low"
    if int(field.lengths.sum()) != total:
        yield "lengths do not add up to their total"
    highest = np.zeros(len(field.terms))
    np.maximum.at(highest, field.term_ids, field.frequencies / _norms(field.lengths, b)[field.documents])
    if arrays["bounds"].size != len(field.terms) or (arrays["bounds"] < highest * (1 - 1e-9)).any():
        yield "a score bound is too low"


def _norms(lengths: Array, b: float) -> Array:
    """What divides the frequencies of each document for BM25F."""
    average = max(1.0, float(lengths.sum()) / max(1, lengths.size))
    return 1.0 - b + b * lengths / average if lengths.any() else np.ones(lengths.size)


def _of_left_out(left: _Field, whole: _Field) -> Iterator[str]:
    """What does not rank is a part of what there is."""
    numbers = {term: number for number, term in enumerate(whole.terms)}
    every = zip(whole.term_ids.tolist(), whole.documents.tolist(), strict=True)
    frequencies = dict(zip(every, whole.frequencies.tolist(), strict=True))
    for term, document, count in zip(left.term_ids, left.documents, left.frequencies, strict=True):
        key = (numbers.get(left.terms[term], -1), int(document))
        if count > frequencies.get(key, 0):
            yield f"{left.name}: more often than in {whole.name}"


def _of_text(characters: _Field, bigrams: _Field) -> Iterator[str]:
    """Every place of every text has one token, and each Han character is with the one that follows it."""
    parts = ((characters, ~characters.are_han), (bigrams, np.ones(len(bigrams.terms), bool)))
    if wrong := [what for part in parts for what in _of_positions(*part, characters.lengths)]:
        yield from wrong
        return
    found = [(field, *field.occurrences(placed)) for field, placed in parts]
    places = np.concatenate([documents << 32 | positions for _, _, documents, positions in found])
    order = np.argsort(places)
    places = places[order]
    if places.size != int(characters.lengths.sum()) or (np.diff(places) == 0).any():
        yield f"{bigrams.name}: a place of a text has no token, or has two"
        return
    texts = np.concatenate([field.texts[terms] for field, terms, _, _ in found])[order]
    is_han = np.concatenate([np.full(terms.size, field is bigrams) for field, terms, _, _ in found])[order]
    # a pair has two characters; a word of 40,000 would make each row of an array as wide
    firsts, seconds = (np.array([text[part] for text in texts.tolist()]) for part in (slice(1), slice(1, 3)))
    goes_on = is_han & np.append(is_han[1:] & (places[1:] >> 32 == places[:-1] >> 32), False)
    if (np.where(is_han, seconds, "") != np.where(goes_on, np.append(firsts[1:], ""), "")).any():
        yield f"{bigrams.name}: a Han character is not with the one that follows it"
    if (np.bincount(places[goes_on] >> 32, minlength=bigrams.lengths.size) != bigrams.lengths).any():
        yield f"{bigrams.name}: lengths are not the numbers of pairs"
    counts = Counter(zip(firsts[is_han].tolist(), (places[is_han] >> 32).tolist(), strict=True))
    kept = characters.are_han[characters.term_ids]
    listed = zip(
        characters.texts[characters.term_ids[kept]].tolist(), characters.documents[kept].tolist(), strict=True
    )
    if dict(zip(listed, characters.frequencies[kept].tolist(), strict=True)) != counts:
        yield f"{characters.name}: not the Han characters of {bigrams.name}"


def _of_positions(field: _Field, placed: Array, lengths: Array) -> Iterator[str]:
    """The positions of the terms that are *placed* are sorted, and in texts of these *lengths*."""
    per_term = np.bincount(field.term_ids, field.frequencies, len(field.terms)) * placed
    if np.cumsum(per_term).tolist() != field.arrays["occurrence_ends"].tolist():
        yield f"{field.name}: not as many positions as occurrences"
        return
    terms, documents, positions = field.occurrences(placed)
    if positions.size != terms.size or (positions >= lengths[documents]).any():
        yield f"{field.name}: a position is beyond the end of its text"
    elif (np.diff((terms * lengths.size + documents) << 32 | positions) <= 0).any():
        yield f"{field.name}: positions are not sorted"


# stored articles


def _of_articles(segment: SegmentSearcher, keywords: Mapping[str, _Field]) -> Iterator[str]:
    """Articles are filed under what they say."""
    filed = {name: _by_document(field, segment.size) for name, field in keywords.items()}
    clocks = segment.clocks.tolist()
    for number in range(segment.size):
        article = segment.article(number)
        clock = epoch(article.date)
        if clocks[number] != (NO_DATE if clock is None else clock):
            yield f"the stored article {article.id} has another date"
        for name, values in keywords_of(article).items():
            if {value.encode("utf-8", "surrogatepass") for value in values} != filed[name][number]:
                yield f"the stored article {article.id} is filed under another {name}"


def _by_document(field: _Field, size: int) -> Sequence[set[bytes]]:
    terms: list[set[bytes]] = [set() for _ in range(size)]
    for term, document in zip(field.term_ids.tolist(), field.documents.tolist(), strict=True):
        terms[document].add(field.terms[term])
    return terms
