"""Whoosh with columns: postings as arrays in one file a segment, searched by operations on whole arrays.

    index = whoosh.index.create_in(folder, schema)
    with ColumnarWriter(index) as writer: …         # in place of index.writer()
    index = open_dir(folder)                        # in place of whoosh.index.open_dir(folder)
    with index.searcher() as searcher:
        search(searcher, query, limit=10)           # in place of searcher.search(query, limit=10)

`open_dir` runs nothing that lies in the folder; Whoosh's own unpickles what it finds there.

Whoosh itself is loaded when one of these names is used: reading and merging segments does without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchkit.engines.whoosh.columnar.codec import ColumnarCodec, ColumnarSegment
    from searchkit.engines.whoosh.columnar.collector import ColumnarCollector, search
    from searchkit.engines.whoosh.columnar.opening import open_dir
    from searchkit.engines.whoosh.columnar.writer import ColumnarWriter

__all__ = ["ColumnarCodec", "ColumnarCollector", "ColumnarSegment", "ColumnarWriter", "open_dir", "search"]

_HOMES = {
    "ColumnarCodec": "codec",
    "ColumnarCollector": "collector",
    "ColumnarSegment": "codec",
    "ColumnarWriter": "writer",
    "open_dir": "opening",
    "search": "collector",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
