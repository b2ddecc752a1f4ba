"""Run and judgements -> measures. They are computed by the library ir-measures.

ir-measures has several providers, which break ties in different ways (terrierteam/ir_measures, issue 18). So the
run is ranked here by `runs.ranked`, and every provider gets the same strictly decreasing scores.

nDCG: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, with trec_eval's linear
gain and a discount of log2(rank + 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import fmean
from types import ModuleType

from searchkit.errors import ExtraMissing
from searchkit.evaluation.judgements import Judgements
from searchkit.evaluation.runs import Run, ranked

DEPTH = 100
"""How many documents of each query are measured."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of one query, or their means over several queries; each from 0 to 1, 1 is best.

    `ndcg_at_10` is high if the best documents come first, by grade; `rr_at_10` is 1/rank of the first relevant
    document (its mean is MRR@10); `recall_at_100` is the share of the relevant documents that is found. A grade of
    1 or more is relevant. `judged_at_10` is the share of the first ten documents that is judged.
    """

    ndcg_at_10: float
    rr_at_10: float
    recall_at_100: float
    judged_at_10: float


MEASURES = tuple(field.name for field in fields(Scores))


def require_library() -> ModuleType:
    """The library ir-measures.

    Raises:
        ExtraMissing: it is not installed.
    """
    try:
        import ir_measures
    except ImportError as error:
        raise ExtraMissing("measuring needs the library ir-measures; run `pip install ir-measures`") from error
    return ir_measures


def score_run(run: Run, judgements: Judgements) -> dict[str, Scores]:
    """The scores of every query of *judgements*, in its order. A query without results, or without a known
    relevant document, scores 0. Other queries of the run are ignored.

    Raises:
        ExtraMissing: ir-measures is not installed.
    """
    library = require_library()
    measures = {
        library.nDCG @ 10: "ndcg_at_10",
        library.RR @ 10: "rr_at_10",
        library.R @ DEPTH: "recall_at_100",
        library.Judged @ 10: "judged_at_10",
    }
    grades = {
        query: {_plain(name): max(grade, 0) for name, grade in of.items()} for query, of in judgements.items()
    }
    descending = {query: _descending(run[query]) for query in judgements if run.get(query)}
    values = {query: dict.fromkeys(MEASURES, 0.0) for query in judgements}
    for metric in library.iter_calc(list(measures), grades, descending):
        values[metric.query_id][measures[metric.measure]] = float(metric.value)
    return {query: Scores(**named) for query, named in values.items()}


def mean_scores(scores: Sequence[Scores]) -> Scores:
    """The mean of each measure; 0 if there are no scores."""
    return Scores(*(fmean(getattr(one, name) for one in scores) if scores else 0.0 for name in MEASURES))


def _descending(scores: Mapping[str, float]) -> dict[str, float]:
    """The first documents, with scores that are all different."""
    return {_plain(document): float(-rank) for rank, document in enumerate(ranked(scores)[:DEPTH])}


def _plain(name: str) -> str:
    """*name* as text that can be encoded, even if a file name was not UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
