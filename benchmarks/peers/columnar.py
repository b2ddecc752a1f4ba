"""The columnar index of searchkit's Whoosh engine, as the benchmarks of words use it.

Where the package does not have it yet, `SEARCHKIT_PROTOTYPE` may name a folder with a sketch of it.
"""

from __future__ import annotations

import os
import sys
from typing import Any

KIND = "searchkit.engines.whoosh.columnar"

try:
    from searchkit.engines.whoosh.columnar import ColumnarWriter, search
except ImportError:
    KIND = "a sketch"
    sys.path.insert(0, os.environ.get("SEARCHKIT_PROTOTYPE", ""))
    from npcodec import NPWriter as ColumnarWriter
    from npsearch import NPCollector

    def search(searcher: Any, query: Any, limit: int = 10) -> Any:
        """The best *limit* hits."""
        collector = NPCollector(limit)
        searcher.search_with_collector(query, collector)
        return collector.results()


__all__ = ["KIND", "ColumnarWriter", "search"]
