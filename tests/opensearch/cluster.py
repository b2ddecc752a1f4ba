"""A real OpenSearch cluster of three nodes on this machine: fetched with Maven, run by Java, all in one process.

    python -m tests.opensearch.cluster      starts one, prints its addresses, and stops it when Enter is pressed

The nodes listen on free ports of the loopback address only. Their libraries come from Maven Central once, into
`searchkit/opensearch-…` in the user's cache folder; their data lies in a folder that is removed at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from platformdirs import user_cache_path

_HERE = Path(__file__).parent
NODES = 3
_MEMORY = os.environ.get("SEARCHKIT_TEST_CLUSTER_MEMORY", "1500m")
_PATIENCE = 240.0  # seconds for three nodes on a busy machine
_FIRST_PORT, _LAST_PORT = 19_400, 29_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster: the address of each node, and its process."""

    urls: tuple[str, ...]
    process: subprocess.Popen[str]

    def stop_node(self, number: int) -> None:
        """Close the node with this number, counted from 0: its connections break, and its copies are lost."""
        self._say(f"stop {number}")

    def start_node(self, number: int) -> None:
        """Start a node again that was stopped, and wait until it is one of the cluster."""
        self._say(f"start {number}")
        self.wait()

    def wait(self) -> None:
        """Wait until all nodes are there and all copies of all indices too."""
        deadline = time.monotonic() + _PATIENCE
        while not self._is_whole():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"the cluster did not become whole: {self.urls}")
            time.sleep(0.2)

    def _is_whole(self) -> bool:
        path = f"{self.urls[0]}/_cluster/health"
        try:
            with urllib.request.urlopen(path, timeout=10) as answer:
                health = json.load(answer)
        except OSError:
            return False
        return bool(health["number_of_nodes"] == len(self.urls) and health["status"] == "green")

    def _say(self, command: str) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        _await_answer(self.process.stdout, command)


def why_impossible() -> str:
    """What is missing on this machine to run a cluster, or nothing."""
    missing = [program for program in ("java", "mvn") if shutil.which(program) is None]
    return f"NO OPENSEARCH CLUSTER CAN BE STARTED HERE: {' and '.join(missing)} not found" if missing else ""


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A new cluster, whole; it is stopped and its data removed afterwards."""
    libraries = fetch()
    with tempfile.TemporaryDirectory(prefix="searchkit-cluster-", ignore_cleanup_errors=True) as folder:
        http = _free_ports(NODES)
        transport = _free_ports(NODES, after=http + NODES)
        with (Path(folder) / "log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                ["java", "-Xms256m", f"-Xmx{_MEMORY}", "-XX:+UseSerialGC", "-cp", f"{libraries}/*",
                 str(_HERE / "Cluster.java"), f"{folder}/data", str(NODES), str(http), str(transport)],
                cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
                errors="replace", start_new_session=True,
            )  # fmt: skip
            try:
                cluster = Cluster(tuple(f"http://127.0.0.1:{http + n}" for n in range(NODES)), process)
                assert process.stdout
                _await_answer(process.stdout, "ready")
                cluster.wait()
                yield cluster
            finally:
                process.kill()
                process.wait()
                for stream in (process.stdin, process.stdout):
                    if stream:
                        stream.close()


def fetch() -> Path:
    """The folder with the libraries of the cluster; Maven fetches them if they are not there."""
    project = (_HERE / "pom.xml").read_bytes()
    folder = user_cache_path("searchkit") / f"opensearch-{hashlib.sha256(project).hexdigest()[:12]}"
    if not folder.exists():
        draft = folder.with_name(f"{folder.name}.{os.getpid()}")
        command = ["mvn", "-q", "-B", "-f", str(_HERE / "pom.xml"), "dependency:copy-dependencies"]
        subprocess.run([*command, f"-DoutputDirectory={draft}"], check=True)
        try:
            draft.rename(folder)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return folder


def _await_answer(stream: IO[str], command: str) -> None:
    for line in stream:
        if line.rstrip().endswith(f"answer: {command}"):
            return
    raise RuntimeError(f"the cluster ended before it answered {command!r}")


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
    with running_cluster() as started:
        print("export SEARCHKIT_OPENSEARCH_URL=" + ",".join(started.urls), flush=True)
        sys.stdin.readline()
