"""The real archive, for tests and figures: found, unpacked, indexed.

`SEARCHKIT_ARCHIVE` names a folder that holds the articles or a packed `*.tar.xz` of them; by default it is
`../shared/corpus` beside the checkout.
"""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

DEFAULT = Path(__file__).parent.parent.parent / "shared" / "corpus"


def find_archive() -> Path | None:
    """Where the archive is, packed or not; None where it is not."""
    place = Path(os.environ.get("SEARCHKIT_ARCHIVE") or DEFAULT)
    if not place.is_dir():
        return None
    return next(iter(sorted(place.glob("*.tar.xz"))), None) or place


def unpack(archive: Path, folder: Path) -> Path:
    """The folder with the articles: *archive* itself, or what is in it, unpacked into *folder*."""
    if archive.is_dir():
        return archive
    with tarfile.open(archive) as packed:
        members = packed.getmembers()
        safe = [m for m in members if (m.isfile() or m.isdir()) and ".." not in Path(m.name).parts]
        packed.extractall(folder, members=[m for m in safe if not m.name.startswith("/")])
    entries = list(folder.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else folder
