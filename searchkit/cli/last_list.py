"""The list that was printed last on this terminal: its numbers name articles, as in `searchkit show 2`.

A file a terminal holds it, in the folder for the state of programs, readable by its user only. The session of the
terminal is in it, since the name of a terminal that was closed is given to another one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct, structs

from searchkit import ArticleNotFound, Config, Results
from searchkit.cli.settings import options_of, settings
from searchkit.translation import gettext as _
from searchkit.user_folder import user_folder, write_private

if TYPE_CHECKING:
    from searchkit import Index

_LONGEST_NUMBER = 6


class Asked(NamedTuple):
    """A query whose words are marked; with *prefix*, its last word may go on."""

    query: str
    prefix: bool = False


NOTHING_ASKED = Asked("")
NO_OTHERS: Mapping[str, str] = {}


class LastList(Struct, frozen=True):
    """A list: the index it is from, the query whose words are marked, and its articles, numbered from *first*.
    With *prefix*, the last word of the query may go on. *others* are those that another query found, by their ids,
    each with that query."""

    engine: str
    index: str
    query: str
    first: int
    ids: tuple[str, ...]
    prefix: bool = False
    others: Mapping[str, str] = NO_OTHERS

    def id_of(self, number: str) -> str:
        """The id of the article with this *number*.

        Raises:
            ValueError: the list has no such number.
        """
        at = int(number) - self.first
        if 0 <= at < len(self.ids):
            return self.ids[at]
        if not self.ids:
            raise ValueError(_("{number}: the last list has no articles; search again").format(number=number))
        message = _(
            "{number}: the last list goes from {first} to {last}; name an article called {number} by its path"
        )
        last = self.first + len(self.ids) - 1
        raise ValueError(message.format(number=number, first=self.first, last=last))


def remember(
    results: Results, config: Config, *, asked: Asked, first: int, others: Mapping[str, str] = NO_OTHERS
) -> None:
    """Store the list that is printed, if stdout is a terminal. That it cannot be stored is no error. *others* are
    as in `LastList`."""
    if sys.stdout.isatty() and (file := _file()):
        ids = tuple(hit.id for hit in results.hits)
        listed = LastList(config.engine, _place(config), asked.query, first, ids, asked.prefix, others)
        with suppress(OSError):
            write_private(file, json.dumps({"session": os.getsid(0), **structs.asdict(listed)}))


def settings_for(names: Sequence[str], **flags: Any) -> tuple[Config, LastList | None]:
    """The settings, and the last list where one of *names* is a number. Its index is the one that is opened,
    unless another is asked for: then numbers are names like others."""
    config, asked = settings(**flags), options_of(flags)
    listed = _recall() if any(map(_is_number, names)) else None
    if listed and asked["index"] is None and asked["engine"] is None:
        config = replace(config, engine=listed.engine, index=listed.index)
    is_of_list = listed and (config.engine, _place(config)) == (listed.engine, listed.index)
    return config, listed if is_of_list else None


def resolve(name: str, opened: Index, listed: LastList | None) -> str:
    """The id that *name* means: that of a number of the list, or what `Index.resolve` knows.

    Raises:
        ArticleNotFound: none fits, or the article of the list is gone.
        ValueError: several fit, or the list has no such number.
    """
    return by_number(name, opened, listed) or opened.resolve(name)


def by_number(name: str, opened: Index, listed: LastList | None) -> str | None:
    """The id of the article with the number *name* in the list; None if *name* is no number, or is an id itself:
    ids come from `search -0` too, and lines of a file may be called 1 and 2.

    Raises:
        ArticleNotFound: the article is gone.
        ValueError: the list has no such number.
    """
    if listed is None or not _is_number(name) or name in opened:
        return None
    article_id = listed.id_of(name)
    if article_id not in opened:
        message = _("{number}: {id} is not in the index any more; search again")
        raise ArticleNotFound(message.format(number=name, id=article_id))
    return article_id


def asked_for(name: str, opened: Index, listed: LastList | None, given: str | None, *, prefix: bool) -> Asked:
    """The query that is marked in the article *name*: the *given* one, or else the one that found the article
    with this number."""
    if given is None and listed and (article_id := by_number(name, opened, listed)):
        if article_id in listed.others:
            return Asked(listed.others[article_id], prefix)
        return Asked(listed.query, listed.prefix or prefix)
    return Asked(given or "", prefix)


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) <= _LONGEST_NUMBER


def _place(config: Config) -> str:
    """The index as it is called from any folder."""
    return str(config.index_folder or config.index)


def _file() -> Path | None:
    """The file of this terminal; None if there is no terminal, or no notion of one."""
    if not hasattr(os, "getsid"):
        return None
    try:
        terminal = next(os.ttyname(number) for number in (0, 1, 2) if os.isatty(number))
    except (StopIteration, OSError):  # that of a container may have no name
        return None
    return user_folder("state") / "lists" / f"{terminal.strip('/').replace('/', '-')}.json"


def _recall() -> LastList | None:
    """The last list of this terminal, or None."""
    file = _file()
    if file is None:
        return None
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        if values.pop("session") != os.getsid(0):
            return None
        return LastList(**{**values, "ids": tuple(values["ids"])})
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
