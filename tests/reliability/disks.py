"""Disks that count what they are asked for, fail or stop at one operation, or write everything down."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from searchkit.engines.base import Engine
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.filesystem import Filesystem

STOPPED = 77
"""The exit code of a process that was stopped by its disk."""
ERRNOS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE)


@contextmanager
def written_through(disk: Filesystem) -> Iterator[None]:
    """Reindexing in the block writes through *disk*."""

    def load_engine(name: str, location: str | Path) -> Engine:
        assert name == "whoosh"
        return WhooshEngine(Path(location), disk)

    with patch("searchkit.ingest.reindex.load_engine", load_engine):
        yield


@dataclass(frozen=True)
class Operation:
    """One thing a disk was asked to do: the name of the method, its paths, and what was appended."""

    name: str
    paths: tuple[Path, ...]
    data: bytes = b""


class CountingDisk(Filesystem):
    """Every operation goes through `act`, which does it and counts."""

    def __init__(self) -> None:
        self.count = 0

    def act(self, operation: Operation, do: Callable[[], Any]) -> Any:
        """Do *operation*, which is what *do* does."""
        self.count += 1
        return do()

    def make_folder(self, path: Path) -> None:
        self.act(Operation("make_folder", (path,)), lambda: super(CountingDisk, self).make_folder(path))

    def create(self, path: Path) -> Any:
        return self.act(Operation("create", (path,)), lambda: super(CountingDisk, self).create(path))

    def append(self, file: io.FileIO, data: Any) -> int:
        copy = bytes(data)
        operation = Operation("append", (Path(os.fsdecode(file.name)),), copy)
        written: int = self.act(operation, lambda: super(CountingDisk, self).append(file, copy))
        return written

    def sync(self, path: Path) -> None:
        self.act(Operation("sync", (path,)), path.stat)  # the power stays on, and it takes long

    def link(self, source: Path, target: Path) -> None:
        self.act(Operation("link", (source, target)), lambda: super(CountingDisk, self).link(source, target))

    def rename(self, source: Path, target: Path) -> None:
        self.act(Operation("rename", (source, target)), lambda: super(CountingDisk, self).rename(source, target))

    def remove(self, path: Path) -> None:
        self.act(Operation("remove", (path,)), lambda: super(CountingDisk, self).remove(path))

    def remove_folder(self, path: Path) -> None:
        self.act(Operation("remove_folder", (path,)), lambda: super(CountingDisk, self).remove_folder(path))


@dataclass(frozen=True)
class Fault:
    """What happens at an operation. `late`: it is done first, of an append a half. `lasting`: every later one
    meets the same. `stops`: the process ends there; otherwise an OSError is raised."""

    name: str
    late: bool = False
    lasting: bool = False
    stops: bool = False


FAULTS = (
    Fault("fails"),
    Fault("fails half done", late=True),
    Fault("fails, and so does everything after it", lasting=True),
    Fault("is where the process is stopped", stops=True),
    Fault("is where the process is stopped, half done", late=True, stops=True),
)


class FaultyDisk(CountingDisk):
    """Has *fault* at operation number *at*, from 0."""

    def __init__(self, at: int, fault: Fault) -> None:
        super().__init__()
        self._at, self._fault = at, fault
        self.met = ""

    def act(self, operation: Operation, do: Callable[[], Any]) -> Any:
        number, self.count = self.count, self.count + 1
        if number < self._at or (number > self._at and not self._fault.lasting):
            return do()
        self.met = self.met or f"{operation.name} {operation.paths[-1].name}"
        if self._fault.late:
            _do_and_forget(do)
        if self._fault.stops:
            os._exit(STOPPED)
        code = ERRNOS[self._at % len(ERRNOS)]
        raise OSError(code, os.strerror(code), str(operation.paths[-1]))

    def append(self, file: io.FileIO, data: Any) -> int:
        is_halved = self._fault.late and self.count == self._at
        return super().append(file, bytes(data)[: len(bytes(data)) // 2] if is_halved else data)


def _do_and_forget(do: Callable[[], Any]) -> None:
    with suppress(OSError):  # of itself, such as the removal of a file that is not there
        made = do()
        if isinstance(made, io.IOBase):
            made.close()


class Stopped(BaseException):
    """The process was stopped, as far as its disk is concerned."""


class RecordingDisk(CountingDisk):
    """Writes down in `log` what is done. When `left` operations are done it does nothing any more."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Operation] = []
        self.left: int | None = None

    def act(self, operation: Operation, do: Callable[[], Any]) -> Any:
        if self.left is not None and len(self.log) >= self.left:
            raise Stopped
        result = do()
        self.log.append(operation)
        return result
