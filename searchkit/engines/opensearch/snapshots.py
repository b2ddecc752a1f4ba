"""The generations of one index, and which of them is published.

A generation is an index of the cluster that is filled beside the published one. Publishing moves the alias in one
step and closes the generation to writing. The one before it stays until the next is published, for readers that
have it open; what else is left, also of writers that were killed, is removed by the next writer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from searchkit.engines.opensearch.bulk import Line, stored, unstored
from searchkit.engines.opensearch.client import Cluster, Refused
from searchkit.engines.opensearch.fields import (
    GENERATION,
    PART,
    RECORD,
    generation_name,
    generation_number,
    index_mapping,
    index_settings,
)
from searchkit.errors import EngineUnavailable, IndexNotFound, IndexOutdated
from searchkit.schema import CLUSTER_LAYOUT
from searchkit.state import IndexState, dump_state

_MINUTES = 600.0
_RETURN = "30s"  # for a node that left shortly before
_COPIES = "60s"  # for the copies of a new generation
_SHARDS = "5m"  # for its shards


class Snapshots:
    """The generations behind *alias*."""

    def __init__(self, cluster: Cluster, alias: str) -> None:
        self.cluster, self.alias = cluster, alias

    @property
    def where(self) -> str:
        """What messages call the index."""
        return f"{self.alias} at {self.cluster.connection.name}"

    def current(self) -> int | None:
        """The number of the published generation, or None."""
        path = f"/{self.alias}-*/_alias/{self.alias}"  # asks for no rights on indices that are not ours
        found = self.cluster.call("GET", path, expected=(404,)) or {}
        numbers = [generation_number(self.alias, name) for name in found]
        return max((number for number in numbers if number is not None), default=None)

    def name(self, number: int) -> str:
        """The index that is generation *number*."""
        return generation_name(self.alias, number)

    def published(self) -> str:
        """The index to read.

        Raises:
            IndexNotFound: nothing is published.
            IndexOutdated: it was written by a version with another layout.
        """
        number = self.current()
        found = number and self.cluster.call("GET", f"/{self.name(number)}/_mapping", expected=(404,))
        if not number or not found:
            raise IndexNotFound(f"{self.where}: no index here; run `searchkit reindex` first")
        layout = _layout(found[self.name(number)])
        if layout != CLUSTER_LAYOUT:
            raise IndexOutdated(
                f"{self.where}: reindex needed: its layout is {layout}, this version's is {CLUSTER_LAYOUT}; "
                "run `searchkit reindex`"
            )
        return self.name(number)

    def begin(self, *, full: bool) -> int:
        """A new generation, empty or with what the published one has. Needs the lock."""
        current = self.current()
        number = max([0, *self._numbers()]) + 1  # not that of a leftover, whose writer may think it is at work
        self._remove_leftovers(current)
        if full or current is None:
            self._create(number)
        else:
            self._clone(current, number)
        return number

    def resume(self, run: str) -> int | None:
        """The generation that the *run*, which was killed, left unfinished, ready to be filled further; or None,
        also where a part of it was on a node that is gone. Needs the lock."""
        number = self.unfinished(run)
        if number is None or not self._is_there(self.name(number)):
            return None
        settings = {"blocks.write": False, "auto_expand_replicas": "false", "number_of_replicas": 0,
                    "refresh_interval": -1}  # fmt: skip
        self._set(self.name(number), settings)
        self.cluster.call("POST", f"/{self.name(number)}/_refresh", patience=_MINUTES)
        return number

    def unfinished(self, run: str) -> int | None:
        """The generation that the *run* began and did not publish, or None."""
        current = self.current() or 0
        found = [number for number in self._numbers() if number > current and self._run(number) == run]
        return found[-1] if found else None

    def mark(self, number: int, run: str) -> None:
        """Write down which *run* fills a generation."""
        facts = {"searchkit": {"layout": CLUSTER_LAYOUT, "run": run, "number": number}}
        self.cluster.call("PUT", f"/{self.name(number)}/_mapping", {"_meta": facts})

    def complete(self, number: int) -> None:
        """Bring generation *number* onto the disks, copy it, and close it to writing. Needs the lock.

        Raises:
            EngineUnavailable: a part of it is not there.
        """
        name, replicas = self.name(number), self.cluster.connection.replicas
        self.cluster.call("POST", f"/{name}/_flush", patience=_MINUTES)  # a copy begins with what is on disk
        settings = {"auto_expand_replicas": f"0-{replicas}", "blocks.write": True, "refresh_interval": None}
        self._set(name, settings)
        self._await(name, "green" if replicas else "yellow")
        self.cluster.call("POST", f"/{name}/_refresh", patience=_MINUTES)  # what came later is seen in copies too

    def publish(self, number: int) -> None:
        """Make generation *number*, which is complete, the one that readers open, in one step. Needs the lock."""
        name, before = self.name(number), self.current()
        actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": self.alias}}]
        if before is not None:
            actions.append({"remove": {"index": self.name(before), "alias": self.alias}})
        try:
            self.cluster.call("POST", "/_aliases", {"actions": actions}, patience=_MINUTES)
        except (EngineUnavailable, Refused):
            if self.current() != number:  # else an attempt before this one moved it after all
                raise
        with contextlib.suppress(EngineUnavailable, Refused):  # as while a snapshot is taken: the next one does it
            for other, ours in self._numbers().items():
                if ours and other not in (number, before):
                    self.remove(other)

    def abandon(self, number: int) -> None:
        """Delete a generation that was not published. If that cannot be done now, the next writer does it."""
        with contextlib.suppress(EngineUnavailable, Refused):
            if self.current() != number:
                self.remove(number)

    def remove(self, number: int) -> None:
        """Delete a generation, if it is there. Needs the lock."""
        self.cluster.call("DELETE", f"/{self.name(number)}", expected=(404,), patience=_MINUTES)

    def _remove_leftovers(self, current: int | None) -> None:
        """Delete what writers that were stopped left: whatever is newer than the published generation."""
        for number, ours in self._numbers().items():
            if ours and (current is None or number > current):
                self.remove(number)

    def _numbers(self) -> dict[int, bool]:
        """The numbers that are taken, each with whether the index of that name is one of ours, finished or not."""
        wanted = {"filter_path": "*.mappings"}
        found = self.cluster.call("GET", f"/{self.alias}-*/_mapping", None, wanted) or {}
        numbers = {generation_number(self.alias, name): facts for name, facts in found.items()}
        return {n: _layout(numbers[n]) is not None for n in sorted(n for n in numbers if n is not None)}

    def _run(self, number: int) -> str | None:
        name = self.name(number)
        facts = self.cluster.call("GET", f"/{name}/_mapping")[name]["mappings"].get("_meta", {})
        found = facts.get("searchkit", {})
        run: str | None = found.get("run")
        return run if found.get("number") == number else None  # else it is a clone, and says what another was

    def _create(self, number: int) -> None:
        path, settings = f"/{self.name(number)}", index_settings(self.cluster.connection.shards)
        try:
            self._make(path, {"settings": settings, "mappings": index_mapping()})
        except Refused as error:
            if error.kind != "mapper_parsing_exception":
                raise
            self._make(path, {"settings": settings, "mappings": index_mapping(lean=False)})

    def _clone(self, source: int, number: int) -> None:
        """Generation *number* with the files of *source*, which is closed to writing; they are linked."""
        settings: dict[str, Any] = {"blocks.write": None, "auto_expand_replicas": "false", "number_of_replicas": 0,
                                    "refresh_interval": -1}  # fmt: skip
        self._make(f"/{self.name(source)}/_clone/{self.name(number)}", {"settings": {"index": settings}})
        self._await(self.name(number), "yellow")

    def _make(self, path: str, body: dict[str, Any]) -> None:
        try:
            self.cluster.call(
                "PUT", path, body, {"wait_for_active_shards": "1", "timeout": _SHARDS}, patience=_MINUTES
            )
        except Refused as error:
            if error.kind != "resource_already_exists_exception":  # an attempt before this one made it after all
                raise

    def _set(self, name: str, settings: dict[str, Any]) -> None:
        self.cluster.call("PUT", f"/{name}/_settings", {"index": settings})

    def _is_there(self, name: str) -> bool:
        """Whether every shard of an index is there, or comes back soon."""
        wanted = {"wait_for_status": "yellow", "timeout": _RETURN}
        path = f"/_cluster/health/{name}"
        return self.cluster.call("GET", path, None, wanted, expected=(408,), patience=_MINUTES) is not None

    def _await(self, name: str, status: str) -> None:
        """Wait until every shard is there; a copy that does not come is no reason not to go on.

        Raises:
            EngineUnavailable: there is neither the shard nor a copy.
        """
        wanted = {"wait_for_status": status, "wait_for_no_initializing_shards": "true", "timeout": _COPIES}
        path = f"/_cluster/health/{name}"
        self.cluster.call("GET", path, None, wanted, expected=(408,), patience=_MINUTES)
        if not self._is_there(name):
            raise EngineUnavailable(
                f"{self.where}: a part of {name} is on a node that is gone; nothing was published; run "
                "`searchkit reindex` again when all nodes are there"
            )


def _layout(facts: dict[str, Any]) -> int | None:
    layout = facts.get("mappings", {}).get("_meta", {}).get("searchkit", {}).get("layout")
    return layout if isinstance(layout, int) else None


_PIECE = 4_000_000
"""Bytes of a manifest in one document: as many as one request has, of the 100 MB that a cluster takes."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The state of a generation as `dump_state` gave it, and in how many pieces its manifest is."""

    state: dict[str, Any]
    pieces: int


