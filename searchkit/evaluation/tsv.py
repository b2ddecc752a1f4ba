"""Text files of an evaluation, a line at a time, so that an error can say where it is."""

from __future__ import annotations

import gzip
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from searchkit.errors import EvaluationError

_UNWRITABLE = re.compile("[\t\r\n\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file without its end; lines count from 1."""

    source: str
    number: int
    text: str

    def wrong(self, why: str) -> EvaluationError:
        """The error that says where this line is and what is wrong with it."""
        return EvaluationError(f"{self.source}:{self.number}: {why}")

    def columns(self) -> list[str]:
        """What stands between the TABs or, where there is none, between the blanks."""
        return self.text.split("\t") if "\t" in self.text else self.text.split()


def read_lines(path: str) -> Iterator[Line]:
    """The lines of a UTF-8 file that are not blank, one at a time; `.gz` is unpacked, `-` is standard input.

    Raises:
        EvaluationError: it is not UTF-8, or the packed file is damaged.
        OSError: it cannot be read.
    """
    source = "standard input" if path == "-" else path
    with _opened(path) as file:
        try:
            for number, raw in enumerate(file, 1):
                line = _decoded(source, number, raw)
                if line.text.strip():
                    yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise EvaluationError(f"{source}: the packed file is damaged: {error}") from error


def append_line(path: str, columns: Sequence[str], *, header: Sequence[str] = ()) -> None:
    """Add a TAB-separated line to a file and close it, so that nothing is lost later; a file that is new or empty
    begins with *header*.

    Raises:
        EvaluationError: a column has a TAB, a line end or no text in it, or the file is packed.
        OSError: it cannot be written.
    """
    if path.endswith(".gz"):
        raise EvaluationError(f"{path}: nothing can be added to a packed file; unpack it first")
    text = tab_separated(path, [columns])
    with Path(path).open("a+b") as file:
        if not file.tell():
            text = tab_separated(path, [header]) + text if header else text
        elif not _ends_with_line_end(file):
            text = "\n" + text
        file.write(text.encode("utf-8"))


def tab_separated(path: str, lines: Iterable[Sequence[str]]) -> str:
    """Columns as the text of a file, whose *path* an error names.

    Raises:
        EvaluationError: a column has a TAB, a line end or, from the name of a file, bytes that are no text in it.
    """
    parts = []
    for columns in lines:
        for column in columns:
            if _UNWRITABLE.search(column):
                raise EvaluationError(
                    f"{path}: {column!r} cannot be written: a TAB, a line end or bytes that are no text are in it"
                )
        parts.append("\t".join(columns) + "\n")
    return "".join(parts)


def _opened(path: str) -> AbstractContextManager[Iterable[bytes]]:
    if path == "-":
        return nullcontext(sys.stdin.buffer)
    if path.endswith(".gz"):
        return gzip.open(path)
    return Path(path).open("rb")


def _decoded(source: str, number: int, raw: bytes) -> Line:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise Line(source, number, "").wrong("the text is not UTF-8") from error
    return Line(source, number, text.rstrip("\r\n"))


def _ends_with_line_end(file: IO[bytes]) -> bool:
    file.seek(-1, 2)
    return file.read(1) == b"\n"
