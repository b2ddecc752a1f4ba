"""What the cluster is asked for holds every word that is wanted, and all words come even where they are many."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.engines.opensearch import pagination
from searchkit.engines.opensearch.client import Refused
from searchkit.engines.opensearch.fields import encode
from searchkit.engines.opensearch.pagination import all_values, beginning, fitting_values, resembling
from searchkit.engines.reference import like
from searchkit.query.plan import MultiTerm

letters = 'ab中文.*\\[]"#@&<>~{}^$|-_ \ud800'
words = st.text(letters, min_size=1, max_size=9)


def fits(regexp: str, word: str) -> bool:
    """As the cluster would say; its syntax is Python's in what is used here."""
    return re.fullmatch(regexp, encode(word), re.DOTALL) is not None


@given(words, st.integers(0, 3), st.lists(words, max_size=30))
@example("ab", 1, ["a", "b", "ba", "abb", "aab", "bb", "a b", "中"])
@example("a", 2, ["", "b", "ba", "aaa"])
def test_no_word_that_is_like_another_is_left_out(word: str, distance: int, others: list[str]) -> None:
    wanted = MultiTerm("fuzzy", word, distance)
    assert all(fits(resembling(wanted), other) for other in like(wanted, others))


@given(st.text("ab中*?.\\[ \ud800", min_size=1, max_size=8), st.lists(words, max_size=30))
def test_no_word_that_a_pattern_fits_is_left_out(pattern: str, others: list[str]) -> None:
    wanted = MultiTerm("pattern", pattern)
    assert all(fits(resembling(wanted), other) for other in like(wanted, others))


@given(words, st.text(letters, max_size=3))
def test_what_begins_with_a_text_is_what_fits(prefix: str, rest: str) -> None:
    assert fits(beginning(prefix), prefix + rest)
    assert not fits(beginning(prefix), "x" + prefix)


def test_few_words_that_are_not_wanted_come_with_them() -> None:
    others = [
        "findmarkers",
        "findmarker",
        "fnidmarkers",
        "seurat",
        "markers",
        "find",
        "fondmarkets",
        "abcdefghijk",
    ]
    regexp = resembling(MultiTerm("fuzzy", "findmarkers", 1))
    assert [other for other in others if fits(regexp, other)] == ["findmarkers", "findmarker", "fnidmarkers"]


class Holder:
    """Answers as a cluster does that holds *values*."""

    def __init__(self, values: list[str], estimate: float = 0.7) -> None:
        self.values, self.estimate, self.asked = values, estimate, 0

    def ask(self, body: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        (name, wanted), *_ = body["aggs"].items()
        if "cardinality" in wanted:
            return {"aggregations": {name: {"value": int(len(self.values) * self.estimate)}}}
        include = wanted["terms"].get("include", ".*")
        if isinstance(include, str):
            found = [value for value in self.values if re.fullmatch(include, value)]
        else:
            found = self.values[include["partition"] :: include["num_partitions"]]
        taken = found[: wanted["terms"]["size"]]
        buckets = [{"key": value} for value in taken]
        return {"aggregations": {name: {"buckets": buckets, "sum_other_doc_count": len(found) - len(taken)}}}


@pytest.mark.parametrize("estimate", [0.1, 0.7, 1.5])
@pytest.mark.parametrize("count", [0, 9, 10, 11, 200])
def test_all_values_come_in_as_many_answers_as_it_takes(
    count: int, estimate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagination, "MAX_VALUES", 10)
    holder = Holder([f"v{n}" for n in range(count)], estimate)
    assert sorted(all_values(holder.ask, "words")) == sorted(holder.values)
    assert (holder.asked == 1) is (count <= 10)


def test_those_that_fit_come_alone_if_they_are_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MAX_VALUES", 10)
    holder = Holder([f"v{n}" for n in range(40)] + ["w"])
    assert fitting_values(holder.ask, "words", "w.*") == ["w"]
    assert fitting_values(holder.ask, "words", "v.*") is None


def test_a_regular_expression_that_the_cluster_does_not_take_is_done_without() -> None:
    def refuse(body: dict[str, Any]) -> dict[str, Any]:
        raise Refused("here", 500, "too_complex_to_determinize_exception", "it is too large")

    assert fitting_values(refuse, "words", "a") is None
