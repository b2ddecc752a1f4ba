"""Cookies of a request. Those of other programs on this machine come too, whatever they look like."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import cookie_parser


def cookie_of(headers: Headers, name: str) -> str:
    """The value of the cookie *name*; "" if there is none."""
    return cookie_parser("; ".join(headers.getlist("cookie"))).get(name, "")
