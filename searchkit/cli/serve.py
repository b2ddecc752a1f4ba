"""`searchkit serve`: the search page in a browser."""

from __future__ import annotations

import errno
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

import click

from searchkit import IndexNotFound, IndexOutdated
from searchkit.cli.companion import watching
from searchkit.cli.options import index_options
from searchkit.cli.settings import settings
from searchkit.cli.terminal import say
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from searchkit import Config
    from searchkit.web.access import Access

_EPILOG = _("""\b
Examples:
  searchkit serve
  searchkit serve --port 9000 --index ~/notes.index
  searchkit serve --watch
  SEARCHKIT_TOKEN=… searchkit serve --host 0.0.0.0 --allow-host nas.local

\b
The page answers to this machine alone. Another --host needs --allow-host,
the name that browsers call it by, and a token, which is that of the variable
SEARCHKIT_TOKEN or else a new one. Press Ctrl-C to end.
Exit code: 2 error, such as a port in use; 130 interrupted.
""")
TOKEN = "SEARCHKIT_TOKEN"
_BACKLOG = 128
_CONNECTIONS = 256
"""At a time; more are refused, so that memory is bounded. A browser opens six."""
_M_ARENA_MAX, _ARENAS = -8, 2
"""An option of malloc.h of glibc, and how many arenas there are: with one for each thread, a server with fifty
readers (`python -m tests.reliability web_clients`) holds half as much again, and ever more."""
_EVERY = 0.1
"""Seconds between two looks for an index that is being made."""
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
    help=_("Listen on this port; 0 is any that is free. [default: 8321]"),
)
@click.option(
    "--allow-host", "allowed", multiple=True, metavar="NAME", help=_("Answer to this name too; repeatable.")
)
@click.option("--open", "opens", is_flag=True, help=_("Let the page open the files of articles on this machine."))
@click.option("--watch", is_flag=True, help=_("Update the index whenever files change, as `reindex --watch`."))
def command(host: str, port: int, allowed: tuple[str, ...], watch: bool, opens: bool, **flags: Any) -> None:
    _check_extra()
    config = settings(**flags)
    access = _access(host, allowed)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _share_memory()
    with _listening(host, port) as listener, watching(config) if watch else nullcontext(_never) as is_watched:
        app = _app_of(config, access, is_watched, opens=opens)
        for address in _addresses(host, listener, access):
            say(_("searching at {address} (Ctrl-C ends it)").format(address=address))
        _serve(app, listener)


def _check_extra() -> None:
    """See that the libraries of the page are there.

    Raises:
        ExtraMissing
    """
    try:
        import uvicorn  # noqa: F401 - whether it can be imported

        import searchkit.web.app  # noqa: F401 - the same of all that it needs
    except ImportError as error:
        from searchkit import ExtraMissing

        message = _("the page needs the library {name}; run `pip install starlette uvicorn jinja2 nh3`")
        raise ExtraMissing(message.format(name=error.name)) from error


def _share_memory() -> None:
    """Let threads use what other threads gave back; glibc has an arena for each."""
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError):  # another library of C, such as musl, has none
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def _never() -> bool:
    return False


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens at *port* of *host*.

    Raises:
        OSError: the port is in use, is not for everybody, or is of another machine.
    """
    try:
        family, *_kind, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(place[:2], family=family, backlog=_BACKLOG)
        # Connections inherit it; asyncio sets it for sockets of its own only. Without it the body of an answer
        # waits until its head is confirmed: 40 ms on a connection that is kept
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        reason = _("the port is in use; choose another with --port") if in_use else error.strerror or str(error)
        raise OSError(_("{host}:{port}: {reason}").format(host=host, port=port, reason=reason)) from error


def _app_of(config: Config, access: Access, is_watched: Callable[[], bool], *, opens: bool) -> ASGIApp:
    """The search page. Where the index *is watched* but is not there yet, or is one of another version, it is
    waited for.

    Raises:
        SearchkitError, OSError: as of `open_index`.
    """
    from searchkit.web.app import create_app

    while True:
        try:
            return create_app(config, access, opens=opens)
        except (IndexNotFound, IndexOutdated):
            if not is_watched():
                raise
            time.sleep(_EVERY)


def _addresses(host: str, listener: socket.socket, access: Access) -> Iterable[str]:
    from searchkit.web.access import addresses

    return addresses(host, listener.getsockname()[1], access)


def _serve(app: ASGIApp, listener: socket.socket) -> None:
    """Answer until this process is interrupted, or asked to end."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)

    def end(*_: object) -> None:  # the server, once it is started, catches signals and then sends them once more
        if not server.started:
            raise KeyboardInterrupt

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    server.run([listener])
    raise KeyboardInterrupt


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
