"""Results for programs that start others: lines for an editor, and items for Alfred. `/?q=…&format=vimgrep`

Who reads them is a person, so what is said is in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from searchkit import Hit, Results, locate
from searchkit.json_form import dump_json, json_text, results_to_dict
from searchkit.line_form import vimgrep_line, visible_line
from searchkit.translation import gettext as _
from searchkit.web import pages
from searchkit.web.access import is_url
from searchkit.web.asking import MOST_HITS, Ask, ask_of, flag_of, number_of
from searchkit.web.pages import found, index_of
from searchkit.web.problems import Problem
from searchkit.web.templating import article_url, day
from searchkit.web.xml_text import origin

_LINES = 20
"""Articles without `limit`: more fit no window of a launcher."""


def search(request: Request) -> Response:
    """`GET /`: the search page, or with `format` what it finds in another form."""
    return launched(request) if "format" in request.query_params else pages.search(request)


def launched(request: Request) -> Response:
    """What the address asks for, in the form that it names.

    Raises:
        Problem: there is no such form, or a value is not a possible one.
    """
    ask = ask_of(request.query_params)
    name = request.query_params["format"]
    if name not in FORMATS:
        raise Problem(400, _("format must be one of {names}").format(names=", ".join(FORMATS)))
    limit = number_of(request.query_params, "limit", _LINES, least=0, most=MOST_HITS)
    prefix = flag_of(request.query_params, "prefix")
    results = found(index_of(request), ask, limit=limit, prefix=prefix)
    media_type, form = FORMATS[name]
    return Response(form(results, ask, origin(request)), media_type=media_type)


def _json(results: Results, _ask: Ask, _base: str) -> str:
    return json_text(results_to_dict(results), indent=None)


def _vimgrep(results: Results, _ask: Ask, _base: str) -> str:
    return "".join(vimgrep_line(place) for hit in results.hits for place in locate(hit))


def _alfred(results: Results, ask: Ask, base: str) -> str:
    """Items of a Script Filter: Enter opens the file, or else the URL or the page; Command and Enter the page."""
    items = [_item(hit, ask, base) for hit in results.hits]
    if results.suggestion:
        items.append({"title": results.suggestion, "autocomplete": results.suggestion, "valid": False})
    if not items:
        items.append({"title": _("No articles"), "valid": False})
    return dump_json({"items": items}) + "\n"


def _item(hit: Hit, ask: Ask, base: str) -> dict[str, Any]:
    page = base + article_url(hit.id, q=ask.query)
    passage = hit.snippets[0].text if hit.snippets else ""
    return {
        "uid": hit.id,
        "title": visible_line(hit.title or hit.id),
        "subtitle": visible_line(" · ".join(filter(None, (day(hit.date), hit.author, passage)))),
        "arg": hit.path or (hit.url if is_url(hit.url) else page),
        "type": "file" if hit.path else "default",
        "quicklookurl": page,
        "text": {"copy": hit.url or hit.path or page, "largetype": hit.title or hit.id},
        "mods": {"cmd": {"arg": page, "subtitle": page}},
    }


FORMATS: Mapping[str, tuple[str, Callable[[Results, Ask, str], str]]] = {
    "json": ("application/json", _json),
    "vimgrep": ("text/plain; charset=utf-8", _vimgrep),
    "alfred": ("application/json", _alfred),
}
