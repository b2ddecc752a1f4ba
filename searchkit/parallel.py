"""A function over many items in several processes: in order, with a bounded number of items under way.

A process that is killed by an item, or by what that item makes it do, costs this item only.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, TypeVar

from searchkit.errors import WorkerDied

In = TypeVar("In")
Out = TypeVar("Out")
Work = Callable[[Iterable[In]], Out]
Weigh = Callable[[In], int]
Lost = Callable[[In, str], Out]

_BATCH = 128
_BATCH_BYTES = 4_000_000
_FEWEST = 48
_HEAVY = 1_000_000  # bytes
_SECONDS, _BYTES_A_SECOND = 60, 100_000
_WAITING = 10
_MOST_DEATHS = 16  # in a row: then it is not the items
_NOWHERE = -1


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
        self._pool: ProcessPoolExecutor | None = None
        self._place: Any = None
        self._deaths = 0

    def map(
        self,
        work: Work[In, Out],
        items: Sequence[In],
        *,
        batch: int = _BATCH,
        weigh: Weigh[In] = lambda _: 0,
        lost: Lost[In, Out] | None = None,
    ) -> Iterator[Out]:
        """What *work*, a function that can be pickled, makes of each *batch* of *items*, in their order, but
        heavy ones last if the others are few. Memory holds only a few results at a time, and a batch the fewer
        items the more they *weigh*, in bytes. An item that kills its process, or keeps it busy for more than a
        minute and ten seconds a megabyte, becomes what *lost* makes of it and of the reason.

        Raises:
            WorkerDied: processes are killed whatever they do, or one is and there is no *lost*.
        """
        size = max(1, min(batch, -(-len(items) // (4 * self._jobs))))
        if self._jobs < 2 or len(items) < _FEWEST:
            light = [item for item in items if weigh(item) <= _HEAVY]
            yield from map(work, _batches(light, size, weigh))
            items = [item for item in items if weigh(item) > _HEAVY]
        batches = _batches(items, size, weigh)
        waiting: deque[tuple[list[In], Future[Out]]] = deque()
        while True:
            ahead = self._jobs * 3 - len(waiting)
            waiting.extend((some, self._submit(work, some, weigh)) for some in islice(batches, ahead))
            if not waiting:
                return
            some, future = waiting.popleft()
            try:
                result = future.result()
            except BrokenProcessPool as error:
                if lost is None:
                    raise _died() from error
                under_way = [(some, future), *waiting]
                waiting.clear()
                yield from self._recovered(work, under_way, weigh, lost)
            else:
                yield result

    def close(self) -> None:
        """Stop the processes; what is under way is dropped. They are started again when they are needed."""
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _submit(self, work: Work[In, Out], items: list[In], weigh: Weigh[In]) -> Future[Out]:
        seconds = [_SECONDS + weigh(item) / _BYTES_A_SECOND for item in items]
        try:
            return self._started().submit(_work_watched, work, items, seconds)
        except BrokenProcessPool as error:
            broken: Future[Out] = Future()
            broken.set_exception(error)
            return broken

    def _recovered(
        self,
        work: Work[In, Out],
        under_way: Iterable[tuple[list[In], Future[Out]]],
        weigh: Weigh[In],
        lost: Lost[In, Out],
    ) -> Iterator[Out]:
        """What was done when a process died, and what the others make of the rest, one batch at a time."""
        self.close()
        for items, future in under_way:
            if future.exception() is None:
                yield future.result()
            else:
                yield from self._alone(work, items, weigh, lost)

    def _alone(self, work: Work[In, Out], items: list[In], weigh: Weigh[In], lost: Lost[In, Out]) -> Iterator[Out]:
        """What *work* makes of *items* while nothing else is done, so that it is known which of them kills."""
        before = 0
        while items:
            self._started()
            self._place.value = _NOWHERE
            try:
                result = self._submit(work, items, weigh).result()
            except BrokenProcessPool as error:
                self.close()
                at = self._place.value if len(items) > 1 else 0
                if at == _NOWHERE:  # all of them together did it
                    middle = len(items) // 2
                    yield from self._alone(work, items[:middle], weigh, lost)
                    yield from self._alone(work, items[middle:], weigh, lost)
                    return
                self._deaths = self._deaths + 1 if at <= before else 1
                if self._deaths > _MOST_DEATHS:
                    raise _died() from error
                seconds = _SECONDS + weigh(items[at]) / _BYTES_A_SECOND
                yield lost(items[at], f"the process that read it was killed, or took more than {seconds:.0f} s")
                items, before = items[:at] + items[at + 1 :], at
            else:
                self._deaths = 0
                yield result
                return

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            methods = multiprocessing.get_all_start_methods()
            context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
            self._place = context.RawValue("i", _NOWHERE)
            self._pool = ProcessPoolExecutor(
                self._jobs, mp_context=context, initializer=_begin_worker, initargs=(self._place,)
            )
        return self._pool


def _died() -> WorkerDied:
    return WorkerDied(
        "a worker process was killed, most likely for want of memory; nothing was changed; try fewer --jobs"
    )


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


_place: Any = None
"""In a worker: the number of the item it is at, where its parent can read it when the worker is gone."""


def _begin_worker(place: Any) -> None:
    """A worker leaves interrupts to its parent, and does not outlive it."""
    global _place
    _place = place
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for alarm in _ALARMS.values():
        signal.signal(alarm, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _work_watched(work: Work[In, Out], items: list[In], seconds: list[float]) -> Out:
    """What *work* makes of *items*; the process ends if one of them takes more than its *seconds*."""
    try:
        return work(_watched(items, seconds))
    finally:
        _set_alarms(0)


def _watched(items: list[In], seconds: list[float]) -> Iterator[In]:
    for number, (item, limit) in enumerate(zip(items, seconds, strict=True)):
        _place.value = number
        _set_alarms(limit)
        yield item
    _place.value = _NOWHERE
    _set_alarms(sum(seconds))


_ALARMS = (
    {signal.ITIMER_PROF: signal.SIGPROF, signal.ITIMER_REAL: signal.SIGALRM}
    if hasattr(signal, "setitimer")
    else {}
)
"""The clock of the processor and that of the wall, and what ends a process whose time is up, in C code too."""


def _set_alarms(seconds: float) -> None:
    """The process has *seconds* of work left, and ten times that if it waits; 0 is for ever."""
    for clock in _ALARMS:
        signal.setitimer(clock, seconds * (_WAITING if clock == signal.ITIMER_REAL else 1))


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
