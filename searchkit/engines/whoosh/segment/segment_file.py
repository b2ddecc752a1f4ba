"""A segment: the fields, columns and stored values of some documents, in one file."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from dataclasses import fields as fields_of
from io import BytesIO
from typing import IO, Any, TypeGuard

import numpy as np

from searchkit.engines.whoosh.segment.array_file import Array, ArrayFile, ArrayFileWriter, Column, narrow
from searchkit.engines.whoosh.segment.doc_store import DocStore, compress, write_stored
from searchkit.engines.whoosh.segment.postings import FieldFacts, FieldPostings
from searchkit.engines.whoosh.segment.postings_writer import Postings, write_field
from searchkit.engines.whoosh.segment.safe_io import DamagedFile, is_count


@dataclass(frozen=True, slots=True)
class FieldContent:
    """A field to be written: its posting lists and the number of tokens of every document."""

    postings: Postings
    lengths: Array
    facts: FieldFacts


@dataclass(frozen=True, slots=True)
class Content:
    """A segment to be written. `columns` have one number a document."""

    documents: int
    fields: Mapping[str, FieldContent]
    stored: Iterable[bytes] = ()
    columns: Mapping[str, Array] = field(default_factory=dict)


def write_segment(stream: IO[bytes], content: Content) -> None:
    """Write *content* and close *stream*."""
    file = ArrayFileWriter(stream)
    for name, one in content.fields.items():
        write_field(file, name, one.facts, one.lengths, one.postings)
    for name, values in content.columns.items():
        write_column(file, name, values)
    write_stored(file, compress(content.stored))
    fields = {name: one.facts for name, one in content.fields.items()}
    file.close(segment_facts(file.digest(), content.documents, fields, content.columns))


def segment_facts(
    segment_id: str, documents: int, fields: Mapping[str, FieldFacts], columns: Iterable[str]
) -> dict[str, object]:
    """The directory of a segment. Its id tells it from every other one: it is made of what is in it."""
    return {
        "id": segment_id,
        "documents": documents,
        "fields": {name: asdict(facts) for name, facts in fields.items()},
        "columns": list(columns),
    }


def write_column(file: ArrayFileWriter, name: str, values: Array) -> None:
    """Write a column of numbers."""
    file.put(f"column/{name}", values)


class _Buffer(BytesIO):
    """A stream whose content outlives its `close`."""

    content = b""

    def close(self) -> None:
        self.content = self.getvalue()
        super().close()


def segment_bytes(content: Content) -> bytes:
    """*content* as the bytes of a segment file."""
    buffer = _Buffer()
    write_segment(buffer, content)
    return buffer.content


class SegmentFile:
    """A segment that was written.

    Raises:
        DamagedFile, OutdatedFile
    """

    def __init__(self, data: bytes | mmap.mmap, name: str = "segment") -> None:
        self._map = data if isinstance(data, mmap.mmap) else None
        self.file = ArrayFile(data, name)
        facts = self.file.facts
        if list(facts) != list(segment_facts("", 0, {}, ())) or not _are_facts(*facts.values()):
            raise DamagedFile(f"{name}: its directory makes no sense")
        self.id: str = facts["id"]
        self.size: int = facts["documents"]
        self.fields = {
            field: FieldPostings(self.file, field, FieldFacts(**of)) for field, of in facts["fields"].items()
        }
        self.column_names: list[str] = facts["columns"]
        self.stored = DocStore(self.file)
        self._check_sizes()

    def _check_sizes(self) -> None:
        """See that all of it speaks of the same number of documents, so that no number taken from it is larger
        than the file itself allows."""
        lengths, columns = (f"{name}/lengths" for name in self.fields), (f"column/{n}" for n in self.column_names)
        sizes = {name: self.file.count(name) for name in (*lengths, *columns)}
        if len(self.stored) or not sizes:  # a writer may store nothing
            sizes["stored values"] = len(self.stored)
        for name, size in sizes.items():
            if size != self.size:
                raise DamagedFile(f"{self.file.name}: {self.size} documents, but {size} {name}")

    def column(self, name: str) -> Column:
        """One number for every document.

        Raises:
            DamagedFile: there is no such column.
        """
        return self.file.column(f"column/{name}")

    def release(self) -> None:
        """Let go of the memory that pages of the file take; they are read again when they are needed."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)


def no_lengths(documents: int) -> Array:
    """The lengths of a field that no document has."""
    return narrow(np.zeros(documents, np.int64))


_FACT_TYPES: dict[str, tuple[type, ...]] = {
    "positions": (bool,), "boost": (float, int), "b": (float, int), "total": (int,), "furthest": (int,),
}  # fmt: skip


def is_id(value: object) -> TypeGuard[str]:
    """Whether *value* can be the id of a segment."""
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value) is not None


def _are_facts(segment_id: object, documents: object, fields: object, columns: object) -> bool:
    return (
        is_id(segment_id)
        and is_count(documents)
        and isinstance(fields, dict)
        and all(_are_facts_of_field(facts) for facts in fields.values())
        and isinstance(columns, list)
        and all(isinstance(name, str) for name in columns)
    )


def _are_facts_of_field(facts: Any) -> bool:
    return (
        isinstance(facts, dict)
        and list(facts) == [one.name for one in fields_of(FieldFacts)]
        and all(type(value) in _FACT_TYPES[name] and 0 <= value < _MOST for name, value in facts.items())
    )


_MOST = 1 << 63
