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

_MEMORY = 64_000_000
"""Bytes of articles that stay in memory at most, 14,000 like those of the archive; others are read again, which is
a quarter of the work."""


class Spooled:
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
        self._room = _MEMORY
        self._articles: dict[str, Spooled | bytes] = {}

    @cached_property
    def _file(self) -> IO[bytes] | None:
        for folder in (os.environ.get("TMPDIR") or _FOLDER, None):
            with suppress(OSError):
                file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - it goes with this
                self._close = weakref.finalize(self, file.close)
                return file
        return None

    def offer(self, articles: Mapping[str, bytes]) -> None:
        """Keep as many of *articles* as there is room for."""
        for article_id, packed in articles.items():
            if written := self._written(packed):
                self._articles[article_id] = written
            elif len(packed) <= self._room:
                self._room -= len(packed)
                self._articles[article_id] = packed

    def update(self, articles: Mapping[str, bytes]) -> None:
        """Keep *articles*, which nothing else has, in the place of those with their ids."""
        for article_id, packed in articles.items():
            self._articles[article_id] = self._written(packed) or packed

    def _written(self, packed: bytes) -> Spooled | None:
        if self._file is None:
            return None
        with suppress(OSError):
            disk = os.fstatvfs(self._file.fileno())
            if disk.f_bavail * disk.f_frsize < self._end + len(packed):
                return None  # half of what is free is for others, such as the index
            self._file.seek(self._end)
            if self._file.write(packed) == len(packed):
                self._end += len(packed)
                return Spooled(self._file, self._end - len(packed), len(packed))
        return None

    def get(self, article_id: str) -> Spooled | bytes:
        """The article with this id; b"" where there is none."""
        return self._articles.get(article_id, b"")

    def discard(self, article_id: str) -> None:
        """Drop the article with this id, if there is one."""
        self._articles.pop(article_id, None)

    def close(self) -> None:
        """Drop all, and give back the room that they took."""
        self._articles.clear()
        if vars(self).pop("_file", None):
            self._close()
            self._end = 0
