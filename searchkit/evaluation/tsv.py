"""The text files of an evaluation, read line by line, so that an error names the line."""

from __future__ import annotations

import gzip
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from searchkit.errors import EvaluationError
from searchkit.translation import gettext as _

_UNWRITABLE = re.compile("[\t\r\n\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file without its end; lines count from 1."""

    source: str
    number: int
    text: str

    def wrong(self, why: str) -> EvaluationError:
        """An error with the file, the number of this line and the reason."""
        return EvaluationError(f"{self.source}:{self.number}: {why}")

    def columns(self) -> list[str]:
        """The columns, separated by TABs or, on a line without a TAB, by white space."""
        return self.text.split("\t") if "\t" in self.text else self.text.split()


def read_lines(path: str) -> Iterator[Line]:
    """The lines of a UTF-8 file that are not empty, one at a time; `.gz` is decompressed, `-` is standard input.

    Raises:
        EvaluationError: it is not UTF-8, or the compressed file is damaged.
        OSError: it cannot be read.
    """
    source = _("standard input") if path == "-" else path
    with _opened(path) as file:
        try:
            for number, raw in enumerate(file, 1):
                if (line := _decoded(source, number, raw)).text.strip():
                    yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise EvaluationError(
                _("{source}: the compressed file is damaged: {error}").format(source=source, error=error)
            ) from error


def append_line(path: str, columns: Sequence[str], *, header: Sequence[str] = ()) -> None:
    """Append a TAB-separated line to a file and close it, so that nothing is lost later. A new or empty file
    begins with *header*."""
    if path.endswith(".gz"):
        raise EvaluationError(
            _("{path}: cannot append to a compressed file; decompress it first").format(path=path)
        )
    text = tab_separated(path, [columns])
    with Path(path).open("a+b") as file:
        if not file.tell():
            text = (tab_separated(path, [header]) if header else "") + text
        else:
            file.seek(-1, 2)
            text = ("" if file.read(1) == b"\n" else "\n") + text
        file.write(text.encode("utf-8"))


def tab_separated(path: str, lines: Iterable[Sequence[str]]) -> str:
    """Lines of columns as the text of a file; *path* is for the error message.

    Raises:
        EvaluationError: a column contains a TAB, a line end or, from a file name, bytes that are not text.
    """
    rows = list(lines)
    if wrong := next((column for row in rows for column in row if _UNWRITABLE.search(column)), None):
        raise EvaluationError(
            _("{path}: cannot write {wrong!r}: it contains a TAB, a line end or bytes that are not text").format(
                path=path, wrong=wrong
            )
        )
    return "".join("\t".join(row) + "\n" for row in rows)


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
        raise Line(source, number, "").wrong(_("the text is not UTF-8")) from error
    return Line(source, number, text.rstrip("\r\n"))
