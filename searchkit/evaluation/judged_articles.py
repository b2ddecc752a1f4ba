"""Document names in judgements and runs -> articles of an index."""

from __future__ import annotations

from collections.abc import Iterable

from searchkit.article_names import id_of_path
from searchkit.index import Index, reader_of


def article_ids(index: Index, names: Iterable[str]) -> dict[str, str]:
    """Each of *names* that names an article -> the id of the article in the index.

    A name is an id (the path inside the corpus), also the id of a duplicate, or the path of a file of the corpus,
    absolute or relative to the current folder.
    """
    reader = reader_of(index)
    articles, duplicates = set(reader.keywords("id")), set(reader.keywords("duplicate"))
    corpus = reader.state.corpus
    found: dict[str, str] = {}
    for name in names:
        article_id = name if name in articles or name in duplicates else id_of_path(name, corpus)
        if article_id in articles:
            found[name] = article_id
        elif article_id in duplicates:
            found[name] = index.get(article_id).id
    return found
