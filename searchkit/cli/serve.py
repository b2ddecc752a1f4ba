"""`searchkit serve`: the search page in a browser."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.options import index_options
from searchkit.cli.settings import settings
from searchkit.cli.terminal import say
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit.web.access import Access

_EPILOG = _("""\b
Examples:
  searchkit serve
  searchkit serve --port 9000 --index ~/notes.index
  SEARCHKIT_TOKEN=… searchkit serve --host 0.0.0.0 --allow-host nas.local

\b
The page answers to this machine alone. Another --host needs --allow-host,
the name that browsers call it by, and a token, which is that of the variable
SEARCHKIT_TOKEN or else a new one. Press Ctrl-C to end.
Exit code: 0 ended, 2 error.
""")
TOKEN = "SEARCHKIT_TOKEN"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@click.command(help=_("Search in a browser."), epilog=_EPILOG)
@index_options
@click.option(
    "--host", default="127.0.0.1", metavar="NAME", help=_("Listen on this address. [default: 127.0.0.1]")
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8_321,
    metavar="N",
    help=_("Listen on this port. [default: 8321]"),
)
@click.option(
    "--allow-host", "allowed", multiple=True, metavar="NAME", help=_("Answer to this name too; repeatable.")
)
def command(host: str, port: int, allowed: tuple[str, ...], **flags: Any) -> None:
    config = settings(**flags)
    access = _access(host, allowed)
    try:
        import uvicorn

        from searchkit.web.access import addresses
        from searchkit.web.app import create_app
    except ImportError as error:
        raise _missing(error) from error
    app = create_app(config, access)
    server = uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning", server_header=False))
    for address in addresses(host, port, access):
        say(_("searching at {address} (Ctrl-C ends it)").format(address=address))
    server.run()


def _access(host: str, allowed: tuple[str, ...]) -> Access:
    """Who may ask a server on *host*.

    Raises:
        click.UsageError: the host is not this machine, and no name is allowed.
    """
    from searchkit.web.access import Access

    if host not in _LOOPBACK and not allowed:
        raise click.UsageError(
            _("--host {host} needs --allow-host, the name that browsers call it by").format(host=host)
        )
    token = os.environ.get(TOKEN, "")
    return Access(allowed, token or (secrets.token_urlsafe(18) if allowed else ""))


def _missing(error: ImportError) -> Exception:
    from searchkit import ExtraMissing

    message = _("the page needs the library {name}; run `pip install starlette uvicorn jinja2 nh3`")
    return ExtraMissing(message.format(name=error.name))
