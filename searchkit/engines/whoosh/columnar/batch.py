"""Documents on their way into a segment: their terms as numbers, turned into posting lists all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh.analysis import unstopped
from whoosh.fields import FieldType
from whoosh.formats import Existence, Frequency, Positions

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.field import FieldFacts
from searchkit.engines.whoosh.columnar.inversion import Postings, Terms, invert
from searchkit.engines.whoosh.columnar.segment import Content, FieldContent

_FORMATS = (Existence, Frequency, Positions)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The terms of one field of a document. `places` are their positions where those are not 0, 1, 2 …"""

    terms: Sequence[str | bytes]
    places: Sequence[int] | None = None


def tokens_of(name: str, field: Any, value: Any, boost: float = 1.0) -> Tokens:
    """What the field makes of *value*: text is analysed, a list of terms is taken as it is.

    Raises:
        TypeError, ValueError: columns cannot hold it; the message names the field.
    """
    check_format(name, field)
    if boost != 1.0:
        raise ValueError(f"field {name!r}: columns hold no boost of a single document (here {boost})")
    if type(field).index is not FieldType.index:
        return _indexed(name, field, value)
    if not isinstance(value, (str, list, tuple)):
        raise ValueError(f"field {name!r}: {value!r} is neither text nor a list of terms")
    if isinstance(value, (list, tuple)) and not all(isinstance(term, (str, bytes)) for term in value):
        raise ValueError(f"field {name!r}: a term in {value!r} is neither text nor bytes")
    tokens = Tokens(value) if isinstance(value, (list, tuple)) else _analysed(name, field, value)
    return Tokens(list(dict.fromkeys(tokens.terms))) if type(field.format) is Existence else tokens


def check_format(name: str, field: Any) -> None:
    """See that columns can hold the field.

    Raises:
        TypeError: they cannot.
    """
    if type(field.format) not in _FORMATS:
        kind = type(field.format).__name__
        raise TypeError(f"field {name!r}: columns hold no {kind}; use Existence, Frequency or Positions")


def _analysed(name: str, field: Any, text: str) -> Tokens:
    with_positions = type(field.format) is Positions
    terms: list[str | bytes] = []
    places: list[int] = []
    for token in unstopped(field.analyzer(text, mode="index", positions=with_positions, boosts=True)):
        if token.boost != 1.0:
            raise ValueError(
                f"field {name!r}: columns hold no boost of a single term ({token.text}^{token.boost})"
            )
        terms.append(token.text)
        if with_positions:
            places.append(token.pos)
    return Tokens(terms, _unless_counted(places))


def _unless_counted(places: list[int]) -> list[int] | None:
    return None if places == list(range(len(places))) else places


def _indexed(name: str, field: Any, value: Any) -> Tokens:
    """The terms of a field that makes them in a way of its own, as numbers and dates do."""
    found: list[tuple[int, bytes]] = []
    for term, frequency, weight, encoded in field.index(value):
        if weight != frequency * field.format.field_boost:
            raise ValueError(f"field {name!r}: columns hold no boost of a single term ({term!r} weighs {weight})")
        is_placed = type(field.format) is Positions
        places = field.format.decode_positions(encoded) if is_placed else [0] * int(frequency)
        found.extend((place, term) for place in places)
    found.sort(key=lambda one: one[0])
    return Tokens([term for _, term in found], _unless_counted([place for place, _ in found]))


class _FieldBatch:
    """One field of a batch."""

    def __init__(self, field: Any) -> None:
        self.boost = float(field.format.field_boost)
        self.has_positions = type(field.format) is Positions
        self._numbers: defaultdict[str | bytes, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__
        self._terms: list[Array] = []
        self._places: dict[int, Sequence[int]] = {}
        self._rows: list[int] = []

    def add(self, row: int, tokens: Tokens) -> None:
        size = len(tokens.terms)
        if tokens.places is not None:
            self._places[len(self._rows)] = tokens.places
        self._rows.append(row)
        self._terms.append(np.fromiter(map(self._numbers.__getitem__, tokens.terms), np.int32, size))

    def postings(self) -> Postings:
        encoded = [t if isinstance(t, bytes) else t.encode("utf-8", "surrogatepass") for t in self._numbers]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        sizes = np.array([part.size for part in self._terms], np.int64)
        met = np.concatenate([np.zeros(0, np.int32), *self._terms])
        terms = Terms.of([encoded[at] for at in order])
        rows = np.repeat(np.array(self._rows, np.int64), sizes)
        return invert(terms, ranks[met], rows, self._starts(sizes) if self.has_positions else None)

    def _starts(self, sizes: Array) -> Array:
        """For every token the place its positions are counted from."""
        firsts = np.cumsum(sizes) - sizes
        starts = np.repeat(firsts, sizes)
        for text, places in self._places.items():
            first, end = int(firsts[text]), int(firsts[text] + sizes[text])
            starts[first:end] = np.arange(first, end) - np.asarray(places, np.int64)
        return starts


class Batch:
    """Documents in memory."""

    def __init__(self) -> None:
        self._fields: dict[str, _FieldBatch] = {}
        self.tokens = 0

    def add(self, name: str, field: Any, row: int, tokens: Tokens) -> None:
        """Add a field of the document *row*; rows never fall."""
        if name not in self._fields:
            self._fields[name] = _FieldBatch(field)
        self._fields[name].add(row, tokens)
        self.tokens += len(tokens.terms)

    def content(self, stored: Sequence[bytes], lengths: Mapping[str, Mapping[int, int]]) -> Content:
        """What is to be written: the documents with these stored values and lengths."""
        fields = {
            name: field_content(
                self._fields[name].postings(), self._fields[name].boost, lengths.get(name), len(stored)
            )
            for name in sorted(self._fields)
        }
        return Content(len(stored), fields, stored)


def field_content(
    postings: Postings, boost: float, lengths: Mapping[int, int] | None, documents: int
) -> FieldContent:
    """A field to be written; *lengths* of the documents that have any."""
    all_lengths = np.zeros(documents, np.int64)
    if lengths:
        all_lengths[list(lengths)] = list(lengths.values())
    positions = postings.positions
    furthest = 0 if positions is None else int(positions.max(initial=0))
    total = int(all_lengths.sum())
    facts = FieldFacts(positions is not None, boost=boost, total=total, furthest=furthest)
    return FieldContent(postings, all_lengths, facts)
