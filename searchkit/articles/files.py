"""A file of a corpus -> its bytes. Whatever is at its path by now, opening it never blocks, and no more is read
than allowed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from searchkit.errors import ArticleError

_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = _READ | getattr(os, "O_DIRECTORY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_STEPWISE = os.open in os.supports_dir_fd and _NO_LINK != 0

_CHUNK_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class FileBelow:
    """A file at the path *name* below the folder *root*, and its maximum size in bytes."""

    root: str
    name: str
    limit: int

    def read_bytes(self) -> bytes:
        """The whole content.

        Raises:
            ArticleError: it is not a regular file any more, it is too large, or a link leads there.
            OSError: it cannot be read.
        """
        with _regular(_open_below(self.root, self.name)) as file:
            data = _read(file, self.limit + 1)
        if len(data) > self.limit:
            raise ArticleError(f"larger than the limit of {self.limit:,} bytes")
        return data


def _read(file: BinaryIO, most: int) -> bytes:
    """At most *most* bytes; memory grows with the bytes read, not with the maximum."""
    data = file.read(min(most, os.fstat(file.fileno()).st_size + 1))
    while len(data) < most and (more := file.read(min(most - len(data), _CHUNK_SIZE))):
        data += more
    return data


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """The regular file at *path*; links are followed.

    Raises:
        ArticleError: it is not a regular file.
        OSError: it cannot be opened.
    """
    with _regular(os.open(path, _READ)) as file:
        yield file


@contextmanager
def _regular(number: int) -> Iterator[BinaryIO]:
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise ArticleError("not a regular file any more")
    with open(number, "rb") as file:
        yield file


def _open_below(root: str, name: str) -> int:
    """Open folder by folder, so that a folder replaced by a link is not followed."""
    try:
        return _open_stepwise(root, name) if _STEPWISE else os.open(f"{root}/{name}", _READ)
    except OSError as error:
        error.filename = f"{root}/{name}"  # the whole path, not the last step
        raise


def _open_stepwise(root: str, name: str) -> int:
    *folders, last = name.split("/")
    here = os.open(root, _FOLDER)
    try:
        for folder in folders:
            there = os.open(folder, _FOLDER | _NO_LINK, dir_fd=here)
            os.close(here)
            here = there
        return os.open(last, _READ | _NO_LINK, dir_fd=here)
    finally:
        os.close(here)
