"""`searchkit similar`: articles with the same telling words, printed like hits of a search."""

from __future__ import annotations

import click

from searchkit.cli.options import (
    color_option,
    engine_option,
    index_of,
    index_option,
    json_option,
    limit_option,
    quiet_option,
    settings,
)

_EPILOG = """\b
Examples:
  searchkit similar 月全食
  searchkit similar hugo/git_误删分支怎么找回.md -n 3 --json

\b
ID is an id, the path of a file, or any part of an id that only one article has.
Exit code: 0 found, 1 no such article or nothing like it, 2 error or several fit.
"""


@click.command(epilog=_EPILOG)
@click.argument("article", metavar="ID")
@index_option
@engine_option
@limit_option
@json_option
@color_option
@quiet_option
def command(
    article: str,
    index: str | None,
    engine: str | None,
    limit: int | None,
    as_json: bool,
    color: str | None,
    quiet: bool,
) -> None:
    """Find articles like one you name."""
    from searchkit.cli.output import exit_with, print_results, summary
    from searchkit.cli.terminal import say

    config = settings(index=index, engine=engine, limit=limit, color=color)
    with index_of(config) as opened:
        results = opened.similar(opened.resolve(article), limit=config.limit)
    print_results(results, "json" if as_json else "text", color=config.color)
    say(summary(results), quiet=quiet)
    exit_with(results)
