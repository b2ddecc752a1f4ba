"""Threads and processes that search while one state of an index after the other is published; reindexes that want
the same lock."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import searchkit
from tests.reliability import locks
from tests.reliability.companions import Companion
from tests.reliability.proving import EVERY, Proof, Tally
from tests.reliability.states import look, publish
from tests.reliability.watching import growth, vitals

_MANY = 50  # states from which on everybody takes part, and memory is judged
_THREADS, _HELD = {True: 16, False: 6}, {True: (0, 0, 0, 0, 0, 2, 10, 30), False: (0, 3)}
"""(many?) -> threads, and for each process how many states it keeps an index open."""
_GROWTH = {"own": (0.05, 4.0), "resident": (0.05, 4.0), "descriptors": (0.0, 3.0), "mapped": (0.0, 3.0)}
"""By how much more, as a share and in megabytes, the last quarter of the time may hold than the second."""


def searches(scratch: Path, effort: int) -> Tally:
    """*effort* states, each published while threads and processes search."""
    tally, place, is_long = Tally(), scratch / "index", effort >= _MANY
    publish(place, 1)
    before = vitals().mapped
    threads = _Threads(place, _THREADS[is_long])
    processes = [Companion("looker", place, str(held)) for held in _HELD[is_long]]
    firsts = [process.next() for process in processes]
    for state in range(2, effort + 2):
        publish(place, state)
        threads.published = state
        threads.renew(close=state % 2 == 0)
        time.sleep(0.1)
    with tally.case("files are given back, by `close` or by being forgotten"):
        threads.end()
        assert vitals().mapped == before, f"{vitals().mapped - before} files are still mapped"
    for number, (process, first) in enumerate(zip(processes, firsts, strict=True)):
        process.finish()
        _judge_process(tally, f"process {number}", [first, *process], state, is_long=is_long)
        with tally.case(f"process {number} ends by itself"):
            assert process.end() == 0
    tally.tried += threads.looks
    tally.lost += threads.errors
    tally.remark = (
        f"{effort} states, {len(processes)} processes, {threads.count} threads; a case is a look in six ways"
    )
    return tally


def _judge_process(tally: Tally, name: str, lines: list[dict[str, Any]], state: int, *, is_long: bool) -> None:
    tally.tried += lines[-1]["looks"]
    tally.lost += [f"{name}: {error}" for line in lines for error in line["errors"]]
    with tally.case(f"{name} sees the last state"):
        assert lines[-1]["state"] == state, f"it sees {lines[-1]['state']} of {state}"
    for what, (share, slack) in _GROWTH.items() if is_long else ():
        with tally.case(f"{name}: {what}"):
            assert not (grown := growth([line[what] for line in lines], share=share, slack=slack)), grown


class _Threads:
    """Threads that look: of four, three at one index that is shared and renewed, one at what it opens itself."""

    def __init__(self, place: Path, count: int) -> None:
        self.looks, self.count, self.published = 0, count, 1
        self.errors: list[str] = []
        self._place = place
        self._shared = searchkit.open_index(place)
        self._ended = threading.Event()
        self._counting = threading.Lock()
        ways = [self._look_at_new if n % 4 == 3 else self._look_at_shared for n in range(count)]
        self._threads = [threading.Thread(target=self._forever, args=(way,)) for way in ways]
        for thread in self._threads:
            thread.start()

    def renew(self, *, close: bool) -> None:
        """Let the threads share the present state. The index before is closed while they use it, or forgotten."""
        old, self._shared = self._shared, searchkit.open_index(self._place)
        if close:
            old.close()

    def end(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        self._shared.close()
        gc.collect()

    def _forever(self, way: Callable[[], None]) -> None:
        while not self._ended.wait(0.02):
            try:
                way()
            except Exception as error:  # noqa: BLE001 - whatever a search raises is what is looked for
                self.errors.append(f"{way.__name__}: {type(error).__name__}: {error}")
            with self._counting:
                self.looks += 1

    def _look_at_shared(self) -> None:
        index = self._shared
        try:
            look(index)
        except ValueError as error:
            if index is self._shared or str(error) != "this index is closed":
                raise

    def _look_at_new(self) -> None:
        published = self.published
        with searchkit.open_index(self._place) as index:
            assert (state := look(index)) >= published, f"state {state} is opened after state {published}"


PROOFS = (
    Proof(
        "Threads and processes that search while an index is published see one whole state each, and hold no more "
        "as time goes by",
        searches,
        short=4,
        full=100,
    ),
    Proof(
        "Of reindexes at once one does its work, the others exit 3 and say who; the dead hold no lock",
        locks.run,
        short=2,
        full=EVERY,
    ),
)
