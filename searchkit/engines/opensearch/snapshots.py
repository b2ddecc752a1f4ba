"""The generations of one index, which of them is published, and what is remembered of each: its state, and the
manifest in pieces; while several workers fill it, so much of each part that is done.

A generation is an index of the cluster that is filled beside the published one. Publishing moves the alias in one
step and closes the generation to writing. The one before it stays until the next is published, for readers that
have it open; what else is left, also of writers that were killed, is removed by the next writer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

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
from searchkit.engines.opensearch.pagination import Call
from searchkit.errors import EngineUnavailable, IndexNotFound, IndexOutdated
from searchkit.schema import CLUSTER_LAYOUT
from searchkit.state import IndexState, dump_state
from searchkit.translation import gettext as _

_MINUTES = 600.0
_RETURN = "30s"  # for a node that left shortly before
_COPIES = "60s"  # for the copies of a new generation
_SHARDS = "5m"  # for its shards
_FILLED = {"blocks.write": None, "auto_expand_replicas": "false", "number_of_replicas": 0, "refresh_interval": -1}
"""The settings of a generation that is filled further."""
_PIECE = 4_000_000
"""Bytes of a manifest in one document: as many as one request has, of the 100 MB that a cluster takes."""


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
            raise IndexNotFound(
                _("{where}: no index here; run `searchkit reindex` first").format(where=self.where)
            )
        layout = _facts(found[self.name(number)]).get("layout")
        if layout != CLUSTER_LAYOUT:
            raise IndexOutdated(
                _(
                    "{where}: reindex needed: its layout is {layout}, this version's is {wanted}; run "
                    "`searchkit reindex`"
                ).format(where=self.where, layout=layout, wanted=CLUSTER_LAYOUT)
            )
        return self.name(number)

    def begin(self, *, full: bool, run: str = "") -> int:
        """A new generation, with what the published one has or empty, to be filled by *run*. Needs the lock. What
        writers that were stopped left is deleted."""
        current, taken = self.current(), self._taken()
        number = max([0, *taken]) + 1  # not that of a leftover, whose writer may think it is at work
        for other, facts in taken.items():
            if facts and other > (current or 0):
                self.remove(other)
        if full or current is None:
            self._create(number, run)
        else:
            self._clone(current, number)
        return number

    def resume(self, run: str) -> int | None:
        """The generation that the *run*, which was killed, left unfinished, ready to be filled further; or None,
        also where a part of it was on a node that is gone. Needs the lock."""
        number = self.unfinished(run)
        if number is None or not self._is_there(self.name(number)):
            return None
        self.cluster.call("PUT", f"/{self.name(number)}/_settings", {"index": _FILLED})
        self.cluster.call("POST", f"/{self.name(number)}/_refresh", patience=_MINUTES)
        return number

    def unfinished(self, run: str) -> int | None:
        """The generation that the *run* began and did not publish, or None."""
        current = self.current() or 0
        for number, facts in reversed(self._taken().items()):
            is_clone = facts.get("number") != number  # of one that another run filled
            if number > current and facts.get("run") == run and not is_clone:
                return number
        return None

    def complete(self, number: int) -> None:
        """Bring generation *number* onto the disks, copy it, and close it to writing. Needs the lock.

        Raises:
            EngineUnavailable: a part of it is not there.
        """
        name, replicas = self.name(number), self.cluster.connection.replicas
        self.cluster.call("POST", f"/{name}/_flush", patience=_MINUTES)  # a copy begins with what is on disk
        settings = {"auto_expand_replicas": f"0-{replicas}", "blocks.write": True, "refresh_interval": None}
        self.cluster.call("PUT", f"/{name}/_settings", {"index": settings})
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
            for other, facts in self._taken().items():
                if facts and other not in (number, before):
                    self.remove(other)

    def abandon(self, number: int) -> None:
        """Delete a generation that was not published. If that cannot be done now, the next writer does it."""
        with contextlib.suppress(EngineUnavailable, Refused):
            if self.current() != number:
                self.remove(number)

    def remove(self, number: int) -> None:
        """Delete a generation, if it is there. Needs the lock."""
        self.cluster.call("DELETE", f"/{self.name(number)}", expected=(404,), patience=_MINUTES)

    def _taken(self) -> dict[int, dict[str, Any]]:
        """The numbers that are taken, sorted, each with what an index of ours, finished or not, says of itself;
        nothing of another with such a name."""
        wanted = {"filter_path": "*.mappings"}
        found = self.cluster.call("GET", f"/{self.alias}-*/_mapping", None, wanted) or {}
        numbers = {generation_number(self.alias, name): _facts(mapping) for name, mapping in found.items()}
        return {number: numbers[number] for number in sorted(n for n in numbers if n is not None)}

    def _create(self, number: int, run: str) -> None:
        path, settings = f"/{self.name(number)}", index_settings(self.cluster.connection.shards)
        facts = {"_meta": {"searchkit": {"layout": CLUSTER_LAYOUT, "run": run, "number": number}}}
        try:
            self._make(path, {"settings": settings, "mappings": index_mapping() | facts})
        except Refused as error:
            if error.kind != "mapper_parsing_exception":
                raise
            self._make(path, {"settings": settings, "mappings": index_mapping(lean=False) | facts})

    def _clone(self, source: int, number: int) -> None:
        """Generation *number* with the files of *source*, which is closed to writing; they are linked."""
        self._make(f"/{self.name(source)}/_clone/{self.name(number)}", {"settings": {"index": _FILLED}})
        self._await(self.name(number), "yellow")

    def _make(self, path: str, body: dict[str, Any]) -> None:
        wanted = {"wait_for_active_shards": "1", "timeout": _SHARDS}
        self.cluster.create(path, body, wanted, patience=_MINUTES)

    def _is_there(self, name: str) -> bool:
        """Whether every shard of an index is there, or comes back soon."""
        return self._reaches(name, {"wait_for_status": "yellow", "timeout": _RETURN})

    def _reaches(self, name: str, health: dict[str, str]) -> bool:
        path = f"/_cluster/health/{name}"
        return self.cluster.call("GET", path, None, health, expected=(408,), patience=_MINUTES) is not None

    def _await(self, name: str, status: str) -> None:
        """Wait until every shard is there; a copy that does not come is no reason not to go on."""
        self._reaches(
            name, {"wait_for_status": status, "wait_for_no_initializing_shards": "true", "timeout": _COPIES}
        )
        if not self._is_there(name):
            raise EngineUnavailable(
                _(
                    "{where}: a part of {name} is on a node that is gone; nothing was published; run "
                    "`searchkit reindex` again when all nodes are there"
                ).format(where=self.where, name=name)
            )


def _facts(mapping: dict[str, Any]) -> dict[str, Any]:
    """What an index of ours says of itself in its *mapping*."""
    facts: dict[str, Any] = mapping.get("mappings", {}).get("_meta", {}).get("searchkit", {})
    return facts


def run_of(state: IndexState) -> str:
    """What a full run with this *state* is called, so that another one can go on with it, also on a machine that
    knows other readings of characters."""
    facts = json.dumps([CLUSTER_LAYOUT, dump_state(replace(state, syllables={}))], sort_keys=True)
    return hashlib.blake2b(facts.encode(), digest_size=16).hexdigest()


def record_lines(state: IndexState | None, manifest: bytes, generation: int, part: str = "") -> Iterator[Line]:
    """The documents that hold *state* and *manifest*, of the whole or of a *part*, which has no state; what says
    that all of them are there comes last."""
    pieces = [manifest[start : start + _PIECE] for start in range(0, len(manifest), _PIECE)]
    for number, piece in enumerate(pieces):
        yield _line(_document("manifest", part, str(number)), piece, generation)
    facts = {"state": dump_state(state) if state else {}, "pieces": len(pieces)}
    yield _line(_document("state", part), json.dumps(facts).encode(), generation)


def remembered(call: Call, name: str, part: str = "") -> dict[str, Any]:
    """What the index *name* remembers of itself, or of a *part* of it: its `state` as `dump_state` gave it, and in
    how many `pieces` its manifest is. One of `DAMAGE` is raised if it is missing or damaged."""
    document = call("GET", f"/{name}/_doc/{_document('state', part)}", expected=(404,))
    if document is None:
        raise KeyError("what it holds is not recorded")
    facts: dict[str, Any] = json.loads(unstored(document["_source"][RECORD]))
    return facts


def manifest_of(call: Call, name: str, pieces: int, part: str = "") -> bytes:
    """The manifest of the index *name*, or of a *part* of it; one of `DAMAGE` is raised if a piece is missing."""
    documents = [_document("manifest", part, str(number)) for number in range(pieces)]
    found = [call("GET", f"/{name}/_doc/{document}", expected=(404,)) for document in documents]
    if None in found:
        raise KeyError("a piece of its manifest is missing")
    return b"".join(unstored(document["_source"][RECORD]) for document in found)


def _document(*parts: str) -> str:
    """What a document is called that holds a record; the *parts* of its name may be empty."""
    return "-".join(filter(None, parts))


def _line(name: str, data: bytes, generation: int) -> Line:
    document = {PART: RECORD, GENERATION: generation, RECORD: stored(data)}
    return Line({"index": {"_id": name}}, json.dumps(document).encode(), _("the record of files"))
