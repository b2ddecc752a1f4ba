"""Articles that were read and wait to be written, packed: in a file, as the memory is needed for other things."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import IO, Any

_FOLDER = "/var/tmp"
"""Where a large file belongs, unless `TMPDIR` names another folder: `/tmp` may be in memory."""


class Kept:
    """Some bytes in a file. It is pickled as they are.

    Raises:
        OSError: they cannot be read again.
    """

    __slots__ = ("_file", "_size", "_start")

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size

    def __bytes__(self) -> bytes:
        self._file.seek(self._start)
        data = self._file.read(self._size)
        if len(data) < self._size:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return data

    def __reduce__(self) -> tuple[Any, ...]:
        return bytes, (bytes(self),)


class Spool:
    """Packed articles by their ids, in a file that goes with this; in memory where there is no room for one."""

    def __init__(self) -> None:
        self._end = 0
        self._kept: dict[str, Kept | bytes] = {}

    @cached_property
    def _file(self) -> IO[bytes] | None:
        for folder in (os.environ.get("TMPDIR") or _FOLDER, None):
            with suppress(OSError):
                file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - it goes with this
                weakref.finalize(self, file.close)
                return file
        return None

    def update(self, articles: Mapping[str, bytes]) -> None:
        """Keep *articles*, in the place of those with their ids."""
        for article_id, packed in articles.items():
            self._kept[article_id] = self._written(packed) or packed

    def _written(self, packed: bytes) -> Kept | None:
        if self._file is None:
            return None
        with suppress(OSError):
            self._file.seek(self._end)
            if self._file.write(packed) == len(packed):
                self._end += len(packed)
                return Kept(self._file, self._end - len(packed), len(packed))
        return None

    def get(self, article_id: str) -> Kept | bytes:
        """The article with this id; b"" where there is none."""
        return self._kept.get(article_id, b"")

    def discard(self, article_id: str) -> None:
        """Drop the article with this id, if there is one."""
        self._kept.pop(article_id, None)
