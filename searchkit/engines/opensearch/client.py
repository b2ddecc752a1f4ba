"""Requests to a cluster: tried again where that helps, and errors that say what to do.

The only place that knows opensearch-py, and urllib3 below it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from searchkit.engines.opensearch.auth import (
    got_no_answer,
    headers_of,
    hint_of_tls,
    trust_of,
    why_not_trusted,
    why_refused,
)
from searchkit.engines.opensearch.settings import Connection
from searchkit.errors import EngineUnavailable, ExtraMissing, SearchkitError

_PASSING = frozenset({429, 502, 503, 504})
"""Statuses of a cluster that is busy, or that is just replacing a node it lost."""
_LOST = frozenset({
    "node_not_connected_exception",
    "node_disconnected_exception",
    "node_closed_exception",
    "connect_transport_exception",
    "no_shard_available_action_exception",
    "unavailable_shards_exception",
})  # fmt: skip
"""What it calls the loss of a node, with whatever status."""
_ATTEMPTS = 9
_MORE_AT_FIRST = 2
"""Attempts beside one for each address, as long as none has answered: the address may be wrong."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_CONNECTIONS = 16
_LONGEST_KIND = 100  # characters
T = TypeVar("T")


class Refused(SearchkitError, RuntimeError):
    """The cluster did not take a request; `kind` is its name for the reason."""

    def __init__(self, where: str, status: int, kind: str, reason: str) -> None:
        super().__init__(f"OpenSearch at {where}: it refused a request ({named(status, kind, reason)})")
        self.status, self.kind = status, kind


class Cluster:
    """A connection to a cluster. Threads may share it."""

    def __init__(self, connection: Connection, *, attempts: int = _ATTEMPTS) -> None:
        self.connection = connection
        self._attempts = attempts
        self._client = _client(connection)
        self._has_answered = False

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        parameters: Mapping[str, str] | None = None,
        *,
        patience: float | None = None,
        expected: tuple[int, ...] = (),
    ) -> Any:
        """What the cluster answers; None for one of the *expected* statuses. *patience* is a timeout in seconds.

        Only for requests that may be made twice: a failed one is made again, after longer and longer pauses of
        random length, if that may help. One that got no answer in time is made once more for each address; one
        that reaches nobody is soon given up, as long as nobody ever answered.

        Raises:
            EngineUnavailable: the cluster cannot be reached, does not know us, or is not well.
            Refused: it refused the request for another reason.
        """
        seconds = patience or self.connection.timeout
        settings: dict[str, Any] = {**(parameters or {}), "request_timeout": seconds}
        perform = self._client.transport.perform_request
        return self._again(lambda: perform(method, path, params=dict(settings), body=body), expected, seconds)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _again(self, request: Callable[[], T], expected: tuple[int, ...], seconds: float) -> T | None:
        from opensearchpy import exceptions

        silences, addresses = 0, len(self.connection.urls)
        at_first = addresses + _MORE_AT_FIRST
        most = max(self._attempts, at_first)
        for attempt in range(most):
            try:
                answer = request()
                self._has_answered = True
                return answer
            except exceptions.ConnectionError as error:  # also a timeout, and whatever fails in TLS
                reason = why_not_trusted(error)
                silences += got_no_answer(error)
                at_most = most if self._has_answered else at_first
                if reason or attempt + 1 >= at_most or silences > addresses:
                    raise self._unavailable(reason or self._why_silent(error, seconds)) from error
            except exceptions.SerializationError as error:
                raise self._unavailable(
                    "what answers there is no OpenSearch; is SEARCHKIT_OPENSEARCH_URL its address?"
                ) from error
            except exceptions.TransportError as error:
                self._has_answered = True
                if error.status_code in expected:
                    return None
                passing = error.status_code in _PASSING or not _LOST.isdisjoint(_types(error.info))
                if not passing or attempt + 1 >= self._attempts:
                    raise self._failure(error, passing=passing) from error
            time.sleep(pause(attempt if self._has_answered else attempt // addresses))
        raise AssertionError("the last attempt returns or raises")

    def _why_silent(self, error: Exception, seconds: float) -> str:
        if got_no_answer(error):
            setting = "; SEARCHKIT_OPENSEARCH_TIMEOUT says how long we wait"
            return (
                f"it did not answer within {seconds:,.0f} s; is it overloaded, or not to be reached?"
                f"{setting if seconds == self.connection.timeout else ''}"
            )
        advice = "is it running, and is SEARCHKIT_OPENSEARCH_URL its address?"
        return f"it cannot be reached ({_cause(error)}); {advice}{hint_of_tls(self.connection, error)}"

    def _failure(self, error: Any, *, passing: bool) -> Exception:
        status, kind, reason = int(error.status_code), str(error.error), _reason(error.info)
        if status in (401, 403) and kind != "cluster_block_exception":
            return self._unavailable(why_refused(self.connection, status, reason.partition(" and User ")[0]))
        if passing:
            why = named(status, kind, reason)
            return self._unavailable(f"it is not well ({why}); look at GET /_cluster/health")
        return Refused(self.connection.name, status, kind, reason)

    def _unavailable(self, what: str) -> EngineUnavailable:
        return EngineUnavailable(f"OpenSearch at {self.connection.name}: {what}")


def pause(attempt: int) -> float:
    """Seconds to wait after a failed *attempt*, counted from 0: twice as long each time, and at random, so that
    many who failed together do not come back together."""
    return random.uniform(0.5, 1.0) * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)


def named(status: int, kind: str, reason: str) -> str:
    """What an answer says, in one line. Where a proxy gives it, *kind* is a page, or nothing."""
    return f"{status} {' '.join(kind.split())[:_LONGEST_KIND]}: {reason}".rstrip(" :")


def _client(connection: Connection) -> Any:
    try:
        from opensearchpy import OpenSearch
        from urllib3 import disable_warnings
        from urllib3.exceptions import InsecureRequestWarning
    except ImportError as error:
        raise ExtraMissing("the engine opensearch needs opensearch-py; run `pip install opensearch-py`") from error
    if not connection.verify:
        disable_warnings(InsecureRequestWarning)  # that was asked for
    return OpenSearch(
        hosts=list(connection.urls),
        headers=headers_of(connection),
        ssl_context=trust_of(connection),
        timeout=connection.timeout,
        max_retries=0,  # `Cluster` does that; the next request goes to another node
        retry_on_status=(),  # a node that answers is not gone, whatever it says
        pool_maxsize=_CONNECTIONS,
    )


def _cause(error: Any) -> str:
    """The innermost reason of a connection that failed, without the objects around it."""
    text = str(error.info if getattr(error, "info", None) else error)
    reason = text.rsplit(": ", 1)[-1].rpartition("('")[2].strip("')(") or type(error).__name__
    return reason + ")" * (reason.count("(") - reason.count(")"))


def _types(info: Any) -> Iterator[str]:
    """What the cluster's answer calls its reasons, at every depth."""
    if isinstance(info, dict):
        if isinstance(info.get("type"), str):
            yield info["type"]
        info = list(info.values())
    if isinstance(info, list):
        for part in info:
            yield from _types(part)


def _reason(info: Any) -> str:
    """The first reason in the cluster's answer, the innermost one."""
    try:
        error = info["error"]
        inner = (error.get("root_cause") or [error])[0]
        if error.get("failed_shards"):
            inner = error["failed_shards"][0]["reason"]
        return str((inner.get("caused_by") or inner).get("reason", ""))
    except (TypeError, KeyError, AttributeError, IndexError):
        return ""
