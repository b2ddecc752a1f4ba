"""The best documents for any of some terms, leaving out postings that cannot matter.

MaxScore (Turtle and Flood, 1995), with arrays: the terms with the highest possible scores are added up for all
their documents. As soon as enough documents have more than all further terms together could give, no other can be
among the best, and the further terms are looked up only for those that can.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from whoosh import query as whoosh_query

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.leaf import Leaf, RankedTerm
from searchkit.engines.whoosh.columnar.matches import Matches

_ROUNDING = 1.0 + 1e-9
_CHEAP = 8
"""A list with fewer than one in so many documents is added up faster than all documents are looked at."""
_GROUP = 32
_SEARCH = 16
"""So many postings are added up in the time that one is searched for."""
_TERM, _OR, _AUTO = whoosh_query.Term, whoosh_query.Or, whoosh_query.Or.AUTO_MATCHER

Wanted = tuple[float, float, RankedTerm]
"""(At least the highest score it can give, how much it counts, the term)."""


def terms_in(query: Any, leaf: Leaf) -> list[Wanted] | None:
    """The terms of a query that is a term, or any of some terms; None if it is something else."""
    wanted: list[Wanted] = []
    return wanted if _collect([query], 1.0, leaf, wanted) else None


def _collect(queries: Sequence[Any], boost: float, leaf: Leaf, into: list[Wanted]) -> bool:
    for query in queries:
        if type(query) is not _TERM:
            if not _collect_parts(query, boost, leaf, into):
                return False
            continue
        weight = boost * query.boost
        if weight <= 0 or query.minquality:
            return False
        term = leaf.term(query.fieldname, query.text)
        if term is not None:
            into.append((term.bound * weight, weight, term))
    return True


def _collect_parts(query: Any, boost: float, leaf: Leaf, into: list[Wanted]) -> bool:
    if type(query) is not _OR or query.scale or query.matcher_type != _AUTO:
        return False
    if len(query.subqueries) > 1:  # Whoosh leaves out the weight of a compound query with one part
        boost *= query.boost
    return _collect(query.subqueries, boost, leaf, into)


def best_matches(wanted: Sequence[Wanted], leaf: Leaf, limit: int, floor: float = 0.0) -> tuple[Matches, bool]:
    """Candidates for the best *limit* documents, among them all that belong there, and whether they are all that
    match. Documents with a score below *floor* may be missing."""
    if not wanted:
        return Matches(np.zeros(0, leaf.document_type), np.zeros(0)), True
    if len(wanted) == 1:
        _, boost, term = wanted[0]
        scored = term.scored()
        return _alive(Matches(scored.documents, scored.scores).times(boost), leaf), True
    total = _scratch(leaf.size)
    try:
        return _candidates(sorted(wanted, key=itemgetter(0), reverse=True), leaf, limit, floor, total), False
    finally:
        total.fill(0.0)


def sum_of(wanted: Sequence[Wanted], leaf: Leaf) -> Matches:
    """All documents with any of the terms, deleted ones included."""
    total = np.zeros(leaf.size)
    for _, boost, term in wanted:
        term.scored().add_to(total, boost)
    documents = total.nonzero()[0]
    return Matches(documents.astype(leaf.document_type), total[documents])


def _candidates(wanted: Sequence[Wanted], leaf: Leaf, limit: int, floor: float, total: Array) -> Matches:
    rest = all_of_them = sum([bound for bound, _, _ in wanted]) * _ROUNDING
    for place, (bound, boost, term) in enumerate(wanted):
        term.scored().add_to(total, boost)
        rest -= bound
        if (rest > floor and rest >= all_of_them - rest) or place + 1 == len(wanted):
            continue  # what was added can not be more than what is left
        if wanted[place + 1][2].count * _CHEAP < leaf.size:
            continue  # to add the next costs less than to look whether it must be
        if leaf.deleted is not None:
            total[leaf.deleted] = 0.0
        high = total > rest
        if rest < floor or np.count_nonzero(high) >= limit:
            return _completed(wanted[place + 1 :], total, total[high], rest, limit, floor)
    if leaf.deleted is not None:
        total[leaf.deleted] = 0.0
    return _highest(total, limit, floor)


def _completed(
    others: Sequence[Wanted], total: Array, high: Array, rest: float, limit: int, floor: float
) -> Matches:
    """The documents that can be among the best, with what the *others* add to them."""
    if high.size >= limit:
        high.partition(high.size - limit)
        floor = max(floor, float(high[high.size - limit]))
    documents = (total > max(0.0, (floor - rest) / _ROUNDING)).nonzero()[0]
    looked_up = []
    for _, boost, term in others:
        if term.count < documents.size * _SEARCH:
            term.scored().add_to(total, boost)
        else:
            looked_up.append((boost, term))
    scores = total[documents]
    for boost, term in looked_up:
        more = term.at(documents)
        scores += more if boost == 1.0 else more * boost
    return Matches(documents, scores)


def _highest(total: Array, limit: int, floor: float) -> Matches:
    """At least the *limit* documents with the highest scores, where there are so many."""
    groups = total.size // _GROUP
    if limit <= groups:  # as many groups, and so documents, have this or more
        bests = total[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
        bests.partition(groups - limit)
        floor = max(floor, float(bests[groups - limit]))
    documents = ((total >= floor) if floor > 0.0 else total).nonzero()[0]
    return Matches(documents, total[documents])


def top(matches: Matches, limit: int) -> list[tuple[float, int]]:
    """(score, document) of the *limit* best, the best first; of equals the one with the lower number."""
    documents, scores = matches.documents, matches.scores
    assert scores is not None
    if documents.size > limit:
        lowest = np.partition(scores, documents.size - limit)[documents.size - limit]
        kept = (scores >= lowest).nonzero()[0]
        documents, scores = documents[kept], scores[kept]
    worst_first = sorted(zip(scores.tolist(), (-documents.astype(np.int64)).tolist(), strict=True))
    return [(score, -number) for score, number in worst_first[: -limit - 1 : -1]]


def _alive(matches: Matches, leaf: Leaf) -> Matches:
    return matches if leaf.deleted is None else matches.where(leaf.alive[matches.documents])


_local = threading.local()


def _scratch(size: int) -> Array:
    """An array of zeros, this thread's own, to be left as it was."""
    total: Array | None = getattr(_local, "total", None)
    if total is None or total.size < size:
        total = _local.total = np.zeros(size)
    return total[:size]
