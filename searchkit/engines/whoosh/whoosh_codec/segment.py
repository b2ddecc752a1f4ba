"""The segments of a table of contents for Whoosh, which asks them for their codec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from whoosh.codec.base import Segment
from whoosh.filedb.filestore import ReadOnlyError

from searchkit.engines.whoosh.segment_meta import SegmentMeta


class ColumnarSegment(Segment):  # type: ignore[misc]  # Whoosh has no types
    """What the table of contents says of a segment. Its name and attributes are part of the format of an index:
    Whoosh unpickles them."""

    def __init__(self, generation: str, listed: SegmentMeta) -> None:
        self.generation = generation
        self.name = listed.name
        self.id = listed.id
        self.documents = listed.documents
        self.deleted = listed.deleted

    def codec(self) -> Any:
        """How it is read."""
        from searchkit.engines.whoosh.whoosh_codec.codec import ColumnarCodec  # writing does without it

        return ColumnarCodec()

    def segment_id(self) -> str:
        """Its name among all of an index."""
        return f"{self.generation}/{self.name}"

    def deleted_count(self) -> int:
        """How many of its documents are deleted."""
        return len(self.deleted)

    def deleted_docs(self) -> Iterator[int]:
        """The documents that are deleted."""
        return iter(self.deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return docnum in self.deleted

    def doc_count_all(self) -> NoReturn:
        """Of all parts of Whoosh only a writer asks this of a segment, and not of its reader, before it begins."""
        refuse_writing()

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        """Nothing is deleted this way."""
        refuse_writing()


def refuse_writing() -> NoReturn:
    """Say who writes an index.

    Raises:
        ReadOnlyError
    """
    raise ReadOnlyError("Whoosh only reads this index; write it with `searchkit reindex` or searchkit.reindex()")
