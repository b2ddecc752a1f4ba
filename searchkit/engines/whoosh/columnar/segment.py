"""A segment: the fields, columns and stored values of some documents, in one file."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import IO

import numpy as np

from searchkit.engines.whoosh.columnar.arrays import Array, ArrayFile, ArrayFileWriter, Column, narrow
from searchkit.engines.whoosh.columnar.field import Field, FieldFacts
from searchkit.engines.whoosh.columnar.field_writer import write_field
from searchkit.engines.whoosh.columnar.inversion import Postings
from searchkit.engines.whoosh.columnar.storing import Stored, compress, write_stored


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
    file.close(segment_facts(content.documents, {n: f.facts for n, f in content.fields.items()}, content.columns))


def segment_facts(documents: int, fields: Mapping[str, FieldFacts], columns: Iterable[str]) -> dict[str, object]:
    """The directory of a segment."""
    return {
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
        self.size: int = self.file.facts["documents"]
        self.fields = {
            name: Field(self.file, name, FieldFacts(**facts)) for name, facts in self.file.facts["fields"].items()
        }
        self.stored = Stored(self.file)

    @property
    def column_names(self) -> list[str]:
        """The names of its columns."""
        names: list[str] = self.file.facts["columns"]
        return names

    def column(self, name: str) -> Column:
        """One number for every document."""
        return self.file.column(f"column/{name}")

    def release(self) -> None:
        """Let go of the memory that pages of the file take; they are read again when they are needed."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)


def no_lengths(documents: int) -> Array:
    """The lengths of a field that no document has."""
    return narrow(np.zeros(documents, np.int64))
