"""`search` and `similar`: a list of articles, as many as fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from searchkit import Filters, Index, Results, Sort
from searchkit.assistants.answer import Answer, make_answer, without_empty
from searchkit.assistants.arguments import shown
from searchkit.assistants.budget import LIST, most_that_fit
from searchkit.assistants.fencing import clean_line
from searchkit.assistants.names import id_of
from searchkit.assistants.showing import facts_of, head_of, hit_lines, hit_values
from searchkit.gap_log import note_gap

Detail = Literal["titles", "short", "long"]
PASSAGES: dict[Detail, tuple[int, int, int]] = {
    "titles": (0, 0, 0),
    "short": (1, 70, 300),
    "long": (3, 150, LIST),
}
"""How many passages of an article, tokens of each at most, and of one of each article of a list together. One of
70 holds the match and a sentence or two, one of 30 the match and a clause; ten articles are some 3,000 tokens."""
_LEAST = 30
"""Tokens of a passage, however long the list is."""
_LINKS = 5
"""Articles with a link: an id says the same, and is in both the text and the values."""
_NOTES, _NOTE, _QUERY = 4, 60, 60


@dataclass(frozen=True, slots=True)
class _List:
    """A list and how it was asked for: *more* are the arguments of the next call, but for `offset`."""

    results: Results
    offset: int
    detail: Detail
    says: str
    more: str
    query: str = ""
    quoted: tuple[str, ...] = ()


def search(
    index: Index,
    *,
    query: str,
    limit: int = 10,
    offset: int = 0,
    since: str = "",
    until: str = "",
    tag: str = "",
    author: str = "",
    sort: Sort = "relevance",
    detail: Detail = "short",
) -> Answer:
    """The articles that *query* finds, or without one those that the filters leave, the newest first.

    Raises:
        ValueError: a filter is not a possible one.
    """
    filters = Filters((tag,) if tag else (), author=author or None, since=since or None, until=until or None)
    wants_passages = detail != "titles"
    if query:
        results = index.search(
            query, filters=filters, limit=limit, offset=offset, sort=sort, snippets=wants_passages
        )
        note_gap(results, index.config, filters=filters, offset=offset)
    else:
        order: Sort = "newest" if sort == "relevance" else sort
        results = index.browse(filters=filters, limit=limit, offset=offset, sort=order, snippets=wants_passages)
    given = {"since": since, "until": until, "tag": tag, "author": author}
    asked = f"query={shown(clean_line(query, _QUERY))}" + "".join(
        f", {name}={shown(clean_line(value, _QUERY))}" for name, value in given.items() if value
    )
    guesses = tuple(_guesses(results))
    return _answer(_List(results, offset, detail, _found(results, query), asked, query, guesses))


def similar(index: Index, *, id: str, limit: int = 10, offset: int = 0) -> Answer:
    """The articles like the one that an assistant calls *id*.

    Raises:
        Refusal: there is none.
    """
    results = index.similar(id_of(id, index), limit=limit, offset=offset)
    says = f"{results.total:,} articles are like it."
    return _answer(_List(results, offset, "short", says, "the same id"))


def _answer(found: _List) -> Answer:
    """The answer with as many hits as its budget allows."""
    hits = found.results.hits
    passages, most, together = PASSAGES[found.detail]
    most = max(_LEAST, min(most, together // max(1, len(hits))))
    folded = found.results.folded
    values = [hit_values(hit, passages=passages, most=most, query=found.query, folded=folded) for hit in hits]
    count = most_that_fit(len(hits), lambda count: _with(found, values[:count]).cost, LIST)
    return _with(found, values[:count])


def _with(found: _List, hits: Sequence[dict[str, Any]]) -> Answer:
    """The answer with the values of the first *hits*."""
    results, offset, count = found.results, found.offset, len(hits)
    end = offset + count
    following = end if end < results.total and count else None
    notes = [clean_line(note, _NOTE) for note in results.notes[:_NOTES]]
    values = {
        **without_empty({"query": clean_line(results.query, 4 * _QUERY)}),
        "total": results.total,
        "complete": results.complete,
        "offset": offset,
        "hits": list(hits),
        **without_empty(
            {"next_offset": following, "notes": notes, "suggestion": clean_line(results.suggestion or "", _QUERY)}
        ),
        **({"quote": _quote_values(results)} if results.quote else {}),
    }
    lines = [line for number, hit in enumerate(hits, offset + 1) for line in hit_lines(hit, number)]
    quoted = [*(f"note: {note}" for note in notes), *found.quoted, *lines]
    ids = (hit.id for hit in results.hits[: min(count, _LINKS)])
    return make_answer(found.says, quoted, _rest(found, count, following), values, ids)


def _found(results: Results, query: str) -> str:
    """How many articles there are."""
    if not query:
        return f"{results.total:,} articles."
    asked = shown(clean_line(query, _QUERY))
    if not results.total:
        return f"No article matches {asked}; try fewer or other words, in Chinese, or no filters."
    return f"{results.total:,} articles match {asked}; {results.complete:,} have every word."


def _rest(found: _List, count: int, following: int | None) -> str:
    """What is not shown, and how to get it."""
    if not count:
        return f"Nothing is left after offset {found.offset:,}." if found.results.total else ""
    first, last, total = found.offset + 1, found.offset + count, found.results.total
    more = f"the next: offset={following}, with {found.more}" if following is not None else "that is all"
    return f"Shown: {first:,}-{last:,} of {total:,}; {more}. Whole articles: fetch(id)."


def _guesses(results: Results) -> Iterable[str]:
    """What was probably meant, which is made of words of the index, and what the query is a passage of."""
    if results.suggestion:
        yield f"probably meant: {clean_line(results.suggestion, _QUERY)}"
    if results.quote:
        title, name = head_of(facts_of(results.quote.article))
        yield f"the query is a passage ({results.quote.identity:.0%} the same) of: {title} {name}"


def _quote_values(results: Results) -> dict[str, Any]:
    assert results.quote
    return facts_of(results.quote.article) | {"identity": round(results.quote.identity, 4)}
