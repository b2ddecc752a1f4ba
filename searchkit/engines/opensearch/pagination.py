"""What a cluster is asked for: long lists of hits, in their order, a batch at a time; the distinct values of a
field; and how many articles a query finds.

The cluster narrows values down by a regular expression, which fits all that are asked for and few others; which of
them are meant is decided here, by the functions of every engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from itertools import islice, pairwise
from typing import Any, TypeVar

from searchkit.engines.opensearch.client import Refused
from searchkit.engines.opensearch.fields import encode
from searchkit.errors import EngineUnavailable
from searchkit.query.plan import MultiTerm

BATCH_SIZE = 5_000
"""Hits of an answer; the cluster's limit is 10,000 (index.max_result_window)."""
KEEP_ALIVE = "5m"  # of a point in time between two batches: who takes longer over one has stopped
MAX_POINTS = 4  # in time, one after the other: a cluster of three may lose each of its nodes once
_POINT_LOST = (404, 500)
MAX_VALUES = 60_000
"""Values of one answer; the cluster's own limit is 65,535 (search.max_buckets)."""
_ESCAPED = f".*{encode(' ')[0]}.*"
"""Values some characters of which stand for others: there are few, and their length says little."""
_ONE = f"([^/{encode(' ')[0]}]|{encode(' ')[0]}[^/]{{4}})"
"""Fits a character of the name of a file, as it stands in the cluster."""
T = TypeVar("T")
Ask = Callable[[dict[str, Any]], dict[str, Any]]
"""A search request -> the cluster's answer."""
Call = Callable[..., Any]
"""A request to the cluster, such as `Cluster.call`."""
WHOLE_ANSWERS = {"include_named_queries_score": "true", "allow_partial_search_results": "false"}
"""Parameters of a search: what each part of the query gave to a hit comes back, and a shard that does not answer
is an error."""


def list_hits(call: Call, index: str, body: dict[str, Any], first: int, end: int | None) -> list[dict[str, Any]]:
    """The hits of *body*, which is sorted, from number *first* up to *end*, or all.

    They are read from a point in time, each batch after the last hit of the one before.
    """
    with closing(each_hit(call, index, body)) as hits:
        return list(islice(hits, first, end))


def each_hit(
    call: Call, index: str, body: dict[str, Any], batch_size: int | None = None
) -> Generator[dict[str, Any], None, None]:
    """The hits of *body*, which is sorted; *batch_size* of them are fetched at a time.

    A point in time ends with a node that has a part of it. Nobody writes to the index meanwhile, so another
    goes on after the last hit.
    """
    batch_size = batch_size or BATCH_SIZE
    body = {**body, "size": batch_size, "track_total_hits": False}
    for left in reversed(range(MAX_POINTS)):
        path = f"/{index}/_search/point_in_time"
        point: str = call("POST", path, None, {"keep_alive": KEEP_ALIVE})["pit_id"]
        body["pit"] = {"id": point, "keep_alive": KEEP_ALIVE}
        try:
            while True:
                hits = call("POST", "/_search", body, WHOLE_ANSWERS)["hits"]["hits"]
                yield from hits
                if len(hits) < batch_size:
                    return
                body["search_after"] = hits[-1]["sort"]
        except Refused as error:
            if not left or error.status not in _POINT_LOST:
                raise
        finally:
            with suppress(EngineUnavailable, Refused):  # it ends by itself
                call("DELETE", "/_search/point_in_time", {"pit_id": [point]}, expected=(404,))


def batches(items: list[T], size: int) -> Iterator[list[T]]:
    """*items* in lists of *size*."""
    return (items[start : start + size] for start in range(0, len(items), size))


def counts_of(ask: Ask, queries: list[dict[str, Any]]) -> list[int]:
    """How many articles each of *queries* finds."""
    found = ask({"size": 0, "track_total_hits": False, "aggs": {"found": {"filters": {"filters": queries}}}})
    return [bucket["doc_count"] for bucket in found["aggregations"]["found"]["buckets"]]


