"""Markdown -> plain text: markdown-it-py makes HTML, which is converted like any other HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from searchkit.articles.html import html_to_text, tidy

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_SHORTCODE = re.compile(r"\{\{[<%](?:(?!\{\{[<%]).){0,4000}?[%>]\}\}", re.DOTALL)
"""Ends before the next shortcode begins and after 4,000 characters, so that unclosed ones cost linear time."""
_CLOSING_BLOCK = re.compile(r"</(?:p|div|section|article|table|ul|ol)>", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_TABLE_RULE = re.compile(r"^(?=.*\|)(?=.*-)[-|:> \t]+$", re.MULTILINE)
_MARKUP = "\n!#$%&*+-:<=>@[\\]^_`{|}~"
MOST_SIGNS = 200_000
_HEADING_MARK = re.compile(r"#{1,6}\s")


def markdown_to_text(text: str) -> str:
    """The text of a Markdown body, which may also be HTML. With too many markup characters the text is
    unchanged."""
    if is_html(text):
        return html_to_text(text)
    return tidy(text) if too_many_signs(text) else html_to_text(_renderer().render(_SHORTCODE.sub("", text)))


def too_many_signs(text: str) -> str | None:
    """Why *text* is not parsed as Markdown, or None: the time for that grows with the number of markup characters,
    which include line ends, and of table cells."""
    cells = sum(map(_most_cells, text.split("\n\n"))) if "|" in text else 0
    if is_html(text) or sum(map(text.count, _MARKUP)) + cells <= MOST_SIGNS:
        return None
    return f"more than {MOST_SIGNS:,} Markdown symbols; the text is indexed with them"


def _most_cells(paragraph: str) -> int:
    """An upper bound of the table cells: rows are padded to the number of columns of the line below the header."""
    columns = max((row.count("|") + 1 for row in _TABLE_RULE.findall(paragraph)), default=0)
    return columns * paragraph.count("\n")


def is_html(text: str) -> bool:
    """Whether *text* is HTML, perhaps with some words around it, as saved pages are. As Markdown, their empty
    lines and indents would turn text into code."""
    return text.lstrip()[:1] == "<" or len(_CLOSING_BLOCK.findall(text, 0, 20_000)) > 2


def first_heading(text: str) -> str:
    """The first heading of a Markdown body, unchanged, or "". Lines of fenced code are not headings."""
    previous = ""
    for line in _lines_outside_code(text):
        heading = previous if _is_underline(line) else _marked_heading(line)
        if heading:
            return heading
        previous = "" if line[:1].isspace() or _is_underline(line) else line.rstrip()
    return ""


def _lines_outside_code(text: str) -> Iterator[str]:
    """The lines of *text*, an empty one for each line of a fenced block."""
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and found[1] == line.strip():
                fence = ""
            yield ""
        else:
            fence = found[1] if found else ""
            yield "" if found else line


def _marked_heading(line: str) -> str:
    """The heading of a line such as `## Heading ##`."""
    found = _HEADING_MARK.match(line)
    if found is None:
        return ""
    heading = line[found.end() :].strip()
    unclosed = heading.rstrip("#")
    return heading if unclosed and not unclosed[-1].isspace() else unclosed.rstrip()


def _is_underline(line: str) -> bool:
    line = line.rstrip()
    return line != "" and (not line.strip("=") or (len(line) > 2 and not line.strip("-")))


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
