"""`POST /open/ID`: the file of an article in the program of the system for it, with `searchkit serve --open`.
It starts a program, so only this server's own page may ask."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from searchkit.opening import open_in_background
from searchkit.translation import gettext as _
from searchkit.web.access import is_own_page_alone
from searchkit.web.pages import article_of, index_of
from searchkit.web.problems import Problem


def open_article(request: Request) -> Response:
    """Open the file of an article; the reader stays on the page.

    Raises:
        Problem: who asks is not a page of this server, or there is no such article, file or program.
    """
    if not is_own_page_alone(request.headers, request.scope):
        raise Problem(403, _("only a page of this server can open a file"))
    index = index_of(request)
    path = index.path_of(article_of(index, request.path_params["id"]).id)
    if not path or not Path(path).is_file():
        raise Problem(404, _("this article has no file"))
    try:
        is_opened = open_in_background(path)
    except OSError as error:
        raise Problem(501, _("the file cannot be opened: {reason}").format(reason=error.strerror)) from error
    if not is_opened:
        raise Problem(501, _("there is no program that opens files here"))
    return Response(status_code=204)
