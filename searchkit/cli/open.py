"""`searchkit open`: the files of articles in an editor or the program for them, or their URLs in a browser."""

from __future__ import annotations

import os
import shlex
import subprocess
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.failures import FAILED
from searchkit.cli.last_list import Asked, asked_for, resolve, settings_for
from searchkit.cli.options import articles_argument, index_options, prefix_option, query_option
from searchkit.cli.settings import index_of
from searchkit.opening import system_opener
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit import Index, Place

_EPILOG = _("""\b
Examples:
  EDITOR=vim searchkit open 月全食
  searchkit open 2
  searchkit open --url 月全食

\b
ID is the id, the file path or the title of an article, a part of an id or a
title that only one article has, or a number of the list printed last.
An editor opens the file at the first marked line. Without VISUAL and EDITOR,
and for PDF, EPUB and Word files, the program for such files is started.
Exit code: 0 opened, 1 no such article, 2 error or several match.
""")
_AT_LINE = {
    ("+call cursor({line},{column})", "{path}"): "vim nvim gvim mvim vimx",
    ("+{line}", "{path}"): "vi ex nano pico emacs emacsclient micro kak joe ne mg gedit",
    ("--goto", "{path}:{line}"): "code code-insiders codium vscodium cursor",
    ("{path}:{line}",): "subl sublime_text zed hx helix",
    ("--line", "{line}", "{path}"): "kate kwrite idea pycharm webstorm",
}
"""How an editor is asked for a line of a file, as its manual says -> the editors that are asked so."""
_NOT_FOR_EDITORS = (".pdf", ".epub", ".docx")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to open, and the place in it to go to, if any: its line and, in bytes, its column."""

    path: str
    line: int | None = None
    column: int = 1

    @property
    def is_text(self) -> bool:
        """Whether an editor can show it."""
        return not self.path.lower().endswith(_NOT_FOR_EDITORS)


@click.command(help=_("Open articles in an editor or a browser."), epilog=_EPILOG)
@articles_argument
@click.option("--url", is_flag=True, help=_("Open the URL of the article in a browser."))
@query_option
@prefix_option
@index_options
def command(articles: tuple[str, ...], url: bool, query: str | None, prefix: bool, **flags: Any) -> None:
    config, listed = settings_for(articles, **flags)
    with index_of(config) as opened:
        ids = [resolve(name, opened, listed) for name in articles]
        if url:
            for article_id in dict.fromkeys(ids):
                _open_url(opened.get(article_id).url, article_id)
            return
        asked = [asked_for(name, opened, listed, query, prefix=prefix) for name in articles]
        files = list(dict.fromkeys(_file_of(opened, *pair) for pair in zip(ids, asked, strict=True)))
    for command in commands(files):
        _run(command)


def _file_of(opened: Index, article_id: str, asked: Asked) -> Opened:
    path = opened.path_of(article_id)
    if not path:
        message = _("{id}: it has no file; try --url or `searchkit show`")
        raise ValueError(message.format(id=article_id))
    if not Path(path).exists():
        message = _("{path}: the file does not exist any more; run `searchkit reindex`")
        raise FileNotFoundError(message.format(path=path))
    if asked.query and (place := _place_of(opened, article_id, asked)):
        return Opened(path, place.line, place.column)
    return Opened(path)


def _place_of(opened: Index, article_id: str, asked: Asked) -> Place | None:
    """The first marked passage, or the title if the marks are there alone."""
    from searchkit import locate

    (hit,) = opened.hits(asked.query, [article_id], prefix=asked.prefix)
    first = tuple(snippet for snippet in hit.snippets if snippet.highlights)[:1]
    (place,) = locate(replace(hit, title_highlights=(), snippets=first))
    return place if place.is_found and (place.highlights or hit.title_highlights) else None


def commands(files: Sequence[Opened]) -> list[list[str]]:
    """The commands that open *files*: one for all that an editor shows, one for each that another program does.

    Raises:
        ValueError: there is neither an editor nor such a program.
    """
    editor, opener = _editor(), system_opener()
    if not editor and not opener:
        raise ValueError(_("no editor; set VISUAL or EDITOR, for example EDITOR=nano"))
    edited = [file for file in files if editor and (file.is_text or not opener)]
    started = [[*opener, file.path] for file in files if file not in edited]
    return [*([_edit(editor, edited)] if edited else []), *started]


def _edit(editor: list[str], files: Sequence[Opened]) -> list[str]:
    """The command for *files* in one *editor*, at the line of the first one."""
    (first, *rest) = files
    program = Path(editor[0]).stem.lower()
    how = next((how for how, names in _AT_LINE.items() if program in names.split()), None)
    if how is None or first.line is None:
        return [*editor, *(file.path for file in files)]
    at_line = [part.format(line=first.line, column=first.column, path=first.path) for part in how]
    return [*editor, *at_line, *(file.path for file in rest)]


def _editor() -> list[str]:
    """The words of $VISUAL or $EDITOR; none if neither is set."""
    editor = (os.environ.get("VISUAL") or os.environ.get("EDITOR") or "").strip()
    try:
        return shlex.split(editor)
    except ValueError as error:
        message = _("VISUAL or EDITOR is {editor!r}: {error}")
        raise ValueError(message.format(editor=editor, error=error)) from error


def _run(command: Sequence[str]) -> None:
    try:
        code = subprocess.run(command, check=False).returncode
    except FileNotFoundError as error:
        message = _("{editor}: no such editor; set VISUAL or EDITOR")
        raise FileNotFoundError(message.format(editor=command[0])) from error
    if code:
        raise click.exceptions.Exit(FAILED)


def _open_url(url: str, article_id: str) -> None:
    """Open http and https only: an article must not start any other program."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(_("{id}: it has no http or https URL").format(id=article_id))
    if not webbrowser.open(url):
        raise ValueError(_("no browser could be opened; the URL is {url}").format(url=url))
