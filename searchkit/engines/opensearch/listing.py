"""Long lists from a cluster, piece by piece: hits in their order, and the values of a field."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from itertools import islice
from typing import Any

from searchkit.engines.opensearch.client import Refused
from searchkit.errors import EngineUnavailable

_PIECE = 5_000
_KEEP = "5m"
_POINTS = 4  # in time, one after the other
_POINT_LOST = (404, 500)
Call = Callable[..., Any]
"""A request to the cluster, such as `Cluster.call`."""
WHOLE_ANSWERS = {"include_named_queries_score": "true", "allow_partial_search_results": "false"}
"""Parameters of a search: what each part of the query gave to a hit comes back, and a shard that does not answer
is an error."""


def list_hits(call: Call, index: str, body: dict[str, Any], first: int, end: int | None) -> list[dict[str, Any]]:
    """The hits of *body*, which is sorted, from number *first* up to *end*, or all.

    They are read from a point in time, each piece after the last hit of the one before.
    """
    listed = {name: value for name, value in body.items() if name != "aggs"}
    with closing(each_hit(call, index, listed)) as hits:
        return list(islice(hits, first, end))


def list_values(ask: Callable[[dict[str, Any]], dict[str, Any]], field: str, prefix: str) -> Iterator[str]:
    """The distinct values of a keyword field that begin with *prefix*, in the order of their bytes."""
    composite: dict[str, Any] = {"size": _PIECE, "sources": [{"value": {"terms": {"field": field}}}]}
    if prefix:
        composite["after"] = {"value": _just_before(prefix)}
    while True:
        found = ask({"size": 0, "track_total_hits": False, "aggs": {"values": {"composite": composite}}})
        buckets = found["aggregations"]["values"]["buckets"]
        for bucket in buckets:
            value: str = bucket["key"]["value"]
            if value.startswith(prefix):
                yield value
            elif value > prefix:
                return
        if len(buckets) < _PIECE:
            return
        composite["after"] = buckets[-1]["key"]


def each_hit(
    call: Call, index: str, body: dict[str, Any], piece: int = 0
) -> Generator[dict[str, Any], None, None]:
    """The hits of *body*, which is sorted; *piece* of them are fetched at a time.

    A point in time ends with a node that has a part of it. Nobody writes to the index meanwhile, so another
    goes on after the last hit.
    """
    piece = piece or _PIECE
    after: dict[str, Any] = {}
    for left in reversed(range(_POINTS)):
        path = f"/{index}/_search/point_in_time"
        point: str = call("POST", path, None, {"keep_alive": _KEEP})["pit_id"]
        try:
            while True:
                page = {"size": piece, "track_total_hits": False, "pit": {"id": point, "keep_alive": _KEEP}}
                hits = call("POST", "/_search", {**body, **after, **page}, WHOLE_ANSWERS)["hits"]["hits"]
                yield from hits
                if len(hits) < piece:
                    return
                after = {"search_after": hits[-1]["sort"]}
        except Refused as error:
            if not left or error.status not in _POINT_LOST:
                raise
        finally:
            with suppress(EngineUnavailable, Refused):  # it ends by itself
                call("DELETE", "/_search/point_in_time", {"pit_id": [point]}, expected=(404,))


def _just_before(text: str) -> str:
    """A text that sorts a little before *text*."""
    last = ord(text[-1]) - 1
    if 0xD800 <= last < 0xE000:  # these are no characters
        last = 0xD7FF
    return text[:-1] + chr(last) + "\U0010ffff" if last >= 0 else text[:-1]
