"""A folder -> its article files in a stable order, and what is skipped with the reason; a file -> its bytes.

Whatever is at its path by now, opening it never blocks, and no more is read than allowed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from searchkit.articles.exclusion import IGNORE_FILE, Exclusion, parse_patterns
from searchkit.articles.formats import COSTLY, ENDINGS, limit_of, missing_library
from searchkit.errors import ArticleError, ConfigError, CorpusNotFound, is_shortage
from searchkit.reports import Problem
from searchkit.translation import gettext as _

DEFAULT_SIZE_LIMIT = 8_000_000
_LONGEST_IGNORE_FILE = 1_000_000
"""Bytes. Not measured: more patterns than anybody writes."""
_LINK_OUT, _LOOP = "a symbolic link out of the corpus", "a symbolic link to itself"
_LONGEST_ENDING = 12
"""Characters. `.excalidraw` is an ending, what follows the dot in `v1.2 第二次修改的稿子` is none."""


class SourceFile(Struct, frozen=True):
    """A file to read. `id` is its path from the root with `/`, `place` the same path without links; `stamp` is
    size and modification time in ns, `limit` how many bytes it may have."""

    id: str
    place: str
    stamp: tuple[int, int]
    limit: int = DEFAULT_SIZE_LIMIT


class Unreadable(Struct, frozen=True):
    """A folder that cannot be listed, or a file whose status cannot be read: its content is unknown, not removed.

    The id of a folder ends in `/`; that of the root is empty.
    """

    id: str
    reason: str
    is_folder: bool


class Unread(Struct, frozen=True):
    """A file that is no article, and the ending of its name, such as `.png`; empty if there is none."""

    ending: str


Found = SourceFile | Problem | Unreadable | Unread


class _Folder(Struct, frozen=True):
    """A folder to walk, and what is left out of it. `id` ends in `/`."""

    id: str
    path: Path
    exclusion: Exclusion


def walk(
    root: Path, *, size_limit: int = DEFAULT_SIZE_LIMIT, exclusion: Exclusion | None = None
) -> Iterator[Found]:
    """Article files below *root*, folder by folder in order of name, a Problem for each article file and each
    folder that is skipped, and an Unread for each other file.

    A link to a file is followed if it stays below *root*. A link to a folder is never followed: the folder is
    walked at its own place.

    Raises:
        CorpusNotFound: *root* is not a folder.
    """
    if not root.is_dir():
        raise CorpusNotFound(_("{folder}: no such folder; give the folder of the articles").format(folder=root))
    real_root = root.resolve()
    levels = [_walk_folder(_Folder("", root, exclusion or Exclusion()), real_root, size_limit)]
    while levels:
        for found in levels[-1]:
            if isinstance(found, _Folder):
                levels.append(_walk_folder(found, real_root, size_limit))
                break
            yield found
        else:
            levels.pop()


def _walk_folder(folder: _Folder, root: Path, size_limit: int) -> Iterator[Found | _Folder]:
    try:
        with os.scandir(folder.path) as listing:
            entries = {entry.name: entry for entry in sorted(listing, key=lambda entry: entry.name)}
        exclusion = folder.exclusion
        if IGNORE_FILE in entries:
            exclusion = _exclusion_in(folder, entries[IGNORE_FILE], root)
    except OSError as error:
        if is_shortage(error):
            raise
        yield Unreadable(_printable(folder.id), f"cannot be listed: {error.strerror}", is_folder=True)
        return
    except (ArticleError, ConfigError) as error:
        yield Unreadable(_printable(folder.id), f"cannot be listed: {error}", is_folder=True)
        return
    inside = _Folder(folder.id, folder.path, exclusion)
    for entry in entries.values():
        found = _find(entry, inside, entries.keys(), root, size_limit)
        if found is not None:
            yield found


def _exclusion_in(folder: _Folder, entry: os.DirEntry[str], root: Path) -> Exclusion:
    """What is left out of *folder* by its ignore file too. Without it, everything might be indexed, so no error is
    passed over.

    Raises:
        ArticleError: it cannot be read, is not UTF-8, or is a link that leaves *root*.
        ConfigError: a line is not a pattern.
        OSError: this process can read none, because there are no descriptors or no memory.
    """
    name = folder.id + IGNORE_FILE
    try:
        place = _place_of_link(entry, root) if entry.is_symlink() else name
        text = FileBelow(str(root), place, _LONGEST_IGNORE_FILE).read_bytes().decode("utf-8-sig")
    except (ArticleError, UnicodeDecodeError) as error:
        raise ArticleError(f"{_printable(name)}: {error}") from error
    except OSError as error:
        if is_shortage(error):
            raise
        raise ArticleError(f"{_printable(name)}: {error.strerror}") from error
    return folder.exclusion.below(parse_patterns(text.splitlines(), source=_printable(name), base=folder.id))


def _place_of_link(entry: os.DirEntry[str], root: Path) -> str:
    """Where the file that a link leads to is below *root*.

    Raises:
        ArticleError: it is not there.
        OSError: this cannot be seen.
    """
    try:
        target = Path(entry.path).resolve(strict=True)
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno != errno.ELOOP:
            raise
        raise ArticleError(_LOOP) from error
    if not target.is_relative_to(root):
        raise ArticleError(_LINK_OUT)
    return target.relative_to(root).as_posix()


def _find(
    entry: os.DirEntry[str], folder: _Folder, beside: Collection[str], root: Path, size_limit: int
) -> Found | _Folder | None:
    name = folder.id + entry.name
    ending = _ending(entry.name)
    is_article, is_folder, target, error = ending in ENDINGS, False, None, None
    try:
        target = Path(entry.path).resolve() if entry.is_symlink() else None
        is_folder = entry.is_dir()
    except (OSError, RuntimeError) as caught:
        error = caught
    left_out = folder.exclusion.reason(name + "/" * is_folder, beside)
    if left_out:
        return Problem(_printable(name) + "/" * is_folder, left_out) if is_folder or is_article else None
    if error:
        return _not_examined(error, _printable(name), is_article)
    reason = _refusal_of_link(target, root, is_folder=is_folder) if target else None
    if reason:
        return Problem(_printable(name), reason)
    if is_folder:
        return _Folder(name + "/", Path(entry.path), folder.exclusion)
    if not is_article:
        return Unread(ending)
    place = target.relative_to(root).as_posix() if target else name
    return _examine(entry, name, place, size_limit, is_costly=ending in COSTLY)


def _ending(name: str) -> str:
    """The ending of a file *name* in lower case; nothing if it has none, or one that is no word."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return ending if len(ending) <= _LONGEST_ENDING and ending[1:].isalnum() else ""


