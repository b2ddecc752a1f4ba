"""The reader's language: what was chosen on the page, or else what the browser asks for. Programs read English."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from searchkit.translation import Language, catalogue_of, translated
from searchkit.web.cookies import cookie_of
from searchkit.web.problems import is_for_programs

COOKIE = "searchkit_language"
_YEAR = 365 * 24 * 3600


class Reader:
    """Answers in the language of who asks. `?lang=zh` and `?lang=en` choose it, and a cookie remembers that."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        chosen = _asked_for(scope)
        language = chosen or _remembered(headers) or preferred(headers.get("accept-language", ""))
        if is_for_programs(scope["path"]):
            language = "en"
        scope.setdefault("state", {})["language"] = language

        async def send_language(message: Message) -> None:
            if chosen and message["type"] == "http.response.start" and _is_page(message):
                cookie = f"{COOKIE}={chosen}; Path=/; Max-Age={_YEAR}; SameSite=Lax"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        with translated(_catalogue(language)):
            await self._app(scope, receive, send_language)


def preferred(accepted: str) -> Language:
    """The language of a header Accept-Language (RFC 9110, section 12.5.4); English where it names neither.

    >>> preferred("fr, zh-TW;q=0.8, en;q=0.9"), preferred("de")
    ('en', 'en')
    """
    ranked = []
    for at, part in enumerate(accepted.split(",")):
        tag, _semicolon, weight = part.partition(";")
        if language := _known(tag.strip()[:2].lower()):
            ranked.append((-_weight(weight), at, language))
    return min(ranked)[2] if ranked else "en"


def _is_page(message: Message) -> bool:
    """Whether an answer is a page that the reader got: what was refused must change nothing."""
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return bool(message["status"] == 200 and kind.startswith("text/html"))


def _asked_for(scope: Scope) -> Language | None:
    is_page = not is_for_programs(scope["path"])
    return _known(QueryParams(scope["query_string"]).get("lang", "")) if is_page else None


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q="))
    except ValueError:
        return 1.0


def _known(name: str) -> Language | None:
    return "zh" if name == "zh" else "en" if name == "en" else None


def _remembered(headers: Headers) -> Language | None:
    return _known(cookie_of(headers, COOKIE))


@cache
def _catalogue(language: Language) -> NullTranslations:
    return catalogue_of(language)
