"""The right to write one index, for one process at a time, wherever it runs: a document in the cluster.

Whoever holds it says now and then that it is still there. A lock nobody spoke for in `_LIFETIME` seconds, or whose
process on this machine is gone, is taken over; its former holder finds out before it publishes anything.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from searchkit.engines.opensearch.client import Cluster, Refused
from searchkit.engines.opensearch.fields import LOCKS
from searchkit.errors import EngineUnavailable, IndexLocked, SearchkitError
from searchkit.translation import gettext as _

_LIFETIME = 600.0
_MOST_PARTS = 10_000
_CONFLICT = 409
_PART = "~"  # no alias has it


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who holds a lock; times are in seconds since 1970."""

    pid: int
    host: str
    since: float
    seen: float
    machine: str = ""

    def __str__(self) -> str:
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.since))
        return f"process {self.pid} on {self.host} (since {began})"

    @property
    def is_gone(self) -> bool:
        """Whether it was not heard of for long, or was a process of this machine that is there no more."""
        is_silent = time.time() - self.seen > _LIFETIME
        return is_silent or (self.machine == _machine() and not _is_alive(self.pid))


class Lock:
    """The lock of the index *alias*, or of a *part* of the work on it, to be held once."""

    def __init__(self, cluster: Cluster, alias: str, part: str = "") -> None:
        self._cluster, self._alias = cluster, alias
        self._path = f"/{LOCKS}/_doc/{alias}" + (f"{_PART}{part}" if part else "")
        self.part = part
        self._version: dict[str, str] | None = None
        self._heard = now = time.time()
        self._holder = _Holder(os.getpid(), socket.gethostname(), now, now, _machine())
        self._turn = threading.Lock()
        self._over = threading.Event()

    @contextlib.contextmanager
    def held(self, patience: float = 0.0) -> Iterator[Lock]:
        """Hold the lock. If another process has it, try again for *patience* seconds.

        Raises:
            IndexLocked: another process has it; the message names it.
        """
        self._make_place()
        deadline = time.monotonic() + patience
        while other := self._take():
            if time.monotonic() >= deadline:
                raise IndexLocked(
                    _("{alias}: {owner} is at work on this index").format(alias=self._alias, owner=other)
                )
            time.sleep(random.uniform(0.1, 0.5))
        try:
            yield self
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
            if self._version is None or not self._claim(self._version):
                self._version = None
                raise IndexLocked(
                    _(
                        "{alias}: another process took the lock over, for nothing was heard of this one; "
                        "nothing was published"
                    ).format(alias=self._alias)
                )

    def ensure(self) -> None:
        """As `check`, without a request where it was made not long ago."""
        if self._version is None or time.time() - self._heard > _LIFETIME / 2:
            self.check()

    def _speak(self) -> None:
        while not self._over.wait(_LIFETIME / 6):
            with contextlib.suppress(SearchkitError):  # what lasts comes up again before anything is published
                self.check()

    def _take(self) -> str:
        """Take the lock. Who has it, if it was not taken."""
        with self._turn:
            if self._claim(None):
                return ""
            found = self._found()
            holder = _Holder(**found["_source"]) if found else None
            if holder and holder.is_gone and self._claim(_version_of(found)):
                return ""
        return str(holder or _("another process"))

    def _claim(self, version: dict[str, str] | None) -> bool:
        """Write the lock over the *version* of it that was seen last, or where there is none. Whether it is ours
        then: an attempt that got no answer may have written it already."""
        self._holder = replace(self._holder, seen=time.time())
        try:
            found = self._cluster.call("PUT", self._path, asdict(self._holder), version or {"op_type": "create"})
        except Refused as error:
            if error.status != _CONFLICT:
                raise
            found = self._found()
            if not found or replace(_Holder(**found["_source"]), seen=self._holder.seen) != self._holder:
                return False
        self._version, self._heard = _version_of(found), self._holder.seen
        return True

    def _found(self) -> dict[str, Any]:
        """The lock as it is, or nothing."""
        return self._cluster.call("GET", self._path, expected=(404,)) or {}

    def _give_back(self) -> None:
        with self._turn:
            if self._version is None:
                return
            version, self._version = self._version, None
            with contextlib.suppress(EngineUnavailable):  # then it ends by itself
                self._cluster.call("DELETE", self._path, None, version, expected=(404, _CONFLICT))

    def _make_place(self) -> None:
        """The index of locks, if it is not there yet."""
        if self._cluster.call("GET", f"/{LOCKS}", expected=(404,)) is None:
            settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
            mapping = {"dynamic": False, "_meta": {"searchkit": {"locks": True}}}
            self._cluster.create(f"/{LOCKS}", {"settings": {"index": settings}, "mappings": mapping})


def parts_held(cluster: Cluster, alias: str) -> list[str]:
    """Who works on parts of *alias*."""
    if cluster.call("POST", f"/{LOCKS}/_refresh", expected=(404,)) is None:
        return []
    found = cluster.call("POST", f"/{LOCKS}/_search", {"size": _MOST_PARTS})["hits"]["hits"]
    holders = [_Holder(**hit["_source"]) for hit in found if hit["_id"].startswith(f"{alias}{_PART}")]
    return [str(holder) for holder in holders if not holder.is_gone]


def _version_of(document: dict[str, Any]) -> dict[str, str]:
    """The version of a lock, as a condition that it is still the same."""
    return {"if_seq_no": str(document["_seq_no"]), "if_primary_term": str(document["_primary_term"])}


def _machine() -> str:
    """What tells this machine from others: many have the same name, and containers of one see other processes."""
    known = [socket.gethostname()]
    with contextlib.suppress(OSError):
        known.append(Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip())
        known.append(str(Path("/proc/self/ns/pid").readlink()))
    return " ".join(known)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        pass
    return True
