"""What a saved page says about itself -> values by name, as written: title, author, dates, URL and others.

The values come from the `<meta>` elements that sites write for search engines and for sharing, from JSON-LD, from
the scripts of WeChat, and from the headings and times of the page. Only the beginning of a page is read.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import unescape
from itertools import islice
from typing import Any

from lxml import etree

from searchkit.articles.html import encoded
from searchkit.articles.metadata import LONGEST_VALUE, clean_line
from searchkit.articles.site_names import parts_of

_WITHIN = 200_000  # characters
_PAGE = re.compile(r"<(?:html|head|meta|title)\b", re.IGNORECASE)
_HEAD_WITHIN = 2_000
_HEADINGS = ("h1", "h2", "h3")
_MOST_TAGS = 20
_BOLD, _MOST_BOLD = ("b", "strong", "font", "big"), 20
_MOST_VALUES, _MOST_OTHERS = 200, 10

_METAS: dict[str, tuple[str, ...]] = {
    "title": ("og:title", "twitter:title", "weibo:article:title", "citation_title", "dc.title", "dcterms.title"),
    "author": (
        *(
            "author",
            "article:author",
            "og:article:author",
            "weibo:article:author",
            "citation_author",
            "dc.creator",
        ),
        *("dcterms.creator", "parsely-author", "sailthru.author", "byl"),
    ),
    "date": (
        *(
            "article:published_time",
            "og:published_time",
            "article:published",
            "datepublished",
            "datecreated",
            "pubdate",
        ),
        *("publishdate", "publish_date", "publish-date", "og:release_date", "bytedance:published_time"),
        *("weibo:article:create_at", "citation_publication_date", "citation_date", "dcterms.created"),
        *(
            "dcterms.issued",
            "dcterms.date",
            "dc.date",
            "dc.date.issued",
            "parsely-pub-date",
            "sailthru.date",
            "date",
        ),
    ),
    "lastmod": (
        *(
            "article:modified_time",
            "og:updated_time",
            "article:modified",
            "datemodified",
            "bytedance:updated_time",
        ),
        *("weibo:article:update_at", "dcterms.modified", "lastmod", "last-modified", "revised"),
    ),
    "url": ("og:url", "twitter:url"),
    "description": (
        "og:description",
        "description",
        "twitter:description",
        "weibo:article:summary",
        "dc.description",
    ),
    "tags": ("article:tag", "og:article:tag", "keywords", "news_keywords", "citation_keywords", "dc.subject"),
}
"""Names of `<meta>`, the first ones believed most: Open Graph, Twitter, Dublin Core, Highwire Press (citation_),
Sina Weibo, ByteDance, Parse.ly and Sailthru publish which they read."""

_PROPERTIES = {
    **{"headline": "title", "datePublished": "date", "dateCreated": "date", "dateModified": "lastmod"},
    **{"author": "author", "keywords": "tags", "description": "description"},
}
"""Properties of schema.org, as `itemprop` and in JSON-LD."""
_LINKED = {**_PROPERTIES, "url": "url", "pubDate": "date", "upDate": "lastmod"}
_ARTICLES = re.compile(r"Article|Posting|WebPage|Report|Question|Recipe|Book|Chapter|CreativeWork|cambrian")
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_SITE_CLASS = re.compile(
    r"(?:site|blog|web)[-_]?(?:title|name|header|logo)|logo|brand|header|top|masthead|sidebar|navbar(?:-\w+)?",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s/]+\S*")
_UNTITLED = re.compile(
    r"无标题(?:文档|页)?|未命名|新建网页\s*\d*|首页|页面|index|home|document|new\s+page\s*\d*"
    r"|untitled(?:\s+(?:document|page))?",
    re.IGNORECASE,
)
_NOBODY = frozenset({"admin", "administrator", "author", "unknown", "none", "null", "undefined", "root"})
_WECHAT = {
    **{"msg_title": "title", "msg_desc": "description", "msg_link": "url"},
    **{"author": "author", "nickname": "author", "ct": "date", "create_time": "date"},
}
_VARIABLE = re.compile(
    r"""\bvar\s+(msg_title|msg_desc|msg_link|author|nickname|ct|create_time)\s*=\s*"""
    r"""(?:htmlDecode\(\s*)?(?:"([^"\n]{0,2000})"|'([^'\n]{0,2000})')"""
)
_JS_CODE = re.compile(r"\\x([0-9a-fA-F]{2})")
_QUOTED = re.compile(rf'"({"|".join(_LINKED)})"\s*:\s*"((?:[^"\\\n]|\\.){{0,2000}})"')
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://\S+)")
_BEIJING = timezone(timedelta(hours=8))

