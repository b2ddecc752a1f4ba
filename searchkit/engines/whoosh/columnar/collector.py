"""A search with arrays, as one of Whoosh's collectors: `search(searcher, query)` in place of `searcher.search`.

What arrays cannot do, and segments without columns, are left to Whoosh's matchers, which then score every match.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.collectors import FilterCollector, TermsCollector, TopCollector

from searchkit.engines.whoosh.columnar.evaluating import evaluate
from searchkit.engines.whoosh.columnar.leaf import UnsupportedQueryError, leaf_of
from searchkit.engines.whoosh.columnar.pruning import best_matches, terms_in, top


def search(
    searcher: Any, query: Any, limit: int | None = 10, *, filter: Any = None, mask: Any = None, terms: bool = False
) -> Any:
    """The best *limit* documents for *query*, or all, as Whoosh's `Results`.

    Args:
        filter, mask: only documents that match the one and not the other; searched by Whoosh's matchers.
        terms: note which terms matched; searched by Whoosh's matchers.

    Raises:
        ValueError: *limit* is less than 1.
    """
    if limit is not None and limit < 1:
        raise ValueError("limit must be >= 1")
    collector: Any = ColumnarCollector(limit or max(1, searcher.doc_count_all()))
    if terms:
        collector = TermsCollector(collector)
    if filter is not None or mask is not None:
        collector = FilterCollector(collector, filter, mask)
    searcher.search_with_collector(query, collector)
    return collector.results()


class ColumnarCollector(TopCollector):  # type: ignore[misc]
    """Collects the best documents. Inside another collector it is an exhaustive `TopCollector`."""

    items: list[tuple[float, int]]

    def __init__(self, limit: int = 10) -> None:
        super().__init__(limit=limit, usequality=False, replace=0)
        self._is_counted = True

    def run(self) -> None:
        """Search all segments."""
        try:
            for searcher, offset in self.top_searcher.leaf_searchers():
                if not self._collect_arrays(searcher, offset):
                    self.set_subsearcher(searcher, offset)
                    self.collect_matches()
        finally:
            self.finish()

    def _collect_arrays(self, searcher: Any, offset: int) -> bool:
        """Search one segment; False if arrays cannot."""
        leaf = leaf_of(searcher, self.top_searcher)
        if leaf is None:
            return False
        try:
            wanted = terms_in(self.q, leaf)
            if wanted is None:
                matches, is_all = evaluate(self.q, leaf), True
            else:
                matches, is_all = best_matches(wanted, leaf, self.limit, self._floor())
        except UnsupportedQueryError:
            return False
        if is_all:
            self.total += len(matches)
        else:
            self._is_counted = False
        found = [(score, -offset - number) for score, number in top(matches, self.limit)]
        self.items = sorted(self.items + found)[-self.limit :] if self.items else found[::-1]
        return True

    def _floor(self) -> float:
        """The score that a document needs, now that there are enough others."""
        return float(self.items[0][0]) if len(self.items) >= self.limit else 0.0

    def computes_count(self) -> bool:
        """Whether the number of matches is known already."""
        return self._is_counted

    def count(self) -> int:
        """How many documents match."""
        if not self._is_counted:
            self.total = sum(self._counts())
            self._is_counted = True
        return int(self.total)

    def _counts(self) -> Iterator[int]:
        for searcher, _ in self.top_searcher.leaf_searchers():
            yield len(self._documents(searcher))

    def all_ids(self) -> Iterator[int]:
        """The numbers of all documents that match."""
        for searcher, offset in self.top_searcher.leaf_searchers():
            for number in self._documents(searcher):
                yield number + offset

    def _documents(self, searcher: Any) -> list[int]:
        leaf = leaf_of(searcher, self.top_searcher)
        try:
            if leaf is not None:
                documents: list[int] = evaluate(self.q, leaf, scored=False).documents.tolist()
                return documents
        except UnsupportedQueryError:
            pass
        return list(self.q.docs(searcher))
