"""Files of queries: two forms, and what is no query."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from searchkit.errors import EvaluationError
from searchkit.evaluation.queries import Query, append_query, query_for, read_queries
from tests.evaluation.conftest import Writer

MOON = Query("q1", "月全食 红色", "天文")
TEA = Query("q 2", "早茶")


def test_json_lines_have_id_text_and_category(written: Writer) -> None:
    text = (
        '{"_id": "q1", "text": "月全食 红色", "metadata": {"category": "天文"}}\n\n'
        '{"_id": "q 2", "text": "早茶", "metadata": {}}\n'
    )
    assert read_queries(written("q.jsonl", text)) == (MOON, TEA)


def test_compressed_json_lines_are_decompressed(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl.gz"
    path.write_bytes(gzip.compress('{"_id": 7, "text": "早茶"}\n'.encode()))
    assert read_queries(str(path)) == (Query("7", "早茶"),)


@pytest.mark.parametrize("header", ["", "id\ttext\tcategory\n", "\ufeffquery-id\tquery\tcategory\n"])
def test_columns_have_id_text_and_category(written: Writer, header: str) -> None:
    assert read_queries(written("q.tsv", f"{header}q1\t月全食 红色\t天文\r\nq 2\t早茶\n")) == (MOON, TEA)


def test_json_is_seen_in_a_file_of_any_name(written: Writer) -> None:
    assert read_queries(written("queries", '{"_id": "q 2", "text": "早茶"}\n')) == (TEA,)


def test_a_query_without_words_is_a_query(written: Writer) -> None:
    assert read_queries(written("q.tsv", "q1\t\n")) == (Query("q1", ""),)


def test_a_plain_line_is_a_query_where_that_is_asked_for(written: Writer) -> None:
    found = read_queries(written("q.txt", "月全食 红色\nq 2\t早茶\n"), plain=True)
    assert found == (Query("1", "月全食 红色"), TEA)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("q.tsv", "q1\t月\nq2 月亮\n", r"q.tsv:2: expected 2 or 3 columns .* found 1"),
        ("q.tsv", "q1\t月\n\nq1\t太阳\n", r"q.tsv:3: duplicate query id 'q1'"),
        ("q.tsv", "\t月\n", r"q.tsv:1: the query has no id"),
        ("q.jsonl", '{"_id": "q1", "text": "月"}\n{"_id": \n', r"q.jsonl:2: not JSON"),
        ("q.jsonl", '{"text": "月"}\n', r'q.jsonl:1: expected an object with "_id" and "text"'),
        ("q.jsonl", '{"_id": "q1"}\n', r"q.jsonl:1: the query 'q1' has no text"),
        ("q.jsonl", "[1]\n", r"q.jsonl:1: expected an object"),
    ],
)
def test_an_error_names_file_and_line(written: Writer, name: str, text: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        read_queries(written(name, text))


def test_text_that_is_not_utf8_is_an_error_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "q.tsv"
    path.write_bytes("q1\t月\n".encode() + "q2\t月全食\n".encode("gb18030"))
    with pytest.raises(EvaluationError, match=r"q.tsv:2: the text is not UTF-8"):
        read_queries(str(path))


@pytest.mark.parametrize("kept", [0, 12, 40])
def test_a_damaged_compressed_file_is_an_error(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "q.tsv.gz"
    packed = gzip.compress("".join(f"q{n}\t月\n" for n in range(999)).encode())
    path.write_bytes(packed[:kept] or b"not compressed")
    with pytest.raises(EvaluationError, match=r"q.tsv.gz: the compressed file is damaged"):
        read_queries(str(path))


@pytest.mark.parametrize("name", ["q.tsv", "q.jsonl"])
def test_queries_that_were_added_are_read(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    append_query(path, MOON)
    append_query(path, TEA)
    assert read_queries(path) == (MOON, TEA)


def test_a_query_is_known_by_its_text() -> None:
    assert query_for(" 月全食  红色", [TEA, MOON], []) == MOON
    assert query_for("流星雨", [Query("q1", "月")], ["q2"], "天文") == Query("q3", "流星雨", "天文")
