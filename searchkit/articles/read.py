"""One entry of a corpus -> an Article: decode, split, unwrap, turn into text.

`FORMATS` maps the end of a file name to the function that makes an article of the text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import PurePosixPath
from typing import Any

from searchkit.articles.clippings import unwrap
from searchkit.articles.decode import decode
from searchkit.articles.front_matter import parse_front_matter
from searchkit.articles.html import html_to_text, tidy
from searchkit.articles.markdown import first_heading, is_html, markdown_to_text, too_many_signs
from searchkit.articles.metadata import (
    DEFAULT_IGNORED_TAGS,
    LONGEST_VALUE,
    PLACEHOLDER_TITLES,
    as_datetime,
    as_flag,
    as_text,
    as_texts,
    clean_line,
)
from searchkit.errors import ArticleError
from searchkit.model import Article
from searchkit.reports import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """An article, and what had to be recovered to get it (or None)."""

    article: Article
    recovered: Problem | None = None


def read_article(data: bytes, article_id: str, *, ignored_tags: Iterable[str] = DEFAULT_IGNORED_TAGS) -> Reading:
    """The article in the bytes of a file.

    Raises:
        ArticleError: the bytes are no text.
    """
    text, remark = decode(data)
    suffix = PurePosixPath(article_id).suffix.lower()
    reading = FORMATS.get(suffix, read_markdown)(text, article_id, tuple(ignored_tags))
    if remark and reading.recovered is None:
        reading = replace(reading, recovered=Problem(article_id, remark))
    return reading


def read_markdown(text: str, article_id: str, ignored_tags: tuple[str, ...]) -> Reading:
    """An article with front matter and a body of Markdown or raw HTML."""
    return _read(text, article_id, ignored_tags, to_text=markdown_to_text, left=too_many_signs)


def read_html(text: str, article_id: str, ignored_tags: tuple[str, ...]) -> Reading:
    """An HTML page, with or without front matter before it."""
    return _read(text, article_id, ignored_tags, to_text=html_to_text)


FORMATS: dict[str, Callable[[str, str, tuple[str, ...]], Reading]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}


def article_from_mapping(
    values: dict[str, Any], article_id: str, *, ignored_tags: Iterable[str] = DEFAULT_IGNORED_TAGS
) -> Article:
    """An article from named values, such as a line of JSON: `title`, `text` or `body`, and other fields.

    Raises:
        ArticleError: the text is neither text nor a list of lines of text.
    """
    body = _text_value(values)
    return with_digest(
        Article(
            id=article_id,
            title=as_text(values.get("title")) or article_id,
            body=html_to_text(body) if is_html(body) else tidy(body),
            **_shared_fields(values, ignored_tags),
        )
    )


def _text_value(values: dict[str, Any]) -> str:
    name = next((name for name in ("body", "text", "content") if values.get(name) not in (None, "", [])), None)
    if name is None:
        return ""
    lines = values[name] if isinstance(values[name], list) else [values[name]]
    for line in lines:
        if not isinstance(line, str):
            raise ArticleError(f'"{name}" holds a {type(line).__name__}; give a string or a list of strings')
    return "\n".join(lines)


def _read(
    text: str,
    article_id: str,
    ignored_tags: tuple[str, ...],
    to_text: Callable[[str], str],
    left: Callable[[str], str | None] = lambda _: None,
) -> Reading:
    """*left* says why markup is left in the text of a body, if it is."""
    matter = parse_front_matter(text)
    values = matter.values
    title = as_text(values.get("title"))
    clipping = unwrap(matter.body, title)
    if not title or title in PLACEHOLDER_TITLES:
        title = clipping.title or _heading(clipping.text) or _title_from_name(article_id) or title
    shared = _shared_fields(values, ignored_tags)
    shared["author"] = shared["author"] or clipping.author
    shared["url"] = shared["url"] or clipping.url
    article = with_digest(Article(id=article_id, title=title, body=to_text(clipping.text), **shared))
    reason = matter.reason or left(clipping.text)
    return Reading(article, Problem(article_id, reason, matter.line) if reason else None)


def _shared_fields(values: dict[str, Any], ignored_tags: Iterable[str]) -> dict[str, Any]:
    return {
        "tags": as_texts(values.get("tags"), ignored=ignored_tags),
        "categories": as_texts(values.get("categories", values.get("category"))),
        "author": ", ".join(as_texts(values.get("author", values.get("authors")))),
        "date": as_datetime(values.get("date")),
        "lastmod": as_datetime(values.get("lastmod")),
        "url": as_text(values.get("url")),
        "aliases": as_texts(values.get("aliases")),
        "draft": as_flag(values.get("draft")),
    }


def _heading(text: str) -> str:
    if is_html(text):
        for name in ("title", "h1", "h2", "h3"):
            heading = clean_line(html_to_text(f"<p>{_first_element(text[:200_000], name)}</p>")[:LONGEST_VALUE])
            if heading:
                return heading
        return ""
    heading = first_heading(text)[:LONGEST_VALUE]
    return clean_line(markdown_to_text(heading)) if heading else ""


def _first_element(text: str, name: str) -> str:
    """What is in the first element *name*. Where that one is not closed no later one is, so one look is enough."""
    opening = re.search(rf"<{name}\b", text, re.IGNORECASE)
    start = text.find(">", opening.end()) + 1 if opening else 0
    closing = re.compile(f"</{name}>", re.IGNORECASE).search(text, start) if start else None
    return text[start : closing.start()] if closing else ""


def _title_from_name(article_id: str) -> str:
    """`posts__2024-05__A_title.md` is saved from posts/2024-05/A title."""
    stem = PurePosixPath(article_id).stem.split("__")[-1]
    title = " ".join(stem.replace("_", " ").split())
    return "" if title.replace(" ", "_") in PLACEHOLDER_TITLES else title


def with_digest(article: Article) -> Article:
    """*article* with its digest: equal for equal fields, whatever the file looked like."""
    values = [getattr(article, field.name) for field in fields(article) if field.name != "digest"]
    packed = repr(values).encode("utf-8", "replace")
    return replace(article, digest=hashlib.blake2b(packed, digest_size=16).hexdigest())
