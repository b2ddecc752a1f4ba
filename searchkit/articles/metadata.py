"""Metadata as people and bots write it -> values of an article.

In front matter a list may be a string, a flag a list with a string, a date almost anything: each function accepts
any value of its parser and returns one clean value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

PLACEHOLDER_TITLES = frozenset({"archive_request"})
DEFAULT_IGNORED_TAGS = ("fetched",)
LONGEST_VALUE = 2_000
_LONGEST_NUMBER = 1_000  # bits: Python refuses to convert very long integers to text

_DATE = re.compile(
    r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})\s*日?)?"
    r"(?:\s*[Tt ]?\s*(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)


def as_text(value: Any) -> str:
    """One line of text: the first entry of a list; "" for None and for nested values."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else ""
    if value is None or isinstance(value, (dict, list, tuple, set)):
        return ""
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return ""
    if isinstance(value, (datetime, date)):
        value = value.isoformat()
    return clean_line(str(value)[:LONGEST_VALUE])


def as_texts(value: Any, *, ignored: Iterable[str] = ()) -> tuple[str, ...]:
    """Distinct lines of text in their order, without the ignored ones. A string is split at commas."""
    if isinstance(value, str):
        value = re.split(r"[,，、;；]", value)
    elif not isinstance(value, (list, tuple)):
        value = [value]
    dropped = {name.casefold() for name in ignored}
    texts = (as_text(item) for item in value[:LONGEST_VALUE])
    return tuple(dict.fromkeys(text for text in texts if text and text.casefold() not in dropped))


def as_flag(value: Any) -> bool:
    """True for true, "true", ["true"], yes, 1."""
    return as_text(value).casefold() in ("true", "yes", "1", "on")


def as_datetime(value: Any) -> datetime | None:
    """A date with its zone (UTC where none is given), or None if there is no valid date.

    >>> as_datetime("2024-05-14T10:26:42+08:00").isoformat()
    '2024-05-14T10:26:42+08:00'
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    found = _DATE.match(as_text(value))
    if not found:
        return None
    parts = found.groups()
    year, month, day = (int(part or 1) for part in parts[:3])
    hour, minute, second = (int(part or 0) for part in parts[3:6])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(parts[6]))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def clean_line(text: str) -> str:
    """*text* on one line, without invisible characters and repeated spaces."""
    from searchkit.articles.html import without_invisible

    return " ".join(without_invisible(text).split())
