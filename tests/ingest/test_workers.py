"""A map over processes: its order, its errors, and what is left where a process or its parent ends."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from searchkit.ingest.workers.pool import Workers
from searchkit.ingest.workers.process import Loss
from tests.conftest import ROOT


@pytest.mark.timeout(60)
def test_an_item_that_a_process_has_no_memory_to_take_in_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    here, receive = os.getpid(), Connection.recv_bytes

    def receive_small(pipe: Connection, *most: int) -> bytes:
        data = receive(pipe, *most)
        if os.getpid() != here and b"large" in data:
            raise MemoryError
        return data

    monkeypatch.setattr(Connection, "recv_bytes", receive_small)
    items = [*map(str, range(99)), "large"]
    with closing(Workers(2)) as workers:
        found = list(workers.map(_listed, items, lost=lambda item, loss: [f"{item}: {loss.reason}"]))
    assert {one for some in found for one in some} == {*items[:-1], "large: there was not enough memory for it"}


@pytest.mark.timeout(60)
def test_processes_whose_end_nobody_is_told_of_are_used_all_the_same(tmp_path: Path) -> None:
    script = tmp_path / "ignoring.py"
    script.write_text(
        "import os, signal\n"
        "from searchkit.ingest.workers.pool import Workers\n"
        "def work(items):\n"
        "    return [os._exit(3) if item == 7 else item for item in items]\n"
        "workers = Workers(2)\n"
        "found = list(workers.map(work, range(60), lost=lambda item, loss: [(item, loss.reason)]))\n"
        "workers.close()\n"
        "found = sum(found, [])\n"
        "print(len(found), [one for one in found if isinstance(one, tuple)])\n",
        encoding="utf-8",
    )
    ignoring = [sys.executable, "-c", _IGNORE_CHILDREN, str(script)]
    done = subprocess.run(
        ignoring, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "60 [(7, 'the process that read it ended, and the system does not say why')]\n"


_IGNORE_CHILDREN = (
    "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


def _listed(items: Iterable[str]) -> list[str]:
    return list(items)


def test_a_worker_that_is_killed_while_it_answers_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "send_bytes", _kill_in_the_middle(tmp_path / "killed"))
    with closing(Workers(2)) as workers:
        found = [n for some in workers.map(_large, range(100), lost=_as_lost) for n in some[1:]]
    assert (tmp_path / "killed").exists()
    assert found == list(range(100))


def test_a_worker_that_answers_nobody_ends_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    send, once = Connection.send_bytes, tmp_path / "once"

    def send_to_nobody(pipe: Connection, data: bytes) -> None:
        if multiprocessing.parent_process() and not once.exists():
            once.touch()
            raise BrokenPipeError
        send(pipe, data)

    monkeypatch.setattr(Connection, "send_bytes", send_to_nobody)
    with closing(Workers(2)) as workers:
        found = [n for some in workers.map(_keep, range(100), lost=_as_lost) for n in some]
    assert once.exists()
    assert found == list(range(100))
    assert capfd.readouterr().err == ""


def test_results_come_in_the_order_of_the_items_however_long_each_takes() -> None:
    with closing(Workers(3)) as workers:
        results = list(workers.map(_slow_at_first, range(100), batch=4, lost=_as_lost))
    assert [n for some in results for n in some] == list(range(100))
    assert len(results) == 25


def test_an_error_in_a_worker_is_raised_here_and_says_where_it_was_met() -> None:
    with closing(Workers(2)) as workers:
        with pytest.raises(ZeroDivisionError) as raised:
            list(workers.map(_divide, range(100), lost=_as_lost))
        assert "in _divide" in str(raised.value.__cause__)
        assert list(workers.map(_keep, range(100), lost=_as_lost))


def test_a_result_that_cannot_be_sent_is_an_error() -> None:
    with closing(Workers(2)) as workers, pytest.raises((AttributeError, pickle.PicklingError)):
        list(workers.map(_unsendable, range(100), lost=_as_lost))


def test_a_map_that_is_given_up_leaves_workers_that_can_be_used() -> None:
    with closing(Workers(2)) as workers:
        with closing(workers.map(_keep, range(1000), batch=5, lost=_as_lost)) as results:  # type: ignore[type-var]
            assert next(results) == [0, 1, 2, 3, 4]
        assert not multiprocessing.active_children()
        assert [n for some in workers.map(_keep, range(100), lost=_as_lost) for n in some] == list(range(100))
    assert not multiprocessing.active_children()


def test_an_interrupt_leaves_no_processes() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in several processes ignore it
    try:
        with closing(Workers(2)) as workers, pytest.raises(KeyboardInterrupt):
            for _ in workers.map(_rest, range(100), batch=2, lost=_as_lost):
                Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
                time.sleep(10)
    finally:
        signal.signal(signal.SIGINT, before)
    assert not multiprocessing.active_children()


def test_workers_that_are_busy_end_with_their_parent(tmp_path: Path) -> None:
    code = """if True:
        import os, sys
        from pathlib import Path
        from searchkit.ingest.workers.pool import Workers
        def work(items):
            Path(sys.argv[1], str(os.getpid())).touch()
            while True: pass
        list(Workers(2).map(work, range(100), lost=print))
    """
    parent = subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=ROOT)
    try:
        assert _comes_true(lambda: len(list(tmp_path.iterdir())) == 2)
    finally:
        parent.kill()
        parent.wait()
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert _comes_true(lambda: not any(map(_is_alive, workers)))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no list of descriptors")
def test_neither_descriptors_nor_processes_grow_in_number() -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = 0
    for turn in range(20):
        workers = Workers(2)
        assert [n for some in workers.map(_keep_but_7, range(60), lost=_as_lost) for n in some] == list(range(60))
        workers.close()
        before = before or held()
        assert (held(), multiprocessing.active_children()) == (before, []), turn


def test_few_heavy_items_are_for_one_process() -> None:
    with closing(Workers(4)) as workers:
        processes = set(workers.map(_process, range(10), weigh=lambda _: 2_000_000, lost=lambda item, loss: 0))
    assert len(processes) == 1
    assert os.getpid() not in processes


def _as_lost(item: int, loss: Loss) -> list[int]:
    assert loss.reason
    return [item]


def _keep(items: Iterable[int]) -> list[int]:
    return list(items)


def _keep_but_7(items: Iterable[int]) -> list[int]:
    return [_kill_this_process() or 0 if item == 7 else item for item in items]


def _process(items: Iterable[int]) -> int:
    list(items)
    return os.getpid()


def _large(items: Iterable[int]) -> list[Any]:
    return [b"x" * 3_000_000, *items]


def _slow_at_first(items: Iterable[int]) -> list[int]:
    found = list(items)
    time.sleep(0.1 if found[0] % 12 == 0 else 0)
    return found


def _rest(items: Iterable[int]) -> list[int]:
    time.sleep(0.2)
    return list(items)


def _divide(items: Iterable[int]) -> list[float]:
    return [1 / (item - 50) for item in items]


def _unsendable(items: Iterable[int]) -> Any:
    return lambda: list(items)


def _kill_in_the_middle(once: Path) -> Callable[[Connection, bytes], None]:
    """`send_bytes` that sends half of the first large message of a worker, and kills it."""
    send = Connection.send_bytes

    def send_half(pipe: Connection, data: bytes) -> None:
        if multiprocessing.parent_process() and len(data) > 1_000_000 and not once.exists():
            once.touch()
            os.write(pipe.fileno(), struct.pack("!i", len(data)) + data[:100_000])
            _kill_this_process()
        send(pipe, data)

    return send_half


def _comes_true(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not _is_zombie(process)


def _is_zombie(process: int) -> bool:
    """Where nobody waits for orphans they stay as zombies."""
    try:
        return ") Z " in Path(f"/proc/{process}/stat").read_text("utf-8")
    except OSError:
        return False


def _kill_this_process(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
