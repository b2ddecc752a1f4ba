"""CPU and wall time of a piece of work, medians of several runs, percentiles; peers take turns within a round."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU, children's included, and seconds on the clock."""

    cpu: float
    wall: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.cpu - other.cpu, self.wall - other.wall)

    def __truediv__(self, count: float) -> Cost:
        return Cost(self.cpu / count, self.wall / count)


class Stopwatch:
    """Costs of the sections between `with`; what happens outside of them is not counted."""

    def __init__(self) -> None:
        self._sections: list[Cost] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what happens inside."""
        before = now()
        yield
        self._sections.append(now() - before)

    @property
    def total(self) -> Cost:
        """Everything counted so far."""
        return Cost(sum(s.cpu for s in self._sections), sum(s.wall for s in self._sections))


def now() -> Cost:
    """CPU of this process and of the children it has waited for, and the clock."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(time.process_time() + children.ru_utime + children.ru_stime, time.perf_counter())


def measure(work: Callable[[], Value]) -> tuple[Value, Cost]:
    """What *work* gives, and what it cost."""
    before = now()
    value = work()
    return value, now() - before


def take_turns(runs: int, peers: Mapping[str, Callable[[], Cost]]) -> dict[str, Cost]:
    """The median cost of each peer. Every round runs each once, so that a busy minute meets all of them."""
    costs: dict[str, list[Cost]] = {name: [] for name in peers}
    for _ in range(runs):
        for name, run in peers.items():
            costs[name].append(run())
    return {name: middle(found) for name, found in costs.items()}


def time_queries(
    rounds: int, count: int, peers: Mapping[str, Callable[[int], object]]
) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of CPU and of the clock of each of *count* queries: the median of *rounds* for each peer.

    A peer answers query number *n*. After a round that only warms them, peers take turns: each answers all
    queries one after the other, so that none finds the caches of the processor full of another's data.
    """
    taken: dict[str, list[list[Cost]]] = {name: [[] for _ in range(count)] for name in peers}
    for turn in range(rounds + 1):
        for name, answer in peers.items():
            for number in range(count):
                cost = _cost_of_answer(answer, number)
                if turn:
                    taken[name][number].append(cost)
    return {
        name: (
            [median(c.cpu for c in costs) * 1000 for costs in found],
            [median(c.wall for c in costs) * 1000 for costs in found],
        )
        for name, found in taken.items()
    }


def _cost_of_answer(answer: Callable[[int], object], number: int) -> Cost:
    cpu, wall = time.process_time(), time.perf_counter()
    answer(number)
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


def middle(costs: Iterable[Cost]) -> Cost:
    """The medians of CPU and of wall, each by itself."""
    found = list(costs)
    return Cost(median(c.cpu for c in found), median(c.wall for c in found))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least *share* of *values* do not exceed (nearest rank).

    >>> percentile([3, 1, 2, 4], 0.5)
    2
    """
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
