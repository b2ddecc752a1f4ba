"""`searchkit compare`: do two engines, or two indexes, find the same for the same queries?

     queries  overlap@10     RBO  same lists  same totals
all       30      0.9967  0.9981          28           30
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

import click

from searchkit import Config, EvaluationError, Progress
from searchkit.cli.layout import Row, View, aligned, first_lines, visible_line, with_texts
from searchkit.cli.options import color_option, files, folders, json_option, quiet_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import progress_bar
from searchkit.json_form import members
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

if TYPE_CHECKING:
    from searchkit.evaluation import Agreement

Sides = tuple[Config, Config]

_EPILOG = _("""\b
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
""")


@click.command(help=_("Compare the results of two engines or two indexes."), epilog=_EPILOG)
@click.argument("queries", metavar="QUERIES", shell_complete=files)
@click.option("--engine", "engines", multiple=True, metavar="NAME", help=_("Search engine; give two."))
@click.option(
    "--index",
    "indexes",
    multiple=True,
    metavar="DIR",
    shell_complete=folders,
    help=_("Index of each engine, or one index for both."),
)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    metavar="N",
    help=_("Compare the first N articles of each list. [default: 100]"),
)
@click.option("-v", "--per-query", is_flag=True, help=_("Show each query, not only those that differ."))
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
    from searchkit.evaluation import compare_indexes, read_queries

    config = settings(color=color)
    sides = _sides(engines, indexes)
    asked = read_queries(queries, plain=True)
    if not asked:
        raise EvaluationError(_("{file}: no queries in this file").format(file=queries))
    with (
        index_of(sides[0]) as one,
        index_of(sides[1]) as other,
        progress_bar(quiet=quiet, color=config.color) as advance,
    ):
        report = (lambda done, total: advance(Progress("searching", done, total))) if advance else None
        agreements = compare_indexes(one, other, asked, depth=limit, progress=report)
    to_text = partial(agreements_to_text, sides=sides, depth=limit, per_query=per_query)
    to_dict = partial(agreements_to_dict, sides=sides, depth=limit)
    print_value(agreements, to_text, to_dict, as_json=as_json, color=config.color)


def _sides(engines: tuple[str, ...], indexes: tuple[str, ...]) -> Sides:
    """The settings of the two sides.

    Raises:
        ValueError: there are not exactly two.
    """
    if max(len(engines), len(indexes)) != 2:
        raise ValueError(_("compare needs two sides: give --engine twice, or --index twice, or both"))
    first, second = (
        settings(engine=engines[at] if engines else None, index=indexes[at] if indexes else None) for at in (0, -1)
    )
    return first, second


def agreements_to_text(
    agreements: Sequence[Agreement], view: View, *, sides: Sides, depth: int, per_query: bool
) -> str:
    """A table over all queries; one of the queries that differ (with *per_query*, of every query), the least
    similar first; and the first articles that only one side has."""
    names = [visible_line(side.engine if sides[0].engine != sides[1].engine else side.index) for side in sides]
    shown = sorted((one for one in agreements if per_query or not one.is_whole), key=lambda one: one.rbo)
    blocks = [aligned(_overall(agreements), view)]
    if shown:
        blocks.append(_queries(shown, names, view))
    blocks += [lines for one in shown if (lines := list(_alone(one, names, depth)))]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def agreements_to_dict(agreements: Sequence[Agreement], *, sides: Sides, depth: int) -> dict[str, Any]:
    """Everything as plain values, in the order of docs/json.md."""
    return {
        "sides": [members(side, "engine index") for side in sides],
        "depth": depth,
        **_totals(agreements),
        "per_query": [
            {
                **asdict(one.query),
                "totals": one.totals,
                "overlap_at_10": round(one.overlap_at_10, 6),
                "rbo": round(one.rbo, 6),
                "same_list": one.same_order,
                "only": one.only,
            }
            for one in agreements
        ],
    }


def _totals(agreements: Sequence[Agreement]) -> dict[str, Any]:
    return {
        "queries": len(agreements),
        "overlap_at_10": round(fmean(one.overlap_at_10 for one in agreements), 6),
        "rbo": round(fmean(one.rbo for one in agreements), 6),
        "same_lists": sum(one.same_order for one in agreements),
        "same_totals": sum(one.totals[0] == one.totals[1] for one in agreements),
    }


def _overall(agreements: Sequence[Agreement]) -> list[Row]:
    cells = (
        f"{value:.4f}" if isinstance(value, float) else f"{value:,}" for value in _totals(agreements).values()
    )
    return [("", _("queries"), "overlap@10", "RBO", _("same lists"), _("same totals")), (_("all"), *cells)]


def _queries(shown: Sequence[Agreement], names: Sequence[str], view: View) -> list[str]:
    rows: list[Row] = [
        (_("query"), "overlap@10", "RBO", *names, *(_("only {name}").format(name=name) for name in names))
    ]
    for one in shown:
        counts = (f"{count:,}" for count in (*one.totals, *map(len, one.only)))
        rows.append((visible_line(one.query.id), f"{one.overlap_at_10:.4f}", f"{one.rbo:.4f}", *counts))
    return with_texts(rows, [_("text"), *(visible_line(one.query.text) for one in shown)], view)


def _alone(agreement: Agreement, names: Sequence[str], depth: int) -> Iterator[str]:
    """The first articles of a query that only one side has."""
    for name, articles in zip(names, agreement.only, strict=True):
        if articles:
            yield ngettext(
                "{query}: {count:,} article of the first {depth:,} only in {name}:",
                "{query}: {count:,} articles of the first {depth:,} only in {name}:",
                len(articles),
            ).format(query=visible_line(agreement.query.id), count=len(articles), depth=depth, name=name)
            yield from first_lines(articles)
