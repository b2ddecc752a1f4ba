"""Pages that a browser saved with all that belongs to them: a file of MIME parts (MHTML), or HTML with a comment.

What they hold is the page; what the browser noted is the URL, the title and when it was saved.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchkit.articles.decode import decode
from searchkit.articles.formats.bounds import MOST_TEXT
from searchkit.errors import ArticleError

if TYPE_CHECKING:
    from email.message import Message

_NOTED = re.compile(r"saved (?:with singlefile|from url)(.*)", re.DOTALL | re.IGNORECASE)
_COMMENTS, _COMMENTS_WITHIN = 3, 20_000
"""How many comments may be before it, and bytes. Not measured: it is the first thing after the DOCTYPE."""
_URL = re.compile(r"^(?:\s*url:|=\(\d+\))\s*(https?://\S+)", re.MULTILINE)
_SAVED = re.compile(r"^\s*saved date:\s*\w{3} (\w{3}) (\d{1,2}) (\d{4}) ([\d:]{8}) GMT([+-]\d{4})", re.MULTILINE)
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
        "date": _iso(str(message.get("Date", ""))),
    }
    return SavedPage(codecs.BOM_UTF8 + text.encode("utf-8", "replace"), values)


def noted_in_comment(html: bytes) -> dict[str, str]:
    """What SingleFile or a browser wrote into a comment at the beginning of *html*, if there is one."""
    comments = html[:_COMMENTS_WITHIN].split(b"<!--")[1 : 1 + _COMMENTS]
    texts = (comment.partition(b"-->")[0].decode("utf-8", "replace") for comment in comments)
    noted = next(filter(None, map(_NOTED.search, texts)), None)
    if noted is None:
        return {}
    url, saved = _URL.search(noted[1]), _SAVED.search(noted[1])
    found = {"url": url[1]} if url else {}
    if saved:
        month, day, year, clock, zone = saved.groups()
        found["date"] = _iso(f"{day} {month} {year} {clock} {zone}")
    return found


def _page_of(message: Message) -> Message | None:
    """The first part of HTML, which is the page; frames come later."""
    return next((part for part in message.walk() if part.get_content_type() in _HTML), None)


def _text_of(page: Message) -> str:
    data = page.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = page.get_content_charset() or ""
    charset = "gb18030" if charset in ("gb2312", "gbk") else charset
    try:
        text = data.decode(charset, "replace")
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


def _iso(date: str) -> str:
    """A date of mail, such as `Sat, 28 Nov 2026 10:20:30 +0800`, as ISO 8601, or "" if it is none."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date).isoformat()
    except (TypeError, ValueError, IndexError):
        return ""
