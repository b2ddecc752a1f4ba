"""The distinct values of a field, all of them or those like a given one.

The cluster narrows them down by a regular expression, which fits all that are wanted and not many others; which of
them are wanted is decided here, by the functions of every engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from searchkit.engines.opensearch import terms
from searchkit.query.plan import Expand

Ask = Callable[[dict[str, Any]], dict[str, Any]]
"""A search request -> the cluster's answer."""
_AT_ONCE = 60_000
"""Values of one answer; the cluster's own limit is 65,535."""
_LONGEST = 1_000  # of a regular expression, for the cluster
_ESCAPED = f".*{terms.encode(' ')[0]}.*"
"""Values some characters of which stand for others: there are few, and their length says little."""


def list_values(ask: Ask, field: str, regexp: str = "") -> Iterator[str]:
    """The distinct values of a keyword field, in no order, as they stand in the cluster; at least those that
    *regexp* fits, if there is one."""
    found = _listed(ask, field, regexp if len(regexp) <= _LONGEST else "")
    if found is not None:
        return iter(found)
    many = ask({"size": 0, "track_total_hits": False, "aggs": {"many": {"cardinality": {"field": field}}}})
    return _in_parts(ask, field, 1 + 2 * many["aggregations"]["many"]["value"] // _AT_ONCE)


def beginning(prefix: str) -> str:
    """Fits what begins with *prefix*."""
    return f"{_literal(prefix)}.*" if prefix else ""


def resembling(wanted: Expand) -> str:
    """Fits what *wanted* may stand for."""
    if wanted.kind == "pattern":
        return ".*".join(map(_literal, re.split(r"[*?]+", wanted.text)))
    word, distance = wanted.text, wanted.distance
    return "|".join([*(_halves(word) if distance == 1 else _parts(word, distance)), _ESCAPED])


def _in_parts(ask: Ask, field: str, count: int) -> Iterator[str]:
    """All values, asked for in *count* parts, or in more where that is not enough."""
    parts = [_listed(ask, field, {"partition": number, "num_partitions": count}) for number in range(count)]
    if None in parts:
        yield from _in_parts(ask, field, 2 * count)
    for part in parts:
        yield from part or ()


def _listed(ask: Ask, field: str, include: object) -> list[str] | None:
    """The values that *include* says, or None if they are too many for an answer."""
    wanted = {
        "field": field,
        "size": _AT_ONCE,
        "shard_size": _AT_ONCE,
        **({"include": include} if include else {}),
    }
    answer = ask({"size": 0, "track_total_hits": False, "aggs": {"values": {"terms": wanted}}})
    found = answer["aggregations"]["values"]
    return None if found["sum_other_doc_count"] else [bucket["key"] for bucket in found["buckets"]]


def _halves(word: str) -> Iterator[str]:
    """Fit what is one edit from *word*: a half of it is as it was, or the letters in the middle are swapped."""
    middle = len(word) // 2
    yield f"{_literal(word[:middle])}{_some(len(word) - middle, 1)}"
    yield f"{_some(middle, 1)}{_literal(word[middle:])}"
    if middle:
        yield _literal(f"{word[: middle - 1]}{word[middle]}{word[middle - 1]}{word[middle + 1 :]}")


def _parts(word: str, distance: int) -> Iterator[str]:
    """Fit what is *distance* edits from *word*: each changes two neighbouring parts at most, so that of one more
    than all of these one is as it was, if not where."""
    count = 2 * distance + 1
    for start, end in pairwise(len(word) * number // count for number in range(count + 1)):
        yield f"{_some(start, distance)}{_literal(word[start:end])}{_some(len(word) - end, distance)}"


def _some(length: int, distance: int) -> str:
    return f".{{{max(0, length - distance)},{length + distance}}}"


def _literal(text: str) -> str:
    """Fits *text*, as it stands in the cluster, and nothing else."""
    return "".join(rf"\{char}" if char.isascii() and not char.isalnum() else char for char in terms.encode(text))
