"""`searchkit similar`: articles with the same significant words, printed like hits of a search."""

from __future__ import annotations

from typing import Any

import click

from searchkit.cli.options import (
    article_argument,
    color_option,
    index_of,
    index_options,
    json_option,
    limit_option,
    quiet_option,
    settings,
)
from searchkit.cli.output import print_results

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
@article_argument
@index_options
@limit_option
@json_option
@color_option
@quiet_option
def command(article: str, as_json: bool, quiet: bool, **flags: Any) -> None:
    """Find articles similar to a given one."""
    config = settings(**flags)
    with index_of(config) as opened:
        results = opened.similar(opened.resolve(article), limit=config.limit)
    print_results(results, "json" if as_json else "text", color=config.color, quiet=quiet)
