"""A real server and a real browser, for benchmarks and tests of the search page.

The server is `searchkit serve` as a process. The browser is Chromium of the system, which Playwright drives; it is
not downloaded, and `why_impossible` says what is missing.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpora import environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 60.0  # seconds until a server answers on a busy machine


def why_impossible() -> str:
    """What is missing on this machine to test a page in a browser, or nothing."""
    missing = [] if chromium() else [f"{PROGRAMS[0]} (Debian's package of that name)"]
    missing += ["playwright (`make test-web` installs it)"] if find_spec("playwright") is None else []
    return f"THERE IS NO BROWSER HERE: {' and '.join(missing)} not found" if missing else ""


def chromium() -> str:
    """Where the browser is; "" if it is not here."""
    return next(filter(None, map(shutil.which, PROGRAMS)), "")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser without a window, which ends with the block."""
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=as_root)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its origin (`http://…:port`), its process and what it writes to its terminal."""

    origin: str
    pid: int
    log: Path
    seconds: float
    """Of the processor, until it answered for the first time."""

    def said(self) -> str:
        """What it has written."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running_server(index: Path, *options: str, **variables: str) -> Iterator[Server]:
    """`searchkit serve` of *index* on a free port of this machine, until the block ends, with *options* and
    *variables* of the environment.

    Raises:
        RuntimeError: it does not start; the message has its last words.
    """
    with tempfile.TemporaryDirectory(prefix="searchkit-server-") as folder:
        log, port = Path(folder, "log"), free_port()
        command = [
            sys.executable,
            "-m",
            "searchkit",
            "serve",
            "--index",
            str(index.resolve()),
            "--port",
            str(port),
            *options,
        ]
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command, stdout=stream, stderr=stream, cwd=folder, env=environment() | variables
            )
        try:
            origin = f"http://127.0.0.1:{port}"
            _wait(process, origin, log)
            yield Server(origin, process.pid, log, seconds_of_processor(process.pid))
        finally:
            _end(process)


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def seconds_of_processor(pid: int) -> float:
    """How much time of the processor a process has taken (Linux)."""
    fields = Path("/proc", str(pid), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(process: subprocess.Popen[bytes], origin: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(origin):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server does not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
        time.sleep(0.02)


def _answers(origin: str) -> bool:
    try:
        with urllib.request.urlopen(f"{origin}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
