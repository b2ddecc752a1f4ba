"""One worker process and the pipe to it: tasks go in, what they make comes out in their order.

Only the two of them hold the ends of the pipe, so each sees at once that the other is gone, in the middle of a
message too. Its parent can tell then what ended it: `loss_of` says why nothing came of an article.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import Any

OUT_OF_MEMORY = 12
"""The exit code of a worker that found no memory for a task as a whole, or for taking one in."""

ALARMS = {signal.SIGPROF: signal.ITIMER_PROF, signal.SIGALRM: signal.ITIMER_REAL}
"""What ends a process whose time is up, in C code too, and by which clock: that of the processor or the wall."""

WAITING = 10
"""The clock of the wall gives so many times the time: a machine may have other work to do, and a disk be slow."""

_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE}
"""Signals of a process that an item made crash, and would again."""

_PATIENCE = 10
"""Seconds that a process may take to end whose pipe has ended. Not measured: it has nothing left to do by then."""

_context = multiprocessing.get_context("fork")

_starting = threading.Lock()
_ours: set[Connection] = set()
"""The ends of all pipes to workers that this process holds: a forked worker has copies, and closes them."""


class Gone(Exception):
    """The worker has ended."""


class _InWorker(Exception):
    """Where in a worker an error was raised."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


@dataclass(frozen=True, slots=True)
class Task:
    """*work* on *items*; each may take so many *seconds* of the processor. It can be pickled."""

    work: Callable[[Iterable[Any]], Any]
    items: list[Any]
    seconds: list[float]


class Worker:
    """A process that does one task after the other. It ignores interrupts, and does not outlive this process.

    `given` is for who uses it: what it was given and has not answered.
    """

    def __init__(self) -> None:
        self.given: deque[Any] = deque()
        with _starting:  # nothing may be forked while both ends are open here
            self.pipe, theirs = _context.Pipe()
            _ours.add(self.pipe)
            try:
                self._process = _context.Process(target=_serve, args=(theirs,), daemon=True)
                self._process.start()
            except BaseException:
                _ours.discard(self.pipe)
                self.pipe.close()
                raise
            finally:
                theirs.close()

    def send(self, task: Task) -> None:
        """Hand over *task*; if the worker is gone, `receive` says so."""
        data = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.pipe.send_bytes(data)

    def receive(self) -> Any:
        """What came of the first task that is not answered yet; waits for it.

        Raises:
            Gone: the worker has ended.
            Exception: what the task raised.
        """
        try:
            data = self.pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise Gone from error
        result, failure, where = pickle.loads(data)
        if failure is not None:
            raise failure from _InWorker(where)
        return result

    def end(self, *, at_once: bool = False) -> int | None:
        """Wait for the end of a worker that is gone, or make it end *at_once*; returns its exit code, for a signal
        its number below 0. There is none where whoever started this process had it ignore what becomes of its
        children (SIGCHLD)."""
        self._process.join(0 if at_once else _PATIENCE)
        if not wait([self._process.sentinel], 0):
            self._process.kill()
        self._process.join()
        code: int | None = self._process.exitcode
        with contextlib.suppress(ValueError):  # without an exit code it counts as running
            self._process.close()
        with _starting:
            _ours.discard(self.pipe)
            self.pipe.close()
        return code


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """An interrupt waits: a process must know what it starts, and a worker must not be met by one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for ending in (signal.SIGTERM, *ALARMS):
        signal.signal(ending, signal.SIG_DFL)
    for end in _ours:
        end.close()
    gc.freeze()  # the collector would write to what is shared with the parent
    tasks: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_receive, args=(pipe, tasks), daemon=True).start()
    while True:
        answer = _answer(tasks.get())
        try:
            pipe.send_bytes(answer)
        except OSError:
            os._exit(1)  # the parent is gone, and there is nobody to tell


def _receive(pipe: Connection, tasks: SimpleQueue[bytes]) -> None:
    """Take tasks while others are done, so that no parent waits to hand one over while a worker waits to answer;
    and end with the parent."""
    try:
        while True:
            tasks.put(pipe.recv_bytes())
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    finally:  # whatever it was: nobody would be left to see the end of the parent
        os._exit(1)


def _answer(data: bytes) -> bytes:
    try:
        task: Task = pickle.loads(data)
        result = task.work(_watched(task))
        return pickle.dumps((result, None, ""), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # it has too much of it to go on
    except Exception as error:  # noqa: BLE001 - it is raised in the parent
        return pickle.dumps((None, _portable(error), traceback.format_exc()))
    finally:
        _set_alarms(0)


def _watched(task: Task) -> Iterator[Any]:
    """The items; the process ends if one of them takes longer than it may, or what is done with all at the end."""
    for item, limit in zip(task.items, task.seconds, strict=True):
        _set_alarms(limit)
        yield item
    _set_alarms(sum(task.seconds))


def _set_alarms(seconds: float) -> None:
    """The process has *seconds* of work left, and more if it waits; 0 is for ever."""
    for clock in ALARMS.values():
        signal.setitimer(clock, seconds * (WAITING if clock == signal.ITIMER_REAL else 1))


def _portable(error: Exception) -> Exception:
    """*error*, or one that says the same, if *error* does not survive the way to another process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - a class may do anything when it is pickled
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


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
