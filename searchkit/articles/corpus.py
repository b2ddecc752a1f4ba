"""A corpus -> its entries: a folder of files, a file of JSON Lines, or articles from a program.

An entry is small and travels to another process; `load` there makes it an article.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchkit.articles.read import Reading, article_from_mapping, read_article, with_digest
from searchkit.articles.walk import DEFAULT_SIZE_LIMIT, SourceFile, Unreadable, walk
from searchkit.errors import ArticleError, CorpusNotFound, is_shortage
from searchkit.model import Article, Problem


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plain file: where it begins and how long it is, in bytes, and the id it holds, if any."""

    path: Path
    offset: int
    length: int
    id: str = ""

    def read_bytes(self) -> bytes:
        """The line."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.length)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article to be read. `stamp` tells whether it may have changed: size and modification time of a file,
    None where only its contents tell."""

    id: str
    source: Path | Line | bytes | Article
    stamp: tuple[int, int] | None = None


Corpus = str | Path | Iterable[Article]


def entries_of(corpus: Corpus, *, size_limit: int = DEFAULT_SIZE_LIMIT) -> Iterator[Entry | Problem | Unreadable]:
    """The entries of *corpus* in a stable order, a Problem for each file passed over, and what is Unreadable.

    Raises:
        CorpusNotFound: there is nothing at the path.
        ArticleError: a file of JSON Lines breaks off, which is noticed only when its end is reached.
    """
    if not isinstance(corpus, (str, Path)):
        return (Entry(article.id, article) for article in corpus)
    path = Path(corpus)
    if path.is_file() and path.name.endswith((".jsonl", ".jsonl.gz", ".ndjson")):
        return _json_lines(path)
    if not path.exists():
        raise CorpusNotFound(f"{path}: no such corpus; name a folder of articles or a .jsonl file")
    if path.is_file():
        raise CorpusNotFound(f"{path}: not a corpus; name a folder of articles or a .jsonl file")
    return map(_as_entry, walk(path, size_limit=size_limit))


def load(entry: Entry, *, ignored_tags: Iterable[str]) -> Reading:
    """The article of *entry*.

    Raises:
        ArticleError: it is not readable as an article; the message says why.
        OSError: this process can read none, for want of descriptors or memory.
    """
    if isinstance(entry.source, Article):
        return Reading(with_digest(entry.source))
    try:
        data = entry.source if isinstance(entry.source, bytes) else entry.source.read_bytes()
    except OSError as error:
        if is_shortage(error):
            raise
        raise ArticleError(f"cannot be read: {error.strerror}") from error
    if isinstance(entry.source, Line) and _line_id(data) != entry.source.id:
        raise ArticleError("changed while it was read; index the corpus again")
    if not isinstance(entry.source, Path):
        return Reading(article_from_mapping(_parse_line(data), entry.id, ignored_tags=ignored_tags))
    return read_article(data, entry.id, ignored_tags=ignored_tags)


def _as_entry(found: SourceFile | Problem | Unreadable) -> Entry | Problem | Unreadable:
    return Entry(found.id, found.path, found.stamp) if isinstance(found, SourceFile) else found


def _json_lines(path: Path) -> Iterator[Entry | Problem]:
    """An entry a line. Lines of a packed file travel themselves: there is no going back to one."""
    packed = path.name.endswith(".gz")
    opener: Any = gzip.open if packed else open
    number = offset = 0
    try:
        with opener(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    line_id = _line_id(line)
                    source = line if packed else Line(path, offset, len(line), line_id)
                    yield Entry(line_id or f"{path.name}:{number}", source)
                offset += len(line)
    except (EOFError, OSError, zlib.error) as error:
        raise ArticleError(f"{path}: cannot be read after line {number}: {error}") from error


def _line_id(line: bytes) -> str:
    """The id in a line, or nothing: a broken line keeps its number for a name and fails when it is loaded."""
    try:
        values = _parse_line(line)
    except ArticleError:
        return ""
    found = next((values[name] for name in ("id", "_id") if values.get(name) not in (None, "")), "")
    return str(found).encode("utf-8", "replace").decode("utf-8")


def _parse_line(line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"not a line of JSON: {error}") from error
    if not isinstance(values, dict):
        raise ArticleError("a line must hold an object with id, title and text")
    return values
