"""Segments of Whoosh's own -> segments with columns, posting by posting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from whoosh.fields import SpellField
from whoosh.formats import Existence, Positions

from searchkit.engines.whoosh.columnar.batch import check_format, field_content
from searchkit.engines.whoosh.columnar.inversion import Postings, Terms
from searchkit.engines.whoosh.columnar.segment import Content


def converted(
    reader: Any,
    schema: Any,
    numbers: Mapping[int, int] | None,
    stored: Sequence[bytes],
    lengths: Mapping[str, Mapping[int, int]],
) -> Content:
    """The postings of *reader* for the fields of *schema*, with these stored values and lengths.

    Args:
        numbers: the new number of every document that is kept; None if they all keep theirs.

    Raises:
        TypeError, ValueError: columns cannot hold a field; the message names it.
    """
    fields = {}
    for name in sorted(set(reader.indexed_field_names())):
        if name in schema:
            field = schema[name]
            check_format(name, field)
            postings = _Converting(name, field, numbers).postings(reader)
            fields[name] = field_content(postings, float(field.format.field_boost), lengths.get(name), len(stored))
    return Content(len(stored), fields, stored)


class _Converting:
    """One field, as its posting lists are read.

    Whoosh files the words of a field for spelling under its first document, once for each that has them.
    """

    def __init__(self, name: str, field: Any, numbers: Mapping[int, int] | None) -> None:
        self._name, self._numbers = name, numbers
        self._boost = field.format.field_boost
        self._is_spelling = isinstance(field, SpellField)
        self._is_existence = isinstance(field.format, Existence)
        self._positions: list[int] | None = [] if isinstance(field.format, Positions) else None
        self._documents: list[int] = []
        self._frequencies: list[int] = []

    def postings(self, reader: Any) -> Postings:
        terms, counts = [], []
        for term in reader.lexicon(self._name):
            before = len(self._documents)
            matcher = reader.postings(self._name, term)
            if self._is_spelling:
                self._note(matcher)
            else:
                self._read(matcher)
            if len(self._documents) > before:
                terms.append(term)
                counts.append(len(self._documents) - before)
        positions = None if self._positions is None else np.array(self._positions, np.int64)
        documents, frequencies = (np.array(v, np.int64) for v in (self._documents, self._frequencies))
        return Postings(Terms.of(terms), np.array(counts, np.int64), documents, frequencies, positions)

    def _note(self, matcher: Any) -> None:
        if matcher.is_active():
            self._add(matcher.id(), 1)

    def _add(self, number: int, frequency: int) -> None:
        self._documents.append(number if self._numbers is None else self._numbers[number])
        self._frequencies.append(frequency)

    def _read(self, matcher: Any) -> None:
        while matcher.is_active():
            frequency = 1 if self._is_existence else int(matcher.value_as("frequency"))
            if matcher.weight() != np.float32(frequency * self._boost):
                raise ValueError(f"field {self._name!r}: columns hold no boost of a single term or document")
            self._add(matcher.id(), frequency)
            if self._positions is not None:
                self._positions.extend(matcher.value_as("positions"))
            matcher.next()
