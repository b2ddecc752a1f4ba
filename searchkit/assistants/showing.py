"""A hit or an article -> lines and plain values for an assistant, each of a bounded length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from searchkit import Article, Hit, Snippet
from searchkit.assistants.answer import without_empty
from searchkit.assistants.budget import fitting_length, tokens
from searchkit.assistants.fencing import clean_line, clean_piece
from searchkit.assistants.names import name_of
from searchkit.assistants.nearness import nearest_passage

TITLE, AUTHOR, TAG, TAGS, ADDRESS, WORD, WORDS = 60, 16, 12, 5, 80, 12, 3
"""Tokens of a title, of an author and of a tag at most, and how many tags; of a URL; of a word that an article
lacks, and how many."""
_LEAD = 24
"""Characters before a match in a passage that is cut, and no more than a third of it."""


def facts_of(article: Article, *, url: bool = False) -> dict[str, Any]:
    """The id, the title and the facts of an article, without those that it does not have. A tag that is its author
    says nothing more."""
    return without_empty(
        {
            "id": name_of(article.id),
            "title": clean_line(article.title, TITLE),
            "date": article.date.date().isoformat() if article.date else None,
            "author": clean_line(article.author, AUTHOR),
            "tags": texts_of((tag for tag in article.tags if tag != article.author), TAGS, TAG),
            "url": address_of(article) if url else None,
        }
    )


def head_of(facts: dict[str, Any]) -> list[str]:
    """The lines that say which article it is: the title with day, author and tags, and the id."""
    about = ", ".join(facts[name] for name in ("date", "author") if name in facts)
    title = facts.get("title") or "(without a title)"
    tags = "".join(f" #{tag}" for tag in facts.get("tags", ()))
    return [f"{title}{f' ({about})' if about else ''}{tags}", f"id: {facts['id']}"]


def hit_values(hit: Hit, *, passages: int, most: int, query: str = "", folded: bool = False) -> dict[str, Any]:
    """A hit as docs/json.md has it, with so many *passages* of *most* tokens each, and in a *folded* list the
    number of its reposts. Where no word of the *query* is in any of the passages, one has what of it there is."""
    found = hit.snippets
    if query and passages and not hit.title_highlights and not any(one.highlights for one in found):
        nearest = nearest_passage(query, hit.article.body, hit.without)
        found = (nearest, *found[1:]) if nearest else found
    snippets = [shown_snippet(snippet, most) for snippet in found[:passages]]
    return facts_of(hit.article) | without_empty(
        {
            "reposts": (folded and len(hit.reposts)) or None,
            "newest": name_of(hit.newest) if folded and hit.newest else "",
            "without": texts_of(hit.without, WORDS, WORD),
            "snippets": [one for one in snippets if one["text"]],
        }
    )


def hit_lines(values: dict[str, Any], number: int) -> list[str]:
    """The lines of a hit."""
    title, name = head_of(values)
    newest = f", the newest id: {values['newest']}" if "newest" in values else ""
    reposts = [f"reposts: {values['reposts']}{newest}"] if "reposts" in values else []
    lacks = [f"lacks: {', '.join(values['without'])}"] if "without" in values else []
    return [
        f"{number}. {title}",
        name,
        *(snippet["text"] for snippet in values.get("snippets", ())),
        *reposts,
        *lacks,
    ]


def shown_snippet(snippet: Snippet, most: int) -> dict[str, Any]:
    """A passage of at most *most* tokens where most of its matches are, and the ranges that match."""
    text, ranges = _cleaned(snippet)
    if tokens(text) <= most:
        return {"text": text, "highlights": ranges}
    begin, end = _densest(text, ranges, most - 2)
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    moved = [
        [max(start, begin) - begin + len(before), min(stop, end) - begin + len(before)]
        for start, stop in ranges
        if begin <= start < end
    ]
    return {"text": f"{before}{text[begin:end]}{after}", "highlights": moved}


def _densest(text: str, ranges: list[list[int]], most: int) -> tuple[int, int]:
    """The part of *text* of *most* tokens that has the most of *ranges*: the beginning, or one around a range."""
    lead = min(_LEAD, most // 3)
    begins = [0, *(max(0, start - lead) for start, _stop in ranges)]
    parts = [(begin, begin + fitting_length(text[begin:], most)) for begin in begins]

    def matching(part: tuple[int, int]) -> int:
        return sum(max(0, min(stop, part[1]) - max(start, part[0])) for start, stop in ranges)

    return max(parts, key=matching)


def _cleaned(snippet: Snippet) -> tuple[str, list[list[int]]]:
    """The text of a passage on one line, and where its matches are there."""
    parts, ranges, at, length = [], [], 0, 0
    for start, end in snippet.highlights:
        before, match = clean_piece(snippet.text[at:start]), clean_piece(snippet.text[start:end])
        parts += [before, match]
        begin = length + len(before)
        length = begin + len(match)
        ranges += [[begin, length]] if match else []
        at = end
    return "".join([*parts, clean_piece(snippet.text[at:])]), ranges


def texts_of(texts: Iterable[str], count: int, most: int) -> list[str]:
    """The first *count* of *texts*, each of at most *most* tokens on one line."""
    return [line for text in tuple(texts)[:count] if (line := clean_line(text, most))]


def address_of(article: Article) -> str:
    """The URL of an article, if it is one of the web and is short enough to be whole."""
    url = clean_line(article.url, ADDRESS)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_whole = url == article.url and " " not in url
    return url if parts.scheme in ("http", "https") and parts.netloc and is_whole else ""
