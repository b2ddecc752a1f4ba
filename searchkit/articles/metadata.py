"""A value of metadata as people and bots write it -> one clean value.

A list may be a string, a flag a list with a string, an author a link: each function accepts any value of its
parser. What a value means is said by its name, see `facts.py`; dates have a module of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from html import unescape
from itertools import islice
from typing import Any, TypeGuard

from searchkit.articles.plain_text import without_invisible

PLACEHOLDER_TITLES = frozenset({"archive_request"})
DEFAULT_IGNORED_TAGS = ("fetched",)
LONGEST_VALUE = 2_000
_LONGEST_NUMBER = 1_000  # bits: Python refuses to convert very long integers to text
_DEEPEST = 3  # lists in lists: Hexo's categories have two

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_COMMA = re.compile(r"[,，、;；]")
_QUOTED = re.compile(r"[\"“”'‘’]([^\"“”'‘’]+)[\"“”'‘’]")
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]|\[([^\[\]]+)\]\([^()\s]*\)|<a\b[^<>]*>([^<>]*)</a>")
_MAIL = re.compile(r"\s*<[^<>\s]+@[^<>\s]+>")
_HAN = re.compile("[\u3400-\u9fff]")
_ABSOLUTE = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_INSIDE = re.compile(r"https?://[^\s<>\"'()\]]+(?:\([^\s()]*\)[^\s<>\"'()\]]*)*", re.IGNORECASE)
"""A URL among other words, or in a link of Markdown; round brackets in it are pairs."""
_PATH = re.compile(r"/[^\s:]*")


def as_text(value: Any) -> str:
    """One line of text: the first entry of a list, the name in a mapping; "" for None and for nested values."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name", value.get("title"))
    if value is None or isinstance(value, (dict, list, tuple, set)):
        return ""
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return ""
    if isinstance(value, (datetime, date)):
        value = value.isoformat()
    return clean_line(_decoded(str(value)[:LONGEST_VALUE]))


def as_texts(value: Any, *, ignored: Iterable[str] = ()) -> tuple[str, ...]:
    """Distinct lines of text in their order, without the ignored ones. A string is split at commas; lists in a
    list are one list; of a link its text is taken.

    >>> as_texts([["生活", "旅行"], "[李四](https://example.com)"])
    ('生活', '旅行', '李四')
    """
    if isinstance(value, str):
        value = _COMMA.split(_decoded(value))
    dropped = {name.casefold() for name in ignored}
    texts = map(_name, islice(_flat(value, _DEEPEST), LONGEST_VALUE))
    return tuple(dict.fromkeys(text for text in texts if text and text.casefold() not in dropped))


def as_categories(value: Any) -> tuple[str, ...]:
    """As `as_texts`, but as Chinese input methods write a list: with their commas and quotation marks, of which
    YAML knows nothing. In a list of several items a comma is part of a name. A string without a comma is split
    at spaces if all of its words are Chinese.

    >>> as_categories(["读书，写作"]), as_categories(["“旅行”", "你好，旧时光"])
    (('读书', '写作'), ('旅行', '你好，旧时光'))
    >>> as_categories("读书 写作"), as_categories("R 语言"), as_categories("machine learning")
    (('读书', '写作'), ('R 语言',), ('machine learning',))
    """
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        value = value[0].split("，")
    if _is_spaced(value) and all(map(_HAN.search, value.split())):
        value = value.split()
    texts = as_texts(value)
    return as_texts([found[1] if (found := _QUOTED.fullmatch(text)) else text for text in texts])


def as_tags(value: Any) -> tuple[str, ...]:
    """As `as_categories`, but a string that has Chinese in it, or `#`, is split at spaces, and a tag has no `#`
    before it.

    >>> as_tags("#读书 #写作"), as_tags("R 语言")
    (('读书', '写作'), ('R', '语言'))
    """
    if _is_spaced(value) and (_HAN.search(value) or "#" in value):
        value = value.split()
    return as_texts([text.removeprefix("#") for text in as_categories(value)])


def _is_spaced(value: Any) -> TypeGuard[str]:
    """Whether it is a text without a comma, which may be a list with spaces between its words."""
    return isinstance(value, str) and not _COMMA.search(_decoded(value))


def as_flag(value: Any) -> bool | None:
    """True for true, "true", ["true"], yes, 1; False for their opposites; None for anything else."""
    return _FLAGS.get(as_text(value).casefold())


_FLAGS = {
    **dict.fromkeys(("true", "yes", "1", "on", "是"), True),
    **dict.fromkeys(("false", "no", "0", "off", "否"), False),
}


def as_url(value: Any) -> str:
    """A URL, or a path from the root of a site; "" for any other text, such as the name of a source."""
    text = as_text(value.get("url", value) if isinstance(value, dict) else value)
    if _ABSOLUTE.fullmatch(text):
        return text
    if found := _INSIDE.search(text):
        return found[0]
    return text if _PATH.fullmatch(text) else ""


def clean_line(text: str) -> str:
    """*text* on one line, without invisible characters and repeated spaces."""
    return " ".join(without_invisible(text).split())


def letters_of(text: str) -> str:
    """The letters and digits of *text* in lower case, which every file system leaves in a name."""
    return "".join(filter(str.isalnum, text.casefold()))


def _decoded(text: str) -> str:
    """*text* with the characters that entities such as `&amp;` stand for."""
    return _ENTITY.sub(lambda found: unescape(found[0]), text) if "&" in text else text


def _flat(value: Any, depth: int) -> Iterator[Any]:
    if isinstance(value, dict) and value and all(isinstance(inner, dict) for inner in value.values()):
        value = list(value.values())  # authors by a short name of each
    if not isinstance(value, (list, tuple)):
        yield value
    elif depth:
        for item in value:
            yield from _flat(item, depth - 1)


def _name(value: Any) -> str:
    text = as_text(value)
    if "[" in text or "<" in text:
        text = _MAIL.sub("", _LINK.sub(lambda found: found[1] or found[2] or found[3], text))
    return text.strip()
