"""Elements -> XML that any parser reads, whatever stands in an article."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import Response

from searchkit.patterns import lazy_pattern

_FORBIDDEN = lazy_pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may have, escaped or not (XML 1.0, section 2.2)."""


def added(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """A new element in *parent*, of a text that may have any characters."""
    made = SubElement(parent, name, {name: allowed(value) for name, value in attributes.items()})
    made.text = allowed(text) or None
    return made


def allowed(text: str) -> str:
    """*text* without what XML forbids.

    >>> allowed("月\\x00食\\ufffe")
    '月食'
    """
    return _FORBIDDEN.sub("", text)


def xml_response(root: Element, media_type: str) -> Response:
    """A document that is *root*."""
    text = '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"
    return Response(text, media_type=f"{media_type}; charset=utf-8")


def origin(request: Request) -> str:
    """What addresses of this server begin with, as the reader calls it."""
    return str(request.base_url).rstrip("/")
