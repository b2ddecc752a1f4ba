"""Which queries are measured, and what is made of their scores."""

from __future__ import annotations

import pytest

from searchkit.errors import EvaluationError
from searchkit.evaluation.measures import evaluate, select
from searchkit.evaluation.queries import Query

QUERIES = (
    Query("q1", "月全食", "天文"),
    Query("q2", "早茶", "饮食"),
    Query("q3", "流星雨", "天文"),
    Query("q4", "无"),
)
JUDGEMENTS = {"q1": {"a": 1}, "q2": {"b": 2}, "q3": {"c": 0}, "q9": {"a": 1}}
RUN = {"q1": {"a": 1.0}, "q2": {"x": 2.0, "b": 1.0}}


def test_queries_without_judgements_are_left_out() -> None:
    selection = select(QUERIES, JUDGEMENTS)
    assert [query.id for query in selection.queries] == ["q1", "q2", "q3"]
    assert (selection.unjudged, selection.unasked, selection.hopeless) == (("q4",), ("q9",), ("q3",))


def test_files_that_do_not_fit_are_an_error() -> None:
    with pytest.raises(EvaluationError, match="same ids"):
        select([Query("1", "月")], JUDGEMENTS)


def test_a_query_without_hits_counts_as_0_overall_and_in_its_category() -> None:
    evaluation = evaluate(select(QUERIES, JUDGEMENTS), RUN)
    assert evaluation.overall.queries == 3
    assert evaluation.overall.scores.rr_at_10 == pytest.approx((1 + 0.5 + 0) / 3)
    assert [(g.name, g.queries, g.scores.rr_at_10) for g in evaluation.categories] == [
        ("天文", 2, 0.5),
        ("饮食", 1, 0.5),
    ]
    assert evaluation.differences == ()
    assert evaluation.overall.baseline is None


def test_every_score_has_that_of_the_baseline() -> None:
    evaluation = evaluate(select(QUERIES, JUDGEMENTS), RUN, {"q2": {"b": 1.0}})
    assert [one.baseline and one.baseline.rr_at_10 for one in evaluation.per_query] == [0.0, 1.0, 0.0]
    assert evaluation.overall.baseline is not None
    rr = evaluation.differences[1]
    assert (rr.measure, rr.better, rr.worse, rr.equal) == ("rr_at_10", 1, 1, 1)
    assert rr.mean == pytest.approx((1 - 0.5) / 3)


def test_a_baseline_that_found_nothing_is_a_baseline() -> None:
    evaluation = evaluate(select(QUERIES, JUDGEMENTS), RUN, {})
    assert evaluation.differences[1].mean == pytest.approx(0.5)
