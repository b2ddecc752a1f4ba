"""Drawings of Excalidraw in a vault of Obsidian: their text, without the data and the headings of the program."""

from __future__ import annotations

import re

_NOTICE = re.compile(r"^==⚠[^\n]*EXCALIDRAW VIEW[^\n]*\n?", re.MULTILINE)
_NOTICE_WITHIN = 3_000  # characters; front matter is not among them
_DATA = re.compile(r"^#{1,2} (?:Excalidraw Data|Text Elements|Drawing)[ \t]*$", re.MULTILINE)
_TEXTS = re.compile(
    r"^#{1,2} Text Elements[ \t]*\n(.*?)(?=^#{1,2} (?:Drawing|Element Links|Embedded Files)\b|\Z)", re.M | re.S
)
_COMMENT_SIGN = re.compile(r"^%%[ \t]*$", re.MULTILINE)


def without_drawing(text: str) -> str:
    """The notes and the texts in a drawing, as Markdown. Any other *text* as it is."""
    notice = _NOTICE.search(text[:_NOTICE_WITHIN])
    data = _DATA.search(text, notice.end()) if notice else None
    if notice is None or data is None:
        return text
    texts = _TEXTS.search(text, data.start())
    notes = text[: notice.start()] + text[notice.end() : data.start()]
    return _COMMENT_SIGN.sub("", f"{notes}\n{texts[1] if texts else ''}")
