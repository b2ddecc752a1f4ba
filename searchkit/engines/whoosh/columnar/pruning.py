"""The best documents for any of some terms, leaving out postings that cannot matter.

MaxScore (Turtle and Flood, 1995), with arrays: the terms with the highest possible scores are added up for all
their documents. As soon as enough documents have more than all further terms together could give, no other can be
among the best, and the further terms are looked up only for those that can.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from whoosh import query as whoosh_query

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.leaf import Leaf, RankedTerm
from searchkit.engines.whoosh.columnar.matches import Matches

_ROUNDING = 1.0 + 1e-9
_GUESSES = (0.75, 0.5)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term and how much it counts."""

    term: RankedTerm
    boost: float
    bound: float


def terms_in(query: Any, leaf: Leaf) -> list[Wanted] | None:
    """The terms of a query that is a term, or any of some terms; None if it is something else."""
    wanted: list[Wanted] = []
    return wanted if _collect(query, 1.0, leaf, wanted) else None


def _collect(query: Any, boost: float, leaf: Leaf, into: list[Wanted]) -> bool:
    kind = type(query)
    if kind is whoosh_query.Term:
        weight = boost * query.boost
        if weight <= 0 or query.minquality:
            return False
        term = leaf.term(query.fieldname, query.text)
        if term is not None:
            into.append(Wanted(term, weight, term.bound() * weight))
        return True
    if kind is not whoosh_query.Or or query.scale or query.matcher_type != whoosh_query.Or.AUTO_MATCHER:
        return False
    if len(query.subqueries) > 1:  # Whoosh leaves out the weight of a compound query with one part
        boost *= query.boost
    return all(_collect(part, boost, leaf, into) for part in query.subqueries)


def best_matches(wanted: Sequence[Wanted], leaf: Leaf, limit: int, floor: float = 0.0) -> tuple[Matches, bool]:
    """Candidates for the best *limit* documents, among them all that belong there, and whether they are all that
    match. Documents with a score below *floor* may be missing."""
    if not wanted:
        return Matches(np.zeros(0, leaf.document_type), np.zeros(0)), True
    if len(wanted) == 1:
        scored = wanted[0].term.scored()
        return _alive(Matches(scored.documents, scored.scores).times(wanted[0].boost), leaf), True
    total = _scratch(leaf.size)
    try:
        return _candidates(sorted(wanted, key=_bound, reverse=True), leaf, limit, floor, total), False
    finally:
        total.fill(0.0)


def _bound(wanted: Wanted) -> float:
    return wanted.bound


def _candidates(wanted: Sequence[Wanted], leaf: Leaf, limit: int, floor: float, total: Array) -> Matches:
    left = _sums_of_the_rest(wanted)
    for place, one in enumerate(wanted):
        _add(one, total)
        if leaf.deleted is not None:
            total[leaf.deleted] = 0.0
        rest = left[place + 1]
        if rest and (rest < floor or np.count_nonzero(total > rest) >= limit):
            return _completed(wanted[place + 1 :], total, rest, limit, floor)
    return _highest(total, limit, floor)


def _sums_of_the_rest(wanted: Sequence[Wanted]) -> list[float]:
    """For each place what the terms from there on can give together."""
    left = [0.0]
    for one in reversed(wanted):
        left.append(left[-1] + one.bound * _ROUNDING)
    return left[::-1]


def _add(one: Wanted, total: Array) -> None:
    scored = one.term.scored()
    if scored.dense is not None:
        total += scored.dense if one.boost == 1.0 else scored.dense * one.boost
    else:
        total[scored.documents] += scored.scores if one.boost == 1.0 else scored.scores * one.boost


def _completed(others: Sequence[Wanted], total: Array, rest: float, limit: int, floor: float) -> Matches:
    """The documents that can be among the best, with what the *others* add to them."""
    sure = total[total > rest]
    lowest = float(np.partition(sure, sure.size - limit)[sure.size - limit]) if sure.size >= limit else 0.0
    documents = np.flatnonzero(total > max(0.0, (max(lowest, floor) - rest) / _ROUNDING))
    scores = total[documents]
    for one in others:
        more = one.term.at(documents)
        scores += more if one.boost == 1.0 else more * one.boost
    return Matches(documents, scores)


def _highest(total: Array, limit: int, floor: float) -> Matches:
    """At least the *limit* documents with the highest scores, where there are so many."""
    best = float(total.max())
    for guess in _GUESSES:
        documents = np.flatnonzero(total >= max(best * guess, floor))
        if documents.size >= limit:
            return Matches(documents, total[documents])
    documents = np.flatnonzero(total)
    return Matches(documents, total[documents])


def top(matches: Matches, limit: int) -> Matches:
    """The *limit* best, the best first; of equals the one with the lower number."""
    documents, scores = matches.documents, matches.scores
    assert scores is not None
    if documents.size > limit:
        lowest = np.partition(scores, documents.size - limit)[documents.size - limit]
        kept = np.flatnonzero(scores >= lowest)
        documents, scores = documents[kept], scores[kept]
    order = np.lexsort((documents, -scores))[:limit]
    return Matches(documents[order], scores[order])


def _alive(matches: Matches, leaf: Leaf) -> Matches:
    return matches if leaf.deleted is None else matches.where(leaf.alive[matches.documents])


_local = threading.local()


def _scratch(size: int) -> Array:
    """An array of zeros, this thread's own, to be left as it was."""
    total: Array | None = getattr(_local, "total", None)
    if total is None or total.size < size:
        total = _local.total = np.zeros(size)
    return total[:size]
