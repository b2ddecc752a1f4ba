"""A name of an article -> its id. A name is the id, the file path, the title, or a part that only one has."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from pathlib import Path, PurePosixPath

from searchkit.analysis.normalize import fold_case, title_key
from searchkit.analysis.scripts import characters
from searchkit.engines.base import Reader, Request
from searchkit.errors import ArticleNotFound
from searchkit.ingest.manifest import Record, load_manifest
from searchkit.query import plan
from searchkit.translation import gettext as _

MAX_CANDIDATES = 10
"""Ids that a message lists: more would scroll the message away."""


def resolve(name: str, ids: Iterable[str], reader: Reader) -> str:
    """The one of *ids* that *name* names: as it is, by the path of its file, by its title, without its ending, by
    the end of its path, or by a part of the id or of the title.

    Raises:
        ArticleNotFound: none matches.
        ValueError: several match; the message lists them.
    """
    known = set(ids)
    tokens = tuple(characters(fold_case(name)))
    title = plan.Terms("title_key", (title_key(name),)) if tokens else plan.Or(())
    in_title = plan.Phrase(tokens, ("title",), open_start=True, open_end=True) if tokens else plan.Or(())
    wanted = _plain(name.strip())
    plain = {known_id: _plain(known_id) for known_id in known} if wanted else {}
    ways: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: known & {name},
        lambda: known & {id_of_path(name, reader.state.folders, known)},
        lambda: _ids(title, reader),
        lambda: (i for i, path in plain.items() if PurePosixPath(path).stem == wanted),
        lambda: (i for i, path in plain.items() if path.endswith("/" + wanted)),
        lambda: (i for i, path in plain.items() if wanted in path),
        lambda: _ids(in_title, reader),
    )
    for way in ways:
        if found := _only(name, way()):
            return found
    if found := _left_out(name, known, reader):
        raise ArticleNotFound(found)
    message = _("{name}: no article has this in its id or title; `searchkit search -l` prints file paths")
    raise ArticleNotFound(message.format(name=name))


def _left_out(name: str, known: Set[str], reader: Reader) -> str:
    """Why the file that *name* names is none of the articles *known*, or "" if there is no such file."""
    records = load_manifest(reader.manifest()).records
    others = {i: record for i, record in records.items() if i not in known and record.status != "article"}
    if not others or not name.strip():
        return ""
    titled = [
        i for i, record in others.items() if record.facts and title_key(record.facts.title) == title_key(name)
    ]
    try:
        file = _only(name, titled) or resolve(name, known | others.keys(), reader)
    except ArticleNotFound:
        return ""
    return _("{place}: {reason}").format(place=file, reason="; ".join(outside(others[file], reader)))


def outside(record: Record, reader: Reader) -> tuple[str, ...]:
    """Why a file of the corpus has no article in the index."""
    if record.status == "failed":
        reason = record.problem.reason if record.problem else _("unknown")
        return (_("reading it failed: {reason}").format(reason=reason),)
    if record.status == "draft" and not reader.state.drafts:
        return (_("it is a draft; drafts are indexed by `searchkit reindex --drafts`"),)
    return ()


def _ids(condition: plan.Condition, reader: Reader) -> Iterator[str]:
    found = reader.search(Request(condition, limit=MAX_CANDIDATES + 1))
    return (article_id for article_id, _score in found.hits)


def _only(name: str, found: Iterable[str]) -> str | None:
    """The one id in *found*, or None if there is none.

    Raises:
        ValueError: there are several; the message lists them.
    """
    ids = sorted(set(found))
    if len(ids) < 2:
        return ids[0] if ids else None
    several = _("{name}: {count:,} articles have this in the id or title; give one of:")
    lines = [several.format(name=name, count=len(ids)), *ids[:MAX_CANDIDATES]]
    if len(ids) > MAX_CANDIDATES:
        lines.append(_("and {count:,} more").format(count=len(ids) - MAX_CANDIDATES))
    raise ValueError("\n  ".join(lines))


def id_of_path(name: str, folders: Mapping[str, str], known: Set[str]) -> str:
    """The one of *known* that is the id of the file at the path *name*, or "". A file in several of *folders*,
    which may lie in each other, may have an id in one of them only."""
    for folder, place in folders.items():
        with suppress(ValueError, OSError, RuntimeError):
            below = Path(name).resolve().relative_to(Path(place).resolve())
            if (article_id := PurePosixPath(folder, below).as_posix()) in known:
                return article_id
    return ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