_COUNTER = re.compile(r"^[(（][\d+]+\s*(?:封私信|条消息|条私信|条未读|条新消息|条通知|new)[^()（）]{0,30}[)）]\s*")


def is_page(markup: str) -> bool:
    """Whether *markup* begins as a page does, with a head, and is no fragment of one."""
    return _PAGE.search(markup, 0, _HEAD_WITHIN) is not None


def facts_of_page(markup: str) -> dict[str, Any]:
    """What the page *markup* says about itself, as written, by the names of front matter, without empty values.

    `alternatives` are other titles, for where many pages have the same one.
    """
    page = _Page(markup[:_WITHIN])
    facts: dict[str, Any] = {}
    for name, values in (*page.facts(), *_from_wechat(markup)):
        told = [value for value in values if _tells(name, value)]
        if told and name not in facts:
            facts[name] = told if name in ("author", "tags") and len(told) > 1 else told[0]
    facts.update(_titles(page, facts.pop("title", "")))
    return {name: value for name, value in facts.items() if value}


def _tells(name: str, value: Any) -> bool:
    """Whether *value* says something: an author is no URL, a URL is whole, and a list of words is not written for
    search engines."""
    if name == "author":
        return (
            bool(value)
            and value.casefold() not in _NOBODY
            and not value.startswith(("http:", "https:", "@", "//"))
        )
    if name == "tags":
        return bool(value) and len(re.split("[,，、;；|]", value)) <= _MOST_TAGS
    return _URL.match(value) is not None if name == "url" else bool(value)


class _Page:
    """The elements of the beginning of a page that say something about it."""

    def __init__(self, beginning: str) -> None:
        self.metas: dict[str, list[str]] = defaultdict(list)
        self.title = ""
        self.sites: list[str] = []
        self.headings: list[_Heading] = []
        self._canonical: list[str] = []
        self._linked: list[tuple[str, list[str]]] = []
        self._marked: list[tuple[str, list[str]]] = []
        self._times: list[tuple[str, list[str]]] = []
        saved = _SAVED_FROM.search(beginning, 0, _HEAD_WITHIN)
        self._saved_from = [saved[1]] if saved else []
        root = _root(beginning)
        for element in root.iter(etree.Element) if root is not None else ():
            self._add(element)
        self.sites += [value for name in _SITES for value in self.metas.get(name, ())]

    def facts(self) -> Iterator[tuple[str, list[str]]]:
        """Values by name, in the order in which they are believed."""
        yield "url", self._canonical
        for name, metas in _METAS.items():
            for meta in metas:
                yield name, self.metas.get(meta, [])
        yield from self._linked
        yield from self._marked
        yield from sorted(self._times, key=lambda time: time[0])
        yield "url", self._saved_from

    def _add(self, element: Any) -> None:
        name = element.tag
        if name == "meta":
            self._add_meta(element)
        elif name == "title" and not self.title and not any(each.tag == "svg" for each in element.iterancestors()):
            self.title = _text(element)
        elif name in _HEADINGS and len(self.headings) < _MOST_VALUES:
            self.headings.append(_Heading(name, _text(element), _is_of_site(element)))
        elif name in _BOLD and len(self.headings) < _MOST_BOLD and _stands_out(element):
            self.headings.append(_Heading("older", _text(element), _is_of_site(element)))
        elif name == "link" and "canonical" in (element.get("rel") or "").lower().split():
            self._canonical.append(_absolute(element.get("href") or ""))
        elif name == "script" and "ld+json" in (element.get("type") or "").lower():
            self._add_linked(element.text or "")
        elif name == "time" and len(self._times) < _MOST_VALUES:
            self._add_time(element)
        if element.get("itemprop") and name != "meta":
            self._add_marked(element)

    def _add_meta(self, element: Any) -> None:
        content = clean_line((element.get("content") or "")[:LONGEST_VALUE])
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content and len(self.metas[name]) < _MOST_VALUES:
                self.metas[name].append(content)

    def _add_marked(self, element: Any) -> None:
        for name in element.get("itemprop").split():
            if name in _PROPERTIES and len(self._marked) < _MOST_BOLD:
                value = element.get("content") or element.get("datetime") or _text(element)
                self._marked.append((_PROPERTIES[name], [clean_line(value[:LONGEST_VALUE])]))

    def _add_time(self, element: Any) -> None:
        classes = (element.get("class") or "").lower()
        is_late = re.search("updat|modif", classes) and "publish" not in classes
        value = clean_line((element.get("datetime") or _text(element))[:LONGEST_VALUE])
        self._times.append(("lastmod" if is_late else "date", [value]))

    def _add_linked(self, text: str) -> None:
        for item in _items(_loaded(text)):
            self.sites += _names(item.get("publisher")) + _names(item.get("isPartOf"))
            if _ARTICLES.search(str(item.get("@type") or item.get("@context"))):
                self._linked += [(name, _names(item.get(key))) for key, name in _LINKED.items()]


