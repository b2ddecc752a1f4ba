"""`searchkit mcp`: the tools for assistants on standard input and output."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from searchkit import Config
from searchkit.assistants.clients import CLIENTS
from searchkit.cli.options import index_options
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import say
from searchkit.translation import gettext as _

_EPILOG = _("""\b
Examples:
  searchkit mcp --config claude
  searchkit mcp --index ~/notes.index

\b
A program with an assistant starts this command itself; --config prints what
to write into its settings. Assistants search and read, and change nothing.
Exit code: 0 ended, 2 error.
""")


@click.command(help=_("Let assistants search (Model Context Protocol)."), epilog=_EPILOG)
@index_options
@click.option(
    "--config",
    "client",
    type=click.Choice(list(CLIENTS)),
    help=_("Print what to write into the settings of this program."),
)
def command(client: str | None, **flags: Any) -> None:
    config = settings(**flags)
    if client:
        _print_snippet(client, config)
        return
    try:
        from searchkit.assistants.server import serve_standard_streams
    except ImportError as error:
        raise _missing(error) from error
    with index_of(config) as index:
        if sys.stdin.isatty():
            say(_("waiting for a program with an assistant; `searchkit mcp --config claude` prints its settings"))
        serve_standard_streams(index)


def _print_snippet(client: str, config: Config) -> None:
    """What goes into the settings of a *client*, and where that is."""
    chosen = CLIENTS[client]
    say(_("{name} reads this from {file}:").format(name=chosen.name, file=chosen.file))
    click.echo(chosen.snippet(_command(config)), nl=False)


def _command(config: Config) -> list[str]:
    """How this command is started from any folder, for the same index."""
    place = str(config.index_folder or config.index)
    engine = ["--engine", config.engine] if config.engine != Config().engine else []
    return [*_program(), "mcp", "--index", place, *engine]


def _program() -> list[str]:
    """What starts searchkit: this command, or else this Python."""
    found = shutil.which(sys.argv[0])
    if found and Path(found).stem == "searchkit":
        return [str(Path(found).absolute())]
    return [sys.executable, "-m", "searchkit"]


def _missing(error: ImportError) -> Exception:
    from searchkit import ExtraMissing

    message = _('the server for assistants needs the library {name}; run `pip install "mcp>=2.3"`')
    return ExtraMissing(message.format(name=error.name))
