"""Queries, judgements and runs -> measures: overall, by category, by query, with the differences from a baseline.

The measures are computed by the library ir-measures. Its several providers break ties in different ways
(terrierteam/ir_measures, issue 18). So the run is ranked here by `runs.ranked`, and every provider gets the same
strictly decreasing scores.

nDCG: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, with trec_eval's linear
gain and a discount of log2(rank + 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import fmean
from types import ModuleType

from searchkit.errors import EvaluationError, ExtraMissing
from searchkit.evaluation.queries import Judgements, Query
from searchkit.evaluation.runs import DEPTH, Run, ranked
from searchkit.translation import gettext as _

RESAMPLES = 10_000
_SEED = 20_240_514
_SHARE = 0.95
_EQUAL = 1e-9
_CHUNK_SIZE = 4_000_000


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
        raise ExtraMissing(_("measuring needs the library ir-measures; run `pip install ir-measures`")) from error
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


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher a measure is than the baseline's: the mean over the queries, the ends `low` and `high` of
    its 95 % interval, and how many queries are better, worse and equal. If the interval contains 0, the difference
    may be chance."""

    measure: str
    mean: float
    low: float
    high: float
    better: int
    worse: int
    equal: int


def compare(scores: Sequence[Scores], baseline: Sequence[Scores]) -> tuple[Difference, ...]:
    """The difference of each measure. Both sequences have the same queries in the same order, at least one."""
    return tuple(
        _difference(name, [getattr(a, name) - getattr(b, name) for a, b in zip(scores, baseline, strict=True)])
        for name in MEASURES
    )


def bootstrap_interval(differences: Sequence[float], *, resamples: int = RESAMPLES) -> tuple[float, float]:
    """The two-sided 95 % interval of the mean of paired *differences*, one per query: the queries are sampled with
    replacement *resamples* times, and the interval contains the middle 95 % of the means. The samples are the same
    in every call.

    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (the percentile interval);
    Sakai, "Evaluating evaluation metrics based on the bootstrap", 2006, for paired runs.
    """
    import numpy as np

    values = np.asarray(differences, dtype=np.float64)
    generator = np.random.default_rng(_SEED)
    step = max(1, _CHUNK_SIZE // len(values))
    means = [
        values[generator.integers(0, len(values), size=(min(step, resamples - done), len(values)))].mean(axis=1)
        for done in range(0, resamples, step)
    ]
    low, high = np.quantile(np.concatenate(means), [(1 - _SHARE) / 2, (1 + _SHARE) / 2])
    return float(low), float(high)


def _difference(measure: str, differences: list[float]) -> Difference:
    low, high = bootstrap_interval(differences)
    better = sum(value > _EQUAL for value in differences)
    worse = sum(value < -_EQUAL for value in differences)
    mean = sum(differences) / len(differences)
    return Difference(measure, mean, low, high, better, worse, len(differences) - better - worse)


@dataclass(frozen=True, slots=True)
class Scored:
    """A query with its scores, and those of the baseline if there is one."""

    query: Query
    scores: Scores
    baseline: Scores | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Mean scores of `queries` queries, and those of the baseline if there is one."""

    name: str
    queries: int
    scores: Scores
    baseline: Scores | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The queries to measure: those with judgements. `unjudged` are ids of queries without judgements, `unasked`
    judged ids that are not among the queries, `hopeless` ids of measured queries without a relevant document."""

    queries: tuple[Query, ...]
    judgements: Judgements
    unjudged: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    hopeless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of all queries together, of each category and of each query. Categories and queries are in the order
    of the queries' file; `differences` is empty without a baseline."""

    overall: Group
    categories: tuple[Group, ...]
    per_query: tuple[Scored, ...]
    differences: tuple[Difference, ...] = ()


def select(queries: Sequence[Query], judgements: Judgements) -> Selection:
    """The part of *queries* and *judgements* that can be measured.

    Raises:
        EvaluationError: no query has judgements.
    """
    measured = tuple(query for query in queries if judgements.get(query.id))
    if not measured:
        raise EvaluationError(_("none of the queries has judgements; do the two files use the same ids?"))
    asked = {query.id for query in queries}
    return Selection(
        queries=measured,
        judgements={query.id: judgements[query.id] for query in measured},
        unjudged=tuple(query.id for query in queries if not judgements.get(query.id)),
        unasked=tuple(query_id for query_id in judgements if query_id not in asked),
        hopeless=tuple(q.id for q in measured if all(grade < 1 for grade in judgements[q.id].values())),
    )


def evaluate(selection: Selection, run: Run, baseline: Run | None = None) -> Evaluation:
    """The scores of *run* for the selected queries, and those of *baseline*. A query without results scores 0.

    Raises:
        ExtraMissing: the library ir-measures is not installed.
    """
    scores = score_run(run, selection.judgements)
    baseline_scores = score_run(baseline, selection.judgements) if baseline is not None else {}
    per_query = tuple(
        Scored(query, scores[query.id], baseline_scores.get(query.id)) for query in selection.queries
    )
    names = dict.fromkeys(query.category for query in selection.queries if query.category)
    return Evaluation(
        overall=_group("all", per_query),
        categories=tuple(_group(name, [one for one in per_query if one.query.category == name]) for name in names),
        per_query=per_query,
        differences=compare(list(scores.values()), list(baseline_scores.values())) if baseline_scores else (),
    )


def _group(name: str, scored: Sequence[Scored]) -> Group:
    baseline = [one.baseline for one in scored if one.baseline is not None]
    return Group(
        name, len(scored), mean_scores([one.scores for one in scored]), mean_scores(baseline) if baseline else None
    )
