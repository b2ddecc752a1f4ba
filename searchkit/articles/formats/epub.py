"""An EPUB -> one article: the chapters in the order they are read in.

EPUB is XHTML in a zip file (https://www.w3.org/TR/epub-33/), and both are read here already. EbookLib is not used:
it refuses a book of which a picture or a style sheet is missing, and unpacks all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, normpath
from typing import Any
from urllib.parse import unquote

from lxml import etree

from searchkit.articles.decode import decode
from searchkit.articles.formats.bounds import Damaged, Zip, bounded, parse_xml
from searchkit.articles.html import html_to_text
from searchkit.articles.reading import Reading
from searchkit.errors import ArticleError

_CHAPTER = (".xhtml", ".html", ".htm")
_PROLOGUE = re.compile(r"\s*<\?xml[^>]*\?>|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>")
_NO_DATE = "0101-01-01"
"""What calibre writes where there is no date."""


@dataclass(frozen=True, slots=True)
class _Book:
    """What the package file says: values of the article, and the names of the chapters."""

    values: dict[str, Any]
    chapters: tuple[str, ...]
    description: str = ""


def read_epub(data: bytes) -> Reading:
    """A book.

    Raises:
        ArticleError: it is no EPUB, is encrypted, or holds no chapter.
    """
    book, chapters = _opened(data)
    texts = [html_to_text(chapter) for chapter in (book.description, *chapters) if chapter is not None]
    lost = chapters.count(None)
    reason = f"{lost} of {len(chapters)} chapters are missing or damaged" if lost else None
    return Reading("\n".join(bounded(filter(None, texts))), (book.values,), reasons=(reason,))


def epub_to_html(data: bytes) -> tuple[str, ...]:
    """The HTML of what the book says of itself, and that of each chapter.

    Raises:
        ArticleError: as of `read_epub`.
    """
    book, chapters = _opened(data)
    return tuple(filter(None, (book.description, *chapters)))


def _opened(data: bytes) -> tuple[_Book, list[str | None]]:
    """A book and the HTML of its chapters, None for one that cannot be read."""
    parts = Zip(data)
    book = _book(parts)
    names = book.chapters or tuple(sorted(name for name in parts.names if name.lower().endswith(_CHAPTER)))
    if _encrypted(parts) & {*names}:
        raise ArticleError("its text is encrypted (DRM)")
    chapters = [_chapter(parts, name) for name in names]
    if chapters.count(None) == len(chapters):
        raise ArticleError("not a book: no chapter can be read")
    return book, chapters


def _book(parts: Zip) -> _Book:
    """What the package file of a book says; nothing, if there is none that can be read."""
    try:
        package_name = next(_attributes(_xml(parts, "META-INF/container.xml"), "rootfile", "full-path"), "")
        package = _xml(parts, package_name)
    except Damaged:
        return _Book({}, ())
    items = {item.get("id"): item for item in _all(package, "item")}
    spine = [items[ref] for ref in _attributes(package, "itemref", "idref") if ref in items]
    names = {name.lower(): name for name in parts.names}
    chapters = [
        names.get(name.lower(), name)
        for item in spine
        if "nav" not in item.get("properties", "").split()
        and (name := _place(package_name, item.get("href", ""))).lower().endswith((*_CHAPTER, ".xml"))
    ]
    return _Book(_values(package), tuple(dict.fromkeys(chapters)), "\n".join(_texts(package, "description")))


def _xml(parts: Zip, name: str) -> etree._Element:
    root = parse_xml(parts.read(name))
    if root is None:
        raise Damaged(f"{name} in it is not XML")
    return root


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    """The elements with this local *name*, in whatever namespace a program put them."""
    return list(root.iter(f"{{*}}{name}"))


def _attributes(root: etree._Element, name: str, attribute: str) -> Iterator[str]:
    return (element.get(attribute, "") for element in _all(root, name))


def _texts(root: etree._Element, name: str) -> list[str]:
    return [text for element in _all(root, name) if (text := "".join(element.itertext()).strip())]


def _place(package_name: str, href: str) -> str:
    """The name of a part that the package calls *href*."""
    return normpath(f"{dirname(package_name)}/{unquote(href.partition('#')[0])}".replace("\\", "/")).lstrip("/")


def _values(package: etree._Element) -> dict[str, Any]:
    dates = [text for text in _texts(package, "date") if not text.startswith(_NO_DATE)]
    modified = [meta.text for meta in _all(package, "meta") if meta.get("property") == "dcterms:modified"]
    return {
        "title": _texts(package, "title"),
        "authors": _texts(package, "creator"),
        "date": dates,
        "lastmod": modified,
        "tags": [tag for subject in _texts(package, "subject") for tag in re.split("[,，;；]", subject)],
        "url": [text for text in _texts(package, "source") if text.startswith("http")],
    }


def _encrypted(parts: Zip) -> set[str]:
    """The parts that are encrypted; fonts often are, in books whose text is not."""
    try:
        root = _xml(parts, "META-INF/encryption.xml")
    except Damaged:
        return set()
    return {normpath(unquote(uri)).lstrip("/") for uri in _attributes(root, "CipherReference", "URI")}


def _chapter(parts: Zip, name: str) -> str | None:
    """The HTML of a chapter, or None if it cannot be read.

    Raises:
        ArticleError: all chapters together are too much.
    """
    try:
        data = parts.read(name)
    except Damaged:
        return None
    try:
        text, _ = decode(data)
    except ArticleError:
        return None
    return _PROLOGUE.sub("", text)
