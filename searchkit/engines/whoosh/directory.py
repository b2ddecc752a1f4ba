"""The folder of an index: one sub-folder a generation, and a file that names the current one.

    index/CURRENT             the name of the generation readers open
    index/generation-000007/  its files; none of them changes once it is published
    index/_MAIN_7.toc         the table of contents of the same generation, for stock Whoosh
    index/LOCK                held by the process that writes; LOCK.owner says who that is

A generation is built beside the current one and published by renaming one small file. A later generation
links the files it shares with the one before. Whatever else lies in the folder is left over from a writer that
was stopped, and the next writer removes it.

What a published name leads to is synced before the name is, and nothing that an older name led to is deleted
before the newer one is synced: whichever of the two a loss of power leaves, its generation is whole.

Whoosh opens the table of contents with the highest number. The new one gets its name after CURRENT is renamed and
before the older generation is deleted, so between the two Whoosh sees the older state, whole.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from searchkit.engines.whoosh.filesystem import FILESYSTEM, Filesystem, writing
from searchkit.engines.whoosh.segment.safe_io import DamagedFile, json_value, read_small
from searchkit.errors import (
    IndexCorrupted,
    IndexLocked,
    IndexNotFound,
    IndexNotWritable,
    SearchkitError,
    reason,
)
from searchkit.patterns import lazy_pattern
from searchkit.translation import gettext as _

CURRENT = "CURRENT"
_DRAFT = f"{CURRENT}.new"
_NAME = lazy_pattern(r"generation-(\d{6,})")
_OF_WRITERS = lazy_pattern(r"CURRENT(\.new)?|LOCK(\.owner)?|_MAIN_\d+\.toc\.new")
_OF_NOBODY = lazy_pattern(
    r"\.(?!(git|hg|svn)$).*|thumbs\.db|desktop\.ini|lost\+found|@eadir|\$recycle\.bin|system\svolume\sinformation"
    r"|cachedir\.tag|readme(\.\w+)?"
)
"""Names, in lower case, of what systems and synchronisation leave in a folder, and of what is hidden there."""
_OF_WHOOSH = lazy_pattern(r"_MAIN_\d+\.toc(\.new)?|MAIN_WRITELOCK")
_LONGEST_NAME, _LARGEST_OWNER = 256, 1024
_ATTEMPTS = 20
_PATIENCE = 1.0  # seconds: workers of a killed reindex hold its lock until they notice
T = TypeVar("T")


class Directory:
    """The generations in *folder*, which need not exist yet."""

    def __init__(self, folder: Path, disk: Filesystem = FILESYSTEM) -> None:
        self.folder = folder
        self.disk = disk

    def current(self) -> Path | None:
        """The published generation, or None.

        Raises:
            IndexCorrupted: the name in CURRENT makes no sense.
        """
        name = self.published_name()
        if name is None:
            return None
        generation = self.folder / name
        if not _NAME.fullmatch(name) or generation.is_symlink():
            raise IndexCorrupted(
                _("{file}: damaged; run `searchkit reindex --full`").format(file=self.folder / CURRENT)
            )
        return generation

    def open_current(self, opener: Callable[[Path], T]) -> T:
        """What *opener* makes of the published generation, also while a writer replaces it.

        Raises:
            IndexNotFound: nothing is published here.
            IndexCorrupted: a file of what is published is gone, or *opener* says so.
            OSError: the system does not let it be read, which says nothing about what is in it.
        """
        for _attempt in range(_ATTEMPTS):
            generation = self.current()
            if generation is None:
                raise IndexNotFound(
                    _(
                        "{folder}: no index here; run `searchkit reindex FOLDER` first, or name the index with "
                        "--index; `searchkit config` shows the settings"
                    ).format(folder=self.folder.absolute())
                )
            try:
                return opener(generation)
            except (SearchkitError, OSError) as error:
                if self.current() == generation:
                    if not isinstance(error, FileNotFoundError) or isinstance(error, SearchkitError):
                        raise
                    what = f"{error.filename or generation}: {reason(error)}"
                    if not generation.is_dir():
                        what = _("{file}: names {name}, which is not there").format(
                            file=self.folder / CURRENT, name=generation.name
                        )
                    raise IndexCorrupted(_("{what}; run `searchkit reindex --full`").format(what=what)) from error
        raise IndexNotFound(
            _("{folder}: the index changes too fast to be opened; try again").format(folder=self.folder)
        )

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """The right to write, for one process at a time; given back when a process dies. What a stopped writer
        left behind is removed first.

        Raises:
            IndexLocked: another process has it; the message names it.
            IndexNotWritable: there can be no lock in the folder, or it is not for an index.
        """
        from filelock import FileLock, Timeout  # searching does without it

        lock, owner = FileLock(self.folder / "LOCK", timeout=_PATIENCE), self.folder / "LOCK.owner"
        with contextlib.ExitStack() as stack:
            with writing(self.folder):
                self._make_folder()
                self._check_folder()
                try:
                    lock.acquire()
                except Timeout:
                    raise IndexLocked(
                        _("{folder}: {owner} is at work on this index").format(
                            folder=self.folder, owner=_describe(owner)
                        )
                    ) from None
                stack.callback(lock.release)
                stack.callback(self._remove_if_possible, owner)
                if owner.is_dir():
                    self._remove_if_possible(owner)
                process = {"pid": os.getpid(), "host": _host(), "since": time.time()}
                self.disk.write(owner, json.dumps(process).encode())
            self._recover()
            yield

    def begin(self, shared: Iterable[Path] = ()) -> Path:
        """An unpublished generation with links to the files *shared*, which are of the current one. Needs the
        lock."""
        generation = self.folder / f"generation-{self._last_number() + 1:06d}"
        try:
            self.disk.make_folder(generation)
            for file in shared:
                self.disk.share(file, generation / file.name)
        except BaseException:
            self.discard(generation)
            raise
        return generation

    def publish(self, generation: Path, contents: bytes) -> None:
        """Make *generation* the current one, in one step, once all its files are on disk; *contents* is its table
        of contents for Whoosh. Needs the lock.

        Raises:
            IndexNotWritable: it is the current one, but a loss of power may bring back the one before.
        """
        first = not (self.folder / CURRENT).exists()
        for file in self._unsynced(generation):
            self.disk.sync(file)
        self.disk.sync(generation)
        draft = self.folder / _DRAFT
        self.disk.write(draft, f"{generation.name}\n".encode())
        self.disk.sync(draft)
        contents_draft = self._contents(generation.name, ".new")
        self.disk.write(contents_draft, contents)
        self.disk.sync(contents_draft)
        self.disk.sync(self.folder)
        if first:
            self._sync_parent(self.folder)
        try:
            self.disk.rename(draft, self.folder / CURRENT)
            self.disk.sync(self.folder)
        except OSError as error:
            if self.published_name() != generation.name:
                raise
            raise IndexNotWritable(
                _(
                    "{folder}: {reason}; the new index is in place, but a loss of power may bring back the "
                    "old one; look after the disk and run `searchkit reindex` again"
                ).format(folder=self.folder, reason=reason(error))
            ) from error
        with contextlib.suppress(OSError):
            self._finish_publishing(generation.name)

    def discard(self, generation: Path) -> None:
        """Delete *generation* unless it is published. What cannot be deleted is left to the next writer."""
        with contextlib.suppress(OSError):
            if self.published_name() != generation.name:
                self.disk.remove_tree(generation)

    def published_name(self) -> str | None:
        """What CURRENT says, or None if there is no such file; empty if it says nothing one could read. One small
        read."""
        try:
            name, end, rest = read_small(self.folder / CURRENT, _LONGEST_NAME).partition(b"\n")
            return name.decode("utf-8", "replace") if end and not rest else ""
        except (FileNotFoundError, NotADirectoryError):
            return None
        except DamagedFile:
            return ""

    def _last_number(self) -> int:
        """The highest number any generation here has, finished or not; 0 if there is none."""
        names = (_NAME.fullmatch(entry.name) for entry in self.folder.iterdir())
        return max((int(found[1]) for found in names if found), default=0)

    def _unsynced(self, generation: Path) -> list[Path]:
        """The files of *generation* that are not shared with the current one, which was synced in its time."""
        current = None
        with contextlib.suppress(IndexCorrupted):
            current = self.current()
        shared = {(file.name, file.stat().st_ino) for file in _files(current)}
        return [file for file in _files(generation) if (file.name, file.stat().st_ino) not in shared]

    def _recover(self) -> None:
        """Remove what a stopped writer left, unless CURRENT leads nowhere: one of the generations that it does not
        name may be what somebody wants back then."""
        with contextlib.suppress(OSError, IndexCorrupted):
            current = self.current()
            if self._leftovers() and (current is None or current.is_dir()):
                self.disk.sync(self.folder)  # it may have been stopped between the renaming of CURRENT and this
                self._finish_publishing(current.name if current else "")

    def _finish_publishing(self, current: str) -> None:
        """Give the table of contents of the *current* generation its name, and remove what is older."""
        draft = self._contents(current, ".new")
        if draft.exists():
            self.disk.rename(draft, self._contents(current))
            self.disk.sync(self.folder)
        # that none of it is left is no condition of anything; open readers keep what they opened
        for entry in self._leftovers():
            self._remove_if_possible(entry)

    def _contents(self, generation: str, suffix: str = "") -> Path:
        """The table of contents of a generation, for Whoosh."""
        return self.folder / f"_MAIN_{int(generation.rpartition('-')[2] or 0)}.toc{suffix}"

    def _remove_if_possible(self, entry: Path) -> None:
        """Delete *entry*; what cannot be deleted now is left to the next writer."""
        with contextlib.suppress(OSError):
            self.disk.remove_tree(entry)

    def _leftovers(self) -> list[Path]:
        """Every generation but the current one, their tables of contents, and the draft of CURRENT."""
        current = self.published_name() or ""
        kept = {current, self._contents(current).name} if _NAME.fullmatch(current) else set()
        made = (e for e in self.folder.iterdir() if _NAME.fullmatch(e.name) or _OF_WHOOSH.fullmatch(e.name))
        drafts = [self.folder / _DRAFT] if (self.folder / _DRAFT).exists() else []
        return [entry for entry in made if entry.name not in kept] + drafts

    def _make_folder(self) -> None:
        missing = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        for path in reversed(missing):
            with contextlib.suppress(FileExistsError):  # another process was faster
                self.disk.make_folder(path)
            self._sync_parent(path)
        if not self.folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(self.folder))

    def _check_folder(self) -> None:
        """See that it is the folder of an index or has only files that are nobody's. One that has a generation, or
        a CURRENT that names one, is an index, whatever else is there; other databases have a CURRENT too.

        Raises:
            IndexNotWritable: it has others' files.
        """
        names = sorted(entry.name for entry in self.folder.iterdir())
        others = [n for n in names if not _OF_WRITERS.fullmatch(n) and not _OF_NOBODY.fullmatch(n.lower())]
        if others and not any(map(_NAME.fullmatch, (*names, self.published_name() or ""))):
            raise IndexNotWritable(
                _(
                    "{folder}: has files that are not of an index, such as {name}; nothing was changed; "
                    "name an empty or a new folder"
                ).format(folder=self.folder.absolute(), name=others[0])
            )

    def _sync_parent(self, path: Path) -> None:
        with contextlib.suppress(PermissionError):  # one may write into a folder that one may not open
            self.disk.sync(path.parent)


def _files(folder: Path | None) -> list[Path]:
    return [file for file in folder.iterdir() if file.is_file()] if folder and folder.is_dir() else []


def _describe(owner: Path) -> str:
    """Who holds the lock, if *owner* says so: anything may lie there, also what a dead process wrote."""
    try:
        facts = json_value(read_small(owner, _LARGEST_OWNER), str(owner))
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(facts["since"]))
        named = f"process {facts['pid']} on {facts['host']} (since {began})"
        return _("another process") if _has_ended(facts["pid"], facts["host"]) else named
    except (OSError, ValueError, LookupError, TypeError, OverflowError):
        return _("another process")


def _host() -> str:
    import socket  # searching does without it

    return socket.gethostname()


def _has_ended(pid: int, host: str) -> bool:
    """Whether it is certain that there is no such process."""
    if os.name == "posix" and host == _host():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:  # another user's
            pass
    return False
