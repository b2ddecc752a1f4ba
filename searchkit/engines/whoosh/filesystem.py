"""The operations an index is written with, one method each. Nothing else of ours writes into the folder of one.

Tests put in a disk that fails, stops or writes down what is asked of it.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from searchkit.engines.whoosh.segment.safe_io import open_file
from searchkit.errors import IndexNotWritable, SearchkitError, reason, remedy
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_BUFFER = 1 << 20
_NO_SYNC_HERE = (errno.EINVAL, errno.ENOTSUP)


class Filesystem:
    """The file system as it is. An OSError of any method has the name of the file."""

    def make_folder(self, path: Path) -> None:
        """A new folder."""
        path.mkdir()

    def create(self, path: Path) -> IO[bytes]:
        """A new file, open for writing; bytes reach it through `append`, a megabyte at a time."""
        return io.BufferedWriter(_File(self, path), _BUFFER)

    def append(self, file: io.FileIO, data: ReadableBuffer) -> int:
        """Write *data* to the end of *file*, or as much of it as there is room for: how many bytes that was."""
        with named(Path(os.fsdecode(file.name))):
            return io.FileIO.write(file, data)

    def sync(self, path: Path) -> None:
        """Have what is in a file, or which names are in a folder, outlast a loss of power, as far as the system
        can: some file systems, and Windows, sync no folder, and keep the order of names by themselves."""
        is_folder = path.is_dir()
        if is_folder and os.name == "nt":
            return
        with named(path):
            descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
            try:
                _flush(descriptor)
            except OSError as error:
                if not is_folder or error.errno not in _NO_SYNC_HERE:
                    raise
            finally:
                os.close(descriptor)

    def link(self, source: Path, target: Path) -> None:
        """A second name for a file."""
        target.hardlink_to(source)

    def rename(self, source: Path, target: Path) -> None:
        """Another name for a file, in the place of the file that has it."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Delete a file."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """Delete an empty folder."""
        path.rmdir()

    # put together from those above

    def write(self, path: Path, data: bytes) -> None:
        """A file at *path* with *data*: a new one, since the one that stands there may have another name too."""
        with suppress(FileNotFoundError):
            self.remove(path)
        with self.create(path) as stream:
            stream.write(data)

    def share(self, source: Path, target: Path) -> None:
        """The same file at *target*: a link, or a copy where the file system has none."""
        try:
            self.link(source, target)
        except OSError:
            with open_file(source) as original, self.create(target) as stream:
                shutil.copyfileobj(original, stream, _BUFFER)

    def remove_tree(self, path: Path) -> None:
        """Delete a file, or a folder with everything in it."""
        if path.is_symlink() or not path.is_dir():
            self.remove(path)
            return
        folders = [path]
        for folder in folders:  # which grow meanwhile: they may be inside each other deeper than calls may
            for entry in folder.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    folders.append(entry)
                else:
                    self.remove(entry)
        for folder in reversed(folders):
            self.remove_folder(folder)


FILESYSTEM = Filesystem()


def _flush(descriptor: int) -> None:
    """On a Mac `fsync` leaves what it was given in the memory of the drive."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


class _File(io.FileIO):
    """A new file that is written through a disk."""

    def __init__(self, disk: Filesystem, path: Path) -> None:
        super().__init__(path, "xb")
        self._disk = disk

    def write(self, data: ReadableBuffer, /) -> int:
        return self._disk.append(self, data)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Everything in the block belongs to writing the index in *folder*, before it is published.

    Raises:
        IndexNotWritable: the system refused something; the message says what, where, and what may help.
    """
    try:
        yield
    except SearchkitError:
        raise
    except OSError as error:
        what = f"{os.fsdecode(error.filename or folder)}: {reason(error)}"
        advice = remedy(error) or _("run `searchkit reindex` again")
        raise IndexNotWritable(
            _("{what}; nothing was changed; {advice}").format(what=what, advice=advice)
        ) from error


@contextmanager
def named(path: Path) -> Iterator[None]:
    """An OSError in the block has a name of a file, if only *path*: of a descriptor the system gives none."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
