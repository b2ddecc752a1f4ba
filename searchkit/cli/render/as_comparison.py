"""A comparison of two engines as tables, and as plain values for JSON.

     queries  overlap@10     RBO  same lists  same totals
all       30      0.9967  0.9981          28           30
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from searchkit.cli.layout import View, aligned, plural, visible_line, with_texts
from searchkit.evaluation import Agreement

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared: `sides` are the engine and the index of each side, `depth` the length of the lists."""

    sides: tuple[tuple[str, str], tuple[str, str]]
    depth: int
    agreements: tuple[Agreement, ...]

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two sides: the engines or, where these are equal, the indexes."""
        (engine, index), (other_engine, other_index) = self.sides
        return (engine, other_engine) if engine != other_engine else (index, other_index)


def comparison_to_text(comparison: Comparison, view: View, *, per_query: bool = False) -> str:
    """A table over all queries; one of the queries that differ (with *per_query*, of every query), the least
    similar first; and the first articles that only one side has."""
    least_alike_first = sorted(comparison.agreements, key=lambda one: one.rbo)
    shown = [one for one in least_alike_first if per_query or not one.is_whole]
    blocks = [aligned(_overall(comparison), view)]
    if shown:
        blocks.append(_queries(comparison, shown, view))
    blocks += [lines for one in shown if (lines := list(_alone(comparison, one)))]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def comparison_to_dict(comparison: Comparison) -> dict[str, Any]:
    """Everything as plain values, in the order of docs/json.md."""
    agreements = comparison.agreements
    return {
        "sides": [{"engine": engine, "index": index} for engine, index in comparison.sides],
        "depth": comparison.depth,
        "queries": len(agreements),
        "overlap_at_10": round(fmean(one.overlap_at_10 for one in agreements), 6),
        "rbo": round(fmean(one.rbo for one in agreements), 6),
        "same_lists": sum(one.same_order for one in agreements),
        "same_totals": sum(one.totals[0] == one.totals[1] for one in agreements),
        "per_query": [_to_dict(one) for one in agreements],
    }


def _overall(comparison: Comparison) -> list[Sequence[str]]:
    values = comparison_to_dict(comparison)
    return [
        ("", "queries", "overlap@10", "RBO", "same lists", "same totals"),
        (
            "all",
            f"{values['queries']:,}",
            *(f"{values[name]:.4f}" for name in ("overlap_at_10", "rbo")),
            *(f"{values[name]:,}" for name in ("same_lists", "same_totals")),
        ),
    ]


def _queries(comparison: Comparison, shown: Sequence[Agreement], view: View) -> list[str]:
    one, other = map(visible_line, comparison.names)
    rows: list[Sequence[str]] = [("query", "overlap@10", "RBO", one, other, "only " + one, "only " + other)]
    for agreement in shown:
        counts = (*agreement.totals, *map(len, agreement.only))
        measures = (f"{agreement.overlap_at_10:.4f}", f"{agreement.rbo:.4f}")
        rows.append((visible_line(agreement.query.id), *measures, *(f"{count:,}" for count in counts)))
    return with_texts(rows, ["text", *(visible_line(agreement.query.text) for agreement in shown)], view)


def _alone(comparison: Comparison, agreement: Agreement) -> Iterator[str]:
    """The first articles of a query that only one side has."""
    for name, articles in zip(comparison.names, agreement.only, strict=True):
        if articles:
            what = f"{len(articles):,} {plural(len(articles), 'article')}"
            query = visible_line(agreement.query.id)
            yield f"{query}: {what} of the first {comparison.depth:,} only in {visible_line(name)}:"
            yield from (f"  {visible_line(article)}" for article in articles[:_MOST_NAMED])
            if len(articles) > _MOST_NAMED:
                yield f"  and {len(articles) - _MOST_NAMED:,} more"


def _to_dict(agreement: Agreement) -> dict[str, Any]:
    return {
        **asdict(agreement.query),
        "totals": list(agreement.totals),
        "overlap_at_10": round(agreement.overlap_at_10, 6),
        "rbo": round(agreement.rbo, 6),
        "same_list": agreement.same_order,
        "only": [list(articles) for articles in agreement.only],
    }
