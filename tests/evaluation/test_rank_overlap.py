"""Overlap and rank-biased overlap of two answers; the figures were worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit.evaluation.queries import Query
from searchkit.evaluation.rank_overlap import compare_indexes, overlap, rank_overlap
from tests.conftest import make_article

lists = st.lists(st.sampled_from("abcdefgh"), unique=True)


def test_overlap_is_the_share_of_the_longer_list() -> None:
    assert overlap("abcd", "ab") == 0.5
    assert overlap("abc", "cba") == 1.0
    assert overlap("", "a") == 0.0


def test_two_swapped_at_the_end() -> None:
    """Heads share 1/1, 1/2 and 3/3: (0.9 + 0.405 + 0.729) / 9 + 0.729."""
    assert rank_overlap("abc", "acb") == pytest.approx(0.955)


def test_a_list_that_goes_on_agrees_less_and_less() -> None:
    """Heads share 1/1, 2/2, 2/2.5 and 2/3: (0.9 + 0.81 + 0.5832 + 0.4374) / 9 + 0.4374."""
    assert rank_overlap("ab", "abcd") == pytest.approx(2.7306 / 9 + 0.4374)


def test_what_differs_at_the_top_weighs_more() -> None:
    assert rank_overlap("abcdef", "xbcdef") < rank_overlap("abcdef", "abcdex") < 1.0


def test_an_answer_and_none_have_nothing_in_common() -> None:
    assert (rank_overlap("", "ab"), rank_overlap("ab", ""), rank_overlap("", "")) == (0.0, 0.0, 1.0)


@given(lists, lists)
def test_the_order_of_the_two_does_not_matter_and_only_equal_lists_are_equal(
    one: list[str], other: list[str]
) -> None:
    found = rank_overlap(one, other)
    assert found == rank_overlap(other, one)
    assert 0.0 <= found <= 1.0
    assert (found == 1.0) == (one == other)


def test_answers_of_two_indexes(tmp_path: Path) -> None:
    tea, moon, both = (
        make_article("茶", "早茶"),
        make_article("月", "月全食"),
        make_article("茶月", "早茶，看月全食"),
    )
    searchkit.reindex([tea, moon, both], tmp_path / "one", jobs=1)
    searchkit.reindex([tea, both], tmp_path / "other", jobs=1)
    queries = [Query("q1", "早茶"), Query("q2", "月全食"), Query("q3", "没有")]
    done: list[tuple[int, int]] = []
    with searchkit.open_index(tmp_path / "one") as one, searchkit.open_index(tmp_path / "other") as other:
        found = compare_indexes(one, other, queries, depth=100, progress=lambda *count: done.append(count))
        assert compare_indexes(one, other, queries, depth=1)[0].only == ((), ())
    assert done == [(1, 3), (2, 3), (3, 3)]
    assert [agreement.query for agreement in found] == queries
    assert [agreement.totals for agreement in found] == [(2, 2), (2, 1), (0, 0)]
    assert [agreement.only for agreement in found] == [((), ()), (("月",), ()), ((), ())]
    assert [agreement.is_whole for agreement in found] == [True, False, True]
    assert [agreement.overlap_at_10 for agreement in found] == [1.0, 0.5, 1.0]