def all_values(ask: Ask, field: str) -> list[str]:
    """The distinct values of a keyword field, in no order, as they stand in the cluster."""
    found = _listed(ask, field)
    if found is not None:
        return found
    many = ask({"size": 0, "track_total_hits": False, "aggs": {"many": {"cardinality": {"field": field}}}})
    return _in_parts(ask, field, 1 + 2 * many["aggregations"]["many"]["value"] // MAX_VALUES)


def fitting_values(ask: Ask, field: str, regexp: str) -> list[str] | None:
    """Those that *regexp* fits; None where they are too many for an answer, or it is too much for the cluster."""
    with suppress(Refused):
        return _listed(ask, field, regexp)
    return None


def commonest_values(ask: Ask, field: str, regexp: str, most: int) -> list[str]:
    """The *most* that *regexp* fits and that most articles have."""
    listed = {"field": field, "size": most, "include": regexp}
    found = ask({"size": 0, "track_total_hits": False, "aggs": {"values": {"terms": listed}}})
    return [bucket["key"] for bucket in found["aggregations"]["values"]["buckets"]]


def beginning(prefix: str) -> str:
    """Fits what begins with *prefix*."""
    return f"{_literal(prefix)}.*"


def resembling(condition: MultiTerm) -> str:
    """Fits what *condition* may stand for."""
    if condition.kind == "pattern":
        return ".*".join(map(_literal, re.split(r"[*?]+", condition.text)))
    edited = _one_edit_from if condition.distance == 1 else _edits_from
    return f"{edited(condition.text, condition.distance)}|{_ESCAPED}"


def naming(name: str) -> str:
    """Fits the names that *name* means, which `reference.name_regexp` says."""
    parts = re.split(r"(\*+|\?)", name)
    return "".join("[^/]*" if part[:1] == "*" else _ONE if part == "?" else _literal(part) for part in parts)


def _in_parts(ask: Ask, field: str, count: int) -> list[str]:
    """All values, asked for in *count* parts, or in more where that is not enough."""
    found: list[str] = []
    for number in range(count):
        part = _listed(ask, field, {"partition": number, "num_partitions": count})
        if part is None:
            return _in_parts(ask, field, 2 * count)
        found += part
    return found


def _listed(ask: Ask, field: str, include: object = None) -> list[str] | None:
    """The values that *include* says, or None if they are too many for an answer."""
    listed: dict[str, Any] = {"field": field, "size": MAX_VALUES, "shard_size": MAX_VALUES}
    if include:
        listed["include"] = include
    answer = ask({"size": 0, "track_total_hits": False, "aggs": {"values": {"terms": listed}}})
    found = answer["aggregations"]["values"]
    return None if found["sum_other_doc_count"] else [bucket["key"] for bucket in found["buckets"]]


def _one_edit_from(word: str, distance: int) -> str:
    """Fits a word a half of which is as it was, or that has the letters in the middle swapped."""
    middle = len(word) // 2
    first, second = _literal(word[:middle]), _literal(word[middle:])
    fits = [f"{first}{_some(len(word) - middle, distance)}", f"{_some(middle, distance)}{second}"]
    if middle:
        fits.append(_literal(f"{word[: middle - 1]}{word[middle]}{word[middle - 1]}{word[middle + 1 :]}"))
    return "|".join(fits)


def _edits_from(word: str, distance: int) -> str:
    """Fits a word one of whose parts is as it was. An edit changes two neighbouring ones at most, so of one more
    than twice as many one is; a word shorter than that is only about as long."""
    count = 2 * distance + 1
    if len(word) < count:
        return _some(len(word), distance)
    cuts = [len(word) * number // count for number in range(count + 1)]
    return f".*({'|'.join(_literal(word[start:end]) for start, end in pairwise(cuts))}).*"


def _some(length: int, distance: int) -> str:
    return f".{{{max(0, length - distance)},{length + distance}}}"


def _literal(text: str) -> str:
    """Fits *text*, as it stands in the cluster, and nothing else."""
    return "".join(rf"\{char}" if char.isascii() and not char.isalnum() else char for char in encode(text))
