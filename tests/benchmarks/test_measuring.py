from __future__ import annotations

import pytest

from benchmarks.checks import CheckFailed, check, check_counts, check_found, check_same_top
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


def test_a_wrong_count_names_the_word_and_the_engine() -> None:
    check_counts("数据", 3, {"a": 3, "b": 3})
    with pytest.raises(CheckFailed, match="3 articles hold '数据', but b finds 2"):
        check_counts("数据", 3, {"a": 3, "b": 2})


def test_the_top_may_differ_only_among_equal_scores() -> None:
    exhaustive = [(4, 3.0), (7, 2.0), (1, 1.0)]
    check_same_top("q", exhaustive, [(4, 3.0), (7, 2.0), (9, 1.0)])
    with pytest.raises(CheckFailed, match=r"articles \[7\]"):
        check_same_top("q", exhaustive, [(4, 3.0), (8, 2.0), (1, 1.0)])
    with pytest.raises(CheckFailed, match="the score at place 2"):
        check_same_top("q", exhaustive, [(4, 3.0), (7, 2.1), (1, 1.0)])
    with pytest.raises(CheckFailed, match="2 hits where the exhaustive search has 3"):
        check_same_top("q", exhaustive, exhaustive[:2])


def test_what_was_not_found_is_an_error() -> None:
    check_found("the article", "a", ["b", "a"])
    with pytest.raises(CheckFailed, match="the article: 'c' was not found"):
        check_found("the article", "c", ["b", "a"])
    with pytest.raises(CheckFailed, match="because"):
        check(False, "because")
