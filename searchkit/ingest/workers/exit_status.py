"""Why nothing came of an article: what the end of the process that was at it says of it."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from searchkit.ingest.workers.process import ALARMS, OUT_OF_MEMORY, WAITING

_CRASHES = {
    getattr(signal, name) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE") if hasattr(signal, name)
}


@dataclass(frozen=True, slots=True)
class Loss:
    """Why nothing came of an item, and whether it would be the same another time."""

    reason: str
    lasting: bool


def loss_of(code: int | None, seconds: float) -> Loss:
    """What the exit code of a process says of the item it was at, which had so many *seconds*."""
    if code is None:
        return Loss("the process that read it ended, and the system does not say why", lasting=False)
    if code == OUT_OF_MEMORY:
        return Loss("there was not enough memory for it", lasting=False)
    if code >= 0:
        return Loss(f"the process that read it ended with exit code {code}", lasting=False)
    number = -code
    name = next((known.name for known in signal.Signals if known == number), f"signal {number}")
    if number in ALARMS:
        limit = seconds * (WAITING if number == signal.SIGALRM else 1)
        return Loss(f"took more than {limit:.0f} s", lasting=True)
    if number in _CRASHES:
        return Loss(f"the process that read it crashed ({name})", lasting=True)
    if number == signal.SIGKILL:
        return Loss("the process that read it was killed, most likely for want of memory", lasting=False)
    return Loss(f"the process that read it was ended by {name}", lasting=False)
