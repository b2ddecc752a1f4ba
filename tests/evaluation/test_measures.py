"""Measures: those worked out by hand, and those of ir-measures with trec_eval's order of ties."""

from __future__ import annotations

import sys
from math import log2

import hypothesis.strategies as st
import ir_measures
import pytest
from hypothesis import given

from searchkit.errors import ExtraMissing
from searchkit.evaluation.measures import Scores, mean_scores, score_run

NOTHING = Scores(0.0, 0.0, 0.0, 0.0)


def test_measures_are_those_worked_out_by_hand() -> None:
    judgements = {"q": {"a": 2, "b": 1, "c": 0, "d": 1}}
    run = {"q": {"c": 9.0, "b": 8.0, "x": 7.0, "a": 6.0}}
    scores = score_run(run, judgements)["q"]
    gain = 1 / log2(3) + 2 / log2(5)
    ideal = 2 + 1 / log2(3) + 1 / log2(4)
    assert scores.ndcg_at_10 == pytest.approx(gain / ideal)
    assert scores.rr_at_10 == pytest.approx(1 / 2)
    assert scores.recall_at_100 == pytest.approx(2 / 3)
    assert scores.judged_at_10 == pytest.approx(3 / 4)


def test_only_the_first_ten_and_the_first_hundred_count() -> None:
    run = {"q": {f"d{n:03}": -float(n) for n in range(150)}}
    assert score_run(run, {"q": {"d009": 1}})["q"].rr_at_10 == pytest.approx(1 / 10)
    assert score_run(run, {"q": {"d010": 1}})["q"] == Scores(0.0, 0.0, 1.0, 0.0)
    assert score_run(run, {"q": {"d100": 1}})["q"] == NOTHING


def test_of_equal_scores_the_larger_id_comes_first_in_every_measure() -> None:
    scores = score_run({"q": {"a": 1.0, "b": 1.0}}, {"q": {"b": 1}})["q"]
    assert (scores.ndcg_at_10, scores.rr_at_10) == (1.0, 1.0)
    scores = score_run({"q": {"a": 1.0, "b": 1.0}}, {"q": {"a": 1}})["q"]
    assert (scores.ndcg_at_10, scores.rr_at_10) == (pytest.approx(1 / log2(3)), 0.5)


def test_a_query_without_hits_or_without_anything_relevant_scores_0() -> None:
    judgements = {"none found": {"a": 1}, "none relevant": {"a": 0, "b": -1}, "empty": {"a": 1}}
    scores = score_run({"none relevant": {"a": 1.0}, "empty": {}, "unknown": {"a": 1.0}}, judgements)
    assert list(scores) == list(judgements)
    assert scores["none found"] == scores["empty"] == NOTHING
    assert scores["none relevant"] == Scores(0.0, 0.0, 0.0, 1.0)
    assert score_run({}, {"q": {"a": 1}}) == {"q": NOTHING}


def test_a_negative_grade_is_no_gain() -> None:
    assert score_run({"q": {"a": 2.0, "b": 1.0}}, {"q": {"a": -2, "b": 1}})["q"].ndcg_at_10 == pytest.approx(
        1 / log2(3)
    )


def test_the_name_of_a_file_may_be_no_utf8() -> None:
    assert score_run({"q": {"a\udcff.md": 1.0}}, {"q": {"a\udcff.md": 1}})["q"] == Scores(1.0, 1.0, 1.0, 1.0)


DOCUMENTS = st.sampled_from([*"abcdefghijklm", "月", "月 全食", "𠮷"])


@given(
    st.dictionaries(DOCUMENTS, st.integers(0, 2), min_size=1),
    st.dictionaries(DOCUMENTS, st.sampled_from([0.0, 1.0, 2.5]), min_size=1, max_size=10),
)
def test_ties_are_those_of_trec_eval(grades: dict[str, int], scores: dict[str, float]) -> None:
    """RR is asked for without a cut-off, because only so does trec_eval answer it; there are ten documents."""
    asked = [ir_measures.nDCG @ 10, ir_measures.RR, ir_measures.R @ 100]
    answers = ir_measures.pytrec_eval.iter_calc(asked, {"q": grades}, {"q": scores})
    theirs = {str(metric.measure): metric.value for metric in answers}
    ours = score_run({"q": scores}, {"q": grades})["q"]
    assert ours.ndcg_at_10 == pytest.approx(theirs["nDCG@10"])
    assert ours.rr_at_10 == pytest.approx(theirs["RR"])
    assert ours.recall_at_100 == pytest.approx(theirs["R@100"])


def test_the_mean_is_taken_of_each_measure() -> None:
    assert mean_scores([Scores(1.0, 0.5, 0.0, 1.0), NOTHING]) == Scores(0.5, 0.25, 0.0, 0.5)
    assert mean_scores([]) == NOTHING


def test_without_the_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(ExtraMissing, match="pip install ir-measures"):
        score_run({}, {})
