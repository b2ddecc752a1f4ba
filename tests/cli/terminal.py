"""A real terminal for tests: a command runs in a pseudo-terminal of a given size."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SEARCHKIT = (sys.executable, "-W", "ignore", "-m", "searchkit")
_ROOT = Path(__file__).parents[2]
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)")


@dataclass(frozen=True)
class Ran:
    """What a command printed on each stream, and its exit code."""

    stdout: str
    stderr: str
    code: int


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A clean environment, the same on every machine."""
    names = ("PATH", "HOME", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
    kept = {name: value for name, value in os.environ.items() if name in names}
    always = {"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
    always["XDG_STATE_HOME"] = os.devnull  # where no list is remembered
    return {**kept, **always, **(extra or {})}


def run(
    *args: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None, encoding: str = "utf-8"
) -> Ran:
    """`searchkit` with *args* in pipes."""
    done = subprocess.run(
        [*SEARCHKIT, *map(str, args)],
        capture_output=True,
        encoding=encoding,
        env=environment(env),
        cwd=cwd,
        timeout=60,
    )
    return Ran(done.stdout, done.stderr, done.returncode)


def run_in_terminal(
    *args: str | Path,
    columns: int = 80,
    lines: int = 200,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Ran:
    """`searchkit` with *args*, each stream in a terminal of its own."""
    out, err = _Screen(columns, lines), _Screen(columns, lines)
    process = subprocess.Popen(
        [*SEARCHKIT, *map(str, args)],
        stdin=subprocess.DEVNULL,
        stdout=out.slave,
        stderr=err.slave,
        env=environment(env),
        cwd=cwd,
        start_new_session=True,
    )
    for screen in (out, err):
        os.close(screen.slave)
    try:
        code = process.wait(timeout=30)
    finally:
        os.killpg(process.pid, 9) if process.poll() is None else None
    return Ran(out.text(), err.text(), code)


def plain(text: str) -> str:
    """*text* without escape sequences."""
    return _SEQUENCE.sub("", text)


class _Screen:
    """A pseudo-terminal whose output a thread collects."""

    def __init__(self, columns: int, lines: int) -> None:
        import fcntl
        import pty
        import termios

        self._master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._parts: list[bytes] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def text(self) -> str:
        self._reading.join(timeout=10)
        os.close(self._master)
        return b"".join(self._parts).decode("utf-8", "replace").replace("\r\n", "\n")

    def _read(self) -> None:
        while True:
            try:
                part = os.read(self._master, 65536)
            except OSError:
                return
            if not part:
                return
            self._parts.append(part)
