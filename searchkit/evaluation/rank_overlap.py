"""Two indexes, the same queries -> how far their results agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from searchkit.evaluation.queries import Query
from searchkit.index import Index

PERSISTENCE = 0.9
"""Of `rank_overlap`: the first ten ranks make up 86 % of it."""
_TOP = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two result lists of a query agree. `totals` are the numbers of matches. `only` are the articles of
    each list that the other list does not have, in their order. The measures are from 0 to 1."""

    query: Query
    totals: tuple[int, int]
    same_order: bool
    overlap_at_10: float
    rbo: float
    only: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def is_whole(self) -> bool:
        """Whether lists and totals are equal."""
        return self.same_order and self.totals[0] == self.totals[1]


def compare_indexes(
    one: Index,
    other: Index,
    queries: Sequence[Query],
    *,
    depth: int,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Agreement, ...]:
    """How far the first *depth* articles of *one* agree with those of *other*, for each of the *queries*.
    *progress* is called after each query with the number of queries done and of all queries."""
    found = []
    for done, query in enumerate(queries, 1):
        found.append(_agreement(query, one, other, depth))
        if progress:
            progress(done, len(queries))
    return tuple(found)


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """The number of common entries divided by the length of the longer list; 1 if both are empty.

    >>> overlap(["a", "b"], ["b", "c", "d", "a"]), overlap([], [])
    (0.5, 1.0)
    """
    longest = max(len(one), len(other))
    return len(set(one) & set(other)) / longest if longest else 1.0


def rank_overlap(one: Sequence[str], other: Sequence[str], persistence: float = PERSISTENCE) -> float:
    """The rank-biased overlap of two lists, best first: the weighted mean, over prefixes of every length, of the
    share that both prefixes have in common; longer prefixes weigh less. 1 for equal lists, 0 for disjoint lists.
    Prefixes longer than both lists count as the lists themselves.

    Source: Webber, Moffat and Zobel, "A similarity measure for indefinite rankings", 2010: RBO_EXT of lists of the
    same length. For lists of different lengths, the number of common entries is divided by the mean length of
    the two prefixes, as the paper does for ties (equation 28).

    >>> rank_overlap("abc", "abc"), rank_overlap("abc", "xyz"), rank_overlap("ab", "ba", 0.5)
    (1.0, 0.0, 0.5)
    """
    shares = _shares(one, other)
    if not shares:
        return 1.0
    total = sum(share * persistence**depth for depth, share in enumerate(shares, 1))
    return round((1 - persistence) / persistence * total + shares[-1] * persistence ** len(shares), 12)


def _shares(one: Sequence[str], other: Sequence[str]) -> list[float]:
    """The share that the prefixes of both lists have in common, for prefixes of every length."""
    ranks = {article: rank for rank, article in enumerate(other)}
    met = Counter(max(rank, ranks[article]) for rank, article in enumerate(one) if article in ranks)
    longest = max(len(one), len(other))
    counts = accumulate(met[rank] for rank in range(longest))
    sizes = (min(depth, len(one)) + min(depth, len(other)) for depth in range(1, longest + 1))
    return [2 * count / size for count, size in zip(counts, sizes, strict=True)]


def _agreement(query: Query, one: Index, other: Index, depth: int) -> Agreement:
    lists = [[article for article, _ in index.scored(query.text, limit=depth)] for index in (one, other)]
    totals = [index.search(query.text, limit=0, snippets=False).total for index in (one, other)]
    return Agreement(
        query=query,
        totals=(totals[0], totals[1]),
        same_order=lists[0] == lists[1],
        overlap_at_10=overlap(lists[0][:_TOP], lists[1][:_TOP]),
        rbo=rank_overlap(lists[0], lists[1]),
        only=(_missing(lists[0], lists[1]), _missing(lists[1], lists[0])),
    )


def _missing(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    there = set(other)
    return tuple(article for article in one if article not in there)
