"""Is a text HTML?"""

from __future__ import annotations

import re

from searchkit.articles.html import html_to_text
from searchkit.articles.metadata import LONGEST_VALUE, clean_line

_CLOSING_BLOCK = re.compile(r"</(?:p|div|section|article|table|ul|ol)>", re.IGNORECASE)
_PAGE_WITHIN = 20_000  # characters before the first element of a page
_NO_TEXT_BEFORE = re.compile(r"\s*(?:<!--.*?-->\s*|\{%[^{}]*%\}\s*|\{\{[<%][^{}]*[%>]\}\}\s*)*", re.DOTALL)
_BLOCK = re.compile(
    r"<(?:!doctype|html|head|body|main|article|section|header|footer|nav|div|p|center|table|ul|ol|dl|form|blockquote"
    r"|figure|h[1-6])\b(?![^<>]*\smarkdown\b)",
    re.IGNORECASE,
)
_CODE = re.compile(r"<(pre|script|style|code)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_LOOP = re.compile(r"\{%-?\s*endfor\b")
_VALUE_IN_TAG = re.compile(r"<[a-z][^<>]*=\s*[\"'][^\"'<>]{0,100}\{[{%]", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"\n(?:#{1,6} \S|```|~~~"
    r"|[ \t]*\n {0,3}(?:[-*+] \S|\d{1,9}[.)] \S|>|\||:::|(?![\s<])[^\n]*?(?:\]\([^\s)]|\*\*[^*\s])))"
)


def is_html(text: str) -> bool:
    """Whether a text that is not said to be Markdown is HTML, perhaps with some words around it."""
    return text.lstrip()[:1] == "<" or len(_CLOSING_BLOCK.findall(text, 0, _PAGE_WITHIN)) > 2


def is_saved_page(text: str) -> bool:
    """Whether a text that should be Markdown is a page of HTML: it begins with a block of HTML, and no heading,
    fence, list, link or emphasis of Markdown is outside its tags. As Markdown, a number before a dot in it would
    be a list."""
    beginning = _NO_TEXT_BEFORE.match(text[:_PAGE_WITHIN])
    start = beginning.end() if beginning else 0
    if not _BLOCK.match(text, start):
        return False
    text = text[start:].rstrip()
    return "\n" not in text or not (_MARKDOWN.search(text) and _MARKDOWN.search(_TAG.sub("", _CODE.sub("", text))))


def is_template(page: str) -> bool:
    """Whether a program makes pages of this one: it has a loop, and values in its tags. Other pages only speak of
    such markup."""
    return _LOOP.search(page) is not None and _VALUE_IN_TAG.search(page) is not None


def page_heading(text: str) -> str:
    """The title of a page of HTML: its `<title>`, or else its first heading of the highest level, or ""."""
    for name in ("title", "h1", "h2", "h3"):
        heading = clean_line(html_to_text(f"<p>{_first_element(text[:200_000], name)}</p>")[:LONGEST_VALUE])
        if heading:
            return heading
    return ""


def _first_element(text: str, name: str) -> str:
    """What is in the first element *name*. Where that one is not closed no later one is, so one look is enough."""
    opening = re.search(rf"<{name}\b", text, re.IGNORECASE)
    start = text.find(">", opening.end()) + 1 if opening else 0
    closing = re.compile(f"</{name}>", re.IGNORECASE).search(text, start) if start else None
    return text[start : closing.start()] if closing else ""
