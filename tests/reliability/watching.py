"""What a process holds, from what Linux says of it, and whether it holds more as time goes by."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILES_HELD = ".columns"


@dataclass(frozen=True, slots=True)
class Vitals:
    """Megabytes of memory, shared pages of mapped files included (`resident`) and without them (`own`); numbers
    of open descriptors and of files of an index that are mapped."""

    resident: float
    own: float
    descriptors: int
    mapped: int


def vitals(pid: int | str = "self") -> Vitals:
    """What the process *pid* holds now."""
    process = Path("/proc", str(pid))
    status = dict(line.split(":", 1) for line in (process / "status").read_text(encoding="utf-8").splitlines())
    held = (process / "maps").read_text(encoding="utf-8").splitlines()
    return Vitals(
        resident=_megabytes(status["VmRSS"]),
        own=_megabytes(status["RssAnon"]),
        descriptors=len(os.listdir(process / "fd")),  # noqa: PTH208 - names only
        mapped=sum(FILES_HELD in line for line in held),
    )


def quarters(values: Sequence[float]) -> tuple[float, float]:
    """What a quarter of *values*, in the order of time, are below in their second quarter and in their last; the
    first warms up. What is kept for a moment only, above that, is no growth."""
    quarter = max(1, len(values) // 4)
    return _low(values[quarter : 2 * quarter] or values), _low(values[-quarter:])


def growth(values: Sequence[float], *, share: float, slack: float) -> str:
    """What is said of *values* that grow: by over *share* of what they were, and *slack*. Empty if they do not."""
    early, late = quarters(values)
    return f"grew from {early:,.1f} to {late:,.1f}" if late > early * (1 + share) + slack else ""


def _low(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 4]


def _megabytes(entry: str) -> float:
    return int(entry.split()[0]) / 1024
