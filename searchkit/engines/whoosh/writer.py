"""Documents -> a new generation of a Whoosh index."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from whoosh import index

from searchkit.engines.base import Document
from searchkit.engines.whoosh.fields import NO_DATE, characters_of, length_of, make_codec, make_schema
from searchkit.engines.whoosh.generations import Generations
from searchkit.engines.whoosh.storing import pack

STATE, MANIFEST = "state.json", "manifest.gz"
_MEMORY_MB = 256


class WhooshWriter:
    """Builds a generation beside the published one. Needs the lock of the index."""

    def __init__(self, generations: Generations, *, full: bool) -> None:
        self._generations = generations
        self._generation = generations.begin(full=full)
        self._published = False
        try:
            opened = _open_or_create(self._generation)
            self._writer = opened.writer(limitmb=_MEMORY_MB, codec=make_codec(), timeout=0.0)
        except BaseException:
            shutil.rmtree(self._generation, ignore_errors=True)
            raise

    def remove(self, ids: Iterable[str]) -> None:
        for article_id in ids:
            self._writer.delete_by_term("id", article_id.encode("utf-8", "replace"))

    def add(self, document: Document) -> None:
        facts, text = pack(document.article)
        values: dict[str, Any] = {
            "article_id": document.article.id.encode("utf-8", "replace"),
            "clock": NO_DATE if document.clock is None else document.clock,
            "article": facts,
            "text": text,
            **document.keywords,
        }
        for name, words in document.words.items():
            values[name] = words
            values[length_of(name)] = len(words)
        for name, characters in document.characters.items():
            values[characters_of(name)] = characters
        self._writer.add_document(**values)

    def commit(self, state: dict[str, Any], manifest: bytes) -> None:
        self._writer.commit()
        _replace(self._generation / STATE, json.dumps(state, ensure_ascii=False).encode())
        _replace(self._generation / MANIFEST, zlib.compress(manifest, 1))
        self._generations.publish(self._generation)
        self._published = True

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._published:
            if not self._writer.is_closed:
                self._writer.cancel()
            shutil.rmtree(self._generation, ignore_errors=True)


def _open_or_create(folder: Path) -> index.FileIndex:
    if index.exists_in(folder):
        return index.open_dir(folder)
    return index.create_in(folder, make_schema())


def _replace(path: Path, data: bytes) -> None:
    """A new file at *path*: the one there may be linked from the generation before."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)
