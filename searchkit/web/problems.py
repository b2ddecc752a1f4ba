"""What went wrong, as a page for people and as problem details (RFC 9457) for programs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse, Response
from starlette.types import Scope

PROBLEM = "application/problem+json"
API = "/api/"


class Problem(Exception):
    """A request that cannot be answered: its *status*, and what to do."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def is_for_programs(path: str) -> bool:
    """Whether what is at *path* is read by programs."""
    return path.startswith(API)


def problem_details(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Problem details: `title` is the standard's name of the status."""
    values = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(values, status, headers=headers, media_type=PROBLEM)


def refusal(scope: Scope, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a request that nothing is looked at for: without a page of ours."""
    if is_for_programs(scope["path"]):
        return problem_details(status, detail, headers)
    return Response(
        f"{status} {HTTPStatus(status).phrase}: {detail}\n", status, headers, "text/plain; charset=utf-8"
    )
