"""No room, no right, too few descriptors: the command says so in one line, and the index stays as it was.

The system itself refuses: files may not grow, a small file system is full or read-only, a process may open few
files, folders are not writable.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.conftest import ROOT
from tests.reliability.proving import Proof, Tally, spread
from tests.reliability.samples import Samples, make_samples

_BLOCK = 4096
_PATIENCE = 120  # seconds: a process that hangs is a loss
_DROP_CAPABILITY, _ANY_RIGHT = 24, (1, 2)  # prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH)
_NO_ROOM, _NO_RIGHT = "No space left on device", "Permission denied"


@dataclass(frozen=True)
class _Case:
    """A command on the index, in a process that `limited` was called in, while the index is in a `place` made for
    the case. It must be refused for `cause`, or may also succeed, or must if there is no cause."""

    what: str
    command: tuple[str, ...]
    cause: str = ""
    may_succeed: bool = False
    limited: Callable[[], None] = lambda: None
    place: Callable[[Samples, Path], AbstractContextManager[None]] = lambda samples, place: nullcontext()


def try_every_limit(scratch: Path, effort: int) -> Tally:
    """Reindexes, searches and checks where the system refuses something."""
    tally, ended = Tally(), Counter[str]()
    samples = make_samples(scratch)
    size = sum(-(-path.stat().st_size // _BLOCK) * _BLOCK for path in samples.index.rglob("*"))
    cases = [*_few_descriptors(), *_small_files(size), *_no_rights(), *_mounted(size)]
    for number in spread(len(cases), effort):
        case = cases[number]
        with tally.case(f"{case.what}, {' '.join(case.command)}"):
            ended[_try(case, samples, scratch / "place" / "index")] += 1
    missing = "" if _may_mount() else "; NOT TRIED: full and read-only file systems, which need the right to mount"
    tally.remark = f"{ended['refused']:,} were refused, {ended['done']:,} had enough{missing}"
    return tally


def _few_descriptors() -> Iterator[_Case]:
    cause = "Too many open files"
    commands = (("search", "月亮"), ("check",), *(_reindex(jobs=jobs) for jobs in (1, 2)), _reindex(full=True))
    for most in range(6, 30):
        limited = partial(resource.setrlimit, resource.RLIMIT_NOFILE, (most, most))
        for command in commands:
            yield _Case(f"at most {most} files open", command, cause, may_succeed=True, limited=limited)


def _small_files(size: int) -> Iterator[_Case]:
    for most in (0, 20, 200, 1000, 4000, 16000, size // 8, size // 4):
        limited = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
        for full in (False, True):
            yield _Case(f"files of {most:,} bytes", _reindex(full=full), "File too large", True, limited)


def _no_rights() -> Iterator[_Case]:
    for full in (False, True):
        command = _reindex(full=full)
        yield _Case("a folder that is read-only", command, _NO_RIGHT, False, _without_privilege, _with_mode(0o555))
        yield _Case("a folder one may not enter", command, _NO_RIGHT, False, _without_privilege, _with_mode(0))
        yield _Case("a lock one may not take", command, _NO_RIGHT, False, _without_privilege, _lock_with_mode(0))
        yield _Case("a file where the folder should be", command, "not a folder", place=_file_in_its_place)
    for command in (("search", "月亮"), ("check",)):
        yield _Case("a folder that is read-only", command, "", False, _without_privilege, _with_mode(0o555))
        yield _Case("a folder one may not enter", command, _NO_RIGHT, False, _without_privilege, _with_mode(0))


def _mounted(size: int) -> Iterator[_Case]:
    if not _may_mount():
        return
    for tenths in range(11, 33):
        room = partial(_small_disk, size=size * tenths // 10)
        for full in (False, True):
            yield _Case(f"a disk {tenths / 10} times the index", _reindex(full=full), _NO_ROOM, True, place=room)
    for command in (_reindex(), ("search", "月亮"), ("check",)):
        cause = "Read-only file system" if command == _reindex() else ""
        yield _Case("a disk that is read-only", command, cause, place=partial(_small_disk, size=0))


def _reindex(*, full: bool = False, jobs: int = 1) -> tuple[str, ...]:
    return ("reindex", "CORPUS", "--allow-removals", *(["--full"] if full else []), "--jobs", str(jobs))


def _try(case: _Case, samples: Samples, place: Path) -> str:
    """What came of the command, "refused" or "done", once everything was checked."""
    samples.copy(place)
    command = [str(samples.new) if word == "CORPUS" else word for word in case.command]
    with case.place(samples, place):
        run = subprocess.run(
            [sys.executable, "-m", "searchkit", *command, "--index", str(place)],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            preexec_fn=case.limited,
            timeout=_PATIENCE,
            check=False,
        )
        is_refused = run.returncode == 2
        if is_refused:
            _check_message(run.stderr, case.cause)
        assert is_refused == bool(case.cause) or case.may_succeed, f"exit code {run.returncode}: {run.stderr}"
        assert is_refused or run.returncode in _CODES[command[0]], f"exit code {run.returncode}: {run.stderr}"
        if place.is_file():
            return "refused"
        is_new = command[0] == "reindex" and not is_refused
        assert samples.check_whole(place) == ("new" if is_new else "old")
        assert not (place / "LOCK.owner").exists()
    return _finished(samples, place, is_refused=is_refused)


_CODES = {"reindex": (0,), "search": (0,), "check": (0, 1)}
"""Exit codes of a command that was not refused; a check says 1 if something has changed."""


def _check_message(said: str, cause: str) -> None:
    lines = said.splitlines()
    assert [line[:11] for line in lines] == ["searchkit: "], f"not one clear line: {said}"
    assert cause, said
    assert cause in said, f"not the cause, {cause!r}: {said}"
    assert "; " in said, f"not what to do: {said}"


def _finished(samples: Samples, place: Path, *, is_refused: bool) -> str:
    if place.exists():
        samples.check_finished(place)
    return "refused" if is_refused else "done"


def _without_privilege() -> None:
    """Rights of files bind this process and what it becomes, though it be the superuser's."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in _ANY_RIGHT:
            assert libc.prctl(_DROP_CAPABILITY, capability, 0, 0, 0) == 0


def _with_mode(mode: int) -> Callable[[Samples, Path], AbstractContextManager[None]]:
    return lambda samples, place: _mode(place, mode)


def _lock_with_mode(mode: int) -> Callable[[Samples, Path], AbstractContextManager[None]]:
    return lambda samples, place: _mode(place / "LOCK", mode)


@contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    path.touch()
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


@contextmanager
def _file_in_its_place(samples: Samples, place: Path) -> Iterator[None]:
    shutil.rmtree(place)
    place.write_text("月亮", "utf-8")
    try:
        yield
        assert place.read_text("utf-8") == "月亮"
    finally:
        place.unlink()


@contextmanager
def _small_disk(samples: Samples, place: Path, *, size: int) -> Iterator[None]:
    """The index on a file system of *size* bytes; a read-only one if that is 0."""
    shutil.rmtree(place)
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)
    try:
        shutil.copytree(samples.index, place, dirs_exist_ok=True)
        if not size:
            subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        yield
    finally:
        subprocess.run(["umount", place], check=True)
        shutil.rmtree(place)


def _may_mount() -> bool:
    if os.geteuid() or not shutil.which("mount"):
        return False
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


PROOFS = (
    Proof(
        "Without room, rights or descriptors a command exits with 2 and says why, and the index stays as it was",
        try_every_limit,
        short=3,
    ),
)
