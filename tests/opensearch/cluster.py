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
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path

_HERE = Path(__file__).parent
NODES = 3
_MEMORY = os.environ.get("SEARCHKIT_TEST_CLUSTER_MEMORY", "1500m")
_PATIENCE = 240.0  # seconds for three nodes on a busy machine
_FIRST_PORT, _LAST_PORT = 19_400, 29_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster: the address of each node, its process, and the folder with its answers and its log."""

    urls: tuple[str, ...]
    process: subprocess.Popen[str]
    folder: Path

    def stop_node(self, number: int) -> None:
        """Close the node with this number, counted from 0: its connections break, and its copies are lost."""
        self._say(f"stop {number}")

    def start_node(self, number: int) -> None:
        """Start a node again that was stopped, and wait until it is one of the cluster."""
        self._say(f"start {number}")
        self.wait()

    def wait(self) -> None:
        """Wait until all nodes are there and all copies of all indices too."""
        self._await(self._is_whole, "being whole")

    def _is_whole(self) -> bool:
        path = f"{self.urls[0]}/_cluster/health"
        try:
            with urllib.request.urlopen(path, timeout=10) as answer:
                health = json.load(answer)
        except OSError:
            return False
        return bool(health["number_of_nodes"] == len(self.urls) and health["status"] == "green")

    def wait_for_answer(self, command: str, number: int = 1) -> None:
        """Wait until *command* was answered for the time with this number."""
        answers = self.folder / "answers"
        self._await(
            lambda: answers.exists() and answers.read_text("utf-8").split("\n").count(command) >= number, command
        )

    def _say(self, command: str) -> None:
        assert self.process.stdin
        answers = (self.folder / "answers").read_text("utf-8").split("\n")
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.wait_for_answer(command, answers.count(command) + 1)

    def _await(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not done():
            if time.monotonic() > deadline or self.process.poll() is not None:
                log = (self.folder / "log").read_text("utf-8", "replace")
                raise RuntimeError(f"the cluster at {self.urls} did not get to {what!r}: {log[-3000:]}")
            time.sleep(0.2)


def why_impossible() -> str:
    """What is missing on this machine to run a cluster, or nothing."""
    missing = [program for program in ("java", "mvn") if shutil.which(program) is None]
    missing += ["opensearch-py"] if find_spec("opensearchpy") is None else []
    return f"NO OPENSEARCH CLUSTER CAN BE STARTED HERE: {' and '.join(missing)} not found" if missing else ""


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A new cluster, whole; it is stopped and its data removed afterwards."""
    libraries = fetch()
    with tempfile.TemporaryDirectory(prefix="searchkit-cluster-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        http = _free_ports(NODES)
        ports = [str(http), str(_free_ports(NODES, after=http + NODES))]
        with (folder / "log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                ["java", "-Xms256m", f"-Xmx{_MEMORY}", "-XX:+UseSerialGC", "-cp", f"{libraries}/*",
                 str(_HERE / "Cluster.java"), str(folder / "data"), str(NODES), *ports, str(folder / "answers")],
                cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip
        try:
            cluster = Cluster(tuple(f"http://127.0.0.1:{http + n}" for n in range(NODES)), process, folder)
            cluster.wait_for_answer("ready")
            cluster.wait()
            yield cluster
        finally:
            process.kill()
            process.wait()
            if process.stdin:
                process.stdin.close()


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
