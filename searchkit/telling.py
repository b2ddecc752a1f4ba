"""The words that make articles alike."""

from __future__ import annotations

from searchkit.analysis.analyzer import Analyzer
from searchkit.bm25f import inverse_frequency
from searchkit.engines.base import Reader
from searchkit.model import Article
from searchkit.query.plan import RankTerm

MAX_TERMS = 25  # that make articles alike: further ones are of little weight, and each is a posting list to read
MAX_CANDIDATES = 200  # frequent words of an article whose rarity is looked up
MAX_READ = 20_000  # characters of an article: what it is about is said by then


def telling_terms(article: Article, analyzer: Analyzer, reader: Reader) -> tuple[RankTerm, ...]:
    """The words that set an article apart, by frequency times rarity; those of the title count more."""
    counts: dict[str, float] = {}
    for text, weight in ((article.own_text[:MAX_READ], 1.0), (article.title, 5.0)):
        for term in analyzer.words(text):
            if len(term) > 1 and not term.isdigit():
                counts[term] = counts.get(term, 0.0) + weight
    total = len(reader)
    frequent = sorted(counts, key=lambda term: (-counts[term], term))[:MAX_CANDIDATES]
    having = dict(zip(frequent, reader.article_frequencies(frequent), strict=True))
    worth = {t: counts[t] * inverse_frequency(total, having[t]) for t in frequent}
    best = sorted(worth, key=lambda term: (-worth[term], term))[:MAX_TERMS]
    return tuple(RankTerm(term, worth[term] / worth[best[0]]) for term in best)
