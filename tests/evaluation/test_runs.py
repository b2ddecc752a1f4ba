"""Runs: read in two forms, ordered by scores alone, the same after writing and reading."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from searchkit.errors import EvaluationError
from searchkit.evaluation.runs import in_order, ranked, read_run, write_run
from tests.evaluation.conftest import Writer


@pytest.mark.parametrize(
    "text",
    [
        "q1\t月 全食.md\t2.5\nq1\tb.md\t1\nq2\tc.md\t-3e1\n",
        "q1\tQ0\t月 全食.md\t9\t2.5\ttag\nq1\tQ0\tb.md\t8\t1\ttag\nq2\tQ0\tc.md\t1\t-30\ttag\n",
    ],
)
def test_three_and_six_columns_are_read(written: Writer, text: str) -> None:
    assert read_run(written("run", text)) == {"q1": {"月 全食.md": 2.5, "b.md": 1.0}, "q2": {"c.md": -30.0}}


def test_blanks_divide_columns_where_there_is_no_tab(written: Writer) -> None:
    assert read_run(written("run", "q1 Q0 a.md 1 2.5 tag\n")) == {"q1": {"a.md": 2.5}}


def test_the_better_score_of_a_repeated_document_counts(written: Writer) -> None:
    assert read_run(written("run", "q1\ta\t1\nq1\ta\t3\nq1\ta\t2\n")) == {"q1": {"a": 3.0}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("q1\ta\t1\nq1\ta b\n", r"run:2: expected 3 columns .* TREC's 6, found 2"),
        ("q1\ta\thigh\n", r"run:1: the score 'high' is not a number"),
        ("q1\ta\tnan\n", r"run:1: the score 'nan' is not finite"),
    ],
)
def test_an_error_names_file_and_line(written: Writer, text: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        read_run(written("run", text))


def test_equal_scores_are_put_in_descending_order_of_ids() -> None:
    assert ranked({"a": 1.0, "月": 1.0, "b": 1.0, "z": 0.5}) == ["月", "b", "a", "z"]


def test_a_run_is_written_in_six_columns(tmp_path: Path) -> None:
    path = tmp_path / "run"
    write_run(str(path), {"q1": {"b.md": 1.0, "月 全食.md": 2.5}})
    assert path.read_text(encoding="utf-8") == (
        "q1\tQ0\t月 全食.md\t1\t2.5000\tsearchkit\nq1\tQ0\tb.md\t2\t1.0000\tsearchkit\n"
    )


@given(st.lists(st.floats(-1000, 1000), max_size=30))
def test_the_order_found_is_kept_in_writing_and_reading(
    tmp_path_factory: pytest.TempPathFactory, scores: list[float]
) -> None:
    found = [(f"a{n}", score) for n, score in enumerate(sorted(scores, reverse=True))]
    path = str(tmp_path_factory.mktemp("run") / "run")
    run = {"q1": in_order(found)}
    write_run(path, run)
    assert read_run(path).get("q1", {}) == run["q1"]
    assert ranked(run["q1"]) == [name for name, _ in found]
