"""Print the results of every command: JSON for programs, text for people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from searchkit import Config, Quote, Results
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.last_list import NOTHING_ASKED, Asked, remember
from searchkit.cli.layout import View
from searchkit.cli.render import ALL_MATCHES, FOR_PROGRAMS, FORMATS, WITH_TIMELINE
from searchkit.cli.terminal import print_data, print_text, say, view_of_stdout
from searchkit.json_form import json_text
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

if TYPE_CHECKING:
    from searchkit import Timeline

Value = TypeVar("Value")


def print_value(
    value: Value,
    to_text: Callable[[Value, View], str],
    to_dict: Callable[[Value], dict[str, Any]],
    *,
    as_json: bool,
    color: str = "auto",
    verbose: bool = False,
) -> None:
    """Print *value* as one JSON object, or as text that fits the terminal."""
    if as_json:
        print_data(json_text(to_dict(value)))
    else:
        print_text(to_text(value, view_of_stdout(color, verbose=verbose)))


def page_size(form: str, given: int | None, config: Config) -> int | None:
    """How many hits the format *form* needs where -n is *given*: 0 on the command line is all, None in the
    library."""
    if form == "count":
        return 0
    if given is None and form in ALL_MATCHES:
        return None
    return config.limit or None


def print_results(
    results: Results,
    form: str,
    *,
    config: Config,
    quiet: bool,
    asked: Asked = NOTHING_ASKED,
    first: int = 1,
    verbose: bool = False,
    timeline: Timeline | None = None,
) -> None:
    """Print messages about *results*, then *results* and their *timeline* in the format named *form*. The numbers
    of a list for people name its articles until the next one, and what was *asked* is marked in them.

    Raises:
        click.exceptions.Exit: nothing was found.
    """
    if not quiet and form != "count":
        say_about(results, first)
    view = view_of_stdout(config.color, first=first, verbose=verbose)
    if timeline:
        text = WITH_TIMELINE[form](results, view, timeline)
    else:
        text = _places(results, view, quiet=quiet) if form == "vimgrep" else FORMATS[form](results, view)
    if form == "text":
        remember(results, config, asked=asked, first=first)
    printed = print_data if form in FOR_PROGRAMS else print_text
    printed(text)
    if not results.total:
        raise click.exceptions.Exit(NOT_FOUND)


def say_about(results: Results, first: int = 1, *, name: str = "") -> None:
    """Print messages about *results*: how many there are, after a *name* for them if there are others, what was
    probably meant, and notes."""
    say(f"{name}: {_verdict(results, first)}" if name else _verdict(results, first))
    if results.suggestion:
        say(_("did you mean: {query}").format(query=results.suggestion))
    if results.quote:
        say(_passage(results.quote))
    for note in results.notes:
        say(_("note: {note}").format(note=note))


def _passage(quote: Quote) -> str:
    said = _("a passage of {title}, {share:.0%} the same; `searchkit source` shows what differs")
    return said.format(title=quote.article.title or quote.article.id, share=quote.identity)


def _places(results: Results, view: View, *, quiet: bool) -> str:
    """Where the passages of *results* stand in their files; files that changed or are gone are noted on stderr."""
    from searchkit import locate
    from searchkit.cli.render.as_vimgrep import as_vimgrep

    places = [place for hit in results.hits for place in locate(hit)]
    lost = {place.path for place in places if not place.is_found}
    gone = sum(not Path(path).exists() for path in lost)
    changed = len(lost) - gone
    if gone:
        said = ngettext(
            "note: {count} file does not exist any more; run `searchkit reindex`",
            "note: {count} files do not exist any more; run `searchkit reindex`",
            gone,
        )
        say(said.format(count=gone), quiet=quiet)
    if changed:
        said = ngettext(
            "note: {count} file has changed since it was indexed; run `searchkit reindex`",
            "note: {count} files have changed since they were indexed; run `searchkit reindex`",
            changed,
        )
        say(said.format(count=changed), quiet=quiet)
    return as_vimgrep(places, view)


def _verdict(results: Results, first: int) -> str:
    """How many articles are found, how many of them have all words, and which are shown."""
    if not results.total:
        return _("no articles · {took:.1f} ms").format(took=results.took_ms)
    parts = [ngettext("{count:,} article", "{count:,} articles", results.total).format(count=results.total)]
    if results.complete < results.total:
        some = _("{count:,} with all words") if results.complete else _("none with all words")
        parts.append(some.format(count=results.complete))
    if results.semantic:
        parts.append(_("by meaning too"))
    shown = len(results.hits)
    if 0 < shown < results.total:
        text = _("showing {first}–{last}") if shown > 1 else _("showing {first}")
        parts.append(text.format(first=first, last=first + shown - 1))
    elif first > results.total:
        parts.append(_("no more after {count:,}").format(count=results.total))
    return " · ".join([*parts, f"{results.took_ms:.1f} ms"])
