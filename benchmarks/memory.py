"""How much memory a process and all its children hold at once, from what Linux says of them, and how much disk."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import size_of

_PROC = Path("/proc")
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Peak:
    """Megabytes: the most that all processes held together (shared pages counted once, PSS), the most that one of
    them had in memory (RSS), and the most that was in the folder."""

    together: float
    largest: float
    disk: float
    samples: int


def peak_of(command: Sequence[str], env: Mapping[str, str], folder: Path | None = None) -> tuple[Peak, int, str]:
    """The peak of *command*, and of the *folder* it writes, sampled ten times a second, its exit code and what it
    printed."""
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.DEVNULL) as process,
    ):
        together = largest = disk = samples = 0
        while process.poll() is None:
            held = [found for found in map(_memory_of, family(process.pid)) if found]
            together = max(together, sum(pss for pss, _ in held))
            largest = max([largest, *(rss for _, rss in held)])
            disk = max(disk, size_of(folder) if folder else 0)
            samples += 1
            time.sleep(_PAUSE)
        output.seek(0)
        printed = output.read().decode("utf-8")
    return Peak(together / 1024, largest / 1024, disk / 1e6, samples), process.returncode, printed


def family(pid: int) -> list[int]:
    """A process and all below it, as of now."""
    found = [pid]
    for member in found:
        for listing in (_PROC / str(member) / "task").glob("*/children"):
            try:
                found.extend(int(child) for child in listing.read_text(encoding="ascii").split())
            except OSError:
                continue
    return found


def _memory_of(pid: int) -> tuple[int, int] | None:
    """PSS and RSS in kilobytes; None for a process that is gone."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    values = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines[1:]) if rest}
    return (values["Pss"], values["Rss"]) if "Pss" in values else None
