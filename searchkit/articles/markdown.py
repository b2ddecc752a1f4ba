"""Markdown -> plain text, through markdown-it-py's HTML and the same walk as any other HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from searchkit.articles.html import html_to_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_SHORTCODE = re.compile(r"\{\{[<%].*?[%>]\}\}", re.DOTALL)
_CLOSING_BLOCK = re.compile(r"</(?:p|div|section|article|table|ul|ol)>", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$|^(\S.*)\n(?:=+|-{3,})\s*$", re.MULTILINE)


def markdown_to_text(text: str) -> str:
    """The text of a Markdown body, which may be raw HTML from the first character on."""
    return html_to_text(text if is_html(text) else _renderer().render(_SHORTCODE.sub("", text)))


def is_html(text: str) -> bool:
    """Whether *text* is HTML with, at most, some words around it. Saved pages are; read as Markdown, their
    blank lines and indents would turn text into code."""
    return text.lstrip()[:1] == "<" or len(_CLOSING_BLOCK.findall(text, 0, 20_000)) > 2


def first_heading(text: str) -> str:
    """The first heading of a Markdown body, as it stands there, or nothing."""
    found = _HEADING.search(text)
    return (found[1] or found[2]) if found else ""


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
