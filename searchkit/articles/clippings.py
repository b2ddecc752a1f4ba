"""What a clipping bot writes around an article: a first line `TITLE by AUTHOR` with dashes under it, and a
last link to the original. Neither is text of the article; they give its title, author and address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchkit.articles.metadata import PLACEHOLDER_TITLES, clean_line

_LEAD = re.compile(r"^(?P<title>.*?\S)\s+by(?:\s+(?P<author>\S(?:.*?\S)?))?\s*\n-{6}[ \t]*(?:\n|$)", re.MULTILINE)
_LEAD_WITHIN = 2_000
_ORIGINAL = re.compile(
    r"<(?:hr\s*/?>\s*<)?a\s+href\s*=\s*[\"']?(?P<url>[^\"'\s>]*)[\"']?[^>]*>\s*原文链接\s*</a>\s*$"
)
_TAIL_WITHIN = 4_000
_BARE_URL = re.compile(r"\s*(https?://\S+)\s*(?:\n|$)")


@dataclass(frozen=True, slots=True)
class Clipping:
    """The text proper, and what the lines around it said; empty where they said nothing."""

    text: str
    title: str = ""
    author: str = ""
    url: str = ""


def unwrap(body: str, title: str) -> Clipping:
    """Take the generated lines off *body*. *title* is the front matter's: a line that only looks like
    `TITLE by AUTHOR` but names another title is text and stays."""
    lead_title = author = url = ""
    lead = _LEAD.search(body[:_LEAD_WITHIN])
    if lead and (_same_title(lead["title"], title) or _stands_before_markup(body, lead)):
        lead_title, author = clean_line(lead["title"]), clean_line(lead["author"] or "")
        body = body[: lead.start()] + body[lead.end() :]
    start = max(0, len(body) - _TAIL_WITHIN)
    original = _ORIGINAL.search(body, start)
    if original:
        url = clean_line(original["url"].rstrip(","))
        body = body[: original.start()]
    elif bare := _BARE_URL.match(body):
        url = clean_line(bare[1])
    return Clipping(body, lead_title, author, url)


def _same_title(lead: str, title: str) -> bool:
    if not title or title in PLACEHOLDER_TITLES:
        return True
    a, b = _key(lead), _key(title)
    return a in b or b in a


def _stands_before_markup(body: str, lead: re.Match[str]) -> bool:
    """Whether *lead* is the first line and HTML follows it, as only the bot writes it."""
    return not body[: lead.start()].strip() and body[lead.end() : lead.end() + 1] == "<"


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
