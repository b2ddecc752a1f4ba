"""The bytes of a file -> an Article.

`FORMATS` maps the end of a file name to a function from bytes to a `Reading`: for text files, decode, split,
unwrap and turn into text. What follows is common to all formats.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import PurePosixPath
from typing import Any, TypeVar

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
from searchkit.articles.reading import Reading
from searchkit.errors import ArticleError
from searchkit.model import Article
from searchkit.reports import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article, and what had to be recovered to get it (or None)."""

    article: Article
    recovered: Problem | None = None


def read_article(data: bytes, article_id: str, *, ignored_tags: Iterable[str] = DEFAULT_IGNORED_TAGS) -> Loaded:
    """The article in the bytes of a file.

    Raises:
        ArticleError: the bytes are not of its format.
    """
    read = FORMATS.get(PurePosixPath(article_id).suffix.lower(), read_markdown)
    reading = read(data, article_id)
    return Loaded(_article(reading, article_id, ignored_tags), reading.recovered)


def read_markdown(data: bytes, article_id: str) -> Reading:
    """A text with front matter and a body of Markdown or raw HTML."""
    return _read_text(data, article_id, to_text=markdown_to_text, left=too_many_signs)


def read_html(data: bytes, article_id: str) -> Reading:
    """An HTML page, with or without front matter before it."""
    return _read_text(data, article_id, to_text=html_to_text)


Format = Callable[[bytes, str], Reading]
FORMATS: dict[str, Format] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
"""The end of a file name -> what reads the bytes of such a file, which has the id that is given with them."""


def article_from_mapping(
    values: dict[str, Any], article_id: str, *, ignored_tags: Iterable[str] = DEFAULT_IGNORED_TAGS
) -> Article:
    """An article from named values, such as a line of JSON: `title`, `text` or `body`, and other fields.

    Raises:
        ArticleError: the text is neither text nor a list of lines of text.
    """
    body = _text_value(values)
    text = html_to_text(body) if is_html(body) else tidy(body)
    return _article(Reading(text, (values, {"title": article_id})), article_id, ignored_tags)


def _text_value(values: dict[str, Any]) -> str:
    name = next((name for name in ("body", "text", "content") if values.get(name) not in (None, "", [])), None)
    if name is None:
        return ""
    lines = values[name] if isinstance(values[name], list) else [values[name]]
    for line in lines:
        if not isinstance(line, str):
            raise ArticleError(f'"{name}" holds a {type(line).__name__}; give a string or a list of strings')
    return "\n".join(lines)


def _read_text(
    data: bytes, article_id: str, to_text: Callable[[str], str], left: Callable[[str], str | None] = lambda _: None
) -> Reading:
    """*left* says why markup is left in the text of a body, if it is."""
    text, remark = decode(data)
    matter = parse_front_matter(text)
    clipping = unwrap(matter.body, as_text(matter.values.get("title")))
    title = clipping.title or _heading(clipping.text)
    reason = matter.reason or left(clipping.text) or remark
    return Reading(
        to_text(clipping.text),
        (matter.values, {"title": title, "author": clipping.author, "url": clipping.url}),
        recovered=Problem(article_id, reason, matter.line) if reason else None,
    )


def _article(reading: Reading, article_id: str, ignored_tags: Iterable[str]) -> Article:
    """The article that *reading* makes, whatever its format; without a title it has that of its file."""
    return with_digest(
        Article(
            id=article_id,
            title=_title(reading, article_id),
            body=reading.body,
            tags=_texts(reading, "tags", ignored=ignored_tags),
            categories=_texts(reading, "categories", "category"),
            author=", ".join(_texts(reading, "author", "authors")),
            date=_first(reading, as_datetime, "date"),
            lastmod=_first(reading, as_datetime, "lastmod"),
            url=_first(reading, as_text, "url") or "",
            aliases=_texts(reading, "aliases"),
            draft=bool(_first(reading, as_flag, "draft")),
        )
    )


def _title(reading: Reading, article_id: str) -> str:
    """The first title that says something; else that in the name of the file; else whatever there is."""
    titles = [title for values in reading.metadata if (title := as_text(values.get("title")))]
    telling = (title for title in titles if title not in PLACEHOLDER_TITLES)
    return next(telling, "") or _title_from_name(article_id) or next(iter(titles), "")


def _texts(reading: Reading, *names: str, ignored: Iterable[str] = ()) -> tuple[str, ...]:
    """The first list of texts that is not empty."""
    found = (
        as_texts(values[name], ignored=ignored) for values in reading.metadata for name in names if name in values
    )
    return next(filter(None, found), ())


def _first(reading: Reading, convert: Callable[[Any], T | None], name: str) -> T | None:
    """The first value with this *name* that can be read."""
    return next(filter(None, (convert(values.get(name)) for values in reading.metadata)), None)


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
