"""Opens an index with Whoosh and runs nothing that lies in its folder; see `unpickling`.

The table of contents is read once, and Whoosh gets what was made of the bytes that were looked at. An index with
segments of Whoosh's own is refused: Whoosh unpickles their postings one by one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh import fields, formats
from whoosh.analysis import analyzers, filters, ngrams, tokenizers
from whoosh.columns import BitColumn, FixedBytesColumn, NumericColumn, RefBytesColumn, VarBytesColumn
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import _CURRENT_TOC_VERSION, TOC, EmptyIndexError, FileIndex

from searchkit.engines.whoosh.columnar.codec import ColumnarCodec, ColumnarSegment
from searchkit.engines.whoosh.columnar.plain import DamagedFile, is_count, read_small
from searchkit.engines.whoosh.columnar.unpickling import BUILTINS, Allowed, StandIn, read_pickle

_LARGEST = 256 << 20
_NAME = re.compile(r"[0-9A-Za-z]+")
_LONGEST_PATTERN = 200


def open_dir(folder: str | Path, indexname: str = "MAIN") -> CheckedIndex:
    """The index in *folder*, for `ColumnarWriter` and for everything one does with an index of Whoosh.

    Raises:
        EmptyIndexError: there is none.
        OSError: it cannot be read.
        DamagedFile: the table of contents is damaged, or asks for something that is not part of an index.
    """
    return CheckedIndex(folder, indexname)


class CheckedIndex(FileIndex):  # type: ignore[misc]  # Whoosh has no types
    """An index of Whoosh whose table of contents is read by `read_contents`, whenever it is read."""

    def __init__(self, folder: str | Path, indexname: str = "MAIN") -> None:
        self.storage = FileStorage(str(folder))
        self._schema = None
        self.indexname = indexname
        self._read_toc()

    def _read_toc(self) -> Any:
        return _as_toc(read_contents(latest_contents(self.storage, self.indexname)))


class Contents:
    """A table of contents as it is written. `schema` and `segments` are what `read_pickle` gives of them."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        stream = StructFile(io.BytesIO(data), name=name)
        try:
            sizes = [_varint(stream) for _ in range(3)]
            order, self.version = stream.read_int(), stream.read_int()
            self.release = tuple(_varint(stream) for _ in range(3))
            schema = stream.read(_varint(stream))
            self.generation = stream.read_int()
            self.header = (*sizes, self.generation, stream.read_int())
        except Exception as error:  # a file that is cut short leads to errors of every kind
            raise DamagedFile(f"{name}: not a table of contents") from error
        if (order, self.version) != (-12345, _CURRENT_TOC_VERSION):
            raise DamagedFile(f"{name}: not a table of contents, or that of another version of Whoosh")
        self.schema = read_pickle(schema, ALLOWED, name)
        self.segments = read_pickle(stream.read(), ALLOWED, name)


def _varint(stream: StructFile) -> int:
    """A number as Whoosh writes one. Whoosh would read any number of bytes for it, one by one."""
    number = 0
    for shift in range(0, 64, 7):
        byte: int = stream.read(1)[0]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number
    raise ValueError("a number has too many bytes")


def latest_contents(storage: Any, indexname: str) -> Path:
    """The path of the newest table of contents.

    Raises:
        EmptyIndexError: there is none.
    """
    number = TOC._latest_generation(storage, indexname)
    if number < 0:
        raise EmptyIndexError(f"Index {indexname!r} does not exist in {storage}")
    return Path(storage.folder, TOC._filename(indexname, number))


def read_contents(path: Path) -> Contents:
    """The table of contents at *path*.

    Raises:
        OSError: it cannot be read.
        DamagedFile: it is damaged, or asks for something that is not part of an index.
    """
    return Contents(read_small(path, _LARGEST), str(path))


def _as_toc(contents: Contents) -> Any:
    try:
        schema, segments = _made(contents.schema), _made(contents.segments)
    except (TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise DamagedFile(f"{contents.name}: {error}") from error
    if not isinstance(schema, fields.Schema) or not isinstance(segments, list):
        raise DamagedFile(f"{contents.name}: not a schema and a list of segments")
    for segment in segments:
        if not _is_segment(segment):
            raise DamagedFile(f"{contents.name}: names a segment that is none, or one of Whoosh's own")
    return TOC(schema, segments, contents.generation, contents.version, contents.release)


def _is_segment(segment: Any) -> bool:
    state = vars(segment) if type(segment) is ColumnarSegment else {}
    deleted = state.get("_deleted")
    return (
        {"indexname", "segid", "_codec", "_doccount", "_deleted", "compound"} == state.keys()
        and all(isinstance(state[name], str) and _NAME.fullmatch(state[name]) for name in ("indexname", "segid"))
        and type(state["_codec"]) is ColumnarCodec
        and is_count(state["_doccount"])
        and (deleted is None or (isinstance(deleted, set) and all(map(is_count, deleted))))
        and state["compound"] is False
    )


def _made(value: Any) -> Any:
    """*value* with what stands in for objects turned into them."""
    if isinstance(value, StandIn):
        return _made_of(value.meaning, value)
    if isinstance(value, type) and issubclass(value, StandIn):
        return value.meaning
    if isinstance(value, dict):
        return {_made(key): _made(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(map(_made, value))
    return value


def _made_of(meaning: Any, described: StandIn) -> Any:
    if not isinstance(meaning, type) or meaning in (set, frozenset):
        return meaning(*map(_made, described.arguments))
    made: Any = object.__new__(meaning)
    state = _made(described.state) or {}
    if described.arguments or not all(isinstance(name, str) for name in state):
        raise TypeError(f"describes a {meaning.__name__} in another way than Whoosh does")
    if isinstance(made, fields.NUMERIC):
        state["min_value"], state["max_value"]  # they would be computed from a number of bits, however large
        made.__setstate__(state)
    else:
        vars(made).update(state)
    return made


def _pattern(pattern: Any, flags: Any = 0) -> re.Pattern[str]:
    if not isinstance(pattern, str) or len(pattern) > _LONGEST_PATTERN:
        raise ValueError("a regular expression is too long")
    return re.compile(pattern, flags)


def _classes() -> Iterator[type]:
    yield from (fields.Schema, fields.FieldType, fields.ID, fields.IDLIST, fields.NUMERIC, fields.DATETIME)
    yield from (fields.BOOLEAN, fields.STORED, fields.KEYWORD, fields.TEXT, fields.NGRAM, fields.NGRAMWORDS)
    yield from (formats.Existence, formats.Frequency, formats.Positions)
    yield from (analyzers.CompositeAnalyzer, tokenizers.IDTokenizer, tokenizers.RegexTokenizer)
    yield from (filters.LowercaseFilter, filters.StopFilter, filters.StripFilter, filters.PassFilter)
    yield from (ngrams.NgramTokenizer, ngrams.NgramFilter)
    yield from (BitColumn, FixedBytesColumn, NumericColumn, RefBytesColumn, VarBytesColumn)
    yield from (ColumnarSegment, ColumnarCodec)


ALLOWED: Allowed = {
    **{(kind.__module__, kind.__qualname__): kind for kind in _classes()},
    **{(module, kind.__name__): kind for module in BUILTINS for kind in (int, float, bool, str)},
    ("__builtin__", "long"): int,
    ("re", "_compile"): _pattern,
}
"""What a table of contents is made of."""
