"""A real OpenSearch cluster on this machine, each of its nodes a process of its own that a test may kill.

    python -m tests.opensearch.cluster      starts one, prints its addresses, and stops it when Enter is pressed

The nodes listen on free ports of the loopback address only. Their data lies in a folder that is removed at the
end. They stop when the process that started them ends, however it ends.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.opensearch.libraries import class_path, fetch, why_impossible

NODES = 3
_MEMORY = os.environ.get("SEARCHKIT_TEST_CLUSTER_MEMORY", "450m")  # of each node
_JAVA = ("java", "-Xms128m", f"-Xmx{_MEMORY}", "-XX:+UseSerialGC")
_QUICKLY = "-XX:TieredStopAtLevel=1"  # starts in half the time, and is slower after the first minutes
_PATIENCE = 240.0  # seconds for three nodes on a busy machine
_FIRST_PORT, _LAST_PORT = 19_400, 29_000


@dataclass(frozen=True, slots=True)
class Guard:
    """What makes the nodes of a cluster ask for a password over TLS: files for their folder of configuration,
    settings, a plug-in. And what we need to be let in ourselves."""

    files: Path
    settings: Mapping[str, Any]
    plugin: str
    headers: Mapping[str, str]
    trusted: ssl.SSLContext


@dataclass(slots=True)
class Node:
    """One process of a cluster."""

    url: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it takes some seconds until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """End it with SIGKILL: it says goodbye to nobody and writes nothing any more."""
        if self.process:
            self.process.kill()
            self.process.wait()
            assert self.process.stdin
            self.process.stdin.close()
            self.process = None

    @property
    def has_ended(self) -> bool:
        """Whether it ended without being killed by us."""
        return self.process is not None and self.process.poll() is not None


@dataclass(slots=True)
class Cluster:
    """A running cluster. Its nodes are counted from 0."""

    nodes: list[Node]
    guard: Guard | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """The address of each node."""
        return tuple(node.url for node in self.nodes)

    def kill_node(self, number: int) -> None:
        """Kill the process of a node: its connections break, and its copies are lost."""
        self.nodes[number].kill()

    def start_node(self, number: int) -> None:
        """Start a node again that was killed, and wait until all is as it was."""
        self.nodes[number].start()
        self.wait()

    def manager(self) -> int:
        """The node that the others elected to manage the cluster."""
        return int(self.ask("/_cat/cluster_manager?format=json")[0]["node"])

    def wait(self) -> None:
        """Wait until all nodes are there and all copies of all indices too."""
        deadline = time.monotonic() + _PATIENCE
        while not self._is_whole():
            ended = [node for node in self.nodes if node.has_ended]
            if ended or time.monotonic() > deadline:
                raise RuntimeError(
                    "the cluster is not whole:\n" + "\n".join(map(_end_of_log, ended or self.nodes))
                )
            time.sleep(0.2)

    def ask(self, path: str, number: int | None = None) -> Any:
        """What a node, the first of those that run if none is named, answers to a GET of *path*.

        Raises:
            OSError: it does not.
        """
        node = next(node for node in self.nodes if node.process) if number is None else self.nodes[number]
        request = urllib.request.Request(node.url + path, headers=dict(self.guard.headers) if self.guard else {})
        context = self.guard.trusted if self.guard else None
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return json.load(answer)

    def _is_whole(self) -> bool:
        """Whether every node says so: the others know of the end of one a little later."""
        try:
            found = [self.ask("/_cluster/health", number) for number in range(len(self.nodes))]
        except OSError:
            return False
        return {(health["number_of_nodes"], health["status"]) for health in found} == {(len(found), "green")}


@contextmanager
def running_cluster(count: int = NODES, guard: Guard | None = None, *, lasting: bool = False) -> Iterator[Cluster]:
    """A new cluster of *count* nodes, whole; it is stopped and its data removed afterwards. One that is *lasting*
    starts slower and is faster later."""
    java = [
        *_JAVA,
        *([] if lasting else [_QUICKLY]),
        "-cp",
        class_path(fetch(), guarded=bool(guard)),
        "ClusterNode",
    ]
    with tempfile.TemporaryDirectory(prefix="searchkit-cluster-", ignore_cleanup_errors=True) as name:
        http = _free_ports(count)
        ports = _Ports(count, http, _free_ports(count, after=http + count))
        cluster = Cluster([_node(n, ports, Path(name), java, guard) for n in range(count)], guard)
        try:
            for node in cluster.nodes:
                node.start()
            cluster.wait()
            yield cluster
        finally:
            for node in cluster.nodes:
                node.kill()


@dataclass(frozen=True, slots=True)
class _Ports:
    """The first port of the nodes of a cluster for requests, and for each other; the others follow."""

    count: int
    http: int
    transport: int


def _node(number: int, ports: _Ports, folder: Path, java: list[str], guard: Guard | None) -> Node:
    """A node that was not started yet, with its settings written down."""
    home, settings = folder / f"node-{number}", folder / f"node-{number}.json"
    facts = {**_settings(number, ports), **(guard.settings if guard else {})}
    settings.write_text(json.dumps(facts), "utf-8")
    if guard:
        shutil.copytree(guard.files, home / "node_1" / "config")
    url = f"{'https' if guard else 'http'}://127.0.0.1:{ports.http + number}"
    plugins = [guard.plugin] if guard else []
    return Node(url, [*java, str(home), str(settings), *plugins], folder / f"node-{number}.log")


def _settings(number: int, ports: _Ports) -> dict[str, Any]:
    return {
        "cluster.name": "searchkit-tests",
        "node.name": str(number),
        "network.host": "127.0.0.1",
        "http.port": ports.http + number,
        "transport.port": ports.transport + number,
        "discovery.seed_hosts": [f"127.0.0.1:{ports.transport + n}" for n in range(ports.count)],
        "cluster.initial_cluster_manager_nodes": [str(n) for n in range(ports.count)],
        "cluster.routing.allocation.disk.threshold_enabled": False,
    }


def _end_of_log(node: Node) -> str:
    return f"{node.url}: {node.log.read_text('utf-8', 'replace')[-3000:]}"


def _free_ports(count: int, *, after: int = 0) -> int:
    """The first of *count* ports in a row that nobody listens on."""
    start = max(after, _FIRST_PORT + os.getpid() % 1000 * 8)
    for first in range(start, _LAST_PORT, count):
        if all(map(_is_free, range(first, first + count))):
            return first
    raise RuntimeError("there are no free ports")


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    if reason := why_impossible():
        sys.exit(reason)
    with running_cluster(lasting=True) as started:
        print("export SEARCHKIT_OPENSEARCH_URL=" + ",".join(started.urls), flush=True)
        sys.stdin.readline()
