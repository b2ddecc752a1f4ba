"""A file of a corpus -> its bytes. Whatever stands at its place by now, opening it waits for nobody, and no more
is read than was asked for.
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

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class FileBelow:
    """A file at the path *name* below the folder *root*, and how many bytes it may have."""

    root: str
    name: str
    limit: int

    def read_bytes(self) -> bytes:
        """All of it.

        Raises:
            ArticleError: there is no regular file of that size now, or a link leads there.
            OSError: it cannot be read.
        """
        with _regular(_open_below(self.root, self.name)) as file:
            data = _read(file, self.limit + 1)
        if len(data) > self.limit:
            raise ArticleError(f"larger than the limit of {self.limit:,} bytes")
        return data


def _read(file: BinaryIO, most: int) -> bytes:
    """At most so many bytes; memory is asked for as there are some, however many are allowed."""
    data = file.read(min(most, os.fstat(file.fileno()).st_size + 1))
    while len(data) < most and (more := file.read(min(most - len(data), _PIECE))):
        data += more
    return data


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """The regular file at *path*, to which links may lead.

    Raises:
        ArticleError: there is something else.
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
    """Step by step, so that a folder that became a link leads nowhere."""
    try:
        return _open_stepwise(root, name) if _STEPWISE else os.open(f"{root}/{name}", _READ)
    except OSError as error:
        error.filename = f"{root}/{name}"  # and not of the step
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
