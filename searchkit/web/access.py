"""Who may ask: a browser on the server's own name and its own page, and with a token whoever has it.

What is on this machine is private, and any page in a browser can send requests to it. So a name that was made to
point here (DNS rebinding), another site's page and another origin are refused before anything is looked at.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchkit.translation import gettext as _
from searchkit.web.cookies import cookie_of
from searchkit.web.problems import refusal

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
COOKIE = "searchkit_token"
_YEAR = 365 * 24 * 3600
_OPEN_PATHS = frozenset({"/healthz"})
"""What needs no token: it says nothing of the articles."""
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
"""What a page may load and do (Content Security Policy, level 3): its own script and style, nothing else."""
WITH_IMAGES = {**POLICY, "img-src": "'self' https: http:"}
"""That of an article whose images were asked for."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Access:
    """The names that the server answers to, without ports, and the token that a reader must have; none if "".

    Raises:
        ValueError: there is a name that is not this machine's own, and no token; or one of them cannot be that.
    """

    hosts: tuple[str, ...] = ()
    token: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hosts", tuple(map(_host, self.hosts)))
        if not (self.token.isascii() and self.token.isprintable()) or set(self.token) & set(' ",;\\'):
            raise ValueError(_("a token is of ASCII characters, without blanks, quotes, backslashes, , and ;"))
        if set(self.hosts) - set(LOOPBACK) and not self.token:
            raise ValueError(_("a host other than this machine needs a token"))


class Guard:
    """Lets through what *access* allows, with headers that keep a page to itself."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if message["status"] != 304:  # it would be the policy of what the browser has, from now on
                    headers.setdefault("Content-Security-Policy", policy_text(POLICY))
            await send(message)

        answer = self._refused(scope) or self._admitted(scope) or self._app
        await answer(scope, receive, send_guarded)

    def _refused(self, scope: Scope) -> Response | None:
        """The refusal of a request from elsewhere."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in {*LOOPBACK, *self._access.hosts}:
            return refusal(scope, 421, _("this server does not answer to that name; start it with --allow-host"))
        if not _is_own_page(headers, scope):
            return refusal(scope, 403, _("a page of another site must not ask this server"))
        return None

    def _admitted(self, scope: Scope) -> Response | None:
        """What a reader without the token is told, or one who just brought it: where the page is."""
        token, path = self._access.token, scope["path"]
        if not token or path in _OPEN_PATHS:
            return None
        query = QueryParams(scope["query_string"])
        if scope["method"] in ("GET", "HEAD") and _equal(query.get("token", ""), token):
            answer = RedirectResponse("/", 303)
            secure = scope["scheme"] == "https"
            answer.set_cookie(COOKIE, token, _YEAR, httponly=True, samesite="strict", secure=secure)
            return answer
        if any(_equal(given, token) for given in _tokens(Headers(scope=scope))):
            return None
        said = _("this page needs its token; open the address that `searchkit serve` printed")
        return refusal(scope, 401, said, {"WWW-Authenticate": "Bearer"})


def _host(name: str) -> str:
    """A name that is allowed, as `host_name` gives it.

    Raises:
        ValueError: no browser can call the server by it.
    """
    host = name.strip().lower().removesuffix(".")
    host = f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host
    if not host or host_name(host) != host:
        raise ValueError(_("{name!r} is not the name of a host, such as nas.local").format(name=name))
    return host


def policy_text(policy: dict[str, str]) -> str:
    """A content security policy as its header says it."""
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def host_name(host: str) -> str:
    """The name in a Host header without its port, in small letters; "" if it is none.

    >>> host_name("LOCALHOST:8000"), host_name("[::1]:80"), host_name("a@b"), host_name("localhost:x")
    ('localhost', '[::1]', '', '')
    """
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, "0"
    is_plain = port.isascii() and port.isdigit() and not set(name) & set("@/?#\\ \t,")
    return name.lower().removesuffix(".") if is_plain else ""


def _is_own_page(headers: Headers, scope: Scope) -> bool:
    """Whether a request comes from a page of this server, from a person (a bookmark, the address bar), or from a
    program that is no browser. (Fetch Metadata Request Headers, W3C)"""
    sites, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    own = _own_origin(headers, scope)
    nameless = "null" if sites == ["same-origin"] else own  # the form of a page whose referrer is kept to itself
    if any(origin.lower() not in (own, nameless) for origin in origins):
        return False
    if any(site not in ("same-origin", "none") for site in sites):
        is_link = sites == ["same-site"] and headers.get("sec-fetch-mode") == "navigate"
        return is_link and scope["method"] in ("GET", "HEAD")
    return True


def is_own_page_alone(headers: Headers, scope: Scope) -> bool:
    """Whether a request that was let through is from a page of this server for sure, and not from a person's
    bookmark or a program: the browser says so."""
    own = _own_origin(headers, scope)
    return headers.get("sec-fetch-site") == "same-origin" or headers.get("origin", "").lower() == own


def _own_origin(headers: Headers, scope: Scope) -> str:
    return f"{scope['scheme']}://{headers['host']}".lower()


def _tokens(headers: Headers) -> Iterator[str]:
    kind, _space, given = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        yield given.strip()
    if cookie := cookie_of(headers, COOKIE):
        yield cookie


def _equal(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def addresses(host: str, port: int, access: Access) -> Iterable[str]:
    """Where a browser finds the page, with the token if there is one."""
    shown = host if host in (*LOOPBACK, "::1") else next(iter(access.hosts), host)
    name = f"[{shown}]" if ":" in shown and not shown.startswith("[") else shown
    yield f"http://{name}:{port}/" + (f"?token={quote(access.token, safe='')}" if access.token else "")


def is_url(text: str) -> bool:
    """Whether *text* is an address that a page may link to: an article must not start any other program."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
