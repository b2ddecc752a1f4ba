"""Markdown of blogs, vaults of notes and sites of documentation -> plain text, heading and tags."""

from searchkit.articles.markdown.body import (
    MOST_SIGNS,
    MarkdownBody,
    markup_of_body,
    read_body,
    read_page,
    without_template,
)
from searchkit.articles.markdown.pages import is_html, is_saved_page, page_heading

__all__ = [
    "MOST_SIGNS",
    "MarkdownBody",
    "is_html",
    "is_saved_page",
    "markup_of_body",
    "page_heading",
    "read_body",
    "read_page",
    "without_template",
]
