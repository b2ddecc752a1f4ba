"""The application: addresses -> what answers them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from importlib.util import find_spec
from os import PathLike, stat_result

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from searchkit import Config, EngineUnavailable
from searchkit.translation import gettext as _
from searchkit.web import api, browser_search, launchers, pages
from searchkit.web.access import Access, Guard
from searchkit.web.article_ids import ARTICLE_ID
from searchkit.web.asking import Ask
from searchkit.web.assistants import Endpoint
from searchkit.web.feed import feed
from searchkit.web.language import Reader
from searchkit.web.opened import open_article
from searchkit.web.problems import Problem, is_for_programs, problem_details
from searchkit.web.revalidation import Revalidation
from searchkit.web.served import Served
from searchkit.web.templating import STATIC, page

_THREADS = 8
"""That answer at a time: they take turns, so more of them only hold more memory."""
_READERS = 2
"""Articles that are made ready at a time, on threads of their own: each may hold hundreds of megabytes."""
_KEPT = "public, max-age=31536000, immutable"


def create_app(config: Config, access: Access | None = None, *, opens: bool = False) -> ASGIApp:
    """The search page of the index that *config* names, as an application of ASGI. With *opens*, the page can open
    the files of articles on this machine.

    Raises:
        SearchkitError, OSError: as of `open_index`.
    """
    served = Served(config)
    assistants = _assistants(served)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = _THREADS
        async with served.following(), assistants.running() if assistants else nullcontext():
            yield

    app = Starlette(
        routes=[
            Route("/", launchers.search),
            Route(f"/article/{ARTICLE_ID}", pages.article),
            Route("/source", pages.source),
            Route("/browse", pages.browse),
            Route("/new", pages.new),
            Route("/about", pages.about),
            *([Route("/gaps", pages.gaps)] if config.gap_log else []),
            Route("/healthz", healthz),
            Route("/feed.atom", feed),
            Route("/opensearch.xml", browser_search.description),
            Route("/suggest", browser_search.suggestions),
            *api.routes(),
            *([Route(f"/open/{ARTICLE_ID}", open_article, methods=["POST"])] if opens else []),
            Mount("/static", Static(directory=STATIC)),
            *([Route("/mcp", assistants, methods=["POST"])] if assistants else []),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=500)],
        exception_handlers={
            Problem: _problem,
            HTTPException: _refused,
            EngineUnavailable: _unavailable,
            Exception: _failed,
        },
        lifespan=lifespan,
    )
    app.state.served = served
    app.state.opens = opens
    app.state.reading = CapacityLimiter(_READERS)
    # around all of it, the page of an error too
    return Reader(Guard(Revalidation(app, served), access or Access()))


def _assistants(served: Served) -> Endpoint | None:
    """What answers assistants; None without the extra `mcp`."""
    return Endpoint(served.index) if find_spec("mcp") else None


class Static(StaticFiles):
    """Files that a browser may keep: their addresses change with them."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        answer.headers["Cache-Control"] = _KEPT
        return answer


async def healthz(_request: Request) -> Response:
    """`GET /healthz`: that the server is up, however busy it is."""
    return PlainTextResponse("ok\n")


def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return explained(request, problem.status, problem.detail)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: _("nothing is at this address"), 405: _("this address is not asked in that way")}
    detail = said.get(error.status_code, error.detail)
    return explained(request, error.status_code, detail, error.headers)


def _unavailable(request: Request, error: Exception) -> Response:
    return explained(request, 503, str(error))


def _failed(request: Request, _error: Exception) -> Response:
    return explained(request, 500, _("something went wrong; the terminal of the server says what"))


def explained(request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """What went wrong, for a person or for a program."""
    if is_for_programs(request.url.path) or "format" in request.query_params:
        return problem_details(status, detail, headers)
    answer = page(request, "problem.html", status, ask=Ask(), status=status, detail=detail)
    answer.headers.update(headers or {})
    return answer
