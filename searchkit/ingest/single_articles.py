"""Single articles of an index, for programs that know what changed and need not go through a corpus for it."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _
from pathlib import Path

from searchkit.config import Config
from searchkit.errors import ArticleError
from searchkit.ingest.reindex import change
from searchkit.model import Article
from searchkit.reports import IndexReport


def add(
    articles: Article | Iterable[Article], index: str | Path | None = None, *, config: Config | None = None
) -> IndexReport:
    """Add new *articles* to the index at *index*, which is made if there is none: all of them, or none.

    Raises:
        ArticleError: the index has one with an id of theirs, two have the same id, or they are no articles.
        IndexLocked: another process is at work on the index.
        IndexOutdated, IndexCorrupted: the index must be built anew by `reindex`.
    """
    return change(index, config, articles, only_new=True)


def update(
    articles: Article | Iterable[Article], index: str | Path | None = None, *, config: Config | None = None
) -> IndexReport:
    """Put *articles* in the place of those with their ids, and add those with new ids. Of two with the
    same id the last one counts. It may be done twice.

    Raises:
        ArticleError: they are no articles.
        IndexLocked, IndexOutdated, IndexCorrupted: as of `add`.
    """
    return change(index, config, articles)


def remove(
    ids: str | Iterable[str], index: str | Path | None = None, *, config: Config | None = None
) -> IndexReport:
    """Remove the articles with these *ids*; those that the index does not know are among `skipped` in the report.
    Of articles with the same text the next one takes the place of one that is removed.

    Raises:
        ArticleError: an id is no text.
        IndexNotFound: there is no index.
        IndexLocked, IndexOutdated, IndexCorrupted: as of `add`.
    """
    leave_out = (ids,) if isinstance(ids, str) else tuple(ids)
    for article_id in leave_out:
        if not isinstance(article_id, str):  # a number of a database, which no article has for an id
            raise ArticleError(_("{id!r}: not an id, which is text").format(id=article_id))
    return change(index, config, leave_out=leave_out)
