"""Documents as judgements and runs name them -> articles of an index."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from searchkit.index import Index


def article_ids(index: Index, names: Iterable[str]) -> dict[str, str]:
    """Each of *names* that means an article -> the id under which the article is found.

    A name is an id (the path inside the corpus), also that of a repeat, whose text the index has under another
    id, or the path of a file of the corpus, absolute or from the current folder.
    """
    articles, repeats = set(index.reader.keywords("id")), set(index.reader.keywords("duplicate"))
    corpus = Path(index.reader.state.corpus).resolve() if index.reader.state.corpus else None
    found: dict[str, str] = {}
    for name in names:
        article_id = name if name in articles or name in repeats else _below(corpus, name)
        if article_id in articles:
            found[name] = article_id
        elif article_id in repeats:
            found[name] = index.get(article_id).id
    return found


def _below(corpus: Path | None, name: str) -> str:
    """The path of a file inside *corpus*, or nothing."""
    try:
        return Path(name).resolve().relative_to(corpus).as_posix() if corpus else ""
    except (ValueError, OSError, RuntimeError):
        return ""
