"""Stored text and a plan's highlights -> the best passages, with the ranges to mark. Rendering is elsewhere."""

from searchkit.snippets.highlights import find_ranges
from searchkit.snippets.passages import make_snippets

__all__ = ["find_ranges", "make_snippets"]
