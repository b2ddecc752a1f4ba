"""An article -> the document that an engine takes: the words, folded texts and keywords of its fields."""

from __future__ import annotations

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold_case
from searchkit.engines.base import Document, keywords_of
from searchkit.model import Article
from searchkit.query.plan import epoch
from searchkit.schema import FIELD_NAMES


def make_document(article: Article, analyzer: Analyzer) -> Document:
    """*article* with its terms."""
    texts = {
        "title": "\n".join(article.titles),
        "tags": "\n".join(article.tags),
        "author": article.author,
        "body": article.body,
        "description": article.description,
        "categories": "\n".join(article.categories),
    }
    return Document(
        article=article,
        words={name: analyzer.words(texts[name]) for name in FIELD_NAMES},
        texts={name: fold_case(text) for name, text in texts.items()},
        keywords=keywords_of(article),
        clock=epoch(article.date),
    )
