"""What an engine found -> hits as a user sees them, with passages and highlights."""

from __future__ import annotations

from collections.abc import Callable

from searchkit.analysis.normalize import title_key
from searchkit.analysis.scripts import characters
from searchkit.bm25f import inverse_frequency
from searchkit.engines.base import Found, Reader
from searchkit.model import Article, Hit
from searchkit.query import plan
from searchkit.query.plan import Plan, describe


def make_hits(
    found: Found, planned: Plan, reader: Reader, path_of: Callable[[str], str], *, snippets: bool
) -> tuple[Hit, ...]:
    """The hits of *found*, which has its articles; *path_of* gives the file of an id."""
    from searchkit.snippets import find_ranges, make_snippets

    weights = _weights(planned, reader) if snippets and found.hits else {}
    explanations = found.explanations or ((),) * len(found.hits)
    missing = found.missing or ((),) * len(found.hits)
    words = tuple(map(describe, plan.words_of(planned.match)))
    return tuple(
        Hit(
            article=article,
            score=score,
            path=path_of(article.id),
            title_highlights=find_ranges(article.title, planned.highlights),
            snippets=make_snippets(_below_title(article), planned.highlights, weights) if snippets else (),
            explanation=explanation,
            without=tuple(words[number] for number in lacks),
        )
        for (_, score), article, explanation, lacks in zip(
            found.hits, found.articles, explanations, missing, strict=True
        )
    )


def _weights(planned: Plan, reader: Reader) -> dict[tuple[str, ...], float]:
    """How much each word that is marked tells, by its tokens."""
    marked = {highlight.tokens for highlight in planned.highlights}
    tokens = {t: tuple(characters(t.term)) for t in planned.rank if t.channel == "words"}
    terms = [t for t in tokens if tokens[t] in marked]
    having = reader.article_frequencies([t.term for t in terms])
    total = len(reader)
    return {tokens[t]: t.weight * inverse_frequency(total, count) for t, count in zip(terms, having, strict=True)}


def _below_title(article: Article) -> str:
    """The body, without a first line that only says the title again: a snippet should say more."""
    first, _, rest = article.body.partition("\n")
    return rest if rest and title_key(first) == title_key(article.title) else article.body