def _refusal_of_link(target: Path, root: Path, *, is_folder: bool) -> str | None:
    if not target.is_relative_to(root):
        return _LINK_OUT
    return "a symbolic link to a folder of the corpus" if is_folder else None


def _not_examined(error: OSError | RuntimeError, name: str, is_article: bool) -> Problem | Unreadable:
    """Until Python 3.12 `Path.resolve` raises RuntimeError for a loop of links."""
    if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
        return Problem(name, _LOOP)
    reason = f"cannot be read: {error.strerror}"
    return Unreadable(name if is_article else name + "/", reason, is_folder=not is_article)


def _examine(
    entry: os.DirEntry[str], name: str, place: str, size_limit: int, *, is_costly: bool
) -> SourceFile | Problem | Unreadable:
    if is_costly and (missing := missing_library(name)):
        return Problem(_printable(name), missing)
    if not _is_utf8(name):
        return Problem(_printable(name), "the file name is not UTF-8; rename the file")
    try:
        status = entry.stat()
    except FileNotFoundError as error:
        return Problem(name, f"cannot be read: {error.strerror}")
    except OSError as error:
        return Unreadable(name, f"cannot be read: {error.strerror}", is_folder=False)
    if not stat.S_ISREG(status.st_mode):
        return Problem(name, "not a regular file")
    limit = limit_of(name, size_limit) if is_costly else size_limit
    if status.st_size > limit:
        return Problem(name, f"larger than the limit of {limit:,} bytes ({status.st_size:,})")
    limit = limit if place == name else limit_of(place, size_limit)
    return SourceFile(name, place, (status.st_size, status.st_mtime_ns), limit)


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _is_utf8(name: str) -> bool:
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
_FOLDER = _READ | os.O_DIRECTORY
_CHUNK_SIZE = 1 << 20


class FileBelow(Struct, frozen=True, gc=False):
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
    *folders, last = name.split("/")
    here = -1
    try:
        here = os.open(root, _FOLDER)
        for folder in folders:
            there = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = there
        return os.open(last, _READ | os.O_NOFOLLOW, dir_fd=here)
    except OSError as error:
        error.filename = f"{root}/{name}"  # the whole path, not the last step
        raise
    finally:
        if here >= 0:
            os.close(here)
