"""A function over many items in several processes: in order, with a bounded number of items under way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from searchkit.errors import WorkerDied

In = TypeVar("In")
Out = TypeVar("Out")

_BATCH = 128
_FEWEST = 48


def default_jobs() -> int:
    """As many processes as this process may use processors."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Workers:
    """Processes that are started when there is enough to do, and used for everything after.

    With one job, or few items, everything happens in this process.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def map(self, work: Callable[[list[In]], Out], items: list[In], *, batch: int = _BATCH) -> Iterator[Out]:
        """What *work*, a function that can be pickled, makes of each *batch* of *items*, in their order; memory
        holds only a few results at a time."""
        size = max(1, min(batch, -(-len(items) // (4 * self._jobs))))
        batches = (items[start : start + size] for start in range(0, len(items), size))
        if self._jobs < 2 or len(items) < _FEWEST:
            yield from map(work, batches)
            return
        pool = self._started()
        waiting: deque[Future[Out]] = deque()
        while True:
            with _death_told():
                ahead = self._jobs * 3 - len(waiting)
                waiting.extend(pool.submit(work, some) for some in islice(batches, ahead))
                if not waiting:
                    return
                result = waiting.popleft().result()
            yield result

    def close(self) -> None:
        """Stop the processes; what is under way is dropped. They are started again when they are needed."""
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            methods = multiprocessing.get_all_start_methods()
            context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=context, initializer=_begin_worker)
        return self._pool


@contextmanager
def _death_told() -> Iterator[None]:
    """A worker that died is an error that says what may help."""
    try:
        yield
    except BrokenProcessPool as error:
        raise WorkerDied(
            "a worker process was killed, most likely for want of memory; nothing was changed; try fewer --jobs"
        ) from error


def _begin_worker() -> None:
    """A worker leaves interrupts to its parent, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
