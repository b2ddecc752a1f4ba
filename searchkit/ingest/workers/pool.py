"""A function over many items in several processes: in order, with a bounded number of items under way.

A process that is killed by an item, or by what that item makes it do, costs this item only.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

from searchkit.errors import WorkerDied
from searchkit.ingest.workers.exit_status import Loss, loss_of
from searchkit.ingest.workers.process import (
    IDLE,
    NOWHERE,
    OUT_OF_MEMORY,
    Death,
    Gone,
    Task,
    Worker,
    uninterrupted,
)

In = TypeVar("In")
Out = TypeVar("Out")
Work = Callable[[Iterable[In]], Out]
Weigh = Callable[[In], int]

_BATCH = 128
_BATCH_BYTES = 4_000_000
_FEWEST = 48
_HEAVY = 1_000_000  # bytes
_SECONDS, _BYTES_A_SECOND = 60, 100_000
_AHEAD = 3  # batches for each process that are under way or wait to be taken
_AT_ONCE = 2  # batches that a process has: one it is at, and one to go on with
_SUSPICIOUS = 3  # deaths in a row: then it may not be the items

Lost = Callable[[In, Loss], Out]


def default_jobs() -> int:
    """As many processes as this process may use processors."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Workers:
    """Processes that are started when there is enough to do, and used for everything after.

    With one job, or few items, everything happens in this process, but for heavy items: those might end it.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._crew: list[_Hand] = []

    def map(
        self,
        work: Work[In, Out],
        items: Sequence[In],
        *,
        batch: int = _BATCH,
        weigh: Weigh[In] = lambda _: 0,
        lost: Lost[In, Out] | None = None,
        probe: Work[In, object] | None = None,
    ) -> Iterator[Out]:
        """What *work*, a function that can be pickled, makes of each *batch* of *items*, in their order, but
        heavy ones last if the others are few. Memory holds only a few results at a time, and a batch the fewer
        items the more they *weigh*, in bytes. An item that kills its process, finds no memory, or keeps a process
        busy for more than a minute and ten seconds a megabyte, becomes what *lost* makes of it and of the reason.
        One map at a time; one that is given up stops the processes.

        Raises:
            WorkerDied: processes are killed whatever they do: *probe* too, which is known to do no harm, or *work*
                on nothing. Or one is, and there is no *lost*.
        """
        size = max(1, min(batch, -(-len(items) // (4 * self._jobs))))
        processes = self._jobs
        if self._jobs < 2 or len(items) < _FEWEST:
            for some in _batches([item for item in items if weigh(item) <= _HEAVY], size, weigh):
                yield from _done_here(work, some, lost)
            items = [item for item in items if weigh(item) > _HEAVY]
            processes = 1
        run = _Run(self._crew, processes, work, weigh, lost, probe or work)
        finished = False
        try:
            yield from run.results(_batches(items, size, weigh))
            finished = True
        finally:
            if not finished:
                self.close()

    def close(self) -> None:
        """Stop the processes; what is under way is dropped. They are started again when they are needed."""
        while self._crew:
            self._crew.pop().worker.end(at_once=True)


def _done_here(work: Work[In, Out], items: list[In], lost: Lost[In, Out] | None) -> Iterator[Out]:
    """What *work* makes of *items* in this process; of fewer at a time where there is no memory for all."""
    try:
        result = work(items)
    except MemoryError:
        if lost is None:
            raise
    else:
        yield result
        return
    if len(items) == 1:
        yield lost(items[0], loss_of(OUT_OF_MEMORY, 0))
        return
    for half in _halves(items):
        yield from _done_here(work, half, lost)


@dataclass(eq=False, slots=True)
class _Part(Generic[In, Out]):
    """Some items in their place among all; what came of them once it is known."""

    items: list[In]
    taken: bool = False
    results: list[Out] | None = None


@dataclass(eq=False, slots=True)
class _Hand:
    """A worker, and what it was given and has not answered."""

    worker: Worker
    parts: deque[_Part[Any, Any]] = field(default_factory=deque)


class _Run(Generic[In, Out]):
    """One map: parts of it are given to the crew, and put together again in order."""

    def __init__(
        self,
        crew: list[_Hand],
        processes: int,
        work: Work[In, Out],
        weigh: Weigh[In],
        lost: Lost[In, Out] | None,
        probe: Work[In, object],
    ) -> None:
        self._crew, self._processes = crew, processes
        self._work, self._weigh, self._lost, self._probe = work, weigh, lost, probe
        self._parts: list[_Part[In, Out]] = []
        self._deaths = self._probes_killed = 0

    def results(self, batches: Iterator[list[In]]) -> Iterator[Out]:
        """What comes of *batches*."""
        while True:
            room = self._processes * _AHEAD - len(self._parts)
            self._parts.extend(_Part(items) for items in islice(batches, max(0, room)))
            if not self._parts:
                return
            self._hand_out()
            if self._parts[0].results is None:
                self._take_in()
            else:
                yield from self._parts.pop(0).results or ()

    def _hand_out(self) -> None:
        for part in self._parts:
            if not part.taken and part.results is None:
                hand = self._free_hand()
                if hand is None:
                    return
                self._give(hand, part)

    def _free_hand(self) -> _Hand | None:
        """The one with the least to do, if it has not enough; a new one while there are too few."""
        least = min(self._crew, key=lambda hand: len(hand.parts), default=None)
        if len(self._crew) < self._processes and (least is None or least.parts):
            with uninterrupted():
                least = _Hand(Worker())
                self._crew.append(least)
            if self._deaths >= _SUSPICIOUS:
                self._give(least, _Part([]))
        return least if least and len(least.parts) < _AT_ONCE else None

    def _give(self, hand: _Hand, part: _Part[In, Out]) -> None:
        """Give *hand* a part to do; one without items is the probe."""
        work = self._work if part.items else self._probe
        hand.worker.send(Task(work, part.items, [self._seconds(item) for item in part.items]))
        hand.parts.append(part)
        part.taken = True

    def _take_in(self) -> None:
        """Wait until something is answered, or somebody is gone."""
        ready = wait([hand.worker.pipe for hand in self._crew])
        for hand in [hand for hand in self._crew if hand.worker.pipe in ready]:
            try:
                result = hand.worker.receive()
            except Gone:
                self._replace(hand)
            else:
                hand.parts.popleft().results = [result]
                self._deaths = self._probes_killed = 0

    def _replace(self, hand: _Hand) -> None:
        """Let the others do what a worker that is gone was given, but for what killed it."""
        death = hand.worker.end()
        self._crew.remove(hand)
        for part in hand.parts:
            part.taken = False
        if not hand.parts:
            return
        self._deaths += 1
        part = hand.parts[0]
        innocent = not part.items or (death.at == IDLE and death.code != OUT_OF_MEMORY)
        self._probes_killed += innocent
        if self._lost is None or self._probes_killed >= _SUSPICIOUS:
            raise WorkerDied(
                "a worker process was killed, most likely for want of memory; nothing was changed; "
                "try fewer --jobs"
            )
        if not innocent:
            at = self._parts.index(part)
            self._parts[at : at + 1] = self._without_culprit(part.items, death, self._lost)

    def _without_culprit(self, items: list[In], death: Death, lost: Lost[In, Out]) -> list[_Part[In, Out]]:
        """What is before and after the item that kills; halves, if the items did it together."""
        at = death.at if len(items) > 1 else 0
        if at in (IDLE, NOWHERE):
            return [_Part(half) for half in _halves(items)]
        loss = loss_of(death.code, self._seconds(items[at]))
        culprit = _Part([items[at]], results=[lost(items[at], loss)])
        before, after = _Part[In, Out](items[:at]), _Part[In, Out](items[at + 1 :])
        return [part for part in (before, culprit, after) if part.items]

    def _seconds(self, item: In) -> float:
        return _SECONDS + self._weigh(item) / _BYTES_A_SECOND


def _halves(items: list[In]) -> tuple[list[In], list[In]]:
    middle = len(items) // 2
    return items[:middle], items[middle:]


def _batches(items: Sequence[In], size: int, weigh: Weigh[In]) -> Iterator[list[In]]:
    """*items* in lists of at most *size* of them, and of one if it weighs much."""
    some: list[In] = []
    weight = 0
    for item in items:
        if some and (len(some) == size or weight + weigh(item) > _BATCH_BYTES):
            yield some
            some, weight = [], 0
        some.append(item)
        weight += weigh(item)
    if some:
        yield some
