"""One segment of an index, as the engine asks it: sets of documents are masks, one truth value a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress

import numpy as np

from searchkit.engines.article_codec import unpack_article
from searchkit.engines.whoosh.fields import CLOCK, FIELDS
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings
from searchkit.engines.whoosh.segment.safe_io import DamagedFile
from searchkit.engines.whoosh.segment.segment_file import SegmentFile
from searchkit.engines.whoosh.segment.term_dictionary import decode, encode
from searchkit.engines.whoosh.term_expansion import TermExpansion
from searchkit.model import Article
from searchkit.query.plan import MultiTerm

FEW = 16
"""So many posting lists are read one by one; of more the short ones by one operation on all of them."""
LONG = 1000
"""Documents: a list of more is read faster by itself."""
SCAN_RATIO = 64
"""A look-up, some 8 µs, takes about as long as going through so many terms of a dictionary."""


class SegmentSearcher:
    """A segment and the documents of it that are deleted. `base` is the number of its first document.

    Raises:
        DamagedFile: from every method; the file is not what was written.
    """

    def __init__(self, segment: SegmentFile, deleted: Iterable[int], base: int) -> None:
        if missing := sorted(FIELDS - segment.fields.keys()):
            raise DamagedFile(f"{segment.file.name}: has no field {missing[0]}")
        self.segment = segment
        self.fields = segment.fields
        self.base = base
        self.size = segment.size
        self.deleted = frozenset(deleted)
        self.alive = np.ones(self.size, bool)
        self.alive[list(self.deleted)] = False
        self.live = self.size - len(self.deleted)
        self._expansions: dict[str, TermExpansion] = {}

    def terms(self, field: str) -> Iterator[bytes]:
        """The terms of *field* that any document has that is not deleted."""
        found = self.fields[field]
        return compress(found.terms(), found.counts_in(self.alive)) if self.deleted else found.terms()

    def documents(self, field: str, term: str) -> Array:
        """Numbers, in this segment, of the documents with *term*, ascending; deleted ones count."""
        found = self.fields[field]
        number = found.find(encode(term))
        return found.documents(*found.span(number)) if number >= 0 else _NONE

    def live_documents(self, field: str, term: str) -> Array:
        """The same without the deleted ones."""
        found = self.documents(field, term)
        return found[self.alive[found]] if self.deleted else found

    def mark(self, mask: Array, field: str, terms: Sequence[bytes]) -> None:
        """Set *mask* for the documents that have any of *terms*, which are encoded and sorted."""
        found = self.fields[field]
        if numbers := _numbers_of(found, terms):
            self.mark_numbers(mask, found, np.array(numbers))

    def mark_fitting(self, mask: Array, field: str, regexp: re.Pattern[str]) -> None:
        """Set *mask* for the documents that have any term that *regexp* fits as a whole."""
        found = self.fields[field]
        numbers = [number for number, term in enumerate(found.terms()) if regexp.fullmatch(decode(term))]
        self.mark_numbers(mask, found, np.array(numbers, np.int64))

    def mark_numbers(self, mask: Array, field: FieldPostings, numbers: Array) -> None:
        """Set *mask* for the documents that have any of the terms with these *numbers*, ascending."""
        if numbers.size > FEW:
            is_long = field.lists_of(numbers)[1] > LONG
            mask[field.documents_at(field.postings_of(numbers[~is_long]))] = True
            numbers = numbers[is_long]
        for number in numbers.tolist():
            mask[field.documents(*field.span(number))] = True

    def expand(self, field: str, condition: MultiTerm) -> list[str]:
        """The terms of *field* that *condition* stands for and that any document has that is not deleted."""
        found = self.fields[field]
        if field not in self._expansions:
            self._expansions[field] = TermExpansion(found)
        numbers = self._expansions[field].expand(condition)
        if self.deleted and numbers.size:
            numbers = numbers[np.array(found.counts_in(self.alive))[numbers] > 0]
        return list(map(decode, found.terms_at(numbers)))

    def by_frequency(self, field: str, prefix: str) -> tuple[FieldPostings, Array, Array]:
        """A field, and the numbers of its terms that begin with *prefix*, the most frequent first, with how many
        documents have each; deleted ones count."""
        found = self.fields[field]
        among = found.beginning_with(encode(prefix))
        numbers = np.arange(among.start, among.stop)
        counts = found.lists_of(numbers)[1]
        order = np.argsort(-counts, kind="stable")
        return found, numbers[order], counts[order]

    @cached_property
    def clocks(self) -> Array:
        """The date of every document, NO_DATE where it has none."""
        return self.segment.column(CLOCK, ("<i8",)).whole()

    def article(self, document: int) -> Article:
        """The stored article of a document."""
        return stored_article(self.segment, document)

    def id(self, document: int) -> str:
        """The id of a document."""
        return decode(self.fields["id"].term(int(self._id_numbers[document])))

    def ids(self) -> Iterator[str]:
        """The ids of the documents that are not deleted, in their order."""
        return map(self.id, np.flatnonzero(self.alive).tolist())

    @cached_property
    def _id_numbers(self) -> Array:
        """For every document the number of its id among the terms: each has one, and no two the same."""
        field = self.fields["id"]
        numbers = np.full(self.size, -1)
        documents = field.documents(*field.span_of_all())
        if len(field) == documents.size == self.size and (not self.size or int(documents.max()) < self.size):
            numbers[documents] = np.arange(len(field))
        if (numbers < 0).any():
            raise field.damaged("not one for each document")
        return numbers


_NONE = np.zeros(0, np.int64)


def _numbers_of(field: FieldPostings, terms: Sequence[bytes]) -> list[int]:
    """The numbers of those of the sorted *terms* that *field* has, ascending."""
    if len(terms) > FEW:
        among = range(field.first_from(terms[0]), min(len(field), field.first_from(terms[-1]) + 1))
        if len(among) < len(terms) * SCAN_RATIO:
            chosen = set(terms)
            return [number for number, term in zip(among, field.terms(among), strict=True) if term in chosen]
    return [number for number in map(field.find, terms) if number >= 0]


def stored_article(segment: SegmentFile, document: int) -> Article:
    """The stored article of a document."""
    data = segment.stored[document]
    try:
        return unpack_article(data)
    except ValueError as error:
        raise DamagedFile(f"{segment.file.name}: stored value {document}: {error}") from error
