"""A process next to a server that keeps its index up to date, as `searchkit reindex --watch` does.

It is no thread: a reindex forks processes, which would hold the connections of the server's readers, and a file
that crashes what reads it must not end the server.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchkit import Config

_PATIENCE = 0.7
"""Seconds that it may take to end: a server ends within one. A reindex that is killed leaves a whole index."""


@contextmanager
def watching(config: Config) -> Iterator[Callable[[], bool]]:
    """Inside, the index follows the articles; gives whether it still does. Errors are on stderr."""
    spawned = multiprocessing.get_context("spawn")
    theirs, ours = spawned.Pipe(duplex=False)
    process = spawned.Process(target=_watch, args=(config, theirs), name="searchkit-watch")
    with _ctrl_c_ignored():  # which it inherits: Ctrl-C is for the server, whose end it sees
        process.start()
    theirs.close()
    try:
        yield process.is_alive
    finally:
        ours.close()  # which ends it, as the end of this process does
        process.join(_PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _watch(config: Config, pipe: Connection) -> None:
    """Follow the articles until the *pipe* ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
        _follow(config)
    except KeyboardInterrupt:
        return


def _follow(config: Config) -> None:
    """Name what fails."""
    from searchkit.cli.language import choose_language

    choose_language(os.environ, sys.argv)
    from searchkit import SearchkitError
    from searchkit.cli.failures import describe
    from searchkit.cli.reindex import rounds_of
    from searchkit.cli.terminal import say

    try:
        for _report in rounds_of(config):
            pass
    except (SearchkitError, ValueError, OSError) as error:
        say(f"searchkit: {describe(error)}")


def _end_with(pipe: Connection) -> None:
    pipe.poll(None)
    signal.raise_signal(signal.SIGTERM)
