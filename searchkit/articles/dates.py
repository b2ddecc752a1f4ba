"""A date as people and programs write it -> a datetime with its zone.

Numbers in the order year, month, day are read here; what has the name of a month in it, such as the dates of mails
and feeds, is read by dateutil. A date whose order is not clear, 5/6/2024, is none.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from searchkit.articles.metadata import as_text

LONGEST = 100
"""Characters of a date. The longest that a mail writes has 45."""

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMERAL = "[〇零一二三四五六七八九十]"
_NUMERAL_DATE = re.compile(f"{_NUMERAL}{{4}}年{_NUMERAL}{{1,3}}月(?:{_NUMERAL}{{1,4}}[日号])?")
_TENS = re.compile(r"(?P<tens>[一二三])?十(?P<ones>[一二三四五六七八九])?")
_WEEKDAY = re.compile(
    r"\(?(?:星期|周|週|礼拜)[一二三四五六日天]\)?|(?<=\d)\s+[一二三四五六日](?=\s|$)"
    r"|,?\s*\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s*\((?!(?:GMT|UTC)?[+-]\d)[^()]*\)|\b(?:GMT|UTC)(?=[+-]\d)|[()]")
"""Also the name before a shift, after which dateutil takes + for west of Greenwich."""
_HALVES = (
    (re.compile("(?:晚上|夜里|深夜|半夜)(?=\\s*12)"), "NIGHT "),
    (re.compile("上午|早上|早晨|凌晨|中午(?=\\s*1[01])"), "AM "),
    (re.compile("下午|晚上|傍晚|中午"), "PM "),
)
_JOINED = re.compile(r"^(\d{4}-\d{1,2}-\d{1,2})[-_](\d{2})[-.](\d{2})(?:[-.](\d{2}))?$")
"""A date and a time as they are in names of files."""
_PDF = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?\s*(Z|[+-]\d{2}'?(?:\d{2})?)?")
_ORG = re.compile(r"(?<=\d)\s+[^\W\d]+\.?(?=\s+\d{1,2}:)|(?<=:\d\d)-\d{1,2}:\d{2}")
"""What a timestamp of Org has besides date and time: the day of the week in any language, and the end."""
_TIME = (
    r"(?:(?P<half>AM|PM|A\.M\.|P\.M\.|NIGHT)\s*)?"
    r"(?P<hour>\d{1,2})(?:\s*[:.h时時点]\s*(?P<minute>\d{1,2})|\s*[时時点](?!\d))"
    r"(?:\s*[:.分]\s*(?P<second>\d{1,2})(?:[.,]\d+)?)?[分秒]?"
    r"(?:\s*(?P<later_half>[AP])\.?M\b\.?)?"
)
_DAY_ZONE = r"(?P<day_zone>\s?Z\b|(?:\s?\+|\s-)(?:0\d|1[0-4]):?[0-5]\d\b|\s[A-Z]{3,4}\b)?"
"""That of a day without a time, after which digits may be anything else."""
_ZONE = r"(?P<zone>Z\b|[+-]\d{1,2}(?::?\d{2})?\b|[A-Z]{3,4}\b|[A-Z][a-z]+/[A-Z][A-Za-z_]+)?"
_WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})(?!\d)\s*(?:[-/.月]\s*(?P<day>\d{1,2})(?!\d)(?:\s*[日号])?)?月?"
    rf"(?:(?:\s*[Tt,_]\s*|\s*)(?i:{_TIME})\s*{_ZONE}|{_DAY_ZONE})"
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[Tt\s]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?)?\s*(?P<zone>Z|[+-]\d{2}(?:\d{2})?\b)?"
    r"(?!\d)"
)
_CLOCK = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d+)?")
_MONTH_NAME = re.compile(r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")

_ZONES = {
    **dict.fromkeys(("CST", "HKT", "SGT", "AWST"), 8),
    **dict.fromkeys(("JST", "KST"), 9),
    **{"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2},
}
"""Hours east of UTC. CST is that of China: the corpus is Chinese."""


def as_datetime(value: Any) -> datetime | None:
    """A date with its zone (UTC where none is given), or None if there is no valid date.

    >>> as_datetime("2024-05-14T10:26:42+08:00").isoformat()
    '2024-05-14T10:26:42+08:00'
    >>> as_datetime("2024年5月14日 下午3:05").isoformat()
    '2024-05-14T15:05:00+00:00'
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, dict):  # Docusaurus: last_update: {date: …}; Material for MkDocs: date: {created: …}
        value = value.get("date", value.get("created"))
    text = as_text(value)
    if not text or len(text) > LONGEST:
        return None
    text = _plain(text)
    try:
        return _written(text) or _clock(text) or _english(text)
    except (ValueError, OverflowError):
        return None


