"""The folder of an index: one sub-folder a generation, and a file that names the current one.

    index/CURRENT             the name of the generation readers open
    index/generation-000007/  its files; none of them changes once it is published
    index/LOCK                held by the process that writes; LOCK.owner says who that is

A generation is built beside the current one and published by renaming one small file. A later generation
links the files it shares with the one before. Whatever else lies in the folder is left over from a writer that
was stopped, and the next writer removes it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from searchkit.errors import IndexCorrupted, IndexLocked, IndexNotFound, SearchkitError

CURRENT = "CURRENT"
_NAME = re.compile(r"generation-(\d{6,})")
_ATTEMPTS = 20
_LONGEST_OWNER = 4_096  # bytes
_PATIENCE = 1.0  # seconds: workers of a killed reindex hold its lock until they notice
T = TypeVar("T")


class Generations:
    """The generations in *folder*, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path | None:
        """The published generation, or None.

        Raises:
            IndexCorrupted: the name in CURRENT makes no sense.
        """
        try:
            name = (self.folder / CURRENT).read_text("utf-8", "replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not _NAME.fullmatch(name):
            raise IndexCorrupted(f"{self.folder / CURRENT}: damaged; run `searchkit reindex --full`")
        return self.folder / name

    def open_current(self, opener: Callable[[Path], T]) -> T:
        """What *opener* makes of the published generation, also while a writer replaces it.

        Raises:
            IndexNotFound: nothing is published here.
        """
        for _ in range(_ATTEMPTS):
            generation = self.current()
            if generation is None:
                raise IndexNotFound(f"{self.folder}: no index here; run `searchkit reindex` first")
            try:
                return opener(generation)
            except (SearchkitError, OSError) as error:
                if self.current() == generation:
                    if isinstance(error, SearchkitError):
                        raise
                    raise IndexCorrupted(
                        f"{generation}: {error.strerror or error}; run `searchkit reindex --full`"
                    ) from error
        raise IndexNotFound(f"{self.folder}: the index changes too fast to be opened; try again")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """The right to write, for one process at a time; given back when a process dies.

        Raises:
            IndexLocked: another process has it; the message names it.
        """
        from filelock import FileLock, Timeout  # searching does without it

        self.folder.mkdir(parents=True, exist_ok=True)
        lock, owner = FileLock(self.folder / "LOCK", timeout=_PATIENCE), self.folder / "LOCK.owner"
        try:
            lock.acquire()
        except Timeout:
            raise IndexLocked(f"{self.folder}: {_describe(owner)} is at work on this index") from None
        try:
            owner.unlink(missing_ok=True)  # a dead process's, or something that is no plain file
            owner.write_text(
                json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}), "utf-8"
            )
            yield
        finally:
            owner.unlink(missing_ok=True)
            lock.release()

    def begin(self, *, full: bool) -> Path:
        """An unpublished generation, empty or with links to the files of the current one. Needs the lock."""
        current = None if full else self.current()
        if current:
            self.remove_leftovers()
        generation = self.folder / f"generation-{self._last_number() + 1:06d}"
        generation.mkdir()
        if current:
            for file in current.iterdir():
                if file.is_file():
                    _link(file, generation / file.name)
        return generation

    def publish(self, generation: Path) -> None:
        """Make *generation* the current one, in one step, once all its files are on disk. Needs the lock."""
        for file in generation.iterdir():
            _sync(file)
        _sync(generation)
        draft = self.folder / f"{CURRENT}.new"
        draft.write_text(generation.name + "\n", "utf-8")
        _sync(draft)
        draft.replace(self.folder / CURRENT)
        _sync(self.folder)
        self.remove_leftovers()

    def _last_number(self) -> int:
        """The highest number any generation here has, finished or not; 0 if there is none."""
        names = (_NAME.fullmatch(entry.name) for entry in self.folder.iterdir())
        return max((int(found[1]) for found in names if found), default=0)

    def remove_leftovers(self) -> None:
        """Delete every generation but the current one. Needs the lock; open readers keep what they opened."""
        current = self.current()
        for entry in self.folder.iterdir():
            if _NAME.fullmatch(entry.name) and entry != current:
                shutil.rmtree(entry, ignore_errors=True)
        (self.folder / f"{CURRENT}.new").unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _describe(owner: Path) -> str:
    """Who holds the lock, if *owner* says so: anything may lie there, also what a dead process wrote."""
    try:
        facts = json.loads(_beginning(owner))
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(facts["since"]))
        named = f"process {facts['pid']} on {facts['host']} (since {began})"
        return "another process" if _has_ended(facts["pid"], facts["host"]) else named
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return "another process"


def _beginning(path: Path) -> bytes:
    """The first bytes of a file; of a pipe that nobody writes to, none."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        return os.read(descriptor, _LONGEST_OWNER)
    finally:
        os.close(descriptor)


def _has_ended(pid: int, host: str) -> bool:
    """Whether it is certain that there is no such process."""
    if os.name != "posix" or host != socket.gethostname():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # another user's
        return False
    return False
