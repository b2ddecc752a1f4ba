"""Queries, judgements and runs -> an evaluation: overall, by category, by query, compared with a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.errors import EvaluationError
from searchkit.evaluation.judgements import Judgements
from searchkit.evaluation.measures import Scores, mean_scores, score_run
from searchkit.evaluation.queries import Query
from searchkit.evaluation.runs import Run
from searchkit.evaluation.significance import Difference, compare


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
        raise EvaluationError("none of the queries has judgements; do the two files use the same ids?")
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
