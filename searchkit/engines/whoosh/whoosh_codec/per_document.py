"""What a segment knows of a document next to its postings: stored values, lengths, sortable columns, vectors.

Stored values and lengths are in the file of the segment. Columns and vectors are Whoosh's own, in files of theirs.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from whoosh.codec.whoosh3 import W3PerDocReader

from searchkit.engines.whoosh.segment.segment_file import SegmentFile
from searchkit.engines.whoosh.whoosh_codec.lengths import STEPS, as_bytes

_STEPS: list[int] = STEPS.tolist()
_PLAIN = (str, int, float, bool, type(None))
_MARK = "$"


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


class ColumnarPerDocReader(W3PerDocReader):  # type: ignore[misc]
    """Stored values and lengths out of the segment's file; columns and vectors as Whoosh reads them."""

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
