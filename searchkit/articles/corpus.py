"""A corpus -> its entries: a folder of files, a file of JSON Lines, or articles from a program.

An entry is small and travels to another process; `load` there makes it an article.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from searchkit.articles.exclusion import exclusion_of
from searchkit.articles.read import Loaded, read_article, with_digest
from searchkit.articles.records import article_from_mapping
from searchkit.articles.walk import (
    DEFAULT_SIZE_LIMIT,
    FileBelow,
    SourceFile,
    Unread,
    Unreadable,
    open_regular,
    walk,
)
from searchkit.errors import ArticleError, CorpusNotFound, is_shortage
from searchkit.model import Article
from searchkit.reports import Problem

_LONGEST_REASON = 200
"""Characters of what a parser says. Not measured: two lines of a terminal."""
_FREELY_UNPACKED, _MOST_UNPACKED = 10_000_000, 100
"""Bytes, and times the size of what is packed. Text packs to a third or a tenth, zeros to a thousandth."""
_PIECE = 1 << 20
"""Bytes that are held of a line of which nothing is wanted."""
_LARGEST = 1 << 40
"""Bytes: no number that a file is read with is larger, whatever limit is wished for."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plain file: where it begins and how long it is, in bytes, and the id it holds, if any."""

    path: Path
    offset: int
    length: int
    id: str = ""

    def read_bytes(self) -> bytes:
        """The line.

        Raises:
            ArticleError: the file is no regular one any more.
            OSError: it cannot be read.
        """
        with open_regular(self.path) as file:
            file.seek(self.offset)
            return file.read(self.length)


