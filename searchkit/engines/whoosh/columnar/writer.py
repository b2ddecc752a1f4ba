"""Whoosh's writer for segments with columns: `ColumnarWriter(index)` where one would have called `index.writer()`.

Documents wait in memory as numbers until there are many tokens, and are then turned into a segment at once. Commit
merges these, and the older segments that the merge policy picks, into one file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from whoosh.writing import NO_MERGE, OPTIMIZE, SegmentWriter

from searchkit.engines.whoosh.columnar.arrays import map_file
from searchkit.engines.whoosh.columnar.batch import Batch, Tokens, tokens_of
from searchkit.engines.whoosh.columnar.codec import EXTENSION, ColumnarCodec
from searchkit.engines.whoosh.columnar.converting import converted
from searchkit.engines.whoosh.columnar.documents import ColumnarPerDocReader
from searchkit.engines.whoosh.columnar.merging import Source, merge
from searchkit.engines.whoosh.columnar.policy import tiers
from searchkit.engines.whoosh.columnar.segment import Content, SegmentFile, write_segment

BUDGET = 4_000_000
"""How many tokens wait in memory: 4 bytes each, and about 60 while the largest field is turned into lists."""

MergeType = Callable[[Any, list[Any]], list[Any]]


def MERGE_TIERS(writer: Any, segments: list[Any]) -> list[Any]:
    """A merge policy, for `commit(mergetype=…)`: segments of like size together; see `policy.tiers`."""
    groups = tiers([s.doc_count_all() for s in segments], [s.deleted_count() for s in segments])
    merged = {place for group in groups for place in group}
    OPTIMIZE(writer, [segments[place] for place in sorted(merged)])
    return [segment for place, segment in enumerate(segments) if place not in merged]


class ColumnarWriter(SegmentWriter):  # type: ignore[misc]
    """Adds and deletes documents. Everything a `SegmentWriter` does, with the same arguments.

    Args:
        ix: the index; its other segments may be Whoosh's own.
        budget: how many tokens wait in memory.
    """

    def __init__(self, ix: Any, *, budget: int = BUDGET, **options: Any) -> None:
        options["codec"] = options.get("codec") or ColumnarCodec()
        super().__init__(ix, **options)
        self._budget = budget
        self._batch = Batch()
        self._parts: list[Source] = []

    # adding

    def add_document(self, **fields: Any) -> None:
        """Add a document; nothing of it is added if a field refuses its value."""
        self._check_state()
        names = sorted(name for name in fields if not name.startswith("_") and fields[name] is not None)
        self._check_fields(self.schema, names)
        tokens = [(name, *self._tokens(name, fields)) for name in names]
        columns = [column for name in names for column in self._column_of(name, fields)]
        vectors = [(name, _vector_of(self.schema[name], fields[name])) for name in names]
        self._write_document(fields, tokens, columns, vectors)
        self._added = True
        self.docnum += 1
        if self._batch.tokens >= self._budget:
            self._flush_batch()

    def _tokens(self, name: str, fields: dict[str, Any]) -> tuple[Tokens | None, list[str]]:
        """The terms of a field, and its words for spelling where those are kept apart."""
        field = self.schema[name]
        if not field.indexed:
            return None, []
        boost = self._field_boost(fields, name, self._doc_boost(fields))
        words = list(field.spellable_words(fields[name])) if field.separate_spelling() else []
        return tokens_of(name, field, fields[name], boost), words

    def _column_of(self, name: str, fields: dict[str, Any]) -> list[tuple[str, Any, Any]]:
        field = self.schema[name]
        value = fields.get(f"_stored_{name}", fields[name])
        return (
            [(name, field.column_type, field.to_column_value(value))]
            if field.column_type and value is not None
            else []
        )

    def _write_document(
        self,
        fields: dict[str, Any],
        tokens: Sequence[tuple[str, Tokens | None, list[str]]],
        columns: Sequence[tuple[str, Any, Any]],
        vectors: Sequence[tuple[str, list[Any]]],
    ) -> None:
        """Write a document that is known to be sound; what is stored is encoded first, as that may fail."""
        documents = self.perdocwriter
        documents.start_doc(self.docnum)
        row = len(documents.stored)
        try:
            for name, terms, _ in tokens:
                field = self.schema[name]
                stored = fields.get(f"_stored_{name}", fields[name]) if field.stored else None
                length = len(terms.terms) if terms is not None and field.scorable else 0
                documents.add_field(name, field, stored, length)
            documents.finish_doc()
        except TypeError:
            documents.cancel_doc()
            raise
        documents.add_values(self.docnum, columns)
        for name, items in vectors:
            documents.add_vector_items(name, self.schema[name], items)
        for name, terms, words in tokens:
            if terms is not None:
                self._batch.add(name, self.schema[name], row, terms)
            if words:
                self._add_words(name, row, words)

    def _add_words(self, name: str, row: int, words: list[str]) -> None:
        spelling = self.schema[name].spelling_fieldname(name)
        self._batch.add(spelling, self.schema[spelling], row, Tokens(words))

    # adding what is in other segments

    def add_reader(self, reader: Any) -> None:
        """Add all documents that *reader* has and that are not deleted."""
        self._check_state()
        for leaf, _ in reader.leaf_readers():
            self._flush_batch()
            if isinstance(getattr(leaf, "_perdoc", None), ColumnarPerDocReader):
                self._add_columns(leaf)
            else:
                self._convert(leaf)
        self._added = True

    def _add_columns(self, leaf: Any) -> None:
        source = Source(leaf._perdoc.file, frozenset(leaf.deleted_docs_set))
        self._parts.append(source)
        self._copy_values(leaf)
        self.docnum += source.segment.size - len(source.deleted)
        self.perdocwriter.skip_to(self.docnum)

    def _copy_values(self, leaf: Any) -> None:
        """Sortable columns and vectors are Whoosh's own, and copied one by one."""
        columns = {n: leaf.column_reader(n, f.column_type, translate=False) for n, f in self._sortable(leaf)}
        vectors = [(name, field) for name, field in self.schema.items() if field.vector]
        if not columns and not vectors:
            return
        for docnum, old in enumerate(leaf.all_doc_ids(), self.docnum):
            values = [(name, self.schema[name].column_type, column[old]) for name, column in columns.items()]
            self.perdocwriter.add_values(docnum, values)
            for name, field in vectors:
                if leaf.has_vector(old, name):
                    self.perdocwriter.add_vector_matcher(name, field, leaf.vector(old, name))

    def _sortable(self, leaf: Any) -> list[tuple[str, Any]]:
        return [(name, field) for name, field in self.schema.items() if leaf.has_column(name)]

    def _convert(self, leaf: Any) -> None:
        base = self.docnum
        names = set(self.schema.names()) | {name for name in leaf.indexed_field_names() if name in self.schema}
        renumbered = self.write_per_doc(names, leaf)
        stored, lengths = self.perdocwriter.take()
        numbers = None if renumbered is None else {old: new - base for old, new in renumbered.items()}
        self._add_part(converted(leaf, self.schema, numbers, stored, lengths))

    # writing

    def _flush_batch(self) -> None:
        if self.perdocwriter.stored:
            self._add_part(self._batch.content(*self.perdocwriter.take()))
            self._batch = Batch()

    def _add_part(self, content: Content) -> None:
        """Write a segment for the time being."""
        name = f"{self.newsegment.segment_id()}.{len(self._parts)}"
        write_segment(self._tempstorage.create_file(name), content)
        with (Path(self._tempstorage.folder) / name).open("rb") as stream:
            self._parts.append(Source(SegmentFile(map_file(stream), name)))

    def _merge_segments(self, mergetype: MergeType | None, optimize: bool | None, merge: bool | None) -> list[Any]:
        mergetype = mergetype or self.mergetype
        if mergetype is None and (self.optimize if optimize is None else optimize):
            mergetype = OPTIMIZE
        if mergetype is None:
            mergetype = MERGE_TIERS if (self.merge if merge is None else merge) else NO_MERGE
        return mergetype(self, self.segments)

    def _flush_segment(self) -> None:
        if self._parts:
            self._flush_batch()
        self.perdocwriter.close()
        stream = self.newsegment.create_file(self.storage, EXTENSION)
        if self._parts:
            merge(self._parts, stream, self.schema.names())
        else:
            write_segment(stream, self._batch.content(*self.perdocwriter.take()))
        self.fieldwriter.close()

    def _finish(self) -> None:
        self._parts = []
        super()._finish()

    def cancel(self) -> None:
        """Forget all documents and deletions, and unlock the index."""
        self._check_state()
        self.perdocwriter.discard()
        super().cancel()


def _vector_of(field: Any, value: Any) -> list[Any]:
    if not field.vector:
        return []
    values = field.vector.word_values(value, field.analyzer, mode="index")
    return sorted((text, weight, encoded) for text, _, weight, encoded in values)
