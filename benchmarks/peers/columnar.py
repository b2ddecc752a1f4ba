"""The columnar Whoosh package by itself, as the benchmarks of words use it."""

from __future__ import annotations

from searchkit.engines.whoosh.columnar import ColumnarWriter, search

KIND = "searchkit.engines.whoosh.columnar"

__all__ = ["KIND", "ColumnarWriter", "search"]
