"""The right to write one index, for one process at a time, wherever it runs: a document in the cluster.

Whoever holds it says now and then that it is still there. A lock nobody spoke for in `_LIFETIME` seconds, or whose
process on this machine is gone, is taken over; its former holder finds out before it publishes anything.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from searchkit.engines.opensearch.client import Cluster, Refused
from searchkit.engines.opensearch.naming import LOCKS
from searchkit.errors import IndexLocked, SearchkitError

_LIFETIME = 600.0
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who holds a lock; times are in seconds since 1970."""

    pid: int
    host: str
    since: float
    seen: float

    def __str__(self) -> str:
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.since))
        return f"process {self.pid} on {self.host} (since {began})"

    @property
    def is_gone(self) -> bool:
        """Whether it was not heard of for long, or was a process of this machine that is there no more."""
        if time.time() - self.seen > _LIFETIME:
            return True
        return self.host == socket.gethostname() and not _is_alive(self.pid)


class Lock:
    """The lock of the index *alias*."""

    def __init__(self, cluster: Cluster, alias: str) -> None:
        self._cluster, self._alias = cluster, alias
        self._path = f"/{LOCKS}/_doc/{alias}"
        self._version: tuple[int, int] | None = None
        self._turn = threading.Lock()
        self._over = threading.Event()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            IndexLocked: another process has it; the message names it.
        """
        now = time.time()
        self._holder = _Holder(os.getpid(), socket.gethostname(), now, now)
        self._over.clear()
        self._make_place()
        self._take()
        try:
            yield
        finally:
            self._over.set()
            self._give_back()

    def keep(self) -> None:
        """Say that the holder is still there, now and in a thread of its own until the lock is given back."""
        self.check()
        threading.Thread(target=self._speak, name="lock", daemon=True).start()

    def check(self) -> None:
        """Say that the holder is still there.

        Raises:
            IndexLocked: another process took the lock over.
        """
        with self._turn:
            if self._version is None:
                raise IndexLocked(f"{self._alias}: the lock is not held")
            try:
                self._write(self._version)
            except Refused as error:
                if error.status != _CONFLICT:
                    raise
                self._version = None
                raise IndexLocked(
                    f"{self._alias}: another process took the lock over, for nothing was heard of this one; "
                    "nothing was published"
                ) from error

    def _speak(self) -> None:
        while not self._over.wait(_LIFETIME / 6):
            with contextlib.suppress(
                SearchkitError
            ):  # what is lasting comes up again before anything is published
                self.check()

    def _take(self) -> None:
        with self._turn:
            try:
                self._write(None)
            except Refused as error:
                if error.status != _CONFLICT:
                    raise
                self._take_over()

    def _take_over(self) -> None:
        """Take the lock of a holder that is gone."""
        found = self._cluster.call("GET", self._path, expected=(404,)) or {}
        holder = _Holder(**found["_source"]) if found else None
        try:
            if holder and holder.is_gone:
                self._write((found["_seq_no"], found["_primary_term"]))
                return
        except Refused as error:
            if error.status != _CONFLICT:
                raise
        raise IndexLocked(f"{self._alias}: {holder or 'another process'} is at work on this index")

    def _write(self, version: tuple[int, int] | None) -> None:
        """Write the lock over the *version* of it that was seen last, or where there is none."""
        self._holder = _Holder(self._holder.pid, self._holder.host, self._holder.since, time.time())
        condition = {"op_type": "create"} if version is None else _if_still(version)
        found = self._cluster.call("PUT", self._path, asdict(self._holder), condition)
        self._version = (found["_seq_no"], found["_primary_term"])

    def _give_back(self) -> None:
        with self._turn:
            if self._version is None:
                return
            version, self._version = self._version, None
            self._cluster.call("DELETE", self._path, None, _if_still(version), expected=(404, _CONFLICT))

    def _make_place(self) -> None:
        """The index of locks, if it is not there yet."""
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        mapping = {"dynamic": False, "_meta": {"searchkit": {"locks": True}}}
        if self._cluster.call("GET", f"/{LOCKS}", expected=(404,)) is not None:
            return
        try:
            self._cluster.call("PUT", f"/{LOCKS}", {"settings": {"index": settings}, "mappings": mapping})
        except Refused as error:
            if error.kind != "resource_already_exists_exception":
                raise


def _if_still(version: tuple[int, int]) -> dict[str, str]:
    """The condition that the lock is as it was when it had this *version*."""
    return {"if_seq_no": str(version[0]), "if_primary_term": str(version[1])}


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
