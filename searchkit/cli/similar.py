"""`searchkit similar`: articles with the same significant words, printed like hits of a search."""

from __future__ import annotations

from typing import Any

import click

from searchkit import Filters
from searchkit.cli.last_list import resolve, settings_for
from searchkit.cli.options import (
    article_argument,
    color_option,
    filter_options,
    format_options,
    index_options,
    limit_option,
    offset_option,
    quiet_option,
)
from searchkit.cli.output import page_size, print_results
from searchkit.cli.render import WITHOUT_SNIPPETS
from searchkit.cli.settings import index_of
from searchkit.translation import gettext as _

_EPILOG = _("""\b
Examples:
  searchkit similar 月全食
  searchkit similar hugo/git_误删分支怎么找回.md -n 3 --json
  searchkit similar 月全食 --since 2024 -l

\b
ID is the id, the file path or the title of an article, a part of an id or a
title that only one article has, or a number of the list printed last.
Exit code: 0 found, 1 no such article or none similar, 2 error or several
match.
""")


@click.command(help=_("Find articles similar to a given one."), epilog=_EPILOG)
@article_argument
@index_options
@limit_option
@offset_option
@filter_options
@format_options
@color_option
@quiet_option
def command(article: str, form: str, filters: Filters, offset: int, quiet: bool, **flags: Any) -> None:
    config, listed = settings_for([article], **flags)
    with index_of(config) as opened:
        results = opened.similar(
            resolve(article, opened, listed),
            filters=filters,
            limit=page_size(form, flags["limit"], config),
            offset=offset,
            snippets=form not in WITHOUT_SNIPPETS,
        )
    print_results(results, form, config=config, quiet=quiet, first=offset + 1)
