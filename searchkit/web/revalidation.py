"""What a browser, a feed reader or a program has already is not searched for again (RFC 9110, section 13.1.2).

An answer is determined by the state of the index, the address, what the reader chose (the language, and what
cookies say) and the day it is, as filters such as `since=30d` count from it. The page of an article is made of its
file too, and that of gaps of the user's, so they have no validator.
"""

from __future__ import annotations

from datetime import date
from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchkit.web.problems import is_for_programs
from searchkit.web.served import Served

_OF_ITSELF = ("/healthz", "/static/")
"""Paths whose answers do not depend on the index."""
_OF_FILES = ("/article/", "/gaps")
_TO_BE_ASKED = "private, no-cache"


class Revalidation:
    """Gives answers about the index a validator, and answers who has that one already without searching."""

    def __init__(self, app: ASGIApp, served: Served) -> None:
        self._app = app
        self._served = served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_OF_ITSELF):
            await self._app(scope, receive, send)
            return
        is_reading = scope["method"] in ("GET", "HEAD") and not scope["path"].startswith(_OF_FILES)
        headers = {"Cache-Control": _TO_BE_ASKED, "Vary": _varying(scope["path"])}
        tag = validator(scope, self._served.state) if is_reading else ""

        async def send_validated(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                sent.update(headers)
                if tag and message["status"] == 200:
                    sent["ETag"] = tag
            await send(message)

        if tag and tag in _validators(Headers(scope=scope)):
            await Response(status_code=304, headers=headers | {"ETag": tag})(scope, receive, send)
        else:
            await self._app(scope, receive, send_validated)


def validator(scope: Scope, state: str) -> str:
    """The entity tag of what a request asks for: a strong one, so compressed answers have another."""
    headers = Headers(scope=scope)
    parts = (
        scope["scheme"],
        headers.get("host", ""),
        scope["path"],
        scope["query_string"].decode("latin-1"),
        scope["state"]["language"],
        headers.get("cookie", ""),
        date.today().isoformat(),
        str("gzip" in headers.get("accept-encoding", "")),
    )
    return f'"{state}-{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def _varying(path: str) -> str:
    return "Accept-Encoding" if is_for_programs(path) else "Accept-Language, Cookie, Accept-Encoding"


def _validators(headers: Headers) -> set[str]:
    """What the reader has. They are compared weakly: a proxy that compresses makes strong ones weak."""
    given = ",".join(headers.getlist("if-none-match"))
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}