def run_of(state: IndexState) -> str:
    """What a full run with this *state* is called, so that another one can go on with it."""
    facts = json.dumps([CLUSTER_LAYOUT, dump_state(state)], sort_keys=True)
    return hashlib.blake2b(facts.encode(), digest_size=16).hexdigest()


def record_lines(state: IndexState | None, manifest: bytes, generation: int, part: str = "") -> Iterator[Line]:
    """The documents that hold *state* and *manifest*, of the whole or of a *part*, which has no state; what says
    that all of them are there comes last."""
    pieces = [manifest[start : start + _PIECE] for start in range(0, len(manifest), _PIECE)]
    for number, piece in enumerate(pieces):
        yield _line(_piece_name(number, part), piece, generation)
    facts = Remembered(dump_state(state) if state else {}, len(pieces))
    yield _line(state_name(part), json.dumps(asdict(facts)).encode(), generation)


def remembered(document: dict[str, Any] | None) -> Remembered:
    """What a document called as `state_name` says.

    Raises:
        KeyError, TypeError, ValueError: it is missing, or says something else.
    """
    if document is None:
        raise KeyError("what it holds is not recorded")
    try:
        return msgspec.convert(json.loads(_data(document)), Remembered)
    except msgspec.ValidationError as error:
        raise ValueError(f"what is recorded of it is damaged: {error}") from error


def manifest_of(call: Callable[..., Any], name: str, pieces: int, part: str = "") -> bytes:
    """The manifest of the index *name*, or of a *part* of it.

    Raises:
        KeyError: a piece is missing.
    """
    found = [call("GET", f"/{name}/_doc/{_piece_name(number, part)}", expected=(404,)) for number in range(pieces)]
    if None in found:
        raise KeyError("a piece of its manifest is missing")
    return b"".join(map(_data, found))


def _data(document: dict[str, Any]) -> bytes:
    return unstored(document["_source"][RECORD])


def state_name(part: str = "") -> str:
    """What the document is called that holds the state, of the whole or of a *part*."""
    return f"state-{part}" if part else "state"


def _piece_name(number: int, part: str) -> str:
    return f"manifest-{part}-{number}" if part else f"manifest-{number}"


def _line(name: str, data: bytes, generation: int) -> Line:
    document = {PART: RECORD, GENERATION: generation, RECORD: stored(data)}
    return Line({"index": {"_id": name}}, json.dumps(document).encode(), "the record of files")
