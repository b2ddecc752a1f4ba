"""Reindexes that want one index at the same time, and locks that the dead left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import searchkit
from benchmarks.memory import family
from searchkit.engines import load_engine
from searchkit.errors import IndexLocked
from searchkit.reports import Progress
from tests.conftest import ROOT
from tests.reliability.proving import Tally, spread
from tests.reliability.states import articles_of

_ROUNDS = 12
_FILES = 60  # enough for a reindex to start workers
_PAUSING = """
import os, pathlib, sys, time
import searchkit.ingest.update as update
signs, stage = pathlib.Path(sys.argv[1]), sys.argv[2]
original = getattr(update, stage)
def paused(*args, **named):
    if not named.get("dry_run"):
        (signs / str(os.getpid())).touch()
        while not (signs / "go").exists():
            time.sleep(0.02)
    return original(*args, **named)
setattr(update, stage, paused)
sys.argv[:3] = ["searchkit"]
from searchkit.cli import main
main()
"""
"""The command line, but who holds the lock leaves a sign when it comes to a stage, and waits for one to go on."""


def run(scratch: Path, effort: int) -> Tally:
    """*effort* of the scenarios, each of which is tried several times."""
    tally = Tally(remark=f"{len(SCENARIOS)} scenarios, {_ROUNDS} times each")
    cases = [name for name in SCENARIOS for _ in range(_ROUNDS)]
    for number in spread(len(cases), effort):
        place = scratch / str(number)
        with tally.case(cases[number]):
            SCENARIOS[cases[number]](_Place(place))
    return tally


class _Place:
    """A corpus, an index, and a folder for signs."""

    def __init__(self, root: Path) -> None:
        self.root, self.corpus, self.index, self.signs = root, root / "corpus", root / "index", root / "signs"
        for folder in (self.corpus, self.signs):
            folder.mkdir(parents=True)
        for number in range(_FILES):
            (self.corpus / f"{number}.md").write_text(f"第 {number} 篇，写给大家看。", encoding="utf-8")

    def start(self, *options: str, stage: str = "update") -> subprocess.Popen[str]:
        """A reindex in a process, that pauses once it holds the lock and comes to *stage*."""
        pausing = [sys.executable, "-c", _PAUSING, str(self.signs), stage]
        command = [*pausing, "reindex", str(self.corpus), "--index", str(self.index), *options]
        return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def holder(self) -> int:
        """The process that has come to its pause, once there is one."""
        for _ in range(3_000):
            if found := [int(path.name) for path in self.signs.iterdir() if path.name.isdigit()]:
                assert len(found) == 1, f"the processes {found} hold one lock"
                return found[0]
            time.sleep(0.02)
        raise AssertionError("nobody gets the lock")

    def go(self) -> None:
        (self.signs / "go").touch()

    def is_taken_over(self) -> None:
        """The next reindex does its work, at once."""
        self.go()
        process = self.start("--jobs", "1")
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, f"exit code {process.returncode}: {said}"
        with searchkit.open_index(self.index) as index:
            assert len(index) == _FILES
        assert not (self.index / "LOCK.owner").exists()


def _contest(count: int) -> Callable[[_Place], None]:
    def contest(place: _Place) -> None:
        processes = [place.start("--jobs", "1") for _ in range(count)]
        holder = place.holder()
        for process in processes:
            if process.pid != holder:
                _, said = process.communicate(timeout=120)
                assert process.returncode == 3, f"a loser exits with {process.returncode}: {said}"
                assert f"process {holder} on {socket.gethostname()}" in said, f"the lock is {holder}'s: {said}"
        place.holder()  # still one
        place.go()
        winner = next(process for process in processes if process.pid == holder)
        _, said = winner.communicate(timeout=120)
        assert winner.returncode == 0, f"the winner exits with {winner.returncode}: {said}"
        place.is_taken_over()

    return contest


def _dry_run_beside(place: _Place) -> None:
    winner = place.start("--jobs", "1")
    place.holder()
    dry = place.start("--jobs", "1", "--dry-run")
    told, said = dry.communicate(timeout=120)
    assert dry.returncode == 0, f"exit code {dry.returncode}: {told}{said}"
    assert f"{_FILES} added" in told, f"{told}{said}"
    place.go()
    winner.communicate(timeout=120)
    assert winner.returncode == 0, f"exit code {winner.returncode}"


def _killed(place: _Place) -> None:
    process = place.start("--jobs", "1")
    place.holder()
    process.kill()
    process.communicate()
    place.is_taken_over()


def _killed_with_workers(place: _Place, stop: bool = False) -> None:
    """Its workers live a moment longer than it does; stopped ones do for ever."""
    process = place.start("--jobs", "2", stage="write")
    place.holder()
    workers = family(process.pid)[1:]
    assert len(workers) == 2, f"{len(workers)} workers"
    for worker in workers if stop else ():
        os.kill(worker, signal.SIGSTOP)
    process.kill()
    try:
        process.wait()
        place.is_taken_over()
    finally:
        for worker in workers if stop else ():
            with contextlib.suppress(ProcessLookupError):  # the system may have ended what its parent left stopped
                os.kill(worker, signal.SIGKILL)
        process.communicate()


def _killed_with_stopped_workers(place: _Place) -> None:
    _killed_with_workers(place, stop=True)


def _left(make: Callable[[Path], object]) -> Callable[[_Place], None]:
    """Something lies where the holder writes who it is: it is no hindrance, and not taken for a living process."""

    def left(place: _Place) -> None:
        owner = place.index / "LOCK.owner"
        place.index.mkdir()
        make(owner)
        place.is_taken_over()
        with load_engine("whoosh", place.index).locked():
            owner.unlink()
            make(owner)
            process = place.start("--jobs", "1")
            _, said = process.communicate(timeout=120)
            assert process.returncode == 3, f"exit code {process.returncode}: {said}"
            assert "another process is at work" in said, f"says {said}"

    return left


def _dead_owner(owner: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    facts = {"pid": dead.pid, "host": socket.gethostname(), "since": time.time()}
    owner.write_text(json.dumps(facts), encoding="utf-8")


def _strange_numbers(owner: Path) -> None:
    facts = {"pid": 10**40, "host": socket.gethostname(), "since": 1e300}
    owner.write_text(json.dumps(facts), encoding="utf-8")


def _link(owner: Path) -> None:
    owner.symlink_to("/dev/zero")


def _two_threads(place: _Place) -> None:
    """Of two threads of one process one has the lock, as if they were two processes."""
    inside, leave = threading.Event(), threading.Event()

    def wait(_: Progress) -> None:
        inside.set()
        leave.wait(60)

    def first() -> None:
        searchkit.reindex(articles_of(1), place.index, jobs=1, allow_removals=True, progress=wait)

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert inside.wait(60), "the first thread does not begin"
        searchkit.reindex(articles_of(2), place.index, jobs=1, allow_removals=True)
        raise AssertionError("both threads hold the lock")
    except IndexLocked as error:
        assert f"process {os.getpid()} " in str(error), f"says {error}"
    finally:
        leave.set()
        thread.join()
    searchkit.reindex(articles_of(3), place.index, jobs=1, allow_removals=True)


SCENARIOS: dict[str, Callable[[_Place], None]] = {
    "two at once": _contest(2),
    "the holder is killed while its workers live": _killed_with_workers,
    "two threads of one process": _two_threads,
    "four at once": _contest(4),
    "a dry run beside": _dry_run_beside,
    "the holder is killed": _killed,
    "the holder is killed and its workers are stopped": _killed_with_stopped_workers,
    "the note of a dead process": _left(_dead_owner),
    "a note that is no JSON": _left(lambda owner: owner.write_bytes(b"\xff{[not" * 9)),
    "a note of strange numbers": _left(_strange_numbers),
    "a note without end": _left(_link),
    "a huge note": _left(lambda owner: owner.write_bytes(b"[" * 50_000_000)),
    "a pipe for a note": _left(os.mkfifo),
}
