"""`searchkit compare`: do two engines, or two indexes, find the same for the same queries?"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from searchkit.cli.options import color_option, index_of, json_option, quiet_option, settings

if TYPE_CHECKING:
    from searchkit import Config

_EPILOG = """\b
Examples:
  searchkit compare queries.tsv --engine whoosh --engine opensearch
  searchkit compare queries.jsonl.gz --index before --index after -v
  searchkit compare - --engine whoosh --engine opensearch --json < queries.tsv

\b
QUERIES: JSON Lines with _id, text and metadata.category, or lines of
id TAB text TAB category, or one plain query per line; - is standard input.
overlap@10: the share of the first ten articles that both lists have.
RBO: rank-biased overlap, 1 for equal lists. See docs/evaluation.md.

\b
Exit code: 0 compared, 2 error, 130 interrupted.
"""


@click.command(epilog=_EPILOG)
@click.argument("queries", metavar="QUERIES")
@click.option("--engine", "engines", multiple=True, metavar="NAME", help="Search engine; give two.")
@click.option(
    "--index", "indexes", multiple=True, metavar="DIR", help="Index of each engine, or one index for both."
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    metavar="N",
    help="Compare the first N articles of each list. [default: 100]",
)
@click.option("-v", "--per-query", is_flag=True, help="Show each query, not only those that differ.")
@json_option
@color_option
@quiet_option
def command(
    queries: str,
    engines: tuple[str, ...],
    indexes: tuple[str, ...],
    limit: int,
    per_query: bool,
    as_json: bool,
    color: str | None,
    quiet: bool,
) -> None:
    """Compare the results of two engines or two indexes."""
    from searchkit import EvaluationError, Progress
    from searchkit.cli.output import print_value
    from searchkit.cli.render.as_comparison import Comparison, comparison_to_dict, comparison_to_text
    from searchkit.cli.terminal import progress_bar
    from searchkit.evaluation import compare_indexes, read_queries

    config = settings(color=color)
    sides = _sides(config, engines, indexes)
    asked = read_queries(queries, plain=True)
    if not asked:
        raise EvaluationError(f"{queries}: no queries in this file")
    with (
        index_of(sides[0]) as one,
        index_of(sides[1]) as other,
        progress_bar(quiet=quiet, color=config.color) as advance,
    ):
        report = (lambda done, total: advance(Progress("searching", done, total))) if advance else None
        agreements = compare_indexes(one, other, asked, depth=limit, progress=report)
    names = tuple((side.engine, str(side.index)) for side in sides)
    comparison = Comparison((names[0], names[1]), limit, agreements)
    to_text = partial(comparison_to_text, per_query=per_query)
    print_value(comparison, to_text, comparison_to_dict, as_json=as_json, color=config.color)


def _sides(config: Config, engines: tuple[str, ...], indexes: tuple[str, ...]) -> tuple[Config, Config]:
    """The settings of the two sides.

    Raises:
        ValueError: there are not exactly two.
    """
    if len(engines) > 2 or len(indexes) > 2 or max(len(engines), len(indexes)) < 2:
        raise ValueError("compare needs two sides: give --engine twice, or --index twice, or both")
    pairs = zip(
        (engines or (config.engine,)) * (2 if len(engines) < 2 else 1),
        (indexes or (config.index,)) * (2 if len(indexes) < 2 else 1),
        strict=True,
    )
    one, other = (replace(config, engine=engine, index=index) for engine, index in pairs)
    return one, other
