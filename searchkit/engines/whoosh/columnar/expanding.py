"""Queries that stand for many terms -> the numbers of those terms in a segment."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.fields import FieldType

from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.field import Field
from searchkit.engines.whoosh.columnar.leaf import Leaf, UnsupportedQueryError


def numbers_of(query: Any, leaf: Leaf) -> Array:
    """The numbers, ascending, of the terms that a prefix, pattern, range or fuzzy *query* stands for.

    Raises:
        UnsupportedQueryError: the field is not indexed; Whoosh says so.
    """
    name = query.field()
    if name not in leaf.schema or not leaf.schema[name].format:
        raise UnsupportedQueryError
    field = leaf.field(name)
    if field is None or not len(field):
        return np.zeros(0, np.int64)
    numbers = _numbers(query, field, leaf)
    if numbers.size and numbers[0] == 0 and not field.term(0):  # Whoosh leaves out the empty term
        numbers = numbers[1:]
    return numbers


def _numbers(query: Any, field: Field, leaf: Leaf) -> Array:
    kind = type(query)
    if kind is whoosh_query.Prefix:
        return _as_array(field.beginning_with(leaf.reader._text_to_bytes(field.name, query.text)))
    if kind is whoosh_query.TermRange:
        return _as_array(_in_range(query, field, leaf))
    if kind is whoosh_query.Wildcard and type(leaf.schema[field.name]).from_bytes is FieldType.from_bytes:
        return _like(query.text, query._get_pattern(), field)
    terms = (leaf.encoded(field.name, term) for term in query._btexts(leaf.reader))
    return np.array(sorted({field.find(term) for term in terms if term is not None}), np.int64)


def _as_array(numbers: range) -> Array:
    return np.arange(numbers.start, numbers.stop)


def _in_range(query: Any, field: Field, leaf: Leaf) -> range:
    start = b"" if query.start is None else leaf.encoded(field.name, query.start)
    end = b"\xff\xff\xff\xff" if query.end is None else leaf.encoded(field.name, query.end)
    if start is None or end is None:
        return range(0)
    first, last = field.first_from(start), field.first_from(end)
    if query.startexcl and field.find(start) >= 0:
        first += 1
    if not query.endexcl and field.find(end) >= 0:
        last += 1
    return range(first, max(first, last))


def _like(text: str, pattern: str, field: Field) -> Array:
    """The terms that match *text* with `*`, `?` and `[…]`, which is *pattern* as a regular expression."""
    piece = text.strip("*")
    if piece and not re.search(r"[*?\[]", piece) and text.startswith("*"):
        encoded = piece.encode("utf-8", "surrogatepass")
        return field.containing(encoded) if text.endswith("*") else field.ending_with(encoded)
    matches = re.compile(pattern).match
    candidates = _candidates(text, field)
    return np.array([n for n in candidates if matches(field.term(n).decode("utf-8", "surrogatepass"))], np.int64)


def _candidates(text: str, field: Field) -> list[int]:
    """The terms that begin with what the pattern begins with, or have its longest literal piece in them."""
    prefix = re.split(r"[*?\[]", text)[0].encode("utf-8", "surrogatepass")
    if prefix:
        return list(field.beginning_with(prefix))
    pieces = re.split(r"[*?]+", text) if "[" not in text else []
    longest = max(pieces, key=len, default="").encode("utf-8", "surrogatepass")
    found: list[int] = list(range(len(field))) if not longest else field.containing(longest).tolist()
    return found
