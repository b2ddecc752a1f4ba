"""A page that a browser saved as a file of MIME parts (MHTML) -> the page, and what the browser noted.

It noted the URL, the title and when the page was saved.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchkit.articles.decode import decode
from searchkit.articles.encoding_guess import encoding_named, read_in
from searchkit.articles.formats.bounds import MOST_TEXT
from searchkit.errors import ArticleError

if TYPE_CHECKING:
    from email.message import Message

_HTML = ("text/html", "application/xhtml+xml")
_DAMAGED = 3
"""Characters that a page may lack which was cut short, and it still has the encoding that it says."""
_UNSAVED = ("about:", "cid:", "file:")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The page, as UTF-8 with a mark, and what was noted when it was saved."""

    html: bytes
    values: Mapping[str, str]


def unpack_mhtml(data: bytes) -> SavedPage:
    """The page of a file of MIME parts.

    Raises:
        ArticleError: there is none in it.
    """
    import email

    message = email.message_from_bytes(data)
    page = _page_of(message)
    if page is None:
        raise ArticleError("not a saved page: it has no part of HTML")
    text = _text_of(page)
    if len(text) > MOST_TEXT:
        raise ArticleError(f"holds more than {MOST_TEXT:,} characters of HTML")
    urls = [
        str(part.get(name, ""))
        for part, name in ((message, "Snapshot-Content-Location"), (page, "Content-Location"))
    ]
    url = next((url.strip() for url in urls if url and not url.startswith(_UNSAVED)), "")
    values = {
        "title": _subject(message),
        "url": url,
        "date": str(message.get("Date", "")),
    }
    return SavedPage(codecs.BOM_UTF8 + text.encode("utf-8", "replace"), values)


def _page_of(message: Message) -> Message | None:
    """The first part of HTML, which is the page; frames come later."""
    return next((part for part in message.walk() if part.get_content_type() in _HTML), None)


def _text_of(page: Message) -> str:
    data = page.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = page.get_content_charset() or ""
    encoding = encoding_named(charset)
    try:
        text = read_in(data, encoding) if encoding else data.decode(charset, "replace")
    except LookupError:
        return decode(data)[0]
    return text if text.count("\ufffd") <= _DAMAGED + len(text) // 100 else decode(data)[0]


def _subject(message: Message) -> str:
    """The subject; one that was written without coding is UTF-8, which the parser left as it was."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    raw = next((str(value) for name, value in message.raw_items() if name.lower() == "subject"), "")
    try:
        return (
            str(make_header(decode_header(raw)))
            if raw.isascii()
            else raw.encode("utf-8", "surrogateescape").decode()
        )
    except (HeaderParseError, LookupError, ValueError):
        return ""
