"""`searchkit timeline`: when the articles are from that a query finds, and when they rose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from searchkit import Config, Filters, Results, Timeline, TimeUnit
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.last_list import Asked, remember
from searchkit.cli.layout import visible_line
from searchkit.cli.options import (
    all_words_option,
    color_option,
    filter_options,
    index_options,
    json_option,
    prefix_option,
    quiet_option,
)
from searchkit.cli.output import print_value, say_about
from searchkit.cli.query_words import QueryCommand, query_argument
from searchkit.cli.render.period_table import as_period_table, told
from searchkit.cli.render.timeline import mentioned
from searchkit.cli.settings import index_of, settings
from searchkit.json_form import dated_list_to_dict
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit import Index

_EPILOG = _("""\b
Examples:
  searchkit timeline OpenAI 融资
  searchkit timeline DeepSeek --against ChatGPT --since 2023
  searchkit timeline 大模型 --by quarter --tag 科技
  searchkit timeline 单细胞 --json | jq -c '.rises[]'

\b
Each line is a period: how many of its articles are found, how many there
are, the share, and a bar. Below are the first and the last article, and the
periods in which the share rose most, by more than chance, each with the
article that ranks best; `searchkit open 1` opens it. An empty query stands
for all articles. See docs/query-language.md.

\b
Exit code: 0 found, 1 nothing found, 2 error, 130 interrupted.
""")


@click.command(cls=QueryCommand, help=_("Show when articles are from, and when they rose."), epilog=_EPILOG)
@query_argument
@index_options
@click.option(
    "--by",
    type=click.Choice(get_args(TimeUnit)),
    help=_("What a line is. [default: the finest of which there are at most 62]"),
)
@click.option("--against", metavar="QUERY", help=_("Show a second query in the same picture."))
@filter_options
@all_words_option
@prefix_option
@json_option
@color_option
@quiet_option
def command(
    query: str,
    by: TimeUnit | None,
    against: str | None,
    filters: Filters,
    all_words: bool,
    prefix: bool,
    as_json: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    config = settings(**flags)
    given: dict[str, Any] = {"filters": filters, "all_words": all_words}
    with index_of(config) as index:
        timeline = index.timeline(query, by=by, against=against, prefix=prefix, **given)
        for side in () if quiet else timeline.sides:
            results = _found(index, side.query, prefix=prefix and side is timeline, **given)
            say_about(results, name=visible_line(side.name) if timeline.against else "")
    if not as_json:
        _remember(timeline, config, prefix=prefix)
    print_value(timeline, as_period_table, dated_list_to_dict, as_json=as_json, color=config.color)
    if not any(side.total for side in timeline.sides):
        raise click.exceptions.Exit(NOT_FOUND)


def _remember(timeline: Timeline, config: Config, *, prefix: bool) -> None:
    """Store which articles the numbers name, each with the query that found it first."""
    hits, own = tuple(told(timeline)), {hit.id for hit in mentioned(timeline)}
    others = {hit.id: timeline.against.query for hit in hits if timeline.against and hit.id not in own}
    results = Results(timeline.query, len(hits), hits)
    remember(results, config, asked=Asked(timeline.query, prefix), first=1, others=others)


def _found(index: Index, query: str, *, filters: Filters, all_words: bool, prefix: bool = False) -> Results:
    """How many articles a query finds, and what is to be said of it."""
    if not query.strip():
        return index.browse(filters=filters, limit=0)
    return index.search(query, filters=filters, limit=0, all_words=all_words, prefix=prefix, fold=False)
