"""Files of the user: where settings, lists, caches and the default index are, and how one is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal


def user_folder(kind: Literal["config", "data", "state", "cache"]) -> Path:
    """The user's folder for files of this *kind*, as platformdirs names it; a search on Linux does not wait for
    its import, which takes 15 ms."""
    if sys.platform == "linux":
        base = Path(os.environ.get(f"XDG_{kind.upper()}_HOME", ""))
        home = Path("~", {"data": ".local/share", "state": ".local/state"}.get(kind, f".{kind}"))
        with suppress(RuntimeError):  # nobody's home: there is no file in it, and no index until it has a name
            home = home.expanduser()
        return (base if base.is_absolute() else home) / "searchkit"
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_dir")("searchkit"))


def write_private(file: Path, text: str) -> None:
    """Write *text* to *file*, for its user only; whoever reads it meanwhile has all of the old text or of the new.
    A user without a home, whose folders have no whole path, has no such files.

    Raises:
        OSError: it cannot be written; nothing is left of it.
    """
    if not file.is_absolute():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_suffix(f".{os.getpid()}")
    try:
        new.touch(mode=0o600)
        new.write_text(text, encoding="utf-8")
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def locked(file: Path, patience: float) -> Iterator[None]:
    """Nobody else who asks for this has *file*, inside; without a home, see above, nobody asks.

    Raises:
        OSError: it cannot be, or somebody else has it for more than *patience* seconds.
    """
    from filelock import FileLock  # a search that notes nothing waits for no import

    if not file.is_absolute():
        yield
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # a name that nobody gives a file of theirs, which some versions of filelock would empty
    with FileLock(file.with_name(f".{file.name}.lock"), timeout=patience, mode=0o600):
        yield
