"""A reindex that fails or is stopped at any operation on its disk, or killed at any moment."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import searchkit
from searchkit.engines.whoosh import WhooshEngine
from tests.reliability.disks import FAULTS, STOPPED, Fault, FaultyDisk, written_through
from tests.reliability.proving import Proof, Tally, spread
from tests.reliability.samples import Samples, make_samples
from tests.reliability.scenes import Scene, make_scenes, remark

_SEED = 20240514
_LATEST = 1.1  # a kill comes at most so much later, relative to how long a reindex takes


def try_every_fault(scratch: Path, effort: int) -> Tally:
    """Each operation of each scene, with each fault."""
    tally, ended = Tally(), Counter[str]()
    cases = [(s, at, fault) for s in make_scenes(scratch) for at in range(s.operations) for fault in FAULTS]
    for number in spread(len(cases), effort):
        scene, at, fault = cases[number]
        with tally.case(f"{scene.name}, operation {at} {fault.name}"):
            ended[_disturb(scene, at, fault, scratch / "place" / "index")] += 1
    tally.remark = remark(ended)
    return tally


def _disturb(scene: Scene, at: int, fault: Fault, place: Path) -> str:
    """The state the index is in after *fault*, "old" or "new", once everything was checked."""
    shutil.rmtree(place.parent, ignore_errors=True)
    scene.copy(place)
    if fault.stops:
        code = _in_child(lambda: _reindex_through(scene, place, at, fault))
        assert code == STOPPED, f"the process ended with {code}"
        state = scene.check_whole(place)
    else:
        said = _reindex_through(scene, place, at, fault)
        state = scene.check_whole(place)
        is_told_as_new = not said or "the new index is in place" in said
        assert is_told_as_new == (state == "new"), f"{state} state, and what was said: {said!r}"
        assert "nothing was changed" in said or is_told_as_new, f"what was said: {said!r}"
        assert str(place.parent.parent) in said or not said, f"no file in {said!r}"
    scene.check_finished(place)
    return state


def _reindex_through(scene: Scene, place: Path, at: int, fault: Fault) -> str:
    """What a user is told, nothing if the reindex came to its end."""
    disk = FaultyDisk(at, fault)
    with written_through(disk):
        try:
            scene.reindex(place)
        except searchkit.IndexNotWritable as error:
            return str(error)
        finally:
            assert disk.met, "the fault was not met"
    return ""


def kill_at_random(scratch: Path, effort: int) -> Tally:
    """Full and incremental reindexes of the samples, with one process and with two, killed after a random time."""
    tally, ended = Tally(), Counter[str]()
    samples, place = make_samples(scratch), scratch / "index"
    kinds = [(full, jobs) for full in (False, True) for jobs in (1, 2)]
    lengths = {kind: _length(samples, place, *kind) for kind in kinds[:effort]}
    chance = random.Random(_SEED)
    for number in range(effort):
        full, jobs = kinds[number % len(kinds)]
        moment = lengths[full, jobs] * _LATEST * (number + chance.random()) / effort
        with tally.case(f"{'full' if full else 'incremental'}, {jobs} jobs, killed after {moment:.3f} s"):
            samples.copy(place)
            _in_child(partial(samples.reindex, place, full=full, jobs=jobs), kill_after=moment)
            state = samples.check_whole(place)
            _wait_for_lock(place)
            samples.check_finished(place)
            ended[state] += 1
    tally.remark = remark(ended)
    return tally


def _length(samples: Samples, place: Path, full: bool, jobs: int) -> float:
    """How long a reindex takes that nobody kills, in seconds."""
    samples.copy(place)
    began = time.perf_counter()
    assert _in_child(partial(samples.reindex, place, full=full, jobs=jobs)) == 0
    return time.perf_counter() - began


def _in_child(work: Callable[[], object], *, kill_after: float | None = None) -> int:
    """The exit code of a process that does *work*, a copy of this one; it is killed after so many seconds."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _wait_for_lock(place: Path) -> None:
    """Workers of a killed parent end by themselves, within a moment."""
    for _ in range(50):
        try:
            with WhooshEngine(place).locked():
                return
        except searchkit.IndexLocked:
            time.sleep(0.1)
    raise AssertionError("a killed reindex still holds the lock")


PROOFS = (
    Proof(
        "A reindex that fails or is stopped at any operation on the disk leaves the old index or the new one",
        try_every_fault,
        short=8,
    ),
    Proof("A reindex that is killed at any moment leaves the old index or the new one", kill_at_random, 2, 400),
)
