"""A Markdown body -> its text, heading and tags: markdown-it-py makes HTML, which is converted like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from searchkit.articles.html import html_to_text
from searchkit.articles.markdown.drawings import without_drawing
from searchkit.articles.markdown.pages import is_saved_page, is_template
from searchkit.articles.metadata import LONGEST_VALUE, clean_line
from searchkit.articles.plain_text import tidy, with_newlines

if TYPE_CHECKING:
    from markdown_it.token import Token

_TABLE_RULE = re.compile(r"^(?=.*\|)(?=.*-)[-|:> \t]+$", re.MULTILINE)
_MARKUP = "\n!#$%&*+-:<=>@[\\]^_`{|}~"
MOST_SIGNS = 200_000
_H1 = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MarkdownBody:
    """The text of a Markdown body, the title that it gives itself or "", and the tags in its lines.

    `left` says why markup is left in the text, if it is. The title of a saved page is not looked for here, as it
    is seldom needed: `page_heading` finds it.
    """

    text: str
    heading: str = ""
    tags: tuple[str, ...] = ()
    left: str | None = None
    is_page: bool = False


def read_body(text: str) -> MarkdownBody:
    """What is in a Markdown body, which may also be a saved page."""
    text = with_newlines(text)
    if is_saved_page(text):
        return read_page(text)
    if reason := too_many_signs(text):
        return MarkdownBody(tidy(text), left=reason)
    from searchkit.articles.markdown.parser import environment, parser

    source = without_drawing(text)
    env = environment(source)
    tokens = parser().parse(source, env)
    return MarkdownBody(_text(tokens, env), _heading(tokens, env), tuple(dict.fromkeys(env["tags"])))


def read_page(page: str) -> MarkdownBody:
    """What is in a page of HTML, which may be one that a program makes pages of."""
    return MarkdownBody(html_to_text(without_template(page)), is_page=True)


def markup_of_body(text: str) -> str | None:
    """The HTML that `read_body` makes the text of, or None where it makes it of *text* as it is."""
    text = with_newlines(text)
    if is_saved_page(text):
        return without_template(text)
    if too_many_signs(text):
        return None
    from searchkit.articles.markdown.parser import environment, parser

    source = without_drawing(text)
    env = environment(source)
    return _markup(parser().parse(source, env), env)


def without_template(page: str) -> str:
    """*page* without the tags of the program that makes pages of it."""
    if not is_template(page):
        return page
    from searchkit.articles.markdown.template_tags import without_tags

    return without_tags(page)


def too_many_signs(text: str) -> str | None:
    """Why *text* is not parsed as Markdown, or None: the time for that grows with the number of markup characters,
    which include line ends, and of table cells."""
    cells = sum(map(_most_cells, text.split("\n\n"))) if "|" in text else 0
    if sum(map(text.count, _MARKUP)) + cells <= MOST_SIGNS:
        return None
    return f"more than {MOST_SIGNS:,} Markdown symbols; the text is indexed with them"


def _most_cells(paragraph: str) -> int:
    """An upper bound of the table cells: rows are padded to the number of columns of the line below the header."""
    columns = max((row.count("|") + 1 for row in _TABLE_RULE.findall(paragraph)), default=0)
    return columns * paragraph.count("\n")


def _text(tokens: Sequence[Token], env: Any) -> str:
    return html_to_text(_markup(tokens, env))


def _markup(tokens: Sequence[Token], env: Any) -> str:
    from searchkit.articles.markdown.parser import parser

    markup: str = parser().renderer.render(tokens, parser().options, env)
    return markup


def _heading(tokens: Sequence[Token], env: Any) -> str:
    """The first heading of level 1; else the only heading, if it is the first text."""
    found = [number for number, token in enumerate(tokens) if token.type == "heading_open"]
    for title in _titles(tokens, env):
        if title:
            return title
    if len(found) == 1 and not _text(tokens[: found[0]], env):
        return _line(tokens[found[0] + 1], env)
    return ""


def _titles(tokens: Sequence[Token], env: Any) -> Iterator[str]:
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            yield _line(tokens[number + 1], env)
        elif token.type == "html_block" and (found := _H1.search(token.content)):
            yield clean_line(html_to_text(found[1]))[:LONGEST_VALUE]


def _line(token: Token, env: Any) -> str:
    return clean_line(_text([token], env)[: 2 * LONGEST_VALUE])[:LONGEST_VALUE]
