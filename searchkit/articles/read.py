"""The bytes of a file -> an Article.

`FORMATS` maps the end of a file name to a function from bytes to a `Reading`: for text files, decode, split,
unwrap and turn into text. What follows is common to all formats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from searchkit.articles.clippings import unwrap
from searchkit.articles.decode import decode
from searchkit.articles.facts import read_facts
from searchkit.articles.file_facts import Page
from searchkit.articles.file_name import date_of_path, is_draft_path, title_of_path, with_name
from searchkit.articles.formats import suffix_of
from searchkit.articles.formats.docx import read_docx
from searchkit.articles.formats.epub import read_epub
from searchkit.articles.formats.notebook import read_notebook
from searchkit.articles.formats.org import read_org
from searchkit.articles.formats.pdf import read_pdf
from searchkit.articles.formats.plain import read_plain
from searchkit.articles.formats.saved_page import unpack_mhtml
from searchkit.articles.front_matter import parse_front_matter
from searchkit.articles.markdown import MarkdownBody, page_heading, read_body, read_page
from searchkit.articles.metadata import DEFAULT_IGNORED_TAGS, PLACEHOLDER_TITLES, as_text
from searchkit.articles.page import facts_of_page, is_page
from searchkit.articles.reading import PageWords, Reading
from searchkit.hosts import host_of
from searchkit.model import Article
from searchkit.reports import Problem


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article, and what had to be recovered to get it (or None). `page` is there for one whose title is that of
    a web page, and may hold the name of the site."""

    article: Article
    recovered: Problem | None = None
    page: Page | None = None


def read_article(data: bytes, article_id: str, *, ignored_tags: Iterable[str] = DEFAULT_IGNORED_TAGS) -> Loaded:
    """The article in the bytes of a file.

    Raises:
        ArticleError: the bytes are not of its format.
    """
    read = FORMATS.get(suffix_of(article_id), read_markdown)
    reading = read(data)
    facts, unread = read_facts(reading.metadata, ignored_tags=ignored_tags)
    article = _article(reading, article_id, facts)
    return Loaded(article, _recovered(reading, article_id, unread), _page(article, reading.page))


def _page(article: Article, words: PageWords | None) -> Page | None:
    """The page of an article that has the title that its page gives itself."""
    if words is None or article.title != words.title:
        return None
    site = host_of(article.url) or article.id.rpartition("/")[0] or "."
    return Page(site, words.other_titles, words.keywords)


def _recovered(reading: Reading, article_id: str, unread: Iterable[str]) -> Problem | None:
    """What had to be recovered, and the metadata that are *unread*."""
    reasons = [*filter(None, reading.reasons), *unread]
    return Problem(article_id, "; ".join(reasons), reading.line) if reasons else None


def read_markdown(data: bytes) -> Reading:
    """A text with front matter and a body of Markdown or raw HTML."""
    return _read_text(data, read_body)


def read_html(data: bytes) -> Reading:
    """An HTML page, with or without front matter before it."""
    return _read_text(data, read_page)


def read_saved_page(data: bytes) -> Reading:
    """A page that was saved as MHTML."""
    page = unpack_mhtml(data)
    reading = read_html(page.html)
    return replace(reading, metadata=(*reading.metadata, page.values))


Format = Callable[[bytes], Reading]
FORMATS: dict[str, Format] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    **dict.fromkeys((".mdx", ".rmd", ".qmd", ".mdown", ".mkd"), read_markdown),
    ".txt": read_plain,
    ".org": read_org,
    ".ipynb": read_notebook,
    ".mhtml": read_saved_page,
    ".mht": read_saved_page,
    ".epub": read_epub,
    ".docx": read_docx,
    ".pdf": read_pdf,
}
"""The end of a file name -> what reads the bytes of such a file."""


def _read_text(data: bytes, read: Callable[[str], MarkdownBody]) -> Reading:
    text, remark = decode(data)
    matter = parse_front_matter(text)
    named = as_text(matter.values.get("title"))
    clipping = unwrap(matter.body, named)
    body = read(clipping.text)
    page = facts_of_page(clipping.text) if body.is_page and is_page(clipping.text) else {}
    title = clipping.title or body.heading
    if body.is_page and not (title or page or (named and named not in PLACEHOLDER_TITLES)):
        title = page_heading(clipping.text)  # it is slow, and most have a title
    clipped = {"title": title, "author": clipping.author, "url": clipping.url, "date": clipping.date}
    own = {**clipped, "tags": list(body.tags)}
    return Reading(
        body.text,
        (matter.values, own, page),
        reasons=(matter.reason, body.left, remark),
        line=matter.line,
        page=_page_words(page, (matter.values, own)) if page else None,
    )


def _page_words(page: Mapping[str, Any], own: Sequence[Mapping[str, Any]]) -> PageWords:
    """What of *page*, and of nothing that is its *own*, may be of its site."""
    tags = read_facts(own)[0]["tags"]
    keywords = tuple(tag for tag in read_facts((page,))[0]["tags"] if tag not in tags)
    return PageWords(as_text(page.get("title")), tuple(page.get("alternatives", ())), keywords)


def _article(reading: Reading, article_id: str, facts: dict[str, Any]) -> Article:
    """The article that *reading* makes, whatever its format; what its *facts* do not say, its path may say."""
    facts["title"] = facts["title"] or title_of_path(article_id) or _placeholder(reading)
    facts["date"] = facts.get("date") or date_of_path(article_id)
    facts["draft"] = facts["draft"] or is_draft_path(article_id)
    facts["aliases"] = with_name(article_id, facts["title"], facts.get("aliases", ()))
    return with_digest(Article(id=article_id, body=reading.body, **facts))


def _placeholder(reading: Reading) -> str:
    return next((title for values in reading.metadata if (title := as_text(values.get("title")))), "")


def with_digest(article: Article) -> Article:
    """*article* with its digest: equal for equal fields, whatever the file looked like."""
    values = [getattr(article, field.name) for field in fields(article) if field.name != "digest"]
    packed = repr(values).encode("utf-8", "replace")
    return replace(article, digest=hashlib.blake2b(packed, digest_size=16).hexdigest())