def _plain(text: str) -> str:
    """*text* with Arabic digits, AM and PM, and without days of the week."""
    text = unicodedata.normalize("NFKC", text).strip(" \"'")
    text = _PDF.sub(_pdf, _ORG.sub("", text) if text[:1] in "<[" else text, count=1).strip(" []<>\"'")
    text = _JOINED.sub(r"\1 \2:\3:\4", text.replace("元月", "1月")).removesuffix(":")
    text = _NUMERAL_DATE.sub(lambda found: _TENS.sub(_ten, found[0]).translate(_DIGITS), text)
    for name, half in _HALVES:
        text = name.sub(half, text)
    return " ".join(_REMARK.sub("", _WEEKDAY.sub(" ", text)).split())


def _pdf(found: re.Match[str]) -> str:
    """D:20240514102642+08'00' as ISO 8601."""
    year, month, day, hour, minute, second, zone = found.groups()
    time = f"T{hour}:{minute or '00'}:{second or '00'}{zone or ''}" if hour else ""
    return f"{year}-{month or '01'}-{day or '01'}{time}".replace("'", "")


def _ten(found: re.Match[str]) -> str:
    return (found["tens"] or "一") + (found["ones"] or "〇")


def _written(text: str) -> datetime | None:
    found = _COMPACT.match(text) or _WRITTEN.match(text)
    if found is None:
        return None
    parts = found.groupdict()
    year, month, day = (int(parts[name] or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or parts.get("later_half") or "").upper()[:1]
    zone = (parts["zone"] or parts.get("day_zone") or "").strip()
    if year < 1000:  # the empty date of Go is in the year 1
        return None
    if half == "N":  # twelve at night is the end of the day
        hour += 12
    elif half and hour <= 12:
        hour = hour % 12 + 12 * (half == "P")
    moment = datetime(year, month, day, 0 if hour == 24 else hour, minute, second, tzinfo=_zone(zone))
    return moment + timedelta(days=1) if hour == 24 else moment


def _zone(text: str) -> tzinfo:
    """The zone; UTC for none, and for a name that says nothing.

    Raises:
        ValueError: it is more than a day away.
    """
    if not text or text == "Z":
        return UTC
    if "/" in text:
        try:
            return ZoneInfo(text)
        except (KeyError, OSError):
            return UTC
    if text[0] not in "+-":
        return timezone(timedelta(hours=_ZONES[text])) if text in _ZONES else UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if minutes > 59:
        raise ValueError("no zone has so many minutes")
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if text[0] == "-" else shift)


def _clock(text: str) -> datetime | None:
    """Seconds or milliseconds since 1970."""
    found = _CLOCK.fullmatch(text)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def _english(text: str) -> datetime | None:
    """A date with the name of its month, if day, month and year are all there."""
    if not (_MONTH_NAME.search(text) and _YEAR.search(text)):
        return None
    from dateutil.parser import parse

    zones = {name: timezone(timedelta(hours=hours)) for name, hours in _ZONES.items()}
    read = partial(parse, text, tzinfos=lambda name, offset: zones.get(name) or _shifted(offset))
    # what is not written comes from the default: where two defaults make two dates, the day is missing
    moments = {read(default=datetime(2000, 1, day)) for day in (1, 2)}
    if len(moments) > 1:
        return None
    moment: datetime = moments.pop()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shifted(seconds: int | None) -> tzinfo:
    return timezone(timedelta(seconds=seconds or 0))
