"""`find_source`: the article that a passage is from, and where it says otherwise."""

from __future__ import annotations

from typing import Any

from searchkit import Index, Quote
from searchkit.assistants.answer import Answer, make_answer
from searchkit.assistants.budget import SUMMARY
from searchkit.assistants.fencing import clean_line
from searchkit.assistants.showing import facts_of, head_of

_PASSAGE, _DIFFERENCES, _DIFFERENCE = 400, 12, 24
_COMPARED = 1_000


def find_source(index: Index, *, text: str) -> Answer:
    """The article that *text* is a passage of."""
    quote = index.find_quote(text)
    cut = (
        f" Only the first {_COMPARED:,} of {len(text):,} characters were compared."
        if len(text) > _COMPARED
        else ""
    )
    if quote is None:
        says = f"0 articles have this passage or one like it; search for words of it instead.{cut}"
        return make_answer(says, (), "", {"total": 0})
    passage, differences = _PASSAGE, _DIFFERENCES
    while (answer := _answer(quote, passage, differences, cut)).cost > SUMMARY:
        passage, differences = passage // 2, differences // 2
    return answer


def _answer(quote: Quote, passage: int, differences: int, cut: str) -> Answer:
    """An answer with so many tokens of the passage and so many differences."""
    shown = [_difference(quote, at) for at in range(min(differences, len(quote.differences)))]
    values = {
        **facts_of(quote.article, url=True),
        "identity": round(quote.identity, 4),
        "start": quote.start,
        "end": quote.end,
        "text": clean_line(quote.text, passage),
        "differences": [{name: one[name] for name in ("start", "end", "given")} for one in shown],
    }
    lines = [*head_of(values), f"passage: {values['text']}", *(_line(one) for one in shown)]
    says = (
        f"1 article has this passage, {quote.identity:.0%} the same, at characters {quote.start:,}-{quote.end:,}."
    )
    more = len(quote.differences) - len(shown)
    rest = f"{len(quote.differences)} differences" + (f", of which {more} are not shown" if more else "")
    around = f"The text around it: fetch its id with offset={max(0, quote.start - 200)}."
    return make_answer(says + cut, lines, f"{rest}. {around}", {"total": 1, "quote": values}, (quote.article.id,))


def _difference(quote: Quote, at: int) -> dict[str, Any]:
    """A difference, with what the article has there."""
    found = quote.differences[at]
    has = quote.article.body[found.start : found.end]
    return {
        "start": found.start,
        "end": found.end,
        "given": clean_line(found.given, _DIFFERENCE),
        "has": clean_line(has, _DIFFERENCE),
    }


def _line(difference: dict[str, Any]) -> str:
    return f'given "{difference["given"]}", the article has "{difference["has"]}"'
