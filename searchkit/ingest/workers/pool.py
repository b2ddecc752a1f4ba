"""A function over many items in several processes: in order, with a bounded number of items under way.

Where a process dies, its batch runs again, one item at a time. Whoever dies alone is lost, and nothing else is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from searchkit.ingest.workers.process import Loss, Worker

In = TypeVar("In")
Out = TypeVar("Out")
Work = Callable[[Iterable[In]], Out]
Weigh = Callable[[In], int]
Lost = Callable[[In, "Loss"], Out]

_BATCH = 128
"""Items: about a second of work. An article of the archive (22 KB) takes 8 to 9 ms in batches of 8 to 128; packed
with 127 others it takes 25 KB, with 7 others 35 KB."""
_FEWEST = 48
"""Items that are worth processes: with fewer, their start takes longer than the work."""
_HEAVY = 1_000_000
"""Bytes. Not measured: four times the largest article of the archive, so that no ordinary one needs a process."""


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
        self._crew: list[Worker] = []

    def map(
        self,
        work: Work[In, Out],
        items: Sequence[In],
        *,
        batch: int = _BATCH,
        weigh: Weigh[In] = lambda _: 0,
        lost: Lost[In, Out],
        probe: Work[In, object] | None = None,
        prepare: Callable[[], object] = lambda: None,
    ) -> Iterator[Out]:
        """What *work*, a function that can be pickled, makes of each *batch* of *items*, in their order, but
        heavy ones last if the others are few. Memory holds only a few results at a time, and a batch the fewer
        items the more they *weigh*, in bytes. An item that kills its process, finds no memory, or keeps a process
        busy for more than a minute and ten seconds a megabyte, becomes what *lost* makes of it and of the reason.
        One map at a time; one that is given up stops the processes. Before processes are started, *prepare* is
        done here, so that they share the memory of what it loads.

        Raises:
            WorkerDied: processes are killed whatever they do: *probe* too, which is known to do no harm, or *work*
                on nothing.
        """
        from searchkit.ingest.workers.batches import Map, batches_of, done_here  # which import multiprocessing

        size = max(1, min(batch, -(-len(items) // (4 * self._jobs))))
        processes = self._jobs
        if self._jobs < 2 or len(items) < _FEWEST:
            for some in batches_of([item for item in items if weigh(item) <= _HEAVY], size, weigh):
                yield from done_here(work, some, lost)
            items = [item for item in items if weigh(item) > _HEAVY]
            processes = 1
        elif not self._crew:
            prepare()
        run = Map(self._crew, processes, work, weigh, lost, probe or work)
        finished = False
        try:
            yield from run.results(batches_of(items, size, weigh))
            finished = True
        finally:
            if not finished:
                self.close()

    def close(self) -> None:
        """Stop the processes; what is under way is dropped. They are started again when they are needed."""
        while self._crew:
            self._crew.pop().end(at_once=True)
