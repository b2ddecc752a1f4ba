"""An article -> the document that an engine takes: the words, folded texts and keywords of its fields."""

from __future__ import annotations

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold_case
from searchkit.engines.base import Document, keywords_of
from searchkit.model import Article
from searchkit.query.plan import epoch
from searchkit.schema import FIELD_NAMES


def make_document(article: Article, analyzer: Analyzer, digest: str = "") -> Document:
    """*article* with its terms, made of what has this *digest*. Its boilerplate is in no word channel."""
    texts = {
        "title": "\n".join(article.titles),
        "tags": "\n".join(article.tags),
        "author": article.author,
        "body": article.body,
        "description": article.description,
        "categories": "\n".join(article.categories),
    }
    ranked = {**texts, "body": article.own_text}
    return Document(
        article=article,
        words={name: analyzer.words(ranked[name]) for name in FIELD_NAMES},
        texts={name: fold_case(text) for name, text in texts.items()},
        boilerplate=tuple(fold_case(article.body[start:end]) for start, end in article.boilerplate),
        digest=digest or article.digest,
        keywords=keywords_of(article),
        clock=epoch(article.date),
    )
