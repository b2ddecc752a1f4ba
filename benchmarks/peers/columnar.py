"""The columnar Whoosh package by itself, as the benchmarks of words use it."""

from __future__ import annotations

from searchkit.engines.whoosh.segment import ColumnarWriter, search

KIND = "searchkit.engines.whoosh.segment"

__all__ = ["KIND", "ColumnarWriter", "search"]
