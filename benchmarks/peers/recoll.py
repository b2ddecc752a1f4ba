"""Recoll, a search program for one's own files, as it comes: Debian has it as `recollcmd`.

Markdown is text to it, with what HTML is in it; Han are indexed in pairs.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.checks import check

HITS = 10


def is_installed() -> bool:
    """Whether it can be measured here."""
    return bool(shutil.which("recollindex") and shutil.which("recollq"))


def version() -> str:
    """What it says of itself: Recoll 1.34.3 + Xapian 1.4.22."""
    done = subprocess.run(["recollindex", "-h"], capture_output=True, encoding="utf-8")
    return (done.stdout + done.stderr).rpartition("Recoll version: ")[2].strip()


def build(corpus: Path, place: Path) -> None:
    """An index of the files below *corpus* at *place*."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    settings = f"topdirs = {corpus}\nnoaspell = 1\n"
    (place / "recoll.conf").write_text(settings, encoding="utf-8")
    (place / "mimemap").write_text(".md = text/plain\n", encoding="utf-8")
    done = subprocess.run(["recollindex", "-c", str(place), "-z"], capture_output=True)
    check(done.returncode == 0, f"recollindex exits with {done.returncode}")


def command(place: Path) -> list[str]:
    """The words that print ten hits with passages; the query comes after them."""
    return ["recollq", "-c", str(place), "-n", str(HITS), "-A", "-q"]


def size_of_index(place: Path) -> int:
    """The bytes of what it searches."""
    return sum(path.stat().st_size for path in (place / "xapiandb").iterdir())
