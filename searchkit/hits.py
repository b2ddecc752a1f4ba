"""What an engine found -> hits as a user sees them, with passages and highlights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import repeat

from searchkit.analysis.normalize import is_same_title
from searchkit.analysis.scripts import characters, is_han
from searchkit.bm25f import inverse_frequency
from searchkit.engines.base import Found, Reader
from searchkit.model import Article, Hit, Snippet
from searchkit.query import plan
from searchkit.query.plan import Condition, Highlight, Plan, describe

TELLING_SHARE = 0.1
"""Of the weight of the word that tells most, what a Han character alone must have to be marked next to it.

Looked at, not tuned: in 20 queries with such a character (新 药 靶点) 上, 中 and 人 had less, 一, 多, 做 and 新 up
to 0.2, 水 and 老 0.25. Of their 193 hits 22 are marked otherwise with a share of 0, 61 with 0.2.
"""

_Weights = Mapping[tuple[str, ...], float]
"""How much what is marked tells, by its tokens."""


def make_hits(
    found: Found, planned: Plan, reader: Reader, path_of: Callable[[str], str], *, snippets: bool
) -> tuple[Hit, ...]:
    """The hits of *found*, which has its articles; *path_of* gives the file of an id."""
    from searchkit.snippets import find_ranges_each, make_snippets_each

    highlights, weights = _marks(planned, reader) if found.hits else ((), {})
    explanations = found.explanations or ((),) * len(found.hits)
    missing = found.missing or ((),) * len(found.hits)
    words = planned.words
    lacking = [frozenset(words[number] for number in lacks) for lacks in missing]
    titles = [article.title for article in found.articles]
    marked = find_ranges_each(titles, highlights, (article.body for article in found.articles))
    shown: Iterable[tuple[Snippet, ...]] = repeat((), len(titles))
    if snippets:
        shown = make_snippets_each(map(_below_title, found.articles), highlights, weights, titles)
    return tuple(
        Hit(
            article=article,
            score=score,
            path=path_of(article.id),
            title_highlights=ranges,
            snippets=passages,
            explanation=explanation,
            without=tuple(map(_typed, _without(planned, lacks))),
            suggested=_is_suggested(planned, lacks),
        )
        for (_, score), article, ranges, passages, explanation, lacks in zip(
            found.hits, found.articles, marked, shown, explanations, lacking, strict=True
        )
    )


def _is_suggested(planned: Plan, lacks: frozenset[Condition]) -> bool:
    """Whether an article has a word that was meant for one that it *lacks* as typed."""
    if not lacks or planned.suggestion is None:
        return False
    typed, meant = set(plan.words_of(planned.match)), set(plan.words_of(planned.meant))
    return not lacks.isdisjoint(typed - meant) and not (meant - typed) <= lacks


def _without(planned: Plan, lacks: frozenset[Condition]) -> Iterator[Condition]:
    """The words of the query that an article lacks: of the one that found it, as typed or as suggested."""
    if not lacks:
        return iter(())
    asked = planned.meant if _is_suggested(planned, lacks) else planned.match
    return (word for word in plan.words_of(asked) if word in lacks)


def highlights_of(planned: Plan, reader: Reader) -> tuple[Highlight, ...]:
    """What of *planned* is marked in a text."""
    return _marks(planned, reader)[0]


def _marks(planned: Plan, reader: Reader) -> tuple[tuple[Highlight, ...], _Weights]:
    """What is marked, and how much it tells."""
    telling = _weights(planned, reader)
    weights = telling | _run_weights(planned.highlights, telling)
    return _telling(planned.highlights, weights, max(telling.values(), default=0.0)), weights


def _weights(planned: Plan, reader: Reader) -> dict[tuple[str, ...], float]:
    """How much each word that is marked tells."""
    marked = {highlight.tokens for highlight in planned.highlights}
    words = [term for term in planned.rank if term.channel == "words"]
    # a term that ranks titles once more comes after itself, and must not stand in for it
    terms = {tokens: t for t in reversed(words) if (tokens := tuple(characters(t.term))) in marked}
    having = reader.article_frequencies([term.term for term in terms.values()])
    total = len(reader)
    counted = zip(terms.items(), having, strict=True)
    return {tokens: term.weight * inverse_frequency(total, count) for (tokens, term), count in counted}


def _run_weights(highlights: tuple[Highlight, ...], words: _Weights) -> dict[tuple[str, ...], float]:
    """How much several words in a row tell: as much as they together."""
    whole = {
        "".join(mark.tokens): words[mark.tokens] for mark in highlights if mark.tokens in words and not mark.whole
    }
    runs = [mark.tokens for mark in highlights if mark.tokens not in words]
    inside = {run: [weight for word, weight in whole.items() if word in "".join(run)] for run in runs}
    return {run: sum(weights) for run, weights in inside.items() if weights}


def _telling(highlights: tuple[Highlight, ...], weights: _Weights, most: float) -> tuple[Highlight, ...]:
    """The *highlights* worth a mark where a word tells *most*: no lone Han character that tells little, unless
    there are no others."""
    return tuple(mark for mark in highlights if _tells(mark, weights.get(mark.tokens, most), most)) or highlights


def _tells(mark: Highlight, weight: float, most: float) -> bool:
    is_lone = len(mark.tokens) == 1 and is_han(mark.tokens[0])
    return not is_lone or weight >= TELLING_SHARE * most


def _typed(word: Condition) -> str:
    """A word of the query as it was typed."""
    return " ".join(map(describe, plan.leaves(plan.as_typed(word))))


def _below_title(article: Article) -> str:
    """The body without boilerplate, unless it has nothing else, and without a first line that only says the title
    again: a snippet should say more."""
    own_text = article.own_text
    text = article.body if not own_text or own_text.isspace() else own_text
    first, _, rest = text.lstrip().partition("\n")
    return rest if rest and is_same_title(first, article.title) else text
