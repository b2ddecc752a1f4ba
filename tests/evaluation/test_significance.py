"""The interval of a difference: the same in every call, and as wide as the queries differ."""

from __future__ import annotations

import pytest

from searchkit.evaluation.measures import Scores, bootstrap_interval, compare


def test_differences_that_are_all_equal_have_no_width() -> None:
    assert bootstrap_interval([0.25] * 7) == (0.25, 0.25)
    assert bootstrap_interval([0.5]) == (0.5, 0.5)


def test_the_interval_is_the_same_in_every_call() -> None:
    differences = [0.1, -0.2, 0.3, 0.05, 0.0, 0.7]
    assert bootstrap_interval(differences) == bootstrap_interval(differences)


def test_the_interval_is_that_of_the_normal_distribution_for_many_queries() -> None:
    """Half of the differences are 1 and half 0, so the mean of 400 has a standard error of 0.5 / 20."""
    low, high = bootstrap_interval([0.0, 1.0] * 200)
    assert low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.003)
    assert high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.003)


def test_the_sign_turns_with_the_runs() -> None:
    low, high = bootstrap_interval([0.1, -0.2, 0.3, 0.05])
    assert bootstrap_interval([-0.1, 0.2, -0.3, -0.05]) == (pytest.approx(-high), pytest.approx(-low))


def test_many_queries_are_drawn_in_parts() -> None:
    low, high = bootstrap_interval([0.0, 1.0] * 30_000, resamples=100)
    assert 0.49 < low < 0.5 < high < 0.51


def test_queries_are_counted_as_better_worse_and_equal() -> None:
    run = [Scores(n, n, n, n) for n in (0.5, 0.2, 1.0, 0.3)]
    baseline = [Scores(n, n, n, n) for n in (0.4, 0.4, 0.6, 0.3)]
    ndcg = compare(run, baseline)[0]
    assert (ndcg.measure, ndcg.better, ndcg.worse, ndcg.equal) == ("ndcg_at_10", 2, 1, 1)
    assert ndcg.mean == pytest.approx(0.075)
    assert ndcg.low < ndcg.mean < ndcg.high
