"""An evaluation as tables, and as plain values for JSON.

              queries  nDCG@10  MRR@10  Recall@100  judged@10
all                30   0.7531  0.8722      0.9320     0.9633
baseline                0.7101  0.8417      0.8615     0.9500
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from searchkit.cli.layout import Row, View, aligned, visible_line, with_texts
from searchkit.evaluation import MEASURES, Evaluation, Group, Scored, Scores, Selection

_HEADS = ("nDCG@10", "MRR@10", "Recall@100", "judged@10")


def evaluation_to_text(evaluation: Evaluation, view: View, *, per_query: bool = False) -> str:
    """A table over all queries, with the differences from a baseline; one of the categories; with *per_query*, one
    of the queries, the worst first."""
    tables = [_overall(evaluation)]
    if evaluation.categories:
        rows = [_group_row(group) for group in evaluation.categories]
        tables.append([("category", "queries", *_heads(evaluation)), *rows])
    blocks = ["\n".join(aligned(table, view)) for table in tables]
    if per_query:
        blocks.append("\n".join(_query_lines(evaluation, view)))
    return "\n\n".join(blocks) + "\n"


def evaluation_to_dict(evaluation: Evaluation, selection: Selection, baseline: str | None) -> dict[str, Any]:
    """Everything as plain values, in the order of docs/json.md; *baseline* is the name of its file."""
    return {
        "queries": evaluation.overall.queries,
        **_scores_to_dict(evaluation.overall.scores, evaluation.overall.baseline),
        "baseline_file": baseline,
        "differences": [_rounded(asdict(difference)) for difference in evaluation.differences],
        "categories": [
            {"name": group.name, "queries": group.queries, **_scores_to_dict(group.scores, group.baseline)}
            for group in evaluation.categories
        ],
        "per_query": [
            {**asdict(one.query), **_scores_to_dict(one.scores, one.baseline)} for one in evaluation.per_query
        ],
        "unjudged": list(selection.unjudged),
        "unasked": list(selection.unasked),
        "hopeless": list(selection.hopeless),
    }


def _overall(evaluation: Evaluation) -> list[Row]:
    overall = evaluation.overall
    rows = [("", "queries", *_HEADS), ("all", f"{overall.queries:,}", *_cells(overall.scores))]
    if overall.baseline:
        rows += [
            ("baseline", "", *_cells(overall.baseline)),
            ("difference", "", *(_signed(d.mean) for d in evaluation.differences)),
            ("95 % from", "", *(_signed(d.low) for d in evaluation.differences)),
            ("95 % to", "", *(_signed(d.high) for d in evaluation.differences)),
            ("better", "", *(f"{d.better:,}" for d in evaluation.differences)),
            ("worse", "", *(f"{d.worse:,}" for d in evaluation.differences)),
        ]
    return list(rows)


def _group_row(group: Group) -> Row:
    return (visible_line(group.name), f"{group.queries:,}", *_cells(group.scores), *_change(group))


def _query_lines(evaluation: Evaluation, view: View) -> list[str]:
    """The measures of each query, and as much of its text as fits."""
    worst_first = sorted(evaluation.per_query, key=lambda one: one.scores.ndcg_at_10)
    heads = ("query", *_heads(evaluation))
    rows = [(visible_line(one.query.id), *_cells(one.scores), *_change(one)) for one in worst_first]
    table = [tuple(head.replace("MRR", "RR") for head in heads), *rows]
    return with_texts(table, ["text", *(visible_line(one.query.text) for one in worst_first)], view)


def _heads(evaluation: Evaluation) -> Row:
    return (*_HEADS, "change") if evaluation.differences else _HEADS


def _cells(scores: Scores) -> Row:
    return tuple(f"{getattr(scores, name):.4f}" for name in MEASURES)


def _change(one: Group | Scored) -> Row:
    """The difference of nDCG@10 from the baseline."""
    return (_signed(one.scores.ndcg_at_10 - one.baseline.ndcg_at_10),) if one.baseline else ()


def _signed(difference: float) -> str:
    return f"{round(difference, 4) + 0.0:+.4f}"  # adding 0 makes +0 of -0


def _scores_to_dict(scores: Scores, baseline: Scores | None) -> dict[str, Any]:
    return {**_rounded(asdict(scores)), "baseline": _rounded(asdict(baseline)) if baseline else None}


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in values.items()}
