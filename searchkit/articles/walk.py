"""A folder -> the article files in it, in a stable order, and what was passed over and why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from searchkit.errors import CorpusNotFound
from searchkit.model import Problem

SUFFIXES = frozenset({".md", ".markdown", ".html", ".htm"})
DEFAULT_SIZE_LIMIT = 8_000_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. `id` is its path from the root with `/`; `stamp` is size and modification time in ns."""

    id: str
    path: Path
    stamp: tuple[int, int]


def walk(root: Path, *, size_limit: int = DEFAULT_SIZE_LIMIT) -> Iterator[SourceFile | Problem]:
    """Article files below *root*, folder by folder in order of name, and a Problem for each one skipped.

    Files of other kinds are no articles and are passed over without a word.

    Raises:
        CorpusNotFound: *root* is not a folder.
    """
    if not root.is_dir():
        raise CorpusNotFound(f"{root}: no such folder; name the folder that holds the articles")
    yield from _walk_folder(root, root.resolve(), "", size_limit, set())


def _walk_folder(
    folder: Path, root: Path, prefix: str, size_limit: int, seen: set[Path]
) -> Iterator[SourceFile | Problem]:
    real = folder.resolve()
    if real in seen:
        yield Problem(prefix.rstrip("/"), "a symbolic link to a folder that was walked already")
        return
    seen.add(real)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Problem(prefix.rstrip("/") or ".", f"cannot be listed: {error.strerror}")
        return
    for entry in entries:
        name = prefix + entry.name
        if entry.name.startswith("."):
            if Path(entry.name).suffix.lower() in SUFFIXES:
                yield Problem(name, "a hidden file")
        elif entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
            yield Problem(name, "a symbolic link that leaves the corpus")
        elif entry.is_dir():
            yield from _walk_folder(Path(entry.path), root, name + "/", size_limit, seen)
        elif Path(entry.name).suffix.lower() in SUFFIXES:
            yield _examine(entry, name, size_limit)


def _examine(entry: os.DirEntry[str], name: str, size_limit: int) -> SourceFile | Problem:
    if name == "README.md":
        return Problem(name, "the README of the corpus")
    try:
        name.encode()
        status = entry.stat()
    except UnicodeEncodeError:
        return Problem(name.encode("utf-8", "replace").decode(), "the file name is not UTF-8; rename the file")
    except OSError as error:
        return Problem(name, f"cannot be read: {error.strerror}")
    if not entry.is_file():
        return Problem(name, "not a regular file")
    if status.st_size > size_limit:
        return Problem(name, f"larger than the limit of {size_limit:,} bytes ({status.st_size:,})")
    return SourceFile(name, Path(entry.path), (status.st_size, status.st_mtime_ns))
