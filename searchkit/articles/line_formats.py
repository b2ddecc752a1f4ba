"""A line of a file of many articles -> named values: JSON Lines, and tables of values with a row of names.

A row of a table may have several lines. Bytes are looked at where no encoding has anything else: quotation marks,
commas and line ends are ASCII in all of them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import msgspec

from searchkit.articles.decode import decode_in, encoding_of
from searchkit.articles.encoding_guess import Encoding
from searchkit.articles.records import has_known_names
from searchkit.articles.rows import NEVER, NOWHERE, RowFormat
from searchkit.errors import ArticleError

_DELIMITERS = ",;\t|"
_INSIDE = re.compile(rb'[^"]*+(?:""[^"]*+)*+')
"""What may be in a quoted value: a quotation mark in it is doubled."""
_BLANK = re.compile(r"\A(?:[ \t,;|]*\r?\n)*")
"""Lines before the names of the columns, of spaces and delimiters alone."""
_EXCEL = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""A line before the names of the columns that says what is between them."""
_ID_NAMES = ("id", "_id")


class LineFormat(RowFormat, Protocol):
    """How the rows of a file hold articles."""

    @property
    def skipped(self) -> int:
        """The number of the last line that is before the first article."""

    def is_blank(self, line: bytes) -> bool:
        """Whether there is nothing in *line*."""

    def id_of(self, line: bytes) -> str:
        """The id in *line*, or nothing: one without, or a broken one, is named by its number."""

    def values_of(self, line: bytes) -> tuple[Mapping[str, Any], str | None]:
        """The values in *line* by name, and a remark if it had to be repaired.

        Raises:
            ArticleError: it cannot be read.
        """


@dataclass(frozen=True, slots=True)
class JsonLines:
    """An object a line: JSON has no line ends in texts."""

    skipped: int = 0

    def opens_at(self, line: bytes, at: int) -> int:
        """Nowhere."""
        return NOWHERE

    def closes_at(self, line: bytes) -> int:
        """Nowhere, since none begins."""
        return NEVER

    def is_blank(self, line: bytes) -> bool:
        """Whether there is nothing in *line*."""
        return not line.strip()

    def id_of(self, line: bytes) -> str:
        """The id in *line*, or nothing."""
        try:
            ids = _IDS.decode(line)
            found = (ids.id, ids._id)
        except (msgspec.DecodeError, ValueError, RecursionError):  # what Python reads nevertheless, such as NaN
            try:
                values, _ = self.values_of(line)
            except ArticleError:
                return ""
            found = (values.get("id"), values.get("_id"))
        return _id_text(found)

    def values_of(self, line: bytes) -> tuple[Mapping[str, Any], str | None]:
        """The members of the object."""
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ArticleError(f"not a line of JSON: {error}") from error
        if not isinstance(values, dict):
            raise ArticleError("a line must hold an object with id, title and text")
        return values, None


class _Ids(msgspec.Struct):
    """The ids in a line. Nothing else of it is converted, which takes a quarter of the time."""

    id: Any = None
    _id: Any = None


_IDS = msgspec.json.Decoder(_Ids)


