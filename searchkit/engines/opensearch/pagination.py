"""Long lists of hits from a cluster, in their order, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing, suppress
from itertools import islice
from typing import Any

from searchkit.engines.opensearch.client import Refused
from searchkit.errors import EngineUnavailable

BATCH_SIZE = 5_000
"""Hits of an answer; the cluster's limit is 10,000 (index.max_result_window)."""
KEEP_ALIVE = "5m"  # of a point in time between two batches: who takes longer over one has stopped
MAX_POINTS = 4  # in time, one after the other: a cluster of three may lose each of its nodes once
_POINT_LOST = (404, 500)
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
    listed = {name: value for name, value in body.items() if name != "aggs"}
    with closing(each_hit(call, index, listed)) as hits:
        return list(islice(hits, first, end))


def each_hit(
    call: Call, index: str, body: dict[str, Any], batch_size: int = 0
) -> Generator[dict[str, Any], None, None]:
    """The hits of *body*, which is sorted; *batch_size* of them are fetched at a time.

    A point in time ends with a node that has a part of it. Nobody writes to the index meanwhile, so another
    goes on after the last hit.
    """
    batch_size = batch_size or BATCH_SIZE
    after: dict[str, Any] = {}
    for left in reversed(range(MAX_POINTS)):
        path = f"/{index}/_search/point_in_time"
        point: str = call("POST", path, None, {"keep_alive": KEEP_ALIVE})["pit_id"]
        try:
            while True:
                page = {
                    "size": batch_size,
                    "track_total_hits": False,
                    "pit": {"id": point, "keep_alive": KEEP_ALIVE},
                }
                hits = call("POST", "/_search", {**body, **after, **page}, WHOLE_ANSWERS)["hits"]["hits"]
                yield from hits
                if len(hits) < batch_size:
                    return
                after = {"search_after": hits[-1]["sort"]}
        except Refused as error:
            if not left or error.status not in _POINT_LOST:
                raise
        finally:
            with suppress(EngineUnavailable, Refused):  # it ends by itself
                call("DELETE", "/_search/point_in_time", {"pit_id": [point]}, expected=(404,))
