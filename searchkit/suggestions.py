"""What else to look for: words that were meant, and the words that make articles alike."""

from __future__ import annotations

from itertools import islice

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.scripts import characters, is_han
from searchkit.bm25f import inverse_frequency
from searchkit.engines.base import Reader, Request
from searchkit.model import Article
from searchkit.query import plan
from searchkit.query.asking import is_asking
from searchkit.query.plan import Highlight, Plan, RankTerm
from searchkit.snippets import find_ranges

MAX_TERMS = 25  # that make articles alike: further ones are of little weight, and each is a posting list to read
MAX_CANDIDATES = 200  # frequent words of an article whose rarity is looked up
MAX_CORRECTED = 12  # words of a query: each is looked up among all words of the index
MAX_QUERY = 500  # characters: a longer query is a text, in which a word that no article has is no typing error
MAX_READ = 20_000  # characters of an article: what it is about is said by then


def suggest(query: str, planned: Plan, reader: Reader) -> str | None:
    """*query* with words that no article has replaced by the commonest ones that are one edit away.

    *planned* is what the query asks for: only its words are corrected, if they were not read by their sound, and
    the rest stands as it was typed.
    """
    if len(query) > MAX_QUERY:
        return None
    words = [leaf for leaf in plan.leaves(planned.match) if isinstance(leaf, plan.Word)]
    terms = [word.term for word in words]
    frequencies = reader.article_frequencies(terms)
    corrected = query
    having = zip(["", *terms], words, [*terms[1:], ""], frequencies, strict=False)
    unknown = (
        (before, word, after)
        for before, word, after, count in having
        if len(word.term) > 1 and not count and word.term not in planned.heard
    )
    for before, word, after in islice(unknown, MAX_CORRECTED):
        better = _nearest(word.term, before, after, reader)
        # 王沈是 is 王沈 and a word that need not be there: nothing was typed wrong
        if better and not is_asking(word.term.replace(better, "", 1)):
            corrected = _replaced(corrected, word.tokens, better)
    return corrected if corrected != query else None


def _replaced(text: str, tokens: tuple[str, ...], better: str) -> str:
    """*text* with *better* wherever *tokens* stand as a word."""
    for start, end in reversed(find_ranges(text, (Highlight(tokens),))):
        text = text[:start] + better + text[end:]
    return text


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


def _nearest(word: str, before: str, after: str, reader: Reader) -> str | None:
    """The commonest word one edit away. Of two Han characters either may be wrong, so such a word must be
    known next to its neighbours in the query."""
    candidates = reader.expand(plan.MultiTerm("fuzzy", word, 1))
    if is_han(word[0]):
        candidates = [other for other in candidates if len(other) > 1 and is_han(other[0])]
    having = dict(zip(candidates, reader.article_frequencies(candidates), strict=True))
    commonest = sorted(candidates, key=lambda other: (-having[other], other))
    if is_han(word[0]) and len(word) == 2 and (before or after):
        commonest = [w for w in commonest[:MAX_CORRECTED] if _is_known((before + w, w + after), reader)]
    return commonest[0] if commonest else None


def _is_known(texts: tuple[str, ...], reader: Reader) -> bool:
    """Whether any article has one of *texts* that is more than a word."""
    phrases = tuple(plan.Phrase(tuple(characters(text))) for text in texts if len(text) > 2)
    return reader.search(Request(plan.Or(phrases), limit=0)).total > 0
