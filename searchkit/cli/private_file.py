"""Files that the command line keeps for its user: the last list of a terminal, and names to complete."""

from __future__ import annotations

import os
from pathlib import Path


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
