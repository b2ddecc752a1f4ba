"""A corpus -> its entries: a folder of files, a file of JSON Lines, a table, or articles from a program.

An entry is small and travels to another process; `load.py` makes it an article there.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct, structs

from searchkit.articles.exclusion import Exclusion, exclusion_of
from searchkit.articles.walk import (
    DEFAULT_SIZE_LIMIT,
    FileBelow,
    SourceFile,
    Unread,
    Unreadable,
    open_regular,
    walk,
)
from searchkit.errors import ArticleError, CorpusNotFound
from searchkit.model import Article
from searchkit.reports import Problem
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit.articles.line_formats import LineFormat
    from searchkit.articles.rows import Row

_JSON_LINES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
_TABLES = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
_FREELY_UNPACKED, _MOST_UNPACKED = 10_000_000, 100
"""Bytes, and times the size of what is packed. Text packs to a third or a tenth, zeros to a thousandth."""
_PIECE = 1 << 20
"""Bytes that are unpacked at a time, and of which the encoding of a table is guessed."""
_LARGEST = 1 << 40
"""Bytes: no number that a file is read with is larger, whatever limit is wished for."""


class Line(Struct, frozen=True):
    """A line of a plain file: where it begins and how long it is, in bytes, and the id it holds, if any."""

    form: LineFormat
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


class PackedLine(Struct, frozen=True):
    """A line of a packed file, packed by itself: there is no going back to one, and together they are large."""

    form: LineFormat
    data: bytes
    length: int

    def read_bytes(self) -> bytes:
        """The line."""
        return zlib.decompress(self.data, bufsize=self.length)


class Entry(Struct, frozen=True, gc=False):
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


Found = Entry | Problem | Unreadable | Unread
Corpus = str | Path | Iterable[str | Path | Article]


def entries_of(
    corpus: Corpus, *, size_limit: int = DEFAULT_SIZE_LIMIT, exclude: Collection[str] = ()
) -> Iterator[Found]:
    """The entries of *corpus* in a stable order, a Problem for each file or folder passed over, and what is
    Unreadable or no article. In a folder, what matches the patterns *exclude* is left out. In several folders, ids
    and paths begin with the name of theirs.

    Raises:
        CorpusNotFound: there is nothing at a path, or it cannot be listed.
        ConfigError: one of *exclude* is not a pattern.
        ArticleError: a file of lines breaks off, which is noticed only when its end is reached, or a table has no
            names of columns.
    """
    paths, size_limit = paths_of(corpus), min(size_limit, _LARGEST)
    if not paths and not isinstance(corpus, (str, Path)):
        return map(entry_of, [corpus] if isinstance(corpus, Article) else corpus)
    found = {name: _entries_at(path, size_limit, exclude, is_only=not name) for name, path in paths.items()}
    return chain.from_iterable(_named(name, entries) if name else entries for name, entries in found.items())


def paths_of(corpus: Corpus) -> Mapping[str, Path]:
    """The absolute paths of the folders or the file that *corpus* is, by the names with which ids begin, which is
    "" for the only one; nothing for articles from a program.

    Raises:
        CorpusNotFound: a path is empty, or one folder is named twice.
    """
    given = [corpus] if isinstance(corpus, (str, Path)) else corpus
    if not isinstance(given, (list, tuple)) or not all(isinstance(one, (str, Path)) for one in given):
        return {}
    if "" in given:
        raise CorpusNotFound(_("the path of the corpus is empty; write . for the current folder"))
    paths = [Path(os.path.expanduser(one)).absolute() for one in given]  # noqa: PTH111 - `~who` may be a folder
    return dict(zip(_names(paths) if len(paths) > 1 else ("",), paths, strict=False))


def _names(paths: list[Path]) -> list[str]:
    """The last name of each path or, where several have the same, so many of its last names that they differ."""
    parts = [Path(os.path.normpath(path)).parts[1:] for path in paths]
    lengths = [1] * len(parts)
    for _attempt in range(max(map(len, parts))):
        names = ["-".join(one[-length:]) or "root" for one, length in zip(parts, lengths, strict=True)]
        if len(set(names)) == len(names):
            return names
        lengths = [length + (names.count(name) > 1) for name, length in zip(names, lengths, strict=True)]
    raise CorpusNotFound(
        _("{paths}: a folder is named twice; name each once").format(paths=" · ".join(map(str, paths)))
    )


def _entries_at(path: Path, size_limit: int, exclude: Collection[str], *, is_only: bool) -> Iterator[Found]:
    """The entries of a folder or, if there is no other one, of a file."""
    if is_only and path.is_file() and path.name.lower().endswith((*_JSON_LINES, *_TABLES)):
        return _lines(path, size_limit)
    if not path.exists():
        raise CorpusNotFound(
            _("{path}: no such corpus; name a folder of articles, a .jsonl or a .csv file").format(path=path)
        )
    if path.is_file() and not is_only:
        raise CorpusNotFound(_("{path}: not a folder; of several corpora each is a folder").format(path=path))
    if path.is_file():
        raise CorpusNotFound(
            _("{path}: not a corpus; name a folder of articles, a .jsonl or a .csv file").format(path=path)
        )
    return _files(path, size_limit, exclusion_of(exclude))


def _files(path: Path, size_limit: int, exclusion: Exclusion) -> Iterator[Found]:
    root = str(path)
    for found in walk(path, size_limit=size_limit, exclusion=exclusion):
        if isinstance(found, Unreadable) and found.is_folder and not found.id:
            raise CorpusNotFound(
                _("{path}: the corpus {reason}; nothing was changed").format(path=path, reason=found.reason)
            )
        if isinstance(found, SourceFile):
            yield Entry(found.id, FileBelow(root, found.place, found.limit), found.stamp)
        else:
            yield found


def _named(name: str, entries: Iterable[Found]) -> Iterator[Found]:
    """The *entries* of one of several folders."""
    for found in entries:
        match found:
            case Problem():
                yield replace(found, path=f"{name}/{found.path}")
            case Entry() | Unreadable():
                yield structs.replace(found, id=f"{name}/{found.id}")
            case Unread():
                yield found


def entry_of(article: object) -> Entry:
    """The entry of an article from a program.

    Raises:
        ArticleError: it is none.
    """
    if not isinstance(article, Article):
        what = _("a corpus is made of Article, not of {kind}: {given!r:.80}; only `reindex` takes a folder")
        raise ArticleError(what.format(kind=type(article).__name__, given=article))
    return Entry(article.id, article)


def _lines(path: Path, limit: int) -> Iterator[Found]:
    """An entry a line, or a row of a table."""
    from searchkit.articles.line_formats import JsonLines, table_of  # a folder has none
    from searchkit.articles.rows import rows_of

    number = 0
    try:
        form = table_of(_beginning(path), path.name) if path.name.lower().endswith(_TABLES) else JsonLines()
        with _opened(path) as (lines, stamp):
            for row in rows_of(lines, limit, form):
                number = row.number
                name = f"{path.name}:{number}"
                if row.length > limit:
                    yield Problem(name, f"larger than the limit of {limit:,} bytes ({row.length:,})")
                elif number > form.skipped and not form.is_blank(row.data):
                    row_id = form.id_of(row.data)
                    yield Entry(row_id or name, _source(path, row, row_id, form), stamp)
    except (EOFError, OSError, zlib.error) as error:
        raise ArticleError(f"{path}: cannot be read after line {number}: {error}") from error


def _source(path: Path, row: Row, row_id: str, form: LineFormat) -> Line | PackedLine:
    if path.name.lower().endswith(".gz"):
        return PackedLine(form, zlib.compress(row.data, 1), row.length)
    return Line(form, path, row.offset, row.length, row_id)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO | _Unpacked, tuple[int, int]]]:
    """The lines of a file, and its stamp."""
    with open_regular(path) as file:
        status = os.fstat(file.fileno())
        yield (
            _Unpacked(file, path) if path.name.lower().endswith(".gz") else file,
            (status.st_size, status.st_mtime_ns),
        )


def _beginning(path: Path) -> bytes:
    """The first lines of a file."""
    with _opened(path) as (lines, _stamp):
        found = b""
        while len(found) < _PIECE and (line := lines.readline(_PIECE)):
            found += line
    return found


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
