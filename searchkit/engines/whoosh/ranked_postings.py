"""The posting lists that a term is ranked by: those of its fields, without what of them does not rank."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from searchkit.engines.whoosh.fields import bigrams_of, characters_of, left_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings import FieldPostings, places_in
from searchkit.engines.whoosh.segment.term_dictionary import encode
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.query.plan import Channel, RankTerm
from searchkit.schema import FIELD_NAMES

Postings = list[tuple[str, FieldPostings, int]]
"""The fields that have a term: their names, what is stored of them, and the number of the term there."""
_ADDED_UP = tuple(sorted(FIELD_NAMES, key=lambda name: name == "body"))
"""The fields, that with the longest lists last. The order is the same in all segments, as it decides how a sum is
rounded, and articles with the same score are in the order of their ids."""
STORED_AS: dict[Channel, Callable[[str], str]] = {
    "words": str, "bigrams": bigrams_of, "characters": characters_of,
}  # fmt: skip


def postings_of(segment: SegmentSearcher, term: RankTerm) -> Postings:
    """The posting lists of *term* in its fields, in the order in which they are added up everywhere."""
    if term.channel == "bigrams" and len(term.term) == 1:
        return []  # a Han character that nothing follows is there for phrases only
    encoded, found = encode(term.term), []
    for name in _ADDED_UP:
        if not term.fields or name in term.fields:
            field = segment.fields[STORED_AS[term.channel](name)]
            number = field.find(encoded)
            if number >= 0:
                found.append((name, field, number))
    return found


def frequencies_of(segment: SegmentSearcher, field: FieldPostings, number: int) -> tuple[Array, Array]:
    """The documents that have the term with this *number*, and how often each has it where it ranks."""
    span = field.span(number)
    documents, often = field.documents(*span), field.frequencies(*span)
    if left := unranked_of(segment, field, number):
        span = left[0].span(left[1])
        hits, at = places_in(documents, left[0].documents(*span))
        unranked = left[0].frequencies(*span)[hits].astype(np.int64)
        often[at] = np.maximum(often[at], unranked) - unranked
    return documents, often


def sum_of(longer: tuple[Array, Array], shorter: tuple[Array, Array]) -> tuple[Array, Array]:
    """The documents of two lists, ascending, and the sum of the frequencies of each; those of the *longer* list
    are changed."""
    (documents, frequencies), (others, added) = longer, shorter
    hits, at = places_in(documents, others)
    frequencies[at] += added[hits]
    if at.size == others.size:
        return longer
    alone = others[~hits]
    places = np.searchsorted(documents, alone)
    return np.insert(documents, places, alone), np.insert(frequencies, places, added[~hits])


def unranked_of(segment: SegmentSearcher, field: FieldPostings, number: int) -> tuple[FieldPostings, int] | None:
    """The field with what of *field* does not rank, and the number there of the term with this *number*."""
    left = segment.fields.get(left_of(field.name))
    if left is not None and (there := left.find(field.term(number))) >= 0:
        return left, there
    return None
