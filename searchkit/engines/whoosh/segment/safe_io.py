"""Reading what lies in the folder of an index as plain data: small files, JSON, compressed text.

Nothing here trusts a file to be what it should be. A file that is a link, a pipe or too large is not read; JSON
that is nested too deep, and a little that unpacks to too much, are errors like any other damage.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import zlib
from pathlib import Path
from typing import IO, Annotated, Any, TypeVar

import msgspec

_FLAGS = sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK"))
"""A pipe would be waited for until somebody writes into it."""
T = TypeVar("T")
Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
SegmentId = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
_NOT_A_FILE = (errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EISDIR)


class DamagedFile(ValueError):
    """A file is not what was written; the message names it."""


def open_file(path: Path) -> IO[bytes]:
    """The file at *path*, open.

    Raises:
        OSError: it cannot be opened.
        DamagedFile: it is not a file, but a link to one that may be anywhere, a folder, a pipe or a device.
    """
    try:
        stream = open(path, "rb", opener=lambda name, flags: os.open(name, flags | _FLAGS))  # noqa: SIM115 - Path.open knows no opener
    except OSError as error:
        if error.errno in _NOT_A_FILE:
            raise DamagedFile(f"{path}: not a file") from error
        raise
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise DamagedFile(f"{path}: not a file")
    return stream


def read_small(path: Path, limit: int) -> bytes:
    """What is in the file at *path*, which has at most *limit* bytes.

    Raises:
        OSError: it cannot be read.
        DamagedFile: it is not a file, or larger.
    """
    with open_file(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        data = stream.read(min(size, limit) + 1)  # memory for what there is, however much there may be
    if max(size, len(data)) > limit:
        raise DamagedFile(f"{path}: more than {limit:,} bytes")
    return data


def json_value(data: bytes, name: str) -> Any:
    """The value in *data*; *name* is what an error calls it.

    Raises:
        DamagedFile: there is none.
    """
    try:
        return json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"{name}: not JSON ({error})") from error


def converted(value: Any, kind: type[T], what: str) -> T:
    """*value*, read from JSON, as one of the type *kind*; *what* is what an error says.

    Raises:
        DamagedFile: it is of another type.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise DamagedFile(f"{what}: {error}") from error


def unpacked(data: Any, limit: int, name: str) -> bytes:
    """What *data* is the compressed form of: at most *limit* bytes. *name* is what an error calls it.

    Raises:
        DamagedFile: it is more, or *data* is something else, or something else follows.
    """
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(data, limit + 1)
    except zlib.error as error:
        raise DamagedFile(f"{name}: {error}") from error
    if len(found) > limit:
        raise DamagedFile(f"{name}: unpacks to more than {limit:,} bytes")
    if unpacking.unused_data:
        raise DamagedFile(f"{name}: goes on where it should end")
    if not unpacking.eof:
        raise DamagedFile(f"{name}: ends where it should go on")
    return found
