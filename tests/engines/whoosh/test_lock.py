"""One writer at a time, whatever lies where the holder of the lock writes its name."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.engines.whoosh import WhooshEngine
from searchkit.errors import IndexLocked

Leave = Callable[[Path], object]
LEFT: dict[str, Leave] = {
    "no JSON": lambda owner: owner.write_bytes(b"\xff{[not"),
    "nested without end": lambda owner: owner.write_bytes(b"[" * 100_000),
    "numbers out of range": lambda owner: owner.write_text('{"pid": 1e99, "host": "", "since": 1e300}', "utf-8"),
    "something else": lambda owner: owner.write_text('["pid", 1]', "utf-8"),
    "a pipe": os.mkfifo,
    "a folder": lambda owner: (owner / "in it").mkdir(parents=True),
    "a link to what has no end": lambda owner: owner.symlink_to("/dev/zero"),
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.directory._PATIENCE", 0.05)


@pytest.mark.parametrize("leave", LEFT.values(), ids=LEFT)
def test_a_strange_note_of_the_holder_is_no_hindrance(tmp_path: Path, leave: Leave) -> None:
    leave(tmp_path / "LOCK.owner")
    with WhooshEngine(tmp_path).locked():
        assert json.loads((tmp_path / "LOCK.owner").read_text("utf-8"))["pid"] == os.getpid()
    assert not (tmp_path / "LOCK.owner").exists()


@pytest.mark.parametrize("leave", LEFT.values(), ids=LEFT)
def test_a_strange_note_names_nobody(tmp_path: Path, leave: Leave) -> None:
    with WhooshEngine(tmp_path).locked():
        (tmp_path / "LOCK.owner").unlink()
        leave(tmp_path / "LOCK.owner")
        with pytest.raises(IndexLocked, match="another process is at work"), WhooshEngine(tmp_path).locked():
            raise AssertionError("two hold the lock")


def test_a_process_that_has_ended_is_not_named(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    with WhooshEngine(tmp_path).locked():
        facts = {"pid": ended.pid, "host": socket.gethostname(), "since": 0}
        (tmp_path / "LOCK.owner").write_text(json.dumps(facts), "utf-8")
        with pytest.raises(IndexLocked, match="another process is at work"), WhooshEngine(tmp_path).locked():
            raise AssertionError("two hold the lock")


def test_a_process_of_another_machine_is_named(tmp_path: Path) -> None:
    with WhooshEngine(tmp_path).locked():
        facts = {"pid": 2**22 + 1, "host": "elsewhere", "since": 0}
        (tmp_path / "LOCK.owner").write_text(json.dumps(facts), "utf-8")
        with pytest.raises(IndexLocked, match="process 4194305 on elsewhere"), WhooshEngine(tmp_path).locked():
            raise AssertionError("two hold the lock")


def test_a_note_that_is_a_link_does_not_write_where_it_leads(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("价值连城", "utf-8")
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "LOCK.owner").symlink_to(precious)
    with WhooshEngine(tmp_path / "index").locked():
        pass
    assert precious.read_text("utf-8") == "价值连城"


def test_of_two_threads_one_has_the_lock(tmp_path: Path) -> None:
    refused: list[str] = []

    def want() -> None:
        try:
            with WhooshEngine(tmp_path).locked():
                raise AssertionError("two threads hold the lock")
        except IndexLocked as error:
            refused.append(str(error))

    with WhooshEngine(tmp_path).locked():
        thread = threading.Thread(target=want)
        thread.start()
        thread.join()
    assert len(refused) == 1
    assert f"process {os.getpid()} " in refused[0]
