"""What a proof is: a promise, and a function that tries cases and counts those in which it was not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Tally:
    """How many cases were tried, and what went wrong in those that were lost.

    >>> tally = Tally()
    >>> with tally.case("a file of no bytes"):
    ...     assert True
    >>> tally.tried, tally.lost
    (1, [])
    """

    tried: int = 0
    lost: list[str] = field(default_factory=list)
    remark: str = ""
    drawings: dict[str, str] = field(default_factory=dict)
    """Pictures of what was measured, by the name of their file in docs/."""

    @contextmanager
    def case(self, what: str) -> Iterator[None]:
        """One case: whatever is raised in it is a loss, described by *what*. The next case goes on."""
        self.tried += 1
        try:
            yield
        except Exception as error:  # noqa: BLE001 - an error of any kind is what a proof looks for
            self.lost.append(f"{what}: {type(error).__name__}: {error}")

    @property
    def survived(self) -> int:
        """Cases in which the promise was kept."""
        return self.tried - len(self.lost)


Run = Callable[[Path, int], Tally]
"""(an empty folder, how many cases to try) -> what came of them. A proof that can number its cases tries as many
of them, spread evenly, and all of them for `EVERY`; one that takes time, such as fuzzing, takes seconds."""

EVERY = 0


@dataclass(frozen=True)
class Proof:
    """A line of the table in docs/reliability.md. `make test` tries *short* cases of it, the table says *full*."""

    promise: str
    run: Run
    short: int
    full: int = EVERY


def spread(total: int, wanted: int) -> range:
    """Numbers below *total*: *wanted* of them or a few more, evenly spread; all of them for `EVERY`.

    >>> list(spread(10, 3)), len(spread(10, EVERY))
    ([0, 3, 6, 9], 10)
    """
    return range(0, total, max(1, total // wanted) if wanted else 1)
