"""A line of a file of many articles -> named values: JSON Lines, and tables of values with a row of names.

A row of a table may have several lines. Bytes are looked at where no encoding has anything else: quotation marks,
commas and line ends are ASCII in all of them.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any, Protocol

import msgspec

from searchkit.articles.decode import Encoding, decode_in, encoding_of
from searchkit.articles.records import has_known_names
from searchkit.errors import ArticleError

_DELIMITERS = ",;\t|"
_CLOSED = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')
"""The rest of a quoted value: a quotation mark in it is doubled."""
_ID_NAMES = ("id", "_id")


class LineFormat(Protocol):
    """How the lines of a file hold articles."""

    def is_open(self, line: bytes, *, was_open: bool) -> bool:
        """Whether what the *line* ends goes on in the next one; *was_open* is whether it began before."""

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
    """An object a line."""

    def is_open(self, line: bytes, *, was_open: bool) -> bool:
        """Never: JSON has no line ends in texts."""
        return False

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
    """Comma-separated values, or with another *delimiter*; `names` are those of the columns."""

    names: tuple[str, ...]
    delimiter: str
    encoding: Encoding

    def is_open(self, line: bytes, *, was_open: bool) -> bool:
        """Whether a quoted value goes on after *line*."""
        opening = f'{self.delimiter}"'.encode()
        text = line if was_open else opening[:-1] + line.removeprefix(codecs.BOM_UTF8)
        at = 0 if was_open else _after(opening, text, 0)
        while at >= 0:
            closed = _CLOSED.match(text, at)
            if closed is None:
                return True
            at = _after(opening, text, closed.end())
        return False

    def is_blank(self, line: bytes) -> bool:
        """Whether all values of *line* are empty."""
        return not line.strip(f' \t\r\n"{self.delimiter}'.encode())

    def id_of(self, line: bytes) -> str:
        """The value in the column of ids."""
        values, _ = self._read(line)
        return _id_text(tuple(value for name, value in values.items() if name.lower() in _ID_NAMES))

    def values_of(self, line: bytes) -> tuple[Mapping[str, Any], str | None]:
        """The values of a row. Those that have no column belong to the last one: a delimiter was not quoted."""
        if self.is_open(line, was_open=False):
            raise ArticleError("a quotation mark is not closed; close it, or double it if it is one of the text")
        return self._read(line)

    def _read(self, line: bytes) -> tuple[dict[str, str], str | None]:
        text, remark = decode_in(line, self.encoding)
        cells = _cells(text, self.delimiter)
        more = len(cells) - len(self.names)
        if more > 0:
            cells[-more - 1 :] = [self.delimiter.join(cells[-more - 1 :])]
            remark = remark or f"{more} more values than columns; they are in the last one"
        return dict(zip(self.names, cells, strict=False)), remark


def table_of(beginning: bytes, name: str) -> Table:
    """The table that has this *beginning*, whole lines of it, in the file *name*.

    Raises:
        ArticleError: its columns have no names that are known, or it is no text.
    """
    if b"\r" in beginning.rstrip() and b"\n" not in beginning:
        raise ArticleError(f"{name}: its lines end in a carriage return alone; save it with other line ends")
    encoding = encoding_of(beginning)
    first = decode_in(beginning, encoding)[0].lstrip("\ufeff")
    line = first.partition("\n")[0]
    delimiter = "\t" if ".tsv" in name.lower() else max(_DELIMITERS, key=line.count)
    names = tuple(cell.strip() for cell in _cells(first, delimiter))
    if not has_known_names(names):
        listed = ", ".join(names)
        raise ArticleError(f"{name}: no column is a title or a text; the first row has {listed!r:.300}")
    return Table(names, delimiter, encoding)


def _after(what: bytes, text: bytes, at: int) -> int:
    """Where the next *what* in *text* ends, or -1."""
    found = text.find(what, at)
    return found + len(what) if found >= 0 else -1


def _cells(text: str, delimiter: str) -> list[str]:
    """The values of the first row of *text*."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # its limit is of the process, and small
    return next(csv.reader(StringIO(text, newline=""), delimiter=delimiter), [])


def _id_text(found: tuple[Any, ...]) -> str:
    """The first id that is there, as a text that can be written out."""
    text = str(next((value for value in found if value not in (None, "")), ""))
    return text.encode("utf-8", "replace").decode("utf-8")
