"""The Whoosh engine: an index in a folder, published a generation at a time."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.engines.base import Document, Remains
from searchkit.engines.whoosh.directory import Directory
from searchkit.engines.whoosh.filesystem import FILESYSTEM, Filesystem
from searchkit.engines.whoosh.published import WhooshPublished, remains_of
from searchkit.errors import IndexError_

if TYPE_CHECKING:
    from searchkit.engines.whoosh.reader import WhooshReader
    from searchkit.engines.whoosh.writer import WhooshWriter


class WhooshEngine:
    """An index in the folder *location*, written through *disk*."""

    def __init__(self, location: Path, disk: Filesystem = FILESYSTEM) -> None:
        self._generations = Directory(location, disk)

    def read(self) -> WhooshReader:
        from searchkit.engines.whoosh.reader import WhooshReader  # a run that changes nothing needs none

        return self._generations.open_current(WhooshReader)

    def published(self) -> WhooshPublished:
        return self._generations.open_current(WhooshPublished)

    def remains(self) -> Remains:
        try:
            return self._generations.open_current(remains_of)
        except IndexError_:
            return Remains()

    def locked(self) -> AbstractContextManager[None]:
        return self._generations.locked()

    @staticmethod
    def pack(documents: Iterable[Document]) -> bytes:
        from searchkit.engines.whoosh.segment_builder import pack

        return pack(documents)

    def write(self, *, full: bool) -> WhooshWriter:
        from searchkit.engines.whoosh.writer import WhooshWriter

        return WhooshWriter(self._generations, full=full)
