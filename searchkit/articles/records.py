"""Named values, such as a line of JSON -> an Article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from searchkit.articles.facts import read_facts
from searchkit.articles.html import html_to_text, tidy
from searchkit.articles.markdown import is_html
from searchkit.articles.metadata import DEFAULT_IGNORED_TAGS
from searchkit.articles.read import with_digest
from searchkit.errors import ArticleError
from searchkit.model import Article


def article_from_mapping(
    values: dict[str, Any], article_id: str, *, ignored_tags: Iterable[str] = DEFAULT_IGNORED_TAGS
) -> Article:
    """An article from named values, such as a line of JSON: `title`, `text` or `body`, and other fields.

    Raises:
        ArticleError: the text is neither text nor a list of lines of text.
    """
    body = _text_value(values)
    text = html_to_text(body) if is_html(body) else tidy(body)
    facts = read_facts((values, {"title": article_id}), ignored_tags=ignored_tags)
    return with_digest(Article(id=article_id, body=text, **facts))


def _text_value(values: dict[str, Any]) -> str:
    name = next((name for name in ("body", "text", "content") if values.get(name) not in (None, "", [])), None)
    if name is None:
        return ""
    lines = values[name] if isinstance(values[name], list) else [values[name]]
    for line in lines:
        if not isinstance(line, str):
            raise ArticleError(f'"{name}" holds a {type(line).__name__}; give a string or a list of strings')
    return "\n".join(lines)
