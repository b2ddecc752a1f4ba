"""What a user calls an article -> its id: the id, the path of its file, or a part of the id that only one has."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.errors import ArticleNotFound

if TYPE_CHECKING:
    from searchkit.index import Index

_MOST_CANDIDATES = 10


def id_in(index: Index, name: str) -> str:
    """The id in *index* that *name* means; ids of repeats count.

    Raises:
        ArticleNotFound: none fits.
        ValueError: several fit; the message lists them.
    """
    reader = index.reader
    ids = (*reader.keywords("id"), *reader.keywords("duplicate"))
    return find_id(name, ids, reader.state.corpus)


def find_id(name: str, ids: Iterable[str], corpus: str) -> str:
    """The one of *ids* that *name* means; *corpus* is the folder they count from.

    Raises:
        ArticleNotFound: none fits.
        ValueError: several fit; the message lists them.
    """
    known = set(ids)
    for exact in (name, _id_of_path(name, corpus)):
        if exact in known:
            return exact
    wanted = _plain(name)
    ends = [known_id for known_id in known if wanted and _plain(known_id).endswith("/" + wanted)]
    parts = [known_id for known_id in known if wanted and wanted in _plain(known_id)]
    for found in (ends, parts):
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(_ambiguous(name, sorted(found)))
    raise ArticleNotFound(
        f"{name}: no article has this in its id; `searchkit search` and `-l` show where they are"
    )


def _id_of_path(name: str, corpus: str) -> str:
    try:
        return Path(name).resolve().relative_to(Path(corpus).resolve()).as_posix() if corpus else ""
    except (ValueError, OSError, RuntimeError):
        return ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _ambiguous(name: str, found: list[str]) -> str:
    lines = [f"{name}: {len(found):,} articles have this in their ids; name one:", *found[:_MOST_CANDIDATES]]
    if len(found) > _MOST_CANDIDATES:
        lines.append(f"and {len(found) - _MOST_CANDIDATES:,} more")
    return "\n  ".join(lines)
