"""A server as its user starts it, in a process of its own."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.cli.terminal import SEARCHKIT, environment


@dataclass(frozen=True)
class Running:
    """A server that answers: where, its process, and what it says."""

    url: str
    process: subprocess.Popen[str]
    errors: IO[str]


@contextmanager
def running(*args: str | Path, cwd: Path | None = None) -> Iterator[Running]:
    """`searchkit serve --port 0` with *args*; it is ended afterwards."""
    process = subprocess.Popen(
        [*SEARCHKIT, "serve", "--port", "0", *map(str, args)],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
        cwd=cwd,
    )
    assert process.stderr
    try:
        said = ""
        while not (found := re.search(r"searching at (http://\S+)/", said)):
            line = process.stderr.readline()
            assert line, f"it ended: {said}"
            said += line
        yield Running(found[1], process, process.stderr)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
