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
_DOCUMENT = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_CODE = re.compile(r"(?P<inline>(?<!`)`++[^`\n]++`++)|<(?P<name>!--|(?:pre|script|style|code)\b)", re.IGNORECASE)
"""Code in a line of Markdown, or the beginning of what holds no Markdown."""
_ENDS = {"!--": re.compile("-->")} | {
    name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("pre", "script", "style", "code")
}
_TAG = re.compile(r"<[a-z/!?][^<>]*>", re.IGNORECASE)
_LOOP = re.compile(r"\{%-?\s*endfor\b")
_LAYOUT_LINE = re.compile(
    r"^[ \t]*\{%-?\s*(?:include|assign|if|unless|for|extends|block)\s[^{}\n]*%\}[ \t]*$", re.MULTILINE
)
_VALUE_IN_TAG = re.compile(r"<[a-z][^<>]*=\s*[\"'][^\"'<>]{0,100}\{[{%]", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"\n(?:#{1,6} \S|```|~~~"
    r"|[ \t]*\n {0,3}(?:[-*+] \S|\d{1,9}[.)] \S|>|\||:::|(?![\s<])[^\n]*?(?:\]\([^\s)]|\*\*[^*\s])))"
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n {0,3}(?![ \t\n<]|\{[{%])")
"""A line after an empty one that begins with text."""


def is_html(text: str) -> bool:
    """Whether a text that is not said to be Markdown is HTML, perhaps with some words around it."""
    return text.lstrip()[:1] == "<" or len(_CLOSING_BLOCK.findall(text, 0, _PAGE_WITHIN)) > 2


def is_saved_page(text: str) -> bool:
    """Whether a text that should be Markdown is a page of HTML: it begins with a block of HTML, and outside of its
    tags is neither a heading, fence, list, link or emphasis of Markdown nor a paragraph that begins without a tag.
    As Markdown, a number before a dot in it would be a list.

    Between `<html>` and `</html>` a paragraph says nothing: old pages have lines of text with empty ones between.
    """
    beginning = _NO_TEXT_BEFORE.match(text[:_PAGE_WITHIN])
    start = beginning.end() if beginning else 0
    if not _BLOCK.match(text, start):
        return False
    text = text[start:].rstrip()
    is_paragraph_enough = not _DOCUMENT.match(text)
    if "\n" not in text or not (_MARKDOWN.search(text) or (is_paragraph_enough and _PARAGRAPH.search(text))):
        return True
    outside = _TAG.sub("<", _without_code(text))
    return not ((is_paragraph_enough and _PARAGRAPH.search(outside)) or _MARKDOWN.search(outside.replace("<", "")))


def _without_code(text: str) -> str:
    """*text* with a sign in place of each comment, element of code and piece of code in a line, so that no line is
    empty that was not. A beginning without an end is text, and is looked at once."""
    kept, at, unclosed = list[str](), 0, set[str]()
    while found := _CODE.search(text, at):
        kept.append(text[at : found.start()])
        name = (found["name"] or "").lower()
        closed = found if not name else None if name in unclosed else _ENDS[name].search(text, found.end())
        if closed is None:
            unclosed.add(name)
        kept.append("<" if name else "`")
        at = (closed or found).end()
    return "".join([*kept, text[at:]])


def is_template(page: str) -> bool:
    """Whether a program makes pages of this one: it has a loop and values in its tags, or a line of nothing but a
    tag of Liquid. Other pages only speak of such markup."""
    if "{%" not in page:
        return False
    has_values = _LOOP.search(page) is not None and _VALUE_IN_TAG.search(page) is not None
    return has_values or _LAYOUT_LINE.search(page) is not None


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
