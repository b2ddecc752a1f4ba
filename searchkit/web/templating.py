"""Templates -> pages, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from searchkit import __version__
from searchkit.hosts import host_of
from searchkit.schema import facet_name
from searchkit.translation import gettext, ngettext
from searchkit.web.access import POLICY, is_url, policy_text
from searchkit.web.bars import HEIGHT, WIDTH, bars_of, is_drawn
from searchkit.web.marking import compared, marked

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
CHOICES = {"theme": ("light", "dark"), "size": ("small", "large", "larger")}
"""What a reader may choose about the look of the page; the script keeps it in cookies."""


@cache
def environment() -> Environment:
    """The templates; all that is put into them is escaped."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(
        _=gettext,
        ngettext=ngettext,
        static=static_url,
        article_url=article_url,
        facet_name=facet_name,
        host_of=host_of,
        is_url=is_url,
        bars_of=bars_of,
        is_drawn=is_drawn,
        zip=zip,
        picture=(WIDTH, HEIGHT),
        version=__version__,
    )
    made.filters.update(marked=marked, compared=compared, day=day, number=number)
    return made


def page(
    request: Request, name: str, code: int = 200, *, policy: dict[str, str] = POLICY, **values: Any
) -> HTMLResponse:
    """The page that the template *name* makes of *values*."""
    template = environment().get_template(name)
    chosen = {name: _chosen(request, name) for name in CHOICES}
    text = template.render(
        language=request.state.language,
        path=request.url.path,
        has_gaps=request.app.state.served.config.gap_log,
        in_other_language=_in_other_language(request),
        **chosen,
        **values,
    )
    return HTMLResponse(text, code, {"Content-Security-Policy": policy_text(policy)})


def _in_other_language(request: Request) -> str:
    """The address of this page in the other language."""
    other = "en" if request.state.language == "zh" else "zh"
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("lang", "token")]
    path = "/" + request.url.path.lstrip("/")  # two slashes would begin the name of another server
    return f"{quote(path)}?{urlencode([*kept, ('lang', other)])}"


def _chosen(request: Request, name: str) -> str:
    """What the reader chose; "" is what comes without a choice."""
    value = request.cookies.get(f"searchkit_{name}", "")
    return value if value in CHOICES[name] else ""


@cache
def static_url(name: str) -> str:
    """The address of a file of the page: another one when the file is another, so that browsers may keep it."""
    digest = blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={digest}"


def article_url(article_id: str, **parameters: str) -> str:
    """The address of an article."""
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value)
    return f"/article/{quote(article_id, safe='/')}" + (f"?{query}" if query else "")


def day(moment: datetime | None) -> str:
    """The day of an article; "" if it has none."""
    return moment.date().isoformat() if moment else ""


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}"
