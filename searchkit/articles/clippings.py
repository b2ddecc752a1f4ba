"""What a clipping bot adds to an article -> its title, author and URL.

The bot writes a first line `TITLE by AUTHOR` underlined with dashes, and a last link to the original; its other
format begins with a line `[TITLE](URL)` underlined with dashes and a line `日期：…`. None of that is text of the
article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from searchkit.articles.metadata import PLACEHOLDER_TITLES, clean_line, letters_of

_LEAD = re.compile(r"^(?P<title>.*?\S)\s+by(?:\s+(?P<author>\S(?:.*?\S)?))?\s*\n-{6}[ \t]*(?:\n|$)", re.MULTILINE)
_LINKED_LEAD = re.compile(
    r"\s*(?:<!--\s*(?P<time>[^<>]{4,60}?)\s*-->\s*)?"
    r"\[(?P<title>[^\n]{1,500})\]\((?P<url>https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)[ \t]*\n"
    r"-{3,}[ \t]*\n+(?:日期|时间|发布时间)[：:][ \t]*(?P<date>[^\n]{4,60})(?:\n|$)"
)
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
    date: str = ""

    def without(self, found: re.Match[str], **values: str) -> Clipping:
        """This without the lines *found*, and with the *values* in them."""
        cleaned = {name: clean_line(value) for name, value in values.items()}
        return replace(self, text=self.text[: found.start()] + self.text[found.end() :], **cleaned)


def unwrap(body: str, title: str) -> Clipping:
    """Remove the added lines from *body*. *title* is that of the front matter: a line `TITLE by AUTHOR` with
    another title is text and stays."""
    return _without_original(_without_lead(Clipping(body), title))


def _without_lead(clipping: Clipping, title: str) -> Clipping:
    """Without the first lines. Some versions of the bot note the time in a comment before them."""
    start = clipping.text[:_LEAD_WITHIN]
    if linked := _LINKED_LEAD.match(start):
        return clipping.without(
            linked, title=linked["title"], url=linked["url"], date=linked["date"] or linked["time"] or ""
        )
    lead = _LEAD.search(start)
    if lead and (_same_title(lead["title"], title) or _is_before_markup(clipping.text, lead)):
        return clipping.without(lead, title=lead["title"], author=lead["author"] or "")
    return clipping


def _without_original(clipping: Clipping) -> Clipping:
    """Without the last link; a first line that is a URL stays, as it may be text."""
    if original := _ORIGINAL.search(clipping.text, max(0, len(clipping.text) - _TAIL_WITHIN)):
        url = clipping.url or original["url"].rstrip(",")
        return replace(clipping.without(original, url=url), text=clipping.text[: original.start()])
    if not clipping.url and (bare := _BARE_URL.match(clipping.text)):
        return replace(clipping, url=clean_line(bare[1]))
    return clipping


def _same_title(lead: str, title: str) -> bool:
    if not title or title in PLACEHOLDER_TITLES:
        return True
    a, b = letters_of(lead), letters_of(title)
    return a in b or b in a


def _is_before_markup(body: str, lead: re.Match[str]) -> bool:
    """Whether *lead* is the first line and HTML follows it; only the bot writes this."""
    return not body[: lead.start()].strip() and body[lead.end() : lead.end() + 1] == "<"
