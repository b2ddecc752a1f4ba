"""An article -> the values of its keyword fields."""

from __future__ import annotations

from collections.abc import Iterable

from searchkit.analysis.normalize import fold_case, title_key
from searchkit.model import Article


def keywords_of(article: Article) -> dict[str, tuple[str, ...]]:
    """The values of each of `schema.KEYWORDS`. Titles of repeats count as titles of the article."""
    titles = (article.title, *article.other_titles)
    authors = tuple(article.author.split(", ")) if article.author else ()
    return {
        "id": (article.id,),
        "duplicate": article.duplicates,
        "title_key": _distinct(map(title_key, titles)),
        "tag": article.tags,
        "tag_key": _distinct(map(fold_case, article.tags)),
        "category": article.categories,
        "category_key": _distinct(map(fold_case, article.categories)),
        "author_name": authors,
        "author_key": _distinct(map(fold_case, authors)),
        "year": (str(article.date.year),) if article.date else (),
    }


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
