"""A name of an article -> its id. A name is the id, the file path, the title, or a part that only one has."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from searchkit.analysis.normalize import fold_case, title_key
from searchkit.analysis.scripts import characters
from searchkit.engines.base import Reader, Request
from searchkit.errors import ArticleNotFound
from searchkit.query import plan

MAX_CANDIDATES = 10
"""Ids that a message lists: more would scroll the message away."""


def find_id(name: str, ids: Iterable[str], corpus: str) -> str | None:
    """The one of *ids* that *name* names, or None; ids are paths from the folder *corpus*.

    Raises:
        ValueError: several match; the message lists them.
    """
    known = set(ids)
    for exact in (name, id_of_path(name, corpus)):
        if exact in known:
            return exact
    wanted = _plain(name)
    ends = [known_id for known_id in known if wanted and _plain(known_id).endswith("/" + wanted)]
    parts = [known_id for known_id in known if wanted and wanted in _plain(known_id)]
    return only(name, ends) or only(name, parts)


def id_with_title(name: str, reader: Reader) -> str | None:
    """The id of the article with the title *name* or, if there is none, with *name* in its title.

    Raises:
        ValueError: several match; the message lists them.
    """
    tokens = tuple(characters(fold_case(name)))
    if not tokens:
        return None
    same = plan.Terms("title_key", (title_key(name),))
    part = plan.Phrase(tokens, ("title",), open_start=True, open_end=True)
    return only(name, _ids(same, reader)) or only(name, _ids(part, reader))


def _ids(condition: plan.Condition, reader: Reader) -> Iterator[str]:
    found = reader.search(Request(condition, limit=MAX_CANDIDATES + 1))
    return (article_id for article_id, _ in found.hits)


def only(name: str, found: Iterable[str]) -> str | None:
    """The one id in *found*, or None if there is none.

    Raises:
        ValueError: there are several; the message lists them.
    """
    ids = sorted(set(found))
    if len(ids) < 2:
        return ids[0] if ids else None
    lines = [f"{name}: {len(ids):,} articles have this in the id or title; give one of:", *ids[:MAX_CANDIDATES]]
    if len(ids) > MAX_CANDIDATES:
        lines.append(f"and {len(ids) - MAX_CANDIDATES:,} more")
    raise ValueError("\n  ".join(lines))


def not_found(name: str) -> ArticleNotFound:
    """The error for a *name* without an article."""
    return ArticleNotFound(
        f"{name}: no article has this in its id or title; `searchkit search -l` prints file paths"
    )


def id_of_path(name: str, corpus: str) -> str:
    """The id of the file at the path *name* below *corpus*, or ""."""
    try:
        return Path(name).resolve().relative_to(Path(corpus).resolve()).as_posix() if corpus else ""
    except (ValueError, OSError, RuntimeError):
        return ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
