"""An index of Whoosh whose table of contents is made of our own files whenever it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from searchkit.analysis.fingerprint import difference, fingerprint
from searchkit.engines.whoosh.directory import Directory
from searchkit.engines.whoosh.reader import WhooshReader
from searchkit.engines.whoosh.segment_meta import read_segment_metas
from searchkit.engines.whoosh.whoosh_codec.contents import table_of_contents
from searchkit.engines.whoosh.whoosh_codec.segment import refuse_writing
from searchkit.errors import IndexOutdated


class ReadOnlyIndex(FileIndex):  # type: ignore[misc]  # Whoosh has no types
    """The newest state of the index in *folder*, for whoever only reads it."""

    def __init__(self, folder: Path) -> None:
        self.storage = FileStorage(str(folder), readonly=True)
        self.indexname = "MAIN"
        self._directory = Directory(folder)
        self._read_toc()

    def _read_toc(self) -> TOC:
        return self._directory.open_current(_contents)

    def latest_generation(self) -> int:
        """The number of the newest state."""
        return int(self._read_toc().generation)

    def writer(self, *args: Any, **kwargs: Any) -> NoReturn:
        """No writer."""
        refuse_writing()


def _contents(generation: Path) -> TOC:
    """The table of contents of a generation that can be opened, segments and all."""
    reader = WhooshReader(generation)
    state = reader.state
    reader.close()
    place = generation.parent
    if why := difference(state.analyzer, fingerprint()):
        raise IndexOutdated(f"{place}: reindex needed: {why}; run `searchkit reindex`")
    return table_of_contents(generation.name, read_segment_metas(generation), state.user_words)
