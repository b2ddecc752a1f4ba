"""The terms of a batch of documents -> posting lists, by one sort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchkit.engines.whoosh.segment.array_file import Array

_LOW = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Terms:
    """Distinct terms in the order of their bytes: all of them in a row, and where each ends."""

    text: bytes
    ends: Array

    @classmethod
    def of(cls, terms: Sequence[bytes]) -> Terms:
        """*terms*, which are distinct and sorted."""
        lengths = np.fromiter(map(len, terms), np.int64, len(terms))
        return cls(b"".join(terms), np.cumsum(lengths))

    def __len__(self) -> int:
        return int(self.ends.size)

    def list(self) -> list[bytes]:
        """One bytes object a term."""
        ends = self.ends.tolist()
        return [self.text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@dataclass(frozen=True, slots=True)
class Postings:
    """The posting lists of one field, term by term, each in the order of its documents.

    `counts` is how many documents each term has; `documents` and `frequencies` have that many values for each
    term; `positions`, where they are kept, have one value for each occurrence.
    """

    terms: Terms
    counts: Array
    documents: Array
    frequencies: Array
    positions: Array | None = None


def invert(terms: Terms, ranks: Array, rows: Array, starts: Array | None = None) -> Postings:
    """Posting lists of the tokens of some texts, one after the other.

    Args:
        ranks: for every token which of *terms* it is.
        rows: for every token the number of its document, never falling.
        starts: for every token the place of the first token of its document; None if positions are not kept.
    """
    size = ranks.size
    keys = ranks.astype(np.int64) << 32
    keys |= np.arange(size, dtype=np.int64)
    keys.sort()
    places = keys & _LOW
    ranked = keys >> 32
    documents = rows[places]
    is_first = np.ones(size, bool)
    is_first[1:] = (ranked[1:] != ranked[:-1]) | (documents[1:] != documents[:-1])
    firsts = np.flatnonzero(is_first)
    return Postings(
        terms,
        np.bincount(ranked[firsts], minlength=len(terms)),
        documents[firsts],
        np.diff(np.append(firsts, size)),
        None if starts is None else places - starts[places],
    )


def invert_texts(texts: Sequence[Sequence[str]], rows: Sequence[int], *, positions: bool) -> Postings:
    """Posting lists of *texts*, lists of terms, that belong to the documents numbered *rows*, ascending."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    number = numbers.__getitem__
    parts = [np.fromiter(map(number, text), np.int64, len(text)) for text in texts]
    met = np.concatenate(parts) if parts else np.zeros(0, np.int64)
    encoded = [term.encode("utf-8", "surrogatepass") for term in numbers]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return invert(
        Terms.of([encoded[at] for at in order]),
        ranks[met],
        np.repeat(np.asarray(rows, np.int64), lengths),
        np.repeat(np.cumsum(lengths) - lengths, lengths) if positions else None,
    )
