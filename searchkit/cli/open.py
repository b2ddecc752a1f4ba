"""`searchkit open`: an article's file in an editor, or its origin in a browser."""

from __future__ import annotations

import os
import shlex
import subprocess
import webbrowser

import click

from searchkit.cli.failures import FAILED
from searchkit.cli.options import engine_option, index_of, index_option, settings

_EPILOG = """\b
Examples:
  EDITOR=vim searchkit open 月全食
  searchkit open --url 月全食

\b
ID is an id, the path of a file, or any part of an id that only one article has.
Exit code: 0 opened, 1 there is no such article, 2 error or several fit.
"""


@click.command(epilog=_EPILOG)
@click.argument("article", metavar="ID")
@click.option("--url", is_flag=True, help="Open the address the article came from.")
@index_option
@engine_option
def command(article: str, url: bool, index: str | None, engine: str | None) -> None:
    """Open an article in an editor or a browser."""
    with index_of(settings(index=index, engine=engine)) as opened:
        article_id = opened.resolve(article)
        address, path = opened.get(article_id).url, opened.path_of(article_id)
    if url:
        _open_address(address, article_id)
    else:
        _edit(path, article_id)


def _edit(path: str, article_id: str) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not path:
        raise ValueError(f"{article_id}: it did not come from a file; try --url or `searchkit show`")
    if not editor:
        raise ValueError("no editor is set; set VISUAL or EDITOR, for example EDITOR=nano")
    if not os.path.exists(path):  # noqa: PTH110 - a path as text
        raise FileNotFoundError(f"{path}: the file is gone; run `searchkit reindex`")
    try:
        code = subprocess.run([*shlex.split(editor), path], check=False).returncode
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{editor}: no such editor; set VISUAL or EDITOR") from error
    if code:
        raise click.exceptions.Exit(FAILED)


def _open_address(address: str, article_id: str) -> None:
    """Only addresses of the web: what an article says must not start anything else."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"{article_id}: it has no address on the web")
    if not webbrowser.open(address):
        raise ValueError(f"no browser could be opened; the address is {address}")
