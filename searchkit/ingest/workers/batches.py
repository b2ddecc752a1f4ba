"""Batches of items -> what processes make of them, in order: who does which, and what is done again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait
from typing import Generic

from searchkit.errors import WorkerDied
from searchkit.ingest.workers.pool import In, Lost, Out, Weigh, Work
from searchkit.ingest.workers.process import OUT_OF_MEMORY, Gone, Task, Worker, loss_of, uninterrupted
from searchkit.translation import gettext as _

_BATCH_BYTES = 4_000_000
"""Bounds memory where articles are large; 128 of the archive are 2.8 MB."""
_SECONDS, _BYTES_A_SECOND = 60, 100_000
"""The time limit. The archive is done at 3 MB a second and no article of it takes 0.1 s: what needs thirty times
as long does not end."""
_AHEAD = 3
"""Batches for each process that are given out, wait for it or wait to be taken: 10 MB of packed articles."""
_AT_ONCE = 2
"""Batches that a process has: one it is at, and one to go on with while this process writes."""


def done_here(work: Work[In, Out], items: list[In], lost: Lost[In, Out]) -> list[Out]:
    """What *work* makes of *items* in this process; of one at a time where there is no memory for all."""
    try:
        return [work(items)]
    except MemoryError:
        if len(items) == 1:
            return [lost(items[0], loss_of(OUT_OF_MEMORY, 0))]
    return [result for item in items for result in done_here(work, [item], lost)]


@dataclass(eq=False, slots=True)
class _Batch(Generic[In, Out]):
    """Some items; what came of them once it is known."""

    items: list[In]
    is_given: bool = False
    results: list[Out] | None = None


@dataclass(eq=False, slots=True)
class Map(Generic[In, Out]):
    """One map: its batches are given to the crew, and what came of them is put together again in order."""

    crew: list[Worker]
    processes: int
    work: Work[In, Out]
    weigh: Weigh[In]
    lost: Lost[In, Out]
    probe: Work[In, object]
    batches: deque[_Batch[In, Out]] = field(default_factory=deque)

    def results(self, batches: Iterator[list[In]]) -> Iterator[Out]:
        """What comes of *batches*."""
        while True:
            room = self.processes * _AHEAD - len(self.batches)
            self.batches.extend(_Batch(items) for items in islice(batches, max(0, room)))
            if not self.batches:
                return
            self._hand_out()
            if self.batches[0].results is None:
                self._take_in()
            else:
                yield from self.batches.popleft().results or ()

    def _hand_out(self) -> None:
        for batch in self.batches:
            if not batch.is_given:
                worker = self._free_worker()
                if worker is None:
                    return
                worker.send(self._task(batch.items))
                worker.given.append(batch)
                batch.is_given = True

    def _free_worker(self) -> Worker | None:
        """The one with the least to do, if it has not enough; a new one while there are too few."""
        least = min(self.crew, key=lambda worker: len(worker.given), default=None)
        if len(self.crew) < self.processes and (least is None or least.given):
            with uninterrupted():
                least = Worker()
                self.crew.append(least)
        return least if least and len(least.given) < _AT_ONCE else None

    def _take_in(self) -> None:
        """Wait until something is answered, or somebody is gone."""
        ready = wait([worker.pipe for worker in self.crew])
        for worker in [worker for worker in self.crew if worker.pipe in ready]:
            try:
                result = worker.receive()
            except Gone:
                self._do_again(worker)
            else:
                worker.given.popleft().results = [result]

    def _do_again(self, worker: Worker) -> None:
        """Do the batch of a worker that is gone, now; the one that waited behind it is given to another."""
        worker.end()
        self.crew.remove(worker)
        for batch in worker.given:
            batch.is_given = False
        if worker.given:
            suspect: _Batch[In, Out] = worker.given[0]
            suspect.is_given, suspect.results = True, list(self._one_by_one(suspect.items))

    def _one_by_one(self, items: list[In]) -> Iterator[Out]:
        """What comes of each of *items*, alone in a process that has just done the probe."""
        worker = None
        try:
            for item in items:
                worker = worker or self._proven_worker()
                worker.send(self._task([item]))
                try:
                    yield worker.receive()
                except Gone:
                    code = worker.end()
                    worker = None
                    yield self.lost(item, loss_of(code, self._seconds(item)))
        finally:
            if worker:
                worker.end(at_once=True)

    def _proven_worker(self) -> Worker:
        """A new worker that has done the probe.

        Raises:
            WorkerDied: it dies of that too.
        """
        with uninterrupted():
            worker = Worker()
        try:
            worker.send(Task(self.probe, [], []))
            worker.receive()
        except Gone:
            worker.end()
            raise WorkerDied(
                _(
                    "a worker process was killed, most likely for want of memory; nothing was changed; "
                    "try fewer --jobs"
                )
            ) from None
        return worker

    def _task(self, items: list[In]) -> Task:
        return Task(self.work, items, [self._seconds(item) for item in items])

    def _seconds(self, item: In) -> float:
        return _SECONDS + self.weigh(item) / _BYTES_A_SECOND


def batches_of(items: Sequence[In], size: int, weigh: Weigh[In]) -> Iterator[list[In]]:
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
