"""Run and judgements -> measures, by the library ir-measures; no arithmetic of ranking is done here.

ir-measures asks several providers, and they do not break ties alike (terrierteam/ir_measures, issue 18). So the
run is ranked here, as `runs.ranked` says, and every provider gets the same strictly falling scores.

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
"""How many documents of a query are looked at."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of one query, or their means over several; each from 0 to 1, 1 is best.

    `ndcg_at_10` says whether the best documents come first, by grade; `rr_at_10` is 1/rank of the first relevant
    one (its mean is MRR@10); `recall_at_100` is the share of the relevant ones that is found. A grade of 1 or more
    is relevant. `judged_at_10` is the share of the first ten that somebody judged.
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
    """The scores of every query of *judgements*, in its order. One the run has nothing for, or for which nothing
    relevant is known, scores 0; what the run has for other queries is passed over.

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
    falling = {query: _falling(run[query]) for query in judgements if run.get(query)}
    values = {query: dict.fromkeys(MEASURES, 0.0) for query in judgements}
    for metric in library.iter_calc(list(measures), grades, falling):
        values[metric.query_id][measures[metric.measure]] = float(metric.value)
    return {query: Scores(**named) for query, named in values.items()}


def mean_scores(scores: Sequence[Scores]) -> Scores:
    """The mean of each measure; of nothing, 0."""
    return Scores(*(fmean(getattr(one, name) for one in scores) if scores else 0.0 for name in MEASURES))


def _falling(scores: Mapping[str, float]) -> dict[str, float]:
    """The first documents with scores of which no two are equal."""
    return {_plain(document): float(-rank) for rank, document in enumerate(ranked(scores)[:DEPTH])}


def _plain(name: str) -> str:
    """*name* as text that can be encoded, also that of a file whose name was not UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
