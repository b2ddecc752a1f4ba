"""`searchkit open`: the file of an article in an editor, or its URL in a browser."""

from __future__ import annotations

import os
import shlex
import subprocess
import webbrowser
from typing import Any

import click

from searchkit.cli.failures import FAILED
from searchkit.cli.options import article_argument, index_of, index_options, settings

_EPILOG = """\b
Examples:
  EDITOR=vim searchkit open 月全食
  searchkit open --url 月全食

\b
ID is the id, the file path or the title of an article, or a part of an id or
a title that only one article has.
Exit code: 0 opened, 1 no such article, 2 error or several match.
"""


@click.command(epilog=_EPILOG)
@article_argument
@click.option("--url", is_flag=True, help="Open the URL of the article in a browser.")
@index_options
def command(article: str, url: bool, **flags: Any) -> None:
    """Open an article in an editor or a browser."""
    with index_of(settings(**flags)) as opened:
        article_id = opened.resolve(article)
        origin, path = opened.get(article_id).url, opened.path_of(article_id)
    if url:
        _open_url(origin, article_id)
    else:
        _edit(path, article_id)


def _edit(path: str, article_id: str) -> None:
    editor = (os.environ.get("VISUAL") or os.environ.get("EDITOR") or "").strip()
    if not path:
        raise ValueError(f"{article_id}: it has no file; try --url or `searchkit show`")
    if not editor:
        raise ValueError("no editor; set VISUAL or EDITOR, for example EDITOR=nano")
    if not os.path.exists(path):  # noqa: PTH110 - a path as text
        raise FileNotFoundError(f"{path}: the file does not exist any more; run `searchkit reindex`")
    try:
        code = subprocess.run([*_words_of(editor), path], check=False).returncode
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{editor}: no such editor; set VISUAL or EDITOR") from error
    if code:
        raise click.exceptions.Exit(FAILED)


def _words_of(editor: str) -> list[str]:
    try:
        return shlex.split(editor)
    except ValueError as error:
        raise ValueError(f"VISUAL or EDITOR is {editor!r}: {error}") from error


def _open_url(url: str, article_id: str) -> None:
    """Open http and https only: an article must not start any other program."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{article_id}: it has no http or https URL")
    if not webbrowser.open(url):
        raise ValueError(f"no browser could be opened; the URL is {url}")
