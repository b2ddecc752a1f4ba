"""What a clipping bot adds to an article -> its title, author and URL.

The bot writes a first line `TITLE by AUTHOR` underlined with dashes, and a last link to the original: they are not
text of the article.
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
    """The text without the added lines, and the values from these lines, or ""."""

    text: str
    title: str = ""
    author: str = ""
    url: str = ""


def unwrap(body: str, title: str) -> Clipping:
    """Remove the added lines from *body*. *title* is that of the front matter: a line `TITLE by AUTHOR` with
    another title is text and stays."""
    lead_title = author = url = ""
    lead = _LEAD.search(body[:_LEAD_WITHIN])
    if lead and (_same_title(lead["title"], title) or _is_before_markup(body, lead)):
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


def _is_before_markup(body: str, lead: re.Match[str]) -> bool:
    """Whether *lead* is the first line and HTML follows it; only the bot writes this."""
    return not body[: lead.start()].strip() and body[lead.end() : lead.end() + 1] == "<"


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
