"""The postings and columns of a Whoosh index, all its segments as one sequence of document numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from whoosh.reading import IndexReader, TermNotFound

from searchkit.engines.whoosh.blocks import Block, PostingLists


class Segments:
    """All segments of an index as one sequence of document numbers."""

    def __init__(self, reader: IndexReader) -> None:
        self._schema = reader.schema
        self.size: int = reader.doc_count_all()
        self.leaves: list[tuple[Any, int]] = _leaves(reader) if self.size else []
        self._lists = PostingLists(self.leaves, lambda field: reader.schema[field].format)
        self.deleted = frozenset(
            base + number for leaf, base in self.leaves for number in leaf._perdoc.deleted_docs()
        )

    def leaf_of(self, document: int) -> tuple[Any, int]:
        """The segment that holds a document, and its number there."""
        leaf, base = self.leaves[bisect_right(self.leaves, document, key=lambda pair: pair[1]) - 1]
        return leaf, document - base

    def documents(self, field: str, term: str) -> list[int]:
        """Numbers of the documents with *term*, ascending, deleted ones left out."""
        found = [number for block in self._lists.blocks(field, term) for number in block.documents]
        return [n for n in found if n not in self.deleted] if self.deleted else found

    def frequencies(self, field: str, term: str) -> Iterator[tuple[int, float]]:
        """(document number, how often *term* occurs), ascending."""
        for block in self._lists.blocks(field, term):
            for number, frequency in zip(block.documents, block.frequencies, strict=True):
                if number not in self.deleted:
                    yield number, frequency

    def positions(self, field: str, term: str, among: list[int] | None = None) -> Iterator[tuple[int, list[int]]]:
        """(document number, positions of *term*), ascending; only for documents *among* those given, sorted."""
        wanted = None if among is None else set(among)
        for block in self._blocks_with(field, term, among):
            for at, number in enumerate(block.documents):
                if (wanted is None or number in wanted) and number not in self.deleted:
                    yield number, block.positions(at)

    def count(self, field: str, term: str) -> int:
        """About how many documents have *term*: deleted ones count."""
        encoded = term.encode("utf-8", "replace")
        return sum(_count(leaf, field, encoded) for leaf, _ in self.leaves)

    def terms(self, field: str, prefix: str = "") -> Iterator[str]:
        """The terms of *field* that begin with *prefix*, sorted within a segment."""
        encoded = prefix.encode("utf-8", "replace")
        for leaf, _ in self.leaves:
            if field not in leaf._terms.indexed_field_names():
                continue
            for name, term in leaf._terms.terms_from(field, encoded):
                if name != field or not term.startswith(encoded):
                    break
                yield term.decode("utf-8", "replace")

    def column(self, field: str) -> Iterator[Any]:
        """The value of a column for every document, in their order."""
        for leaf, _ in self.leaves:
            column = self._schema[field].column_type
            if leaf.has_column(field):
                reader = leaf.column_reader(field)
                yield from (reader[number] for number in range(leaf.doc_count_all()))
            else:
                yield from [column.default_value()] * leaf.doc_count_all()

    def _blocks_with(self, field: str, term: str, among: list[int] | None) -> Iterator[Block]:
        """The blocks that may hold a document *among* those given."""
        passed = 0
        for block in self._lists.blocks(field, term):
            reached = 0 if among is None else bisect_right(among, block.last)
            if among is None or reached > passed:
                yield block
            passed = reached


def _leaves(reader: IndexReader) -> list[tuple[Any, int]]:
    """The segments, each with the number of its first document."""
    return [(reader, 0)] if reader.is_atomic() else list(reader.leaf_readers())


def _count(leaf: Any, field: str, term: bytes) -> int:
    try:
        count: int = leaf._terms.doc_frequency(field, term)
    except (TermNotFound, KeyError):
        return 0
    return count
