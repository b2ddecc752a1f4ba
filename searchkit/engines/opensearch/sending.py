"""Documents on their way into the cluster: many in a request, several requests at once, and no more than that.

Who adds faster than the cluster takes waits. What the cluster was too busy for is sent again, after a pause; other
failures end the run.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from searchkit.engines.opensearch.client import Cluster, Refused, pause
from searchkit.errors import EngineUnavailable

_AT_ONCE = 2
_BYTES = 4_000_000  # of one request
_ACTION = 60  # bytes of what to do with a document
_ATTEMPTS = 12
_PATIENCE = 300.0
_SHARD_PATIENCE = "20s"  # for a shard whose node was lost; after that it is tried again
_BUSY = (429, 503)
_REASON = 200  # characters

Line = tuple[dict[str, Any], bytes]
"""What to do, and the document; empty for a deletion."""


class Sender:
    """Sends lines to the index *name*. `flush` returns when everything is there. *ensure* is called before each
    request, and raises where nothing may be sent any more."""

    def __init__(self, cluster: Cluster, name: str, ensure: Callable[[], None] = lambda: None) -> None:
        self._cluster, self._path, self._ensure = cluster, f"/{name}/_bulk", ensure
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="bulk")
        self._under_way: deque[Future[None]] = deque()
        self._waiting: list[Line] = []
        self._size = 0

    def send(self, lines: Iterable[Line]) -> None:
        """Send *lines*, now or with later ones."""
        for line in lines:
            self._waiting.append(line)
            self._size += len(line[1]) + _ACTION
            if self._size >= _BYTES:
                self._start()

    def flush(self) -> None:
        """Wait until everything was taken.

        Raises:
            EngineUnavailable: the cluster did not take it in all attempts.
            Refused: it refused a document.
        """
        self._start()
        while self._under_way:
            self._under_way.popleft().result()

    def close(self) -> None:
        """Stop; what was not sent is dropped."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        if not self._waiting:
            return
        while len(self._under_way) > _AT_ONCE:
            self._under_way.popleft().result()
        self._under_way.append(self._threads.submit(self._send_all, self._waiting))
        self._waiting, self._size = [], 0

    def _send_all(self, lines: list[Line]) -> None:
        reason = ""
        for attempt in range(_ATTEMPTS):
            lines, reason = self._send(lines)
            if not lines:
                return
            time.sleep(pause(attempt))
        raise EngineUnavailable(
            f"OpenSearch at {self._cluster.connection.name}: it did not take {len(lines):,} articles in "
            f"{_ATTEMPTS} attempts ({reason}); nothing was published; run `searchkit reindex` again when it has "
            "less to do and all its nodes are there"
        )

    def _send(self, lines: list[Line]) -> tuple[list[Line], str]:
        """One request; returns the lines that the cluster was too busy for, or whose shard is not there, and what
        it says of the first."""
        self._ensure()
        body = b"".join(map(_encoded, lines))
        wanted = {"filter_path": "errors,items.*.status,items.*.error", "timeout": _SHARD_PATIENCE}
        found = self._cluster.call("POST", self._path, body, wanted, patience=_PATIENCE)
        if not found["errors"]:
            return [], ""
        answers = [next(iter(item.values())) for item in found["items"]]
        errors = [answer for answer in answers if "error" in answer]
        for answer in errors:
            if answer["status"] not in _BUSY:
                error = answer["error"]
                where = self._cluster.connection.name
                raise Refused(where, answer["status"], error["type"], str(error.get("reason", "")))
        left = [line for line, answer in zip(lines, answers, strict=True) if answer["status"] in _BUSY]
        return left, _named(errors[0]) if errors else ""


def _named(answer: dict[str, Any]) -> str:
    """What the cluster says why it did not take a document, without the document."""
    error = answer["error"]
    return f"{answer['status']} {error['type']}: {str(error.get('reason', ''))[:_REASON]}"


def _encoded(line: Line) -> bytes:
    action, data = line
    return json.dumps(action).encode() + b"\n" + (data + b"\n" if data else b"")