@dataclass(frozen=True, slots=True)
class PackedLine:
    """A line of a packed file, packed by itself: there is no going back to one, and together they are large."""

    data: bytes
    length: int

    def read_bytes(self) -> bytes:
        """The line."""
        return zlib.decompress(self.data, bufsize=self.length)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article to be read. `stamp` tells whether it may have changed: size and modification time of its file,
    or of that of which it is a line; None where only its contents tell."""

    id: str
    source: FileBelow | Line | PackedLine | Article
    stamp: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """About how many bytes there are to read."""
        match self.source:
            case FileBelow():
                return self.stamp[0] if self.stamp else 0
            case Line() | PackedLine():
                return self.source.length
            case Article():
                return 3 * len(self.source.body)


Corpus = str | Path | Iterable[Article]


def entries_of(
    corpus: Corpus, *, size_limit: int = DEFAULT_SIZE_LIMIT, exclude: Collection[str] = ()
) -> Iterator[Entry | Problem | Unreadable | Unread]:
    """The entries of *corpus* in a stable order, a Problem for each file or folder passed over, and what is
    Unreadable or no article. In a folder, what matches the patterns *exclude* is left out.

    Raises:
        CorpusNotFound: there is nothing at the path.
        ConfigError: one of *exclude* is not a pattern.
        ArticleError: a file of JSON Lines breaks off, which is noticed only when its end is reached.
    """
    if not isinstance(corpus, (str, Path)):
        return map(_entry_of, [corpus] if isinstance(corpus, Article) else corpus)
    path, size_limit = Path(corpus), min(size_limit, _LARGEST)
    if path.is_file() and path.name.endswith((".jsonl", ".jsonl.gz", ".ndjson")):
        return _json_lines(path, size_limit)
    if not path.exists():
        raise CorpusNotFound(f"{path}: no such corpus; name a folder of articles or a .jsonl file")
    if path.is_file():
        raise CorpusNotFound(f"{path}: not a corpus; name a folder of articles or a .jsonl file")
    return (
        Entry(found.id, FileBelow(str(path), found.place, size_limit), found.stamp)
        if isinstance(found, SourceFile)
        else found
        for found in walk(path, size_limit=size_limit, exclusion=exclusion_of(exclude))
    )


def _entry_of(article: object) -> Entry:
    if not isinstance(article, Article):
        raise ArticleError(f"a corpus is made of Article, not of {type(article).__name__}: {article!r:.80}")
    return Entry(article.id, article)


def load(entry: Entry, *, ignored_tags: Iterable[str]) -> Loaded:
    """The article of *entry*.

    Raises:
        ArticleError: it is not readable as an article; the message says why. Its cause is an OSError or a
            MemoryError where that may be otherwise next time.
        OSError: this process can read none, for want of descriptors or memory.
    """
    source = entry.source
    with one_article(entry.id, "read"):
        if isinstance(source, Article):
            # which files have the same text is found out anew: those of another index are none of this corpus
            return Loaded(with_digest(replace(source, duplicates=(), other_titles=())))
        data = source.read_bytes()
        if isinstance(source, FileBelow):
            return read_article(data, entry.id, ignored_tags=ignored_tags)
        if isinstance(source, Line) and _line_id(data) != source.id:
            raise ArticleError("changed while it was read; index the corpus again")
        return article_from_mapping(_parse_line(data), entry.id, ignored_tags=ignored_tags)


@contextmanager
def one_article(article_id: str, done: str) -> Iterator[None]:
    """Whatever is raised while one article is *done* costs this article only.

    Raises:
        ArticleError: in place of every other error.
        OSError: this process can read none, for want of descriptors or memory.
    """
    try:
        yield
    except ArticleError:
        raise
    except OSError as error:
        if is_shortage(error):
            raise
        raise ArticleError(f"cannot be {done}: {error.strerror}") from error
    except MemoryError as error:
        raise ArticleError(f"cannot be {done}: there is not enough memory") from error
    except Exception as error:
        _log.debug("%s cannot be %s", article_id, done, exc_info=True)
        reason = str(error)[:_LONGEST_REASON].split("\n", 1)[0]
        raise ArticleError(f"cannot be {done}: {type(error).__name__}: {reason}") from error


def _json_lines(path: Path, limit: int) -> Iterator[Entry | Problem]:
    """An entry a line. Of a line that is too long no more than the limit is ever held."""
    packed = path.name.endswith(".gz")
    number = offset = 0
    try:
        with open_regular(path) as file:
            stamp = _stamp(file)
            lines = _Unpacked(file, path) if packed else file
            while line := lines.readline(limit + 1):
                number += 1
                length = len(line)
                if length > limit:
                    length += 0 if line.endswith(b"\n") else _rest_of_line(lines)
                    reason = f"larger than the limit of {limit:,} bytes ({length:,})"
                    yield Problem(f"{path.name}:{number}", reason)
                elif line.strip():
                    line_id = _line_id(line)
                    source = (
                        PackedLine(zlib.compress(line, 1), length)
                        if packed
                        else Line(path, offset, length, line_id)
                    )
                    yield Entry(line_id or f"{path.name}:{number}", source, stamp)
                offset += length
    except (EOFError, OSError, zlib.error) as error:
        raise ArticleError(f"{path}: cannot be read after line {number}: {error}") from error


def _stamp(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _rest_of_line(lines: BinaryIO | _Unpacked) -> int:
    """How many bytes are left of a line; they are read and forgotten."""
    length = 0
    while piece := lines.readline(_PIECE):
        length += len(piece)
        if piece.endswith(b"\n"):
            break
    return length


class _Unpacked:
    """The lines of a packed file. One that holds very much more than its size is not read to its end."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path
        self._lines = BufferedReader(gzip.GzipFile(fileobj=file), _PIECE)
        self._given = self._allowed = 0

    def readline(self, size: int) -> bytes:
        """The next line, or *size* bytes of it.

        Raises:
            ArticleError: it unpacks to more than any text does.
        """
        line = self._lines.readline(size)
        self._given += len(line)
        if self._given > self._allowed:
            self._allowed = _FREELY_UNPACKED + _MOST_UNPACKED * self._file.tell()
        if self._given > self._allowed:
            raise ArticleError(
                f"{self._path}: unpacks to more than {_MOST_UNPACKED} times its size; index the unpacked file"
            )
        return line


def _line_id(line: bytes) -> str:
    """The id in a line, or nothing: a broken line keeps its number for a name and fails when it is loaded."""
    try:
        ids = _parse_ids(line)
    except ArticleError:
        return ""
    found = next((value for value in ids if value not in (None, "")), "")
    return str(found).encode("utf-8", "replace").decode("utf-8")


class _Ids(msgspec.Struct):
    """The ids in a line. Nothing else of it is converted, which takes a quarter of the time."""

    id: Any = None
    _id: Any = None


_IDS = msgspec.json.Decoder(_Ids)


def _parse_ids(line: bytes) -> tuple[Any, Any]:
    try:
        ids = _IDS.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):  # what Python reads nevertheless, such as NaN
        values = _parse_line(line)
        return values.get("id"), values.get("_id")
    return ids.id, ids._id


def _parse_line(line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"not a line of JSON: {error}") from error
    if not isinstance(values, dict):
        raise ArticleError("a line must hold an object with id, title and text")
    return values
