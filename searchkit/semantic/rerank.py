"""A list by words -> the same list, the first articles of it ordered by meaning too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from msgspec.structs import replace

from searchkit.engines.base import Found, Reader, Request
from searchkit.model import Contribution
from searchkit.query.ast import looked_for
from searchkit.query.parser import parse
from searchkit.query.plan import Plan, words_of
from searchkit.semantic.encoder import Row, encoded, load_encoder
from searchkit.semantic.vectors import LEAD, cosines
from searchkit.state import IndexState
from searchkit.translation import gettext as _

T = TypeVar("T")

DEPTH = 40
"""So many articles are ordered anew."""
WEIGHT = 6.0
"""What a cosine of 1 adds, in best scores. Of 2, 4, 6 and 8 the best on asks-dev, and within chance of the best on
others; docs/relevance.md has the figures."""
_FEWEST, _ENOUGH = 1, 4
"""So few words of a query mean no more than they say, and so many have the whole weight: pivot_longer, or a word
with a typo, says nothing to a model, and all articles of the list have it. With the whole weight for all,
duty-dev loses .019."""
_REMEMBERED = 128
"""Queries whose vectors are kept: for the next pages of a list."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The *vector* of what a query asks for, and what a cosine of 1 adds, in best scores."""

    vector: Row
    weight: float


def meaning_of(query: str, planned: Plan, request: Request, state: IndexState) -> Meaning | None:
    """What *query*, or what was probably meant by it, means to the model that made the vectors of an index; None
    where that cannot change the order of *request*.

    Raises:
        ValueError: the index has no vectors, or of a model that is not known here.
        ExtraMissing: the library of the model is not installed.
        EncoderFailed: the model raised an error.
    """
    if state.semantic is None:
        message = _(
            "this index has no vectors to search by meaning; set semantic to lead, or SEARCHKIT_SEMANTIC=lead, "
            "and run `searchkit reindex`"
        )
        raise ValueError(message)
    load_encoder(state.semantic.encoder)
    wanted = planned.meant if planned.suggestion else planned.match
    asked = " ".join(looked_for(parse(planned.suggestion or query).node))[:LEAD]
    words = max(len(words_of(wanted)), len(asked.split()))
    if request.sort != "relevance" or not request.rank or words <= _FEWEST or planned.by_sound:
        return None
    vector = _vector_of(state.semantic.encoder, asked)
    return Meaning(vector, WEIGHT * min(1.0, (words - _FEWEST) / (_ENOUGH - _FEWEST)))


@lru_cache(_REMEMBERED)
def _vector_of(encoder: str, asked: str) -> Row:
    return encoded(encoder, asked, query=True)


def search_by_meaning(reader: Reader, request: Request, meaning: Meaning) -> Found:
    """What `Reader.search` answers to *request*, with the first 40 of the list in another order: to the score of
    each is added how much closer it is to *meaning* than the farthest of them. Pages are cut from that list, and
    scores still fall from one hit to the next."""
    if request.offset >= DEPTH or request.limit == 0:
        return reader.search(request)
    end = None if request.limit is None else request.offset + request.limit
    found = reader.search(replace(request, offset=0, limit=None if end is None else max(end, DEPTH)))
    first = found.hits[:DEPTH]
    if not first:
        return found
    close_to = cosines(meaning.vector, reader.vectors([article_id for article_id, _score in first]))
    weight, farthest = meaning.weight * first[0][1], min(close_to)
    return _reordered(found, [weight * (cosine - farthest) for cosine in close_to], slice(request.offset, end))


def _reordered(found: Found, added: Sequence[float], page: slice) -> Found:
    """The *page* of what was *found* when so much is *added* to the scores of the first."""
    scores = [score for _id, score in found.hits]
    scores[: len(added)] = [score + more for score, more in zip(scores, added, strict=False)]
    first = sorted(range(len(added)), key=lambda at: (-scores[at], found.hits[at][0]))
    chosen = [*first, *range(len(added), len(scores))][page]
    explained = found.explanations
    if explained:
        parts = (Contribution("meaning", more) for more in added)
        explained = (
            *((part, *rest) for part, rest in zip(parts, explained, strict=False)),
            *explained[len(added) :],
        )
    return replace(
        found,
        hits=tuple((found.hits[at][0], scores[at]) for at in chosen),
        articles=_chosen(found.articles, chosen),
        explanations=_chosen(explained, chosen),
        missing=_chosen(found.missing, chosen),
    )


def _chosen(values: tuple[T, ...], places: Sequence[int]) -> tuple[T, ...]:
    """Those of *values* at *places*, if there are values."""
    return tuple(values[at] for at in places) if values else ()
