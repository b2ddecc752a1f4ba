"""The head of a page -> what its `<meta>`, `<title>`, `<link>` and JSON-LD say, as written.

The head is read with BeautifulSoup, which makes objects of nothing but these elements.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from searchkit.articles.html import encoded
from searchkit.articles.metadata import LONGEST_VALUE, clean_line

OF_HEAD = ("meta", "title", "link", "script")
_PROLOG = re.compile(r"\A\s*<\?xml\b[^>]*>", re.IGNORECASE)
_END = re.compile(r"</head\b|<body\b", re.IGNORECASE)
_FIRST_BLOCK = re.compile(r"<(?:h[1-6]|p|div|table|center)\b", re.IGNORECASE)
MOST_VALUES = 200

_METAS: dict[str, tuple[str, ...]] = {
    fact: tuple(names.split())
    for fact, names in {
        "title": "og:title twitter:title weibo:article:title citation_title dc.title dcterms.title",
        "author": (
            "author article:author og:article:author weibo:article:author citation_author dc.creator "
            "dcterms.creator parsely-author sailthru.author byl"
        ),
        "date": (
            "article:published_time og:published_time article:published datepublished datecreated pubdate "
            "publishdate publish_date publish-date og:release_date bytedance:published_time "
            "weibo:article:create_at citation_publication_date citation_date dcterms.created "
            "dcterms.issued dcterms.date dc.date dc.date.issued parsely-pub-date sailthru.date date"
        ),
        "lastmod": (
            "article:modified_time og:updated_time article:modified datemodified bytedance:updated_time "
            "weibo:article:update_at dcterms.modified lastmod last-modified revised"
        ),
        "url": "og:url twitter:url",
        "description": "og:description description twitter:description weibo:article:summary dc.description",
        "tags": "article:tag og:article:tag keywords news_keywords citation_keywords dc.subject",
    }.items()
}
"""Names of `<meta>`, the first ones believed most: Open Graph, Twitter, Dublin Core, Highwire Press (citation_),
Sina Weibo, ByteDance, Parse.ly and Sailthru publish which they read."""

PROPERTIES = {
    **{"headline": "title", "datePublished": "date", "dateCreated": "date", "dateModified": "lastmod"},
    **{"author": "author", "keywords": "tags", "description": "description"},
}
"""Properties of schema.org, as `itemprop` and in JSON-LD."""
_LINKED = {**PROPERTIES, "url": "url", "pubDate": "date", "upDate": "lastmod"}
_ARTICLES = re.compile(r"Article|Posting|WebPage|Report|Question|Recipe|Book|Chapter|CreativeWork|cambrian")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_QUOTED = re.compile(rf'"({"|".join(_LINKED)})"\s*:\s*"((?:[^"\\\n]|\\.){{0,2000}})"')


def split_head(markup: str) -> tuple[str, str]:
    """The head of the page *markup*, which may lack its tags, and the rest."""
    end = _END.search(markup) or _FIRST_BLOCK.search(markup)
    return (markup[: end.start()], markup[end.start() :]) if end else (markup, "")


class Head:
    """What the elements that belong into the head of a page say; some stand in the body."""

    def __init__(self, markup: str) -> None:
        self._metas: dict[str, list[str]] = defaultdict(list)
        self.title = ""
        self._canonical: list[str] = []
        self._linked: list[tuple[str, list[str]]] = []
        self._publishers: list[str] = []
        found = _soup(markup).find_all(list(OF_HEAD), recursive=False) if "<" in markup else ()
        for element in found:
            self.add(element.name, element.get, element.get_text())

    def facts(self) -> Iterator[tuple[str, list[str]]]:
        """Values by name, in the order in which they are believed."""
        yield "url", self._canonical
        for name, metas in _METAS.items():
            for meta in metas:
                yield name, self._metas.get(meta, [])
        yield from self._linked

    @property
    def sites(self) -> list[str]:
        """Names of the site."""
        return self._publishers + [value for name in _SITES for value in self._metas.get(name, ())]

    def add(self, name: str, attribute: Callable[[str], Any], text: str) -> None:
        """Take in an element with this *name*."""
        if name == "meta":
            self._add_meta(attribute)
        elif name == "title":
            self.title = self.title or clean_line(text[:LONGEST_VALUE])
        elif name == "link" and "canonical" in (attribute("rel") or "").lower().split():
            self._canonical.append(_absolute(attribute("href") or ""))
        elif name == "script" and "ld+json" in (attribute("type") or "").lower():
            self._add_linked(text)

    def _add_meta(self, attribute: Callable[[str], Any]) -> None:
        content = clean_line((attribute("content") or "")[:LONGEST_VALUE])
        for each in ("property", "name", "itemprop", "http-equiv"):
            name = (attribute(each) or "").strip().lower()
            if name and content and len(self._metas[name]) < MOST_VALUES:
                self._metas[name].append(content)

    def _add_linked(self, text: str) -> None:
        for item in _items(_loaded(text)):
            self._publishers += _names(item.get("publisher")) + _names(item.get("isPartOf"))
            if _ARTICLES.search(str(item.get("@type") or item.get("@context"))):
                self._linked += [(name, _names(item.get(key))) for key, name in _LINKED.items()]


def _soup(markup: str) -> Any:
    """The tree of `OF_HEAD`, and of drawings, whose titles are none of the page."""
    from bs4 import BeautifulSoup, SoupStrainer  # type: ignore[attr-defined]  # not exported for types

    text = encoded(_PROLOG.sub("", markup, 1)).decode("utf-8")  # as text: the file may declare another encoding
    only = SoupStrainer([*OF_HEAD, "svg"])
    return BeautifulSoup(text, "lxml", parse_only=only, multi_valued_attributes=None)


def _absolute(url: str) -> str:
    url = clean_line(url[:LONGEST_VALUE])
    return f"https:{url}" if url.startswith("//") else url


def _loaded(text: str) -> Any:
    """The JSON in *text*. Of what is broken, the values that stand in it between quotes."""
    for tried in (text, re.sub(r",\s*([}\]])", r"\1", text)):
        try:
            return json.loads(tried, strict=False)
        except (ValueError, RecursionError):
            continue
    found = {each[1]: each[2] for each in _QUOTED.finditer(text)}
    return {**found, "@type": "Article"}


def _items(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects in JSON-LD: one, a list of them, or a graph."""
    if isinstance(data, list) and depth < 4:
        for each in data[:MOST_VALUES]:
            yield from _items(each, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"), depth + 1)


def _names(value: Any) -> list[str]:
    """The texts in a value of JSON-LD: a text, an object with a name, or a list of these."""
    if isinstance(value, list):
        return [name for each in value[:MOST_VALUES] if not isinstance(each, list) for name in _names(each)]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
    return [clean_line(unescape(value[:LONGEST_VALUE]))] if isinstance(value, str) else []
