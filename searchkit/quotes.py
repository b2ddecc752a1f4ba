"""A passage that was pasted in -> the article it is from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from searchkit.analysis.analyzer import Analyzer
from searchkit.bm25f import PRESENCE
from searchkit.engines.base import Reader, Request
from searchkit.model import Article, Quote
from searchkit.patterns import lazy_pattern
from searchkit.query import ast, plan
from searchkit.query.passage import passage_terms
from searchkit.snippets.alignment import Alignment, align

LONGEST, LONGEST_QUERY = 1_000, 300
"""Characters of a passage that are compared, and of a query, which takes time besides: that grows with their
square."""
_LEAST_QUERY = 40
"""Letters of a query, without which it is no passage. Not tuned: titles are up to that long."""
_CANDIDATES = 5
_NEAR = 0.6  # of the best score: what has less of the passage is not compared with it
_LEAST_IDENTITY, _LEAST_LETTERS, _LEAST_SAME, _LEAST_PIECES = 0.3, 2.0, 9, 5
"""What an article must have of a passage to be where it is from: of its letters a share and two, nine at least,
and five pairs of ideographs or other words. `make figures` counts passages that have too little, and passages of
other collections that have so much."""
_ADDRESS = lazy_pattern(r"(?:https?://|www\.)[!-~]+")


def is_passage(node: ast.Node) -> bool:
    """Whether a query has enough text, beside what is or looks like syntax, that it may be a passage."""
    return sum(map(str.isalnum, "".join(_texts(node)))) >= _LEAST_QUERY


def _texts(node: ast.Node) -> Iterator[str]:
    if isinstance(node, ast.Text | ast.Phrase):
        yield node.text
    elif isinstance(node, ast.Words | ast.And | ast.Or):
        for part in node.nodes:
            yield from _texts(part)


def find_quote(
    text: str,
    analyzer: Analyzer,
    reader: Reader,
    path_of: Callable[[str], str],
    filters: tuple[plan.Condition, ...] = (),
    longest: int = LONGEST,
) -> Quote | None:
    """The article, of those that *filters* leave, that *text* is a passage of, up to about a third of it changed;
    None if there is none."""
    passage = " ".join(_ADDRESS.sub(" ", text).split())[:longest]
    terms = passage_terms(passage, analyzer)
    if not terms:
        return None
    found = reader.search(Request(plan.And(filters), terms, limit=_CANDIDATES, articles=True, bm25f=PRESENCE))
    least = _NEAR * found.hits[0][1] if found.hits else 0.0
    near = [article for (_, score), article in zip(found.hits, found.articles, strict=True) if score >= least]
    aligned = [(article, alignment) for article in near if (alignment := align(passage, article.body))]
    article, alignment = max(aligned, key=_identity, default=(None, None))
    if article is None or alignment is None or not _is_quote(alignment, article):
        return None
    return Quote(
        article=article,
        path=path_of(article.id),
        identity=alignment.identity,
        start=alignment.start,
        end=alignment.end,
        differences=alignment.differences,
    )


def _identity(pair: tuple[Article, Alignment]) -> float:
    return pair[1].identity


def _is_quote(alignment: Alignment, article: Article) -> bool:
    letters = alignment.same / alignment.identity
    least = max(_LEAST_SAME, _LEAST_IDENTITY * letters + _LEAST_LETTERS)
    has_enough = alignment.pieces >= _LEAST_PIECES and alignment.same >= least
    return has_enough and not _is_boilerplate(alignment, article)


def _is_boilerplate(alignment: Alignment, article: Article) -> bool:
    """Whether most of what was found is in lines that other articles have too."""
    inside = (min(end, alignment.end) - max(start, alignment.start) for start, end in article.boilerplate)
    return 2 * sum(max(0, length) for length in inside) > alignment.end - alignment.start
