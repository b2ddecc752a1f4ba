from __future__ import annotations

import pytest

from benchmarks.checks import CheckFailed, check, check_found
from benchmarks.measuring import Cost, middle, percentile, take_turns, time_queries


def test_percentile_is_the_nearest_rank() -> None:
    assert percentile(list(range(1, 241)), 0.95) == 228
    assert percentile([7.0], 0.5) == 7.0


def test_medians_are_taken_of_cpu_and_of_wall_apart() -> None:
    assert middle([Cost(1, 9), Cost(3, 7), Cost(2, 8)]) == Cost(2, 8)


def test_peers_take_turns() -> None:
    order: list[str] = []

    def run(name: str, cpu: float) -> Cost:
        order.append(name)
        return Cost(cpu, cpu)

    costs = take_turns(3, {"ours": lambda: run("ours", 1.0), "theirs": lambda: run("theirs", 2.0)})
    assert order == ["ours", "theirs"] * 3
    assert costs == {"ours": Cost(1, 1), "theirs": Cost(2, 2)}


def test_every_query_is_warmed_once_and_timed_in_each_round() -> None:
    asked: list[int] = []
    found = time_queries(2, 3, {"ours": asked.append})
    assert asked == [0, 1, 2] * 3
    assert [len(times) for times in found["ours"]] == [3, 3]


def test_what_was_not_found_is_an_error() -> None:
    check_found("the article", "a", ["b", "a"])
    with pytest.raises(CheckFailed, match="the article: 'c' was not found"):
        check_found("the article", "c", ["b", "a"])
    with pytest.raises(CheckFailed, match="because"):
        check(False, "because")
