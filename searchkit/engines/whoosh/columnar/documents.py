"""What a segment knows of a document beside its postings: stored values, lengths, sortable columns, vectors.

Stored values and lengths are in the file of the segment. Columns and vectors are Whoosh's own, in files of theirs.
"""

from __future__ import annotations

import base64
import json
from array import _array_reconstructor, array  # type: ignore[attr-defined]
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3PerDocReader, W3PerDocWriter
from whoosh.filedb.structfile import StructFile

from searchkit.engines.whoosh.columnar.lengths import STEPS, as_bytes
from searchkit.engines.whoosh.columnar.plain import unpacked
from searchkit.engines.whoosh.columnar.segment import SegmentFile
from searchkit.engines.whoosh.columnar.unpickling import Allowed, end_of_pickle, plain_value

_STEPS: list[int] = STEPS.tolist()
_PLAIN = (str, int, float, bool, type(None))
_MARK = "$"
_MOST_OF_VECTOR = 1 << 28


def encode_stored(values: dict[str, Any]) -> bytes:
    """The stored fields of a document as JSON.

    Numbers, text, None, lists, tuples, dicts, bytes, dates and decimals are read back as they were.

    Raises:
        TypeError: a value is something else.
    """
    return json.dumps(_as_json(values), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode_stored(data: bytes) -> dict[str, Any]:
    """The stored fields that were encoded."""
    if not data:
        return {}
    text = data.decode("utf-8", "surrogatepass")
    values: dict[str, Any] = json.loads(text, object_hook=_marked) if f'"{_MARK}' in text else json.loads(text)
    return values


def _as_json(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is list:
        return [_as_json(one) for one in value]
    if kind is dict:
        if all(type(key) is str and not key.startswith(_MARK) for key in value):
            return {key: _as_json(one) for key, one in value.items()}
        return {"$dict": [[_as_json(key), _as_json(one)] for key, one in value.items()]}
    return _with_mark(value)


def _with_mark(value: Any) -> Any:
    if isinstance(value, tuple):
        return {"$tuple": [_as_json(one) for one in value]}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    for kind in (str, bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    raise TypeError(
        f"cannot store {value!r}: a {type(value).__name__} is not text, a number, a date or a list of such"
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "$tuple": tuple,
    "$bytes": base64.b64decode,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$decimal": Decimal,
    "$dict": dict,
}


def _marked(values: dict[str, Any]) -> Any:
    if len(values) == 1:
        ((key, value),) = values.items()
        if key in _READERS:
            return _READERS[key](value)
    return values


class ColumnarPerDocWriter(W3PerDocWriter):  # type: ignore[misc]
    """Collects stored values and lengths for the batch at hand; writes columns and vectors as Whoosh does."""

    _indoc: bool

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self.stored: list[bytes] = []
        self.lengths: dict[str, dict[int, int]] = {}

    def _create_column(self, fieldname: str, column: Any) -> None:
        if fieldname != "_stored":
            super()._create_column(fieldname, column)

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        """Note the stored value and the length of a field of the document."""
        if value is not None:
            self._storedfields[fieldname] = value
        if length:
            self.lengths.setdefault(fieldname, {})[len(self.stored)] = int(length)

    def finish_doc(self) -> None:
        """The document is complete."""
        if self._indoc:
            self.stored.append(encode_stored(self._storedfields))
        self._indoc = False

    def cancel_doc(self) -> None:
        """Forget the document."""
        for lengths in self.lengths.values():
            lengths.pop(len(self.stored), None)
        super().cancel_doc()

    def skip_to(self, docnum: int) -> None:
        """Leave the numbers below *docnum* to documents that come out of another segment."""
        self._doccount = docnum

    def add_values(self, docnum: int, values: Sequence[tuple[str, Any, Any]]) -> None:
        """Set columns of any document: (name, column, value)."""
        self._docnum = docnum
        for name, column, value in values:
            self.add_column_value(name, column, value)

    def take(self) -> tuple[list[bytes], dict[str, dict[int, int]]]:
        """The stored values and lengths of the documents since the last call."""
        taken = self.stored, self.lengths
        self.stored, self.lengths = [], {}
        return taken

    def close(self) -> None:
        """Write the columns."""
        for writer in self._colwriters.values():
            writer.finish(self._doccount)
        self._cols.save_as_files(self._storage, self._column_filename)
        self._end()

    def discard(self) -> None:
        """Write nothing."""
        self._cols._temp.close()
        self._end()

    def _end(self) -> None:
        if self._vpostfile:
            self._vpostfile.close()
        self.is_closed = True


class ColumnarPerDocReader(W3PerDocReader):  # type: ignore[misc]
    """Stored values and lengths out of the segment's file; columns and vectors as Whoosh reads them."""

    _vpostfile: Any

    def __init__(self, storage: Any, segment: Any, file: SegmentFile) -> None:
        super().__init__(storage, segment)
        self.file = file
        self._length_bytes: dict[str, bytes] = {}

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored fields of a document."""
        return decode_stored(self.file.stored[docnum]) if len(self.file.stored) else {}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """The length of a field, rounded as Whoosh rounds it; *default* if the document does not have it."""
        if not 0 <= docnum < self._doccount:
            raise IndexError(f"there is no document {docnum} among {self._doccount}")
        lengths = self._all_length_bytes(fieldname)
        return _STEPS[lengths[docnum]] or default if lengths else default

    def _all_length_bytes(self, fieldname: str) -> bytes:
        lengths = self._length_bytes.get(fieldname)
        if lengths is None:
            field = self.file.fields.get(fieldname)
            lengths = b"" if field is None else as_bytes(field.lengths).tobytes()
            self._length_bytes[fieldname] = lengths
        return lengths

    def field_length(self, fieldname: str) -> int:
        """How many tokens the field has in all documents, deleted ones included."""
        field = self.file.fields.get(fieldname)
        return 0 if field is None else field.facts.total

    def min_field_length(self, fieldname: str) -> int:
        """The length of the shortest, rounded; 0 if a document does not have the field."""
        return self._rounded(fieldname, min)

    def max_field_length(self, fieldname: str) -> int:
        """The length of the longest, rounded."""
        return self._rounded(fieldname, max)

    def _rounded(self, fieldname: str, choose: Callable[[bytes], int]) -> int:
        lengths = self._all_length_bytes(fieldname)
        return _STEPS[choose(lengths)] if lengths else 0

    def has_column(self, fieldname: str) -> bool:
        """Whether the field is sortable here."""
        return bool(self._storage.file_exists(W3Codec.column_filename(self._segment, fieldname)))

    def vector(self, docnum: int, fieldname: str, format_: Any) -> Any:
        """The vector of a document."""
        if self._vpostfile is None:
            name = self._segment.make_filename(W3Codec.VPOSTS_EXT)
            with self._storage.open_file(name) as stream:
                self._vpostfile = _PlainFile(stream.read(), name)
        offset, length = self._vector_extent(docnum, fieldname)
        return _PlainPostings(self._vpostfile, offset, length, format_, byteids=True)


def _latin(text: str, encoding: str) -> bytes:
    """Bytes as pickles of protocol 2 write them."""
    if encoding != "latin1":
        raise ValueError(f"bytes as {encoding}")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


_VALUES: Allowed = {
    ("array", "_array_reconstructor"): _array_reconstructor,
    ("array", "array"): array,
    ("_codecs", "encode"): _latin,
    ("__builtin__", "bytes"): _no_bytes,
}
"""What a block of a vector is made of, beside plain values."""


class _PlainFile(StructFile):  # type: ignore[misc]
    """A file of vectors. Whoosh writes their blocks as pickles, which are read as data here."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(BytesIO(data), name=name)
        self.name = name

    def read_pickle(self) -> Any:
        """The next pickle as data."""
        start = self.tell()
        data = self.file.getbuffer()[start:]
        end = end_of_pickle(data, self.name)
        self.seek(start + end)
        return plain_value(bytes(data[:end]), _VALUES, self.name)


class _PlainPostings(W3LeafMatcher):  # type: ignore[misc]
    """The terms of a vector."""

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        if self._compression:
            data = unpacked(data, _MOST_OF_VECTOR, self._postfile.name)
        self._data = plain_value(data, _VALUES, self._postfile.name)
