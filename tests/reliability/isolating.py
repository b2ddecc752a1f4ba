"""A piece of work in a child process that may run for so long and take so much memory, and what came of it."""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

SECONDS = 30.0
MEMORY = 2 << 30
"""Bytes of data, beside what the process has when it is forked; files that are mapped do not count."""


class Died(AssertionError):
    """The child did not come to an end: it crashed, was killed for its memory or took too long."""


def in_child(work: Callable[[], Any]) -> Any:
    """What *work* returns, done by a fork of this process.

    Raises:
        Died
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other threads have nothing to do with what the child does
        child = os.fork()
    if not child:
        os.close(reading)
        _run(work, writing)
    os.close(writing)
    try:
        data = _read(reading, time.monotonic() + SECONDS)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if data is None:
        raise Died(f"took more than {SECONDS:.0f} s")
    if not data:
        raise Died(f"ended with status {os.waitstatus_to_exitcode(status)}")
    return pickle.loads(data)


def _read(descriptor: int, until: float) -> bytes | None:
    parts: list[bytes] = []
    while select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(descriptor, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return None


def _run(work: Callable[[], Any], descriptor: int) -> NoReturn:
    try:
        limit = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        data = pickle.dumps(work())
        while data:
            data = data[os.write(descriptor, data) :]
    except BaseException:  # noqa: BLE001 - the parent is told by getting nothing
        import traceback

        traceback.print_exc()
    finally:
        os._exit(0)
