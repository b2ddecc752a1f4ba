"""`searchkit search`: a query -> hits on stdout, messages on stderr."""

from __future__ import annotations

from typing import Any, get_args

import click

from searchkit import Filters, Sort
from searchkit.cli.last_list import Asked
from searchkit.cli.options import (
    all_words_option,
    color_option,
    exclude_each_other,
    filter_options,
    format_options,
    index_options,
    limit_option,
    offset_option,
    prefix_option,
    quiet_option,
    semantic_option,
    verbose_option,
)
from searchkit.cli.output import page_size, print_results
from searchkit.cli.query_words import QueryCommand, query_argument
from searchkit.cli.render import ALL_MATCHES, WITHOUT_SNIPPETS
from searchkit.cli.settings import index_of, settings
from searchkit.gap_log import note_gap
from searchkit.schema import SHOWN_FACETS
from searchkit.translation import gettext as _

_EPILOG = _("""\b
Examples:
  searchkit search OpenAI 融资
  searchkit search '"人工智能" -广告' --since 2024 --tag 科技
  searchkit search 配置 -复杂
  searchkit search -0 单细胞 | xargs -0 -r wc -m
  searchkit search --json 大模型 | jq -r '.hits[].title'

\b
QUERY may be a question. Articles with all its words are found, and those
that come close; +word and "a phrase" must be there, -word must not. title:
tag: author: category: date: site: select a field. OR, (…), prefix*, fuzzy~
are operators; everything else is text. Put -- before a query that looks like
an option. See docs/query-language.md.

\b
Exit code: 0 found, 1 nothing found, 2 error, 130 interrupted.
""")
_WITHOUT_EFFECT = {
    "facets": ALL_MATCHES - {"count"},
    "timeline": ALL_MATCHES - {"count"},
    "explain": ALL_MATCHES - {"jsonl"},
    "verbose": ALL_MATCHES - {"jsonl"},
}
"""An option -> the formats that do not print what it adds."""


@click.command(cls=QueryCommand, help=_("Find articles."), epilog=_EPILOG)
@query_argument
@index_options
@limit_option
@offset_option
@click.option(
    "--sort",
    type=click.Choice(get_args(Sort)),
    default="relevance",
    help=_("Order of the articles. [default: relevance]"),
)
@filter_options
@click.option("--facets", is_flag=True, help=_("Count tags, categories, authors, sites and years of all matches."))
@click.option(
    "--timeline", is_flag=True, help=_("Show when the matches are from: a bar a day, month, quarter or year.")
)
@click.option("--explain", is_flag=True, help=_("Show what each word adds to the score."))
@verbose_option
@all_words_option
@prefix_option
@semantic_option
@click.option("--no-fold", is_flag=True, help=_("List each repost, not one for all of them."))
@click.option("--raw", is_flag=True, help=_("Treat invalid syntax as an error, not as text."))
@format_options
@color_option
@quiet_option
def command(
    query: str,
    form: str,
    filters: Filters,
    offset: int,
    sort: Sort,
    facets: bool,
    timeline: bool,
    explain: bool,
    verbose: bool,
    all_words: bool,
    prefix: bool,
    semantic: bool | None,
    no_fold: bool,
    raw: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    exclude_each_other(*(["verbose", "quiet"] if verbose and quiet else []))
    added = {"facets": facets, "timeline": timeline, "explain": explain, "verbose": verbose}
    for name, given in added.items():
        exclude_each_other(*([name, form] if given and form in _WITHOUT_EFFECT[name] else []))
    config = settings(**flags)
    with index_of(config) as index:
        results = index.search(
            query,
            limit=page_size(form, flags["limit"], config),
            offset=offset,
            filters=filters,
            sort=sort,
            snippets=form not in WITHOUT_SNIPPETS,
            facets=SHOWN_FACETS if facets else (),
            explain=explain or verbose,
            all_words=all_words,
            prefix=prefix,
            semantic=semantic,
            strict=raw,
            fold=not no_fold,
        )
        is_timed = timeline and results.total
        times = index.timeline(query, filters=filters, prefix=prefix, all_words=all_words) if is_timed else None
    if not prefix:
        note_gap(results, config, filters=filters, offset=offset)
    asked = Asked(query, prefix)
    print_results(
        results,
        form,
        config=config,
        quiet=quiet,
        asked=asked,
        first=offset + 1,
        verbose=verbose,
        timeline=times,
    )