@dataclass(frozen=True, slots=True)
class Table:
    """Comma-separated values, or with another *delimiter*; `names` are those of the columns.

    A value is quoted where a mark at its end closes that at its beginning. Any other mark is a character."""

    names: tuple[str, ...]
    delimiter: str
    encoding: Encoding
    skipped: int = 1

    def opens_at(self, line: bytes, at: int) -> int:
        """Where after *at* a quoted value begins that *line* does not end, or NOWHERE."""
        opening = f'{self.delimiter}"'.encode()
        start = len(codecs.BOM_UTF8) * line.startswith(codecs.BOM_UTF8)
        at = start + 1 if at == 0 and line.startswith(b'"', start) else _after(opening, line, at)
        while at >= 0 and (closed := self._closed(line, at)) != NOWHERE:
            at = _after(opening, line, at if closed == NEVER else closed)
        return at

    def closes_at(self, line: bytes) -> int:
        """Where in *line* a value ends that began before: NOWHERE, or NEVER if it is no quoted value."""
        return self._closed(line, 0, began_before=True)

    def _closed(self, line: bytes, at: int, *, began_before: bool = False) -> int:
        inside = _INSIDE.match(line, at)
        end = inside.end() if inside else at
        is_here = end < len(line)
        spans = began_before or not is_here
        if spans and self.delimiter == "\t" and line.find(b"\t", at, end) >= 0:  # such a table seldom quotes
            return NEVER
        if not is_here:
            return NOWHERE
        return end + 1 if _end(self.delimiter).match(line, end + 1) else NEVER

    def is_blank(self, line: bytes) -> bool:
        """Whether all values of *line* are empty."""
        return not line.strip(f' \t\r\n"{self.delimiter}'.encode())

    def id_of(self, line: bytes) -> str:
        """The value in the column of ids."""
        pairs, _ = self._read(line)
        return _id_text(tuple(value for name, value in pairs if name in _ID_NAMES))

    def values_of(self, line: bytes) -> tuple[Mapping[str, Any], str | None]:
        """The values of a row, in a list where columns have one name. Those that have no column belong to the last
        one: a delimiter was not quoted."""
        pairs, remark = self._read(line)
        together: dict[str, list[str]] = {}
        for name, value in pairs:
            together.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in together.items()}, remark

    def _read(self, line: bytes) -> tuple[list[tuple[str, str]], str | None]:
        text, remark = decode_in(line, self.encoding)
        cells = _cells(text, self.delimiter)
        if remark is None and any(cell.is_stray for cell in cells):
            remark = "a quotation mark is not closed before the end of a value; it is read as a character"
        values = [cell.text for cell in cells]
        more = len(values) - len(self.names)
        if more > 0:
            values[-more - 1 :] = [self.delimiter.join(values[-more - 1 :])]
            remark = remark or f"{more} more values than columns; they are in the last one"
        return list(zip(self.names, values, strict=False)), remark


def table_of(beginning: bytes, name: str) -> Table:
    """The table that has this *beginning*, whole lines of it, in the file *name*.

    Raises:
        ArticleError: its columns have no names that are known, or it is no text.
    """
    if b"\r" in beginning.rstrip() and b"\n" not in beginning:
        raise ArticleError(f"{name}: its lines end in a carriage return alone; save it with other line ends")
    encoding = encoding_of(beginning)
    first = decode_in(beginning, encoding)[0].lstrip("\ufeff")
    text = _BLANK.sub("", first, count=1)
    stated = _EXCEL.match(text)
    text = text[stated.end() :] if stated else text
    line = text.partition("\n")[0]
    delimiter = stated[1] if stated else "\t" if ".tsv" in name.lower() else max(_DELIMITERS, key=line.count)
    names = tuple(cell.text.strip().lower() for cell in _cells(text, delimiter)) if text.strip() else ()
    if names and not has_known_names(names):
        listed = ", ".join(names)
        raise ArticleError(f"{name}: no column is a title or a text; the first row has {listed!r:.300}")
    return Table(names, delimiter, encoding, skipped=1 + first.count("\n", 0, len(first) - len(text)))


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value of a row. `is_stray` is whether it begins with a quotation mark that does not quote it."""

    text: str
    is_stray: bool = False


def _after(what: bytes, text: bytes, at: int) -> int:
    """Where the next *what* in *text* ends, or -1."""
    found = text.find(what, at)
    return found + len(what) if found >= 0 else -1


def _cells(text: str, delimiter: str) -> list[_Cell]:
    """The values of the first row of *text*."""
    quoted, plain = _values(delimiter)
    cells, at = [], 0
    while at == 0 or text.startswith(delimiter, at - 1):
        if found := quoted.match(text, at):
            cells.append(_Cell(found[1].replace('""', '"')))
        elif found := plain.match(text, at):
            cells.append(_Cell(found[0], found[0].startswith('"')))
        at = (found.end() if found else len(text)) + 1
    return cells


@cache
def _values(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A value that is quoted, as `Table` says, and one that is not."""
    mark = re.escape(delimiter)
    kinds = [r"\n", mark] if delimiter == "\t" else [""]  # what one with tabs has not: line ends, or else tabs
    inside = "|".join(f'[^"{no}]*+(?:""[^"{no}]*+)*+' for no in kinds)
    end = rf"(?={mark}|\r?\n|\Z)"
    return re.compile(f'"({inside})" *{end}'), re.compile(rf"[^{mark}\r\n]*+(?:\r(?!\n)[^{mark}\r\n]*+)*+")


@cache
def _end(delimiter: str) -> re.Pattern[bytes]:
    """What is behind a quoted value."""
    return re.compile(rb" *(?:%b|\r?\n|\Z)" % re.escape(delimiter.encode()))


def _id_text(found: tuple[Any, ...]) -> str:
    """The first id that is there, as a text that can be written out."""
    text = str(next((value for value in found if value not in (None, "")), ""))
    return text.encode("utf-8", "replace").decode("utf-8")
