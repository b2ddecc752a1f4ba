"""`searchkit similar`: articles with the same significant words, printed like hits of a search."""

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
ID is the id, the file path or the title of an article, or a part of an id or
a title that only one article has.
Exit code: 0 found, 1 no such article or none similar, 2 error or several
match.
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
    """Find articles similar to a given one."""
    from searchkit.cli.output import exit_with, print_results, summary
    from searchkit.cli.terminal import say

    config = settings(index=index, engine=engine, limit=limit, color=color)
    with index_of(config) as opened:
        results = opened.similar(opened.resolve(article), limit=config.limit)
    print_results(results, "json" if as_json else "text", color=config.color)
    say(summary(results), quiet=quiet)
    exit_with(results)