@dataclass(frozen=True, slots=True)
class _Heading:
    level: str
    text: str
    of_site: bool


def _root(markup: str) -> Any:
    """The tree of *markup*, or None; elements nested deeper than 2,048 are cut off by the parser."""
    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(encoded(markup), parser)
    except etree.ParserError:
        return None


def _text(element: Any) -> str:
    """The text of *element*, on one line, or "" if so much is in it that it is not closed."""
    if next(islice(element.iter(), _MOST_VALUES, None), None) is not None:
        return ""
    return clean_line("".join(element.itertext())[:LONGEST_VALUE])


def _is_of_site(element: Any) -> bool:
    """Whether a heading is the name of the site or of a part around the article."""
    for each in (element, *element.iterancestors()):
        names = f"{each.get('id') or ''} {each.get('class') or ''}".split()
        if each.tag in ("nav", "aside", "footer") or any(map(_SITE_CLASS.fullmatch, names)):
            return True
    return False


def _stands_out(element: Any) -> bool:
    """Whether *element* is alone in a centred cell or paragraph, as the headings of older pages are."""
    around = [each for each in islice(element.iterancestors(), 4) if each.tag not in _BOLD][:2]
    centred = any(each.tag == "center" or (each.get("align") or "").lower() == "center" for each in around)
    return centred and bool(text := _text(element)) and text == _text(around[0])


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
        for each in data[:_MOST_VALUES]:
            yield from _items(each, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"), depth + 1)


def _names(value: Any) -> list[str]:
    """The texts in a value of JSON-LD: a text, an object with a name, or a list of these."""
    if isinstance(value, list):
        return [name for each in value[:_MOST_VALUES] if not isinstance(each, list) for name in _names(each)]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("@id")
    return [clean_line(unescape(value[:LONGEST_VALUE]))] if isinstance(value, str) else []


def _from_wechat(markup: str) -> Iterator[tuple[str, list[Any]]]:
    """The variables in a script of WeChat; the name of the account stands for an author who is not named."""
    if "msg_title" not in markup:
        return
    for found in _VARIABLE.finditer(markup):
        value = _JS_CODE.sub(lambda code: chr(int(code[1], 16)), found[2] or found[3] or "")
        value = clean_line(unescape(value))
        if _WECHAT[found[1]] != "date":
            yield _WECHAT[found[1]], [value]
        elif value.isascii() and value.isdigit() and len(value) <= 10:
            yield "date", [datetime.fromtimestamp(int(value), _BEIJING).isoformat()]


def _titles(page: _Page, named: str) -> dict[str, Any]:
    """The title that is that of the article rather than of the site, and alternatives."""
    sites = {site.casefold() for site in page.sites}
    headings = sorted((each for each in page.headings if each.text), key=lambda heading: heading.level)
    own = [each.text for each in headings if not each.of_site and each.text.casefold() not in sites]
    written = [each for each in (named, page.title) if each and not _is_no_title(each, sites)]
    title = next((_without_site(each, sites, own) for each in written), "") or next(iter(own), "")
    title = title or next((each.text for each in headings), "")
    others = dict.fromkeys(each for each in (*own, page.title) if each and each != title)
    return {"title": title, "alternatives": list(islice(others, _MOST_OTHERS))}


def _is_no_title(title: str, sites: set[str]) -> bool:
    return title.casefold() in sites or _UNTITLED.fullmatch(title) is not None


def _without_site(title: str, sites: set[str], headings: list[str]) -> str:
    """*title* without a count of messages and without the name of the site, as the page itself writes them."""
    title = _COUNTER.sub("", title)
    parts = parts_of(title)
    inside = [each for each in headings if each in {title[start:end] for start in parts[0] for end in parts[1]}]
    if inside:
        return max(inside, key=lambda heading: (title.startswith(heading), len(heading)))
    for start, end in zip(parts[0][1:], parts[1][:-1], strict=True):
        if title[start:].casefold() in sites:
            return title[:end]
        if title[:end].casefold() in sites:
            return title[start:]
    return title
