"""Stored text and a plan's highlights -> the best passages, with the ranges to mark. Rendering is elsewhere."""

from searchkit.snippets.highlights import find_ranges, find_ranges_each
from searchkit.snippets.passages import make_snippets, make_snippets_each

__all__ = ["find_ranges", "find_ranges_each", "make_snippets", "make_snippets_each"]
