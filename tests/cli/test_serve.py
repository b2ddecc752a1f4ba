"""`searchkit serve` as a process: where it listens, how it ends, and that it follows the articles."""

from __future__ import annotations

import json
import signal
import socket
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Call, write_article
from tests.cli.terminal import run
from tests.web.serving import Running, running

pytest.importorskip("uvicorn")


def titles(server: Running, query: str) -> list[str]:
    with urlopen(f"{server.url}/api/v1/search?q={quote(query)}", timeout=10) as answer:
        return [hit["title"] for hit in json.load(answer)["hits"]]


def wait_for(server: Running, query: str, wanted: list[str], seconds: float) -> None:
    end = time.monotonic() + seconds
    while titles(server, query) != wanted:
        assert time.monotonic() < end, titles(server, query)
        time.sleep(0.05)


def test_an_answer_on_a_kept_connection_waits_for_nothing(sample_folder: Path) -> None:
    with running("--index", str(sample_folder)) as server:
        connection = HTTPConnection(server.url.removeprefix("http://").rstrip("/"))
        taken = []
        for _ in range(20):
            began = time.perf_counter()
            connection.request("GET", "/about")
            connection.getresponse().read()
            taken.append(time.perf_counter() - began)
        connection.close()
    assert min(taken) < 0.03  # 0.04 is what Linux waits before it confirms the first half of an answer


def test_a_port_in_use_is_an_error_in_one_line(sample_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("serve", "--port", str(port), "--index", sample_folder)
    assert ran.code == 2
    assert ran.stderr == f"searchkit: 127.0.0.1:{port}: the port is in use; choose another with --port\n"


def test_a_place_that_is_none_is_an_error_in_one_line(sample_folder: Path) -> None:
    ran = run("serve", "--host", "203.0.113.7", "--allow-host", "x", "--port", "0", "--index", sample_folder)
    assert (ran.code, ran.stderr.count("\n")) == (2, 1)
    assert ran.stderr.startswith("searchkit: 203.0.113.7:0: ")


def test_another_host_needs_a_name(call: Call) -> None:
    assert "--allow-host" in call("serve", "--host", "0.0.0.0").output


def test_without_an_index_there_is_nothing_to_serve(tmp_path: Path) -> None:
    ran = run("serve", "--port", "0", "--index", tmp_path / "none")
    assert (ran.code, ran.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("watch", [(), ("--watch",)], ids=str)
def test_it_ends_within_a_second_and_says_nothing(corpus: Path, end: signal.Signals, watch: tuple[str]) -> None:
    index = corpus.parent / "index"
    assert run("reindex", corpus, "--index", index).code == 0
    with running("--index", index, *watch, cwd=corpus.parent) as server:
        assert titles(server, "月全食") == ["月全食为什么是红色的"]
        began = time.monotonic()
        server.process.send_signal(end)
        assert server.process.wait(10) == 130
        assert time.monotonic() - began < 2  # one, and as much for a machine that is busy
        assert server.errors.read() == ""


def test_an_article_that_is_written_is_found_within_seconds(corpus: Path) -> None:
    index = corpus.parent / "index"
    assert run("reindex", corpus, "--index", index).code == 0
    with running("--index", index, "--watch", cwd=corpus.parent) as server:
        write_article(corpus, "lamp.md", "走马灯", "热气推动纸轮，灯影转个不停。")
        wait_for(server, "走马灯", ["走马灯"], 10)
        (corpus / "tea.md").unlink()
        wait_for(server, "一盅两件", [], 10)


def test_an_index_that_is_made_meanwhile_is_waited_for(corpus: Path) -> None:
    with running("--index", corpus.parent / "index", "--watch", cwd=corpus.parent) as server:
        assert titles(server, "月全食") == ["月全食为什么是红色的"]


def test_what_watches_ends_with_a_server_that_is_killed(corpus: Path) -> None:
    with running("--index", corpus.parent / "index", "--watch", cwd=corpus.parent) as server:
        children = _children(server.process.pid)
        assert children
        server.process.kill()
    end = time.monotonic() + 10
    while any(Path("/proc", str(child)).exists() for child in children):
        assert time.monotonic() < end
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    if not Path("/proc/self/task").exists():
        pytest.skip("no /proc")
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]
