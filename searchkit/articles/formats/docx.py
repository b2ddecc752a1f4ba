"""A DOCX -> text: mammoth makes HTML of it, which is converted like any other HTML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from xml.parsers.expat import ExpatError

from lxml import etree

from searchkit.articles.formats.bounds import MOST_TEXT, Zip, optional, parse_xml
from searchkit.articles.html import html_to_text
from searchkit.articles.reading import Reading
from searchkit.errors import ArticleError

_MOST_XML = 10_000_000
"""Bytes that mammoth is given. Of the worst of markup, a run for each character, 30 MB take it 86 s and 1.6 GB; of
text in long paragraphs, 10 MB are 2.4 million characters."""
_OLD = b"\xd0\xcf\x11\xe0"
"""The first bytes of a file of OLE: what Word wrote until 2003, and what it writes with a password."""
_XML = re.compile(r"\[Content_Types\]\.xml|(?:.*/)?_rels/.*\.rels|.*\.xml", re.IGNORECASE)
_DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_HEADING = re.compile(r"<h([1-3])>(.*?)</h\1>", re.DOTALL)
_PLACEHOLDERS = re.compile(
    r"(?:Microsoft )?Word (?:文档|文件|Document)|文档\s*\d*|Document\s*\d*|无标题|untitled", re.IGNORECASE
)


def read_docx(data: bytes) -> Reading:
    """A document of Word and of programs like it.

    Raises:
        ArticleError: it is none, it is encrypted, or mammoth is not installed.
    """
    html, core = _converted(data)
    text = html_to_text(html)
    if len(text) > MOST_TEXT:
        raise ArticleError(f"holds more than {MOST_TEXT:,} characters of text; split it")
    heading = _HEADING.search(html)
    title = html_to_text(heading[2]) if heading else ""
    return Reading(text, (_properties(core), {"title": title}))


def docx_to_html(data: bytes) -> str:
    """The HTML that mammoth makes of a document.

    Raises:
        ArticleError: as of `read_docx`.
    """
    return _converted(data)[0]


def _converted(data: bytes) -> tuple[str, bytes]:
    """The HTML of a document, and the part with its properties."""
    with optional("mammoth"):
        import mammoth
    if data.startswith(_OLD):
        raise ArticleError("encrypted, or of an old version of Word; save it as .docx without a password")
    parts = _xml_parts(data)
    no_pictures = mammoth.images.img_element(lambda _: {})
    try:
        html: str = mammoth.convert_to_html(
            _packed(parts), convert_image=no_pictures, include_embedded_style_map=False
        ).value
    except (OSError, KeyError, IndexError, ValueError, AttributeError, RecursionError, ExpatError) as error:
        raise ArticleError(f"not a document of Word that can be read: {str(error)[:100]}") from None
    return html, parts.get("docProps/core.xml", b"")


def _xml_parts(data: bytes) -> dict[str, bytes]:
    """The parts that are XML. No program writes declarations of entities in them, which only can do harm.

    Raises:
        ArticleError: there are such declarations, or no text.
    """
    packed = Zip(data, most=_MOST_XML)
    parts = {name: packed.read(name) for name in dict.fromkeys(packed.names) if _XML.fullmatch(name)}
    if not any(name.lower().startswith("word/") for name in parts):
        raise ArticleError("not a document of Word: there is no text in it")
    if any(map(_DECLARATIONS.search, parts.values())):
        raise ArticleError("declares entities, which no document of Word does")
    return parts


def _packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    """*parts* as a zip file again, which is what they are and not what a header said they were."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    file.seek(0)
    return file


def _properties(core: bytes) -> dict[str, object]:
    """The values in the part for them; nothing where a program left it out."""
    root = parse_xml(core)
    if root is None:
        return {}
    values = {etree.QName(e).localname: (e.text or "").strip() for e in root if isinstance(e.tag, str)}
    title = values.get("title", "")
    return {
        "title": "" if _PLACEHOLDERS.fullmatch(title) else title,
        "author": values.get("creator"),
        "tags": values.get("keywords"),
        "categories": values.get("category"),
        "date": values.get("created"),
        "lastmod": values.get("modified"),
    }
