"""Tables that take milliseconds to make, as files in the user's cache: a search as a process waits for none.

A file is derived from others: those of a package, and that of the code that makes it. It is read only where these
are the same now, and where it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar
from unicodedata import unidata_version
from zlib import crc32

import msgspec

from searchkit.schema import ANALYZER_VERSION
from searchkit.user_folder import user_folder

Table = TypeVar("Table")
_LARGEST = 8 << 20
"""Bytes of a file that may be such a table."""


class CachedTable(Generic[Table]):
    """The table called *name*, of the type *kind*, that *make* makes of the files *sources*."""

    def __init__(
        self, name: str, kind: type[Table], make: Callable[[], Table], sources: Callable[[], Iterable[Path]]
    ) -> None:
        self._name = f"{name}.json"
        self._kind = kind
        self._make = make
        self._sources = sources

    def load(self) -> Table:
        """The table, from the cache if it is there."""
        stored = self._stored()
        return self._make() if stored is None else stored

    def store(self) -> None:
        """Put the table into the cache, unless it is there; that it cannot be put there is no error."""
        with suppress(OSError):
            if self._path.is_absolute() and self._stored() is None:
                data = msgspec.json.encode(self._make())
                write_whole(self._path, b"%08x\n%s\n%s" % (crc32(data), self._made_of(), data))

    def _stored(self) -> Table | None:
        path = self._path
        with suppress(OSError, ValueError, msgspec.MsgspecError):
            if not path.is_absolute() or not path.is_file() or path.stat().st_size > _LARGEST:
                return None  # nobody's home, a pipe, or something else
            checksum, made_of, data = path.read_bytes().split(b"\n", 2)
            if made_of == self._made_of() and int(checksum, 16) == crc32(data):
                return msgspec.json.decode(data, type=self._kind)
        return None

    @property
    def _path(self) -> Path:
        return user_folder("cache") / self._name

    def _made_of(self) -> bytes:
        """What tells whether the table would be another one now."""
        files = [(path.name, crc32(path.read_bytes())) for path in self._sources()]
        return repr((ANALYZER_VERSION, unidata_version, files)).encode()


def write_whole(path: Path, data: bytes) -> None:
    """Write *data* to the file at *path*; whoever reads it meanwhile has all of what was there or of this.

    Raises:
        OSError: it cannot be written; nothing is left of it.
    """
    from tempfile import mkstemp  # a query writes nothing

    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = mkstemp(dir=path.parent, prefix=path.name)
    try:
        os.close(number)
        Path(name).write_bytes(data)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
