"""What a saved page says about itself -> values by name, as written: title, author, dates, URL and others.

The values come from the `<meta>` elements that sites write for search engines and for sharing, from JSON-LD, from
the scripts of WeChat, from the headings and times of the page, and from the comment of a browser that saved it.
Only the beginning of a page is read.
"""

from __future__ import annotations

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
from searchkit.articles.metadata import LONGEST_VALUE, as_texts, clean_line
from searchkit.articles.page_byline import facts_of_byline
from searchkit.articles.page_head import MOST_VALUES, OF_HEAD, PROPERTIES, Head, split_head
from searchkit.articles.site_names import parts_of

_MOMENTS = ("date", "lastmod")
_WITHIN = 200_000  # characters
_PAGE = re.compile(r"<(?:html|head|meta|title)\b", re.IGNORECASE)
_HEAD_WITHIN = 2_000
_HEADINGS = ("h1", "h2", "h3")
_MOST_TAGS = 20
_BOLD, _MOST_BOLD = ("b", "strong", "font", "big"), 20
_TOLD = (*OF_HEAD, *_HEADINGS, *_BOLD, "time")
_MOST_OTHERS = 10

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
    "oriCreateTime": "date",
}
_VARIABLE = re.compile(
    r"""\bvar\s+(msg_title|msg_desc|msg_link|author|nickname|ct|create_time|oriCreateTime)\s*=\s*"""
    r"""(?:htmlDecode\(\s*)?(?:"([^"\n]{0,2000})"|'([^'\n]{0,2000})')"""
)
_JS_CODE = re.compile(r"\\x([0-9a-fA-F]{2})")
_NOTED = re.compile(r"saved (?:with singlefile|from url)(.*)", re.DOTALL | re.IGNORECASE)
_COMMENTS, _COMMENTS_WITHIN = 3, 20_000
"""How many comments may be before it, and characters. Not measured: it is the first thing after the DOCTYPE."""
_NOTED_URL = re.compile(r"^(?:\s*url:|=\(\d+\))\s*(https?://\S+)", re.MULTILINE)
_NOTED_DATE = re.compile(r"^\s*saved date:\s*(\S.*)", re.MULTILINE)
_BEIJING = timezone(timedelta(hours=8))

_ALIKE = str.maketrans(dict(zip("‐‑–—−’‘“”", "-----''\"\"", strict=True)))
"""Characters that WordPress and others make of those that are typed, in a title or in a heading only."""
_COUNTER = re.compile(r"^[(（][\d+]+\s*(?:封私信|条消息|条私信|条未读|条新消息|条通知|new)[^()（）]{0,30}[)）]\s*")


def is_page(markup: str) -> bool:
    """Whether *markup* begins as a page does, with a head, and is no fragment of one."""
    return _PAGE.search(markup, 0, _HEAD_WITHIN) is not None


def facts_of_page(markup: str) -> dict[str, Any]:
    """What the page *markup* says about itself, as written, by the names of front matter, without empty values.

    `alternatives` are other titles, for where many pages have the same one.
    """
    page = _Page(markup[:_WITHIN])
    found: dict[str, list[Any]] = defaultdict(list)
    for name, values in (*page.facts(), *_from_wechat(markup), *_from_browser(markup)):
        if name in _MOMENTS or not found[name]:  # which of several texts is a date is not known here
            found[name] += [value for value in values if _tells(name, value)]
    facts: dict[str, Any] = {name: _one_or_all(name, told) for name, told in found.items() if told}
    facts.update(_titles(page, facts.pop("title", "")))
    facts["tags"] = _tags(facts.get("tags", ""), {facts["title"], page.title, *facts["alternatives"]})
    return {name: value for name, value in facts.items() if value}


def _one_or_all(name: str, told: list[Any]) -> Any:
    return told if len(told) > 1 and name in ("author", "tags", *_MOMENTS) else told[0]


