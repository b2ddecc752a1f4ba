"""A segment: the fields, columns and stored values of some documents, in one file."""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterable, Mapping
from io import BytesIO

import numpy as np
from msgspec import Struct, field, to_builtins

from searchkit.engines.whoosh.segment.array_directory import ANY, OCTETS
from searchkit.engines.whoosh.segment.array_file import Array, ArrayFile, ArrayFileWriter, Column
from searchkit.engines.whoosh.segment.doc_store import DocStore, compress, write_stored
from searchkit.engines.whoosh.segment.postings import FieldFacts, FieldPostings
from searchkit.engines.whoosh.segment.postings_writer import FieldWriter, Postings
from searchkit.engines.whoosh.segment.safe_io import Count, DamagedFile, SegmentId, converted

VECTORS = "vectors"
"""The array with the vectors, which a segment may be without."""


class FieldContent(Struct, frozen=True):
    """A field to be written: its posting lists and the number of tokens of every document, 0 of keywords."""

    postings: Postings
    lengths: Array
    facts: FieldFacts


class Content(Struct, frozen=True):
    """A segment to be written. `columns` have one number a document, `vectors` a row of bytes or nothing."""

    documents: int
    fields: Mapping[str, FieldContent]
    stored: Iterable[bytes] = ()
    columns: Mapping[str, Array] = field(default_factory=dict)
    vectors: Array = field(default_factory=lambda: np.zeros((0, 0), np.uint8))


class SegmentFacts(Struct, frozen=True):
    """The directory of a segment. Its id tells it from every other one: it is made of what is in it."""

    id: SegmentId
    documents: Count
    fields: dict[str, FieldFacts]
    columns: list[str]


def segment_bytes(content: Content) -> bytes:
    """*content* as the bytes of a segment file."""
    stream = BytesIO()
    file = ArrayFileWriter(stream)
    for name, one in content.fields.items():
        postings, writer = one.postings, FieldWriter(file, name, one.facts, one.lengths)
        writer.add(postings.counts, postings.documents, postings.frequencies, postings.placed)
        writer.finish(postings.terms, [] if postings.positions is None else [postings.positions])
    for name, values in content.columns.items():
        file.put(f"column/{name}", values)
    if content.vectors.size:
        file.put(VECTORS, content.vectors)
    write_stored(file, compress(content.stored))
    fields = {name: one.facts for name, one in content.fields.items()}
    file.finish(to_builtins(SegmentFacts(file.digest(), content.documents, fields, list(content.columns))))
    return stream.getvalue()


class SegmentFile:
    """A segment that was written.

    Raises:
        DamagedFile, OutdatedFile
    """

    def __init__(self, data: bytes | mmap.mmap, name: str = "segment") -> None:
        self._map = data if isinstance(data, mmap.mmap) else None
        self.file = ArrayFile(data, name)
        facts = converted(self.file.facts, SegmentFacts, f"{name}: its directory makes no sense")
        self.id = facts.id
        self.size = facts.documents
        self.fields = {field: FieldPostings(self.file, field, of) for field, of in facts.fields.items()}
        self.column_names = facts.columns
        self.stored = DocStore(self.file)
        self._vectors = self.file.column(VECTORS, OCTETS) if VECTORS in self.file else None
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
        if self._vectors and self._vectors.size != self.size * self.vector_size:
            raise DamagedFile(
                f"{self.file.name}: {self.size} documents, but {self._vectors.size} bytes of vectors"
            )

    @property
    def vector_size(self) -> int:
        """How many bytes the vector of a document has, 0 where there are no vectors."""
        return self._vectors.size // max(1, self.size) if self._vectors else 0

    @property
    def vectors(self) -> Array:
        """The vectors, a row a document."""
        found = self._vectors.whole() if self._vectors else np.zeros(0, np.uint8)
        return found.reshape(self.size, self.vector_size)

    def vector(self, document: int) -> bytes:
        """The vector of a document, b"" where there is none."""
        if self._vectors is None:
            return b""
        found = self._vectors.cut(document * self.vector_size, (document + 1) * self.vector_size)
        return found.tobytes() if found.any() else b""

    def field(self, name: str) -> FieldPostings:
        """One of `fields`, read anew: what it keeps in memory goes with it."""
        return FieldPostings(self.file, name, self.fields[name].facts)

    def column(self, name: str, kinds: Collection[str] = ANY) -> Column:
        """One number of one of these *kinds* for every document."""
        return self.file.column(f"column/{name}", kinds)

    def release(self) -> None:
        """Let go of the memory that pages of the file take; they are read again when they are needed."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
