"""An entry of a corpus -> its article."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from searchkit.articles.corpus import Entry, Line
from searchkit.articles.read import Loaded, read_article, with_digest
from searchkit.articles.records import article_from_mapping
from searchkit.articles.walk import FileBelow
from searchkit.errors import ArticleError, is_shortage
from searchkit.model import Article
from searchkit.reports import Problem

_LONGEST_REASON = 200
"""Characters of what a parser says. Not measured: two lines of a terminal."""
_log = logging.getLogger(__name__)


def load(entry: Entry, *, ignored_tags: Iterable[str]) -> Loaded:
    """The article of *entry*.

    Raises:
        ArticleError: it is not readable as an article; the message says why. Its cause is an OSError or a
            MemoryError where that may be otherwise next time.
        OSError: this process can read none, for want of descriptors or memory.
    """
    source = entry.source
    with one_article(entry.id, "read"):
        if isinstance(source, Article):
            # which files have the same text is found out anew: those of another index are none of this corpus
            return Loaded(with_digest(replace(source, duplicates=(), other_titles=(), boilerplate=(), cluster="")))
        data = source.read_bytes()
        if isinstance(source, FileBelow):
            return read_article(data, entry.id, ignored_tags=ignored_tags)
        if isinstance(source, Line) and source.form.id_of(data) != source.id:
            raise ArticleError("changed while it was read; index the corpus again")
        values, remark = source.form.values_of(data)
        loaded = article_from_mapping(values, entry.id, ignored_tags=ignored_tags)
        if not remark:
            return loaded
        reasons = (remark, loaded.recovered.reason) if loaded.recovered else (remark,)
        return replace(loaded, recovered=Problem(entry.id, "; ".join(reasons)))


@contextmanager
def one_article(article_id: str, done: str) -> Iterator[None]:
    """Whatever is raised while one article is *done* costs this article only.

    Raises:
        ArticleError: in place of every other error.
        OSError: this process can read none, for want of descriptors or memory.
    """
    try:
        yield
    except ArticleError:
        raise
    except OSError as error:
        if is_shortage(error):
            raise
        raise ArticleError(f"cannot be {done}: {error.strerror}") from error
    except MemoryError as error:
        raise ArticleError(f"cannot be {done}: there is not enough memory") from error
    except Exception as error:
        _log.debug("%s cannot be %s", article_id, done, exc_info=True)
        reason = str(error)[:_LONGEST_REASON].split("\n", 1)[0]
        raise ArticleError(f"cannot be {done}: {type(error).__name__}: {reason}") from error
