"""An article -> the values of its keyword fields."""

from __future__ import annotations

from searchkit.model import Article
from searchkit.query.keys import title_key


def keywords_of(article: Article) -> dict[str, tuple[str, ...]]:
    """The values of each of `schema.KEYWORDS`. Titles of repeats count as titles of the article."""
    titles = (article.title, *article.other_titles)
    return {
        "id": (article.id,),
        "duplicate": article.duplicates,
        "tag": article.tags,
        "category": article.categories,
        "author_name": tuple(article.author.split(", ")) if article.author else (),
        "year": (str(article.date.year),) if article.date else (),
        "title_key": tuple(dict.fromkeys(map(title_key, titles))),
    }
