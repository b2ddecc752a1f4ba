"""A saved search as a feed (Atom, RFC 4287): `/feed.atom?q=…`, the newest articles that it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement

from starlette.requests import Request
from starlette.responses import Response

from searchkit import Article, Hit
from searchkit.web.access import is_url
from searchkit.web.asking import Ask, ask_of
from searchkit.web.pages import found, index_of
from searchkit.web.templating import article_url
from searchkit.web.xml_text import added, origin, xml_response

ENTRIES = 30
_ATOM = "http://www.w3.org/2005/Atom"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of articles without one: it may not change, or else they would be new every day."""


def feed(request: Request) -> Response:
    """`GET /feed.atom`: the newest articles that a query finds, or that filters leave."""
    ask = replace(ask_of(request.query_params), sort="newest", page=1)
    hits = found(index_of(request), ask, limit=ENTRIES).hits
    return xml_response(_feed(ask, hits, origin(request)), "application/atom+xml")


def _feed(ask: Ask, hits: Iterable[Hit], base: str) -> Element:
    shown = replace(ask, sort=None)
    own = base + shown.url("/feed.atom")
    made = Element("feed", xmlns=_ATOM)
    added(made, "id", uuid5(NAMESPACE_URL, f"searchkit feed {shown.url()}").urn)
    added(made, "title", " · ".join(["searchkit", *filter(None, [ask.query, *(chip[1] for chip in ask.chips())])]))
    added(made, "updated", max((_changed(hit.article) for hit in hits), default=_LONG_AGO).isoformat())
    added(SubElement(made, "author"), "name", "searchkit")
    SubElement(made, "link", rel="self", type="application/atom+xml", href=own)
    SubElement(made, "link", rel="alternate", type="text/html", href=base + ask.url())
    for hit in hits:
        made.append(_entry(hit, ask.query, base))
    return made


def _entry(hit: Hit, query: str, base: str) -> Element:
    article = hit.article
    made = Element("entry")
    added(made, "id", uuid5(NAMESPACE_URL, f"searchkit article {hit.id}").urn)
    added(made, "title", hit.title or hit.id)
    added(made, "updated", _changed(article).isoformat())
    if article.date:
        added(made, "published", _at_utc(article.date).isoformat())
    if article.author:
        added(SubElement(made, "author"), "name", article.author)
    SubElement(made, "link", rel="alternate", type="text/html", href=base + article_url(hit.id, q=query))
    if is_url(hit.url):
        SubElement(made, "link", rel="via", href=hit.url)
    for tag in article.tags:
        added(made, "category", term=tag)
    added(made, "summary", " … ".join(snippet.text for snippet in hit.snippets))
    return made


def _changed(article: Article) -> datetime:
    """When an article was changed last."""
    return _at_utc(article.lastmod or article.date or _LONG_AGO)


def _at_utc(moment: datetime) -> datetime:
    """*moment* with an offset, which Atom wants: that of UTC if it has none."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0)
