"""Files of judgements: three columns or four, and what is added to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.errors import EvaluationError
from searchkit.evaluation.queries import append_judgement, read_judgements
from tests.evaluation.conftest import Writer

EXPECTED = {"q1": {"hugo/月 全食.md": 2, "b.md": 0}, "q2": {"c.md": 1}}
ROWS = (("q1", "hugo/月 全食.md", "2"), ("q1", "b.md", "0"), ("q2", "c.md", "1"))


@pytest.mark.parametrize("header", ["", "query-id\tcorpus-id\tscore\n", "\ufeffqid\tdocid\trelevance\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_three_columns_are_read(written: Writer, header: str, end: str) -> None:
    assert read_judgements(written("j.tsv", header + "".join("\t".join(row) + end for row in ROWS))) == EXPECTED


def test_four_columns_of_trec_are_read(written: Writer) -> None:
    text = "".join(f"{query}\t0\t{document}\t{grade}\n" for query, document, grade in ROWS)
    assert read_judgements(written("j.qrels", text)) == EXPECTED


def test_blanks_divide_columns_where_there_is_no_tab(written: Writer) -> None:
    assert read_judgements(written("j.qrels", "q1 0 a.md  2\nq1 b.md -1\n")) == {"q1": {"a.md": 2, "b.md": -1}}


def test_the_last_judgement_of_a_pair_counts(written: Writer) -> None:
    assert read_judgements(written("j.tsv", "q1\ta.md\t2\nq1\ta.md\t0\n")) == {"q1": {"a.md": 0}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("q1\ta.md\t2\nq1\tb.md\tx\n", r"j.tsv:2: the grade 'x' is not a whole number"),
        ("q1\ta.md\t1.5\n", r"j.tsv:1: the grade '1.5'"),
        ("q1\ta.md\t2\nq1\tb c.md\n", r"j.tsv:2: expected 3 columns .* found 2"),
        ("q1\t\t2\n", r"j.tsv:1: the id of the query or of the document is empty"),
    ],
)
def test_an_error_names_file_and_line(written: Writer, text: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        read_judgements(written("j.tsv", text))


def test_what_is_added_to_a_new_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    for query, document, grade in ROWS:
        append_judgement(str(path), query, document, int(grade))
    assert path.read_text(encoding="utf-8").startswith("query-id\tcorpus-id\tscore\nq1\t")
    assert read_judgements(str(path)) == EXPECTED


def test_a_file_of_trec_keeps_its_four_columns(written: Writer) -> None:
    path = written("j.qrels", "q1 0 a.md 2")
    append_judgement(path, "q1", "b c.md", 1)
    assert Path(path).read_text(encoding="utf-8") == "q1 0 a.md 2\nq1\t0\tb c.md\t1\n"


def test_an_id_that_is_no_column_and_a_compressed_file_cannot_be_written(tmp_path: Path) -> None:
    for wrong in ("a\tb.md", "a\nb.md", "a\udcffb.md"):
        with pytest.raises(EvaluationError, match="cannot write"):
            append_judgement(str(tmp_path / "j.tsv"), "q1", wrong, 1)
    with pytest.raises(EvaluationError, match="decompress it first"):
        append_judgement(str(tmp_path / "j.tsv.gz"), "q1", "a.md", 1)
    assert not list(tmp_path.iterdir())