def _tags(told: str | list[str], titles: set[str]) -> str | list[str]:
    """What is *told* of tags, without the title, which some sites repeat there; each of several lists is split."""
    if isinstance(told, str):
        return told if told not in titles else ""
    return [tag for each in told for tag in as_texts(each) if tag not in titles]


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
        head, rest = split_head(beginning)
        self._head = Head(head)
        self.headings: list[_Heading] = []
        self._marked: list[tuple[str, list[str]]] = []
        self._times: list[tuple[str, list[str]]] = []
        root = _root(rest)
        if root is not None:
            for element in root.iter(*_TOLD):
                self._add(element)
            for element in root.iterfind(".//*[@itemprop]"):
                self._add_marked(element)
        self._byline = facts_of_byline(root) if root is not None else {}
        self.title, self.sites = self._head.title, self._head.sites

    def facts(self) -> Iterator[tuple[str, list[str]]]:
        """Values by name, in the order in which they are believed."""
        yield from self._head.facts()
        yield from self._marked
        yield from sorted(self._times, key=lambda time: time[0])
        yield from self._byline.items()

    def _add(self, element: Any) -> None:
        name = element.tag
        if name in OF_HEAD and element.getparent().tag != "svg":
            self._head.add(name, element.get, element.text or "")
        elif name in _HEADINGS and len(self.headings) < MOST_VALUES:
            self.headings.append(_Heading(name, _text(element), _is_of_site(element)))
        elif name in _BOLD and len(self.headings) < _MOST_BOLD and _stands_out(element):
            self.headings.append(_Heading("older", _text(element), _is_of_site(element)))
        elif name == "time" and len(self._times) < MOST_VALUES:
            self._add_time(element)

    def _add_marked(self, element: Any) -> None:
        for name in element.get("itemprop").split() if element.tag != "meta" else ():
            if name in PROPERTIES and len(self._marked) < _MOST_BOLD:
                value = element.get("content") or element.get("datetime") or _text(element)
                self._marked.append((PROPERTIES[name], [clean_line(value[:LONGEST_VALUE])]))

    def _add_time(self, element: Any) -> None:
        classes = (element.get("class") or "").lower()
        is_late = re.search("updat|modif", classes) and "publish" not in classes
        value = clean_line((element.get("datetime") or _text(element))[:LONGEST_VALUE])
        self._times.append(("lastmod" if is_late else "date", [value]))


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
    if next(islice(element.iter(), MOST_VALUES, None), None) is not None:
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


def _from_wechat(markup: str) -> Iterator[tuple[str, list[Any]]]:
    """The variables in a script of WeChat; the name of the account stands for an author who is not named."""
    if "msg_title" not in markup and "oriCreateTime" not in markup:
        return
    for found in _VARIABLE.finditer(markup):
        value = _JS_CODE.sub(lambda code: chr(int(code[1], 16)), found[2] or found[3] or "")
        value = clean_line(unescape(value))
        if _WECHAT[found[1]] != "date":
            yield _WECHAT[found[1]], [value]
        elif value.isascii() and value.isdigit() and len(value) <= 10:
            yield "date", [datetime.fromtimestamp(int(value), _BEIJING).isoformat()]


def _from_browser(markup: str) -> Iterator[tuple[str, list[str]]]:
    """What SingleFile or a browser wrote into a comment at the beginning when it saved the page."""
    comments = markup[:_COMMENTS_WITHIN].split("<!--")[1 : 1 + _COMMENTS]
    noted = next(filter(None, (_NOTED.search(comment.partition("-->")[0]) for comment in comments)), None)
    if noted is not None:
        yield "url", _NOTED_URL.findall(noted[1])[:1]
        yield "date", _NOTED_DATE.findall(noted[1])[:1]


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
    found = {_plain(each) for each in headings}
    inside = [(start, end) for start in parts[0] for end in parts[1] if _plain(title[start:end]) in found]
    if inside:
        start, end = max(inside, key=lambda part: (part[0] == 0, part[1] - part[0]))
        return title[start:end]
    for start, end in zip(parts[0][1:], parts[1][:-1], strict=True):
        if title[start:].casefold() in sites:
            return title[:end]
        if title[:end].casefold() in sites:
            return title[start:]
    return title


def _plain(title: str) -> str:
    return "".join(title.translate(_ALIKE).split()).casefold()
