"""`eval`: from files of queries and judgements to tables and JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit import Config
from searchkit.cli.layout import cell_width
from searchkit.evaluation.runs import ranked, read_run
from tests.cli.conftest import Call
from tests.cli.terminal import plain, run, run_in_terminal
from tests.cli.test_json_document import DOCUMENT, fields

FUNDING = "hugo/posts__2024-10__OpenAI_融资新闻怎么读：估值、轮次与算力账单.md"
WHY = "mp/posts__2025-04__大模型公司为什么总在融资：以_OpenAI_为例.md"
QUERIES = "q1\tOpenAI 融资\t科技\nq2\t没有人写过的词\t科技\nq3\t月全食\t天文\nq4\t早茶\n"
JUDGEMENTS = f"query-id\tcorpus-id\tscore\nq1\t{FUNDING}\t2\nq1\t{WHY}\t1\nq2\t{WHY}\t1\nq9\t{WHY}\t1\n"
terminals = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")


@pytest.fixture
def by_meaning(tmp_path: Path, samples: Path) -> Path:
    """An index of the samples with vectors of their titles."""
    folder = tmp_path / "semantic"
    searchkit.reindex(samples, folder, config=Config(semantic="titles", jobs=1))
    return folder


@pytest.fixture
def files(call: Call, samples: Path) -> tuple[str, str]:
    """The names of a file of queries and one of judgements in the current folder."""
    moon = next(samples.glob("hugo/*月全食*"))
    Path("queries.tsv").write_text(QUERIES, encoding="utf-8")
    Path("qrels.tsv").write_text(f"{JUDGEMENTS}q3\t{moon}\t2\n", encoding="utf-8")
    return "queries.tsv", "qrels.tsv"


def row(text: str, name: str) -> list[str]:
    """The cells of the line of a table that begins with *name*."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return line.removeprefix(name).split()


def test_a_table_has_all_queries_and_each_category(call: Call, files: tuple[str, str]) -> None:
    result = call("eval", *files)
    assert result.exit_code == 0
    assert row(result.stdout, "all")[0] == "3"
    assert row(result.stdout, "天文")[:3] == ["1", "1.0000", "1.0000"]
    assert row(result.stdout, "科技")[0] == "2"
    assert "baseline" not in result.stdout
    assert "searched 3 queries" in result.stderr


def test_what_is_left_out_is_said(call: Call, files: tuple[str, str]) -> None:
    said = call("eval", *files).stderr
    assert "1 query left out, because QRELS has no judgements: q4" in said
    assert "1 query left out, because not in QUERIES: q9" in said
    assert "many of the first ten documents are not judged" in said
    assert call("eval", *files, "-q").stderr == ""


def test_lines_of_a_table_are_as_wide_as_each_other(call: Call, files: tuple[str, str]) -> None:
    for table in call("eval", *files).stdout.split("\n\n"):
        assert len({cell_width(line) for line in table.rstrip("\n").split("\n")}) == 1


def test_each_query_is_shown_the_worst_first(call: Call, files: tuple[str, str]) -> None:
    lines = call("eval", *files, "--per-query").stdout.split("\n\n")[2].splitlines()
    assert lines[0].split() == ["query", "nDCG@10", "RR@10", "Recall@100", "judged@10", "text"]
    assert lines[1].startswith("q2")
    assert lines[1].endswith("没有人写过的词")
    assert {line[:2] for line in lines[2:]} == {"q1", "q3"}


def test_a_run_that_was_written_scores_the_same(call: Call, files: tuple[str, str]) -> None:
    searched = call("eval", *files, "--run", "found.run", "-v")
    assert ranked(read_run("found.run")["q1"])[0] == FUNDING
    assert call("eval", *files, "--score", "found.run", "-v").stdout == searched.stdout


def test_a_run_may_come_through_a_pipe(call: Call, files: tuple[str, str]) -> None:
    result = call("eval", *files, "--score", "-", typed=f"q1\t{WHY}\t1\nq1\t{FUNDING}\t0.5\n")
    assert result.exit_code == 0
    assert row(result.stdout, "科技")[2] == "0.5000"
    assert call("eval", "-", files[1], typed=QUERIES).exit_code == 0


def test_a_baseline_gives_differences_and_an_interval(call: Call, files: tuple[str, str]) -> None:
    Path("old.run").write_text(f"q1 Q0 {WHY} 1 2.0 old\nq2 Q0 {WHY} 1 1.0 old\n", encoding="utf-8")
    text = call("eval", *files, "--baseline", "old.run").stdout
    assert [row(text, name)[1] for name in ("baseline", "difference", "better", "worse")] == [
        "0.6667", "+0.0000", "1", "1",
    ]  # fmt: skip
    assert float(row(text, "95 % from")[1]) < 0 < float(row(text, "95 % to")[1])
    assert row(text, "天文")[-1] == "+1.0000"


def test_a_search_by_meaning_is_compared_with_one_by_words(
    call: Call, files: tuple[str, str], by_meaning: Path
) -> None:
    for way in ("--no-semantic", "--semantic"):
        assert call("eval", *files, way, "--run", f"run{way}", "--index", by_meaning).exit_code == 0
    words, meaning = read_run("run--no-semantic"), read_run("run--semantic")
    assert words.keys() == meaning.keys()
    assert {*words["q1"]} == {*meaning["q1"]}
    assert words["q1"] != meaning["q1"]
    result = call("eval", *files, "--semantic", "--baseline", "run--no-semantic", "--index", by_meaning)
    assert "difference" in result.stdout
    result = call("eval", *files, "--semantic")
    assert (result.exit_code, "no vectors" in result.stderr) == (2, True)


def test_json_has_everything_and_is_documented(call: Call, files: tuple[str, str]) -> None:
    Path("old.run").write_text(f"q1\t{WHY}\t1\n", encoding="utf-8")
    values = json.loads(call("eval", *files, "--baseline", "old.run", "--json").stdout)
    assert list(values) == [
        "version", "queries", "ndcg_at_10", "rr_at_10", "recall_at_100", "judged_at_10", "baseline",
        "baseline_file", "differences", "categories", "per_query", "unjudged", "unasked", "hopeless",
    ]  # fmt: skip
    assert [one["id"] for one in values["per_query"]] == ["q1", "q2", "q3"]
    assert values["per_query"][0]["baseline"]["rr_at_10"] == 1.0
    assert [one["measure"] for one in values["differences"]] == list(values)[2:6]
    document = DOCUMENT.read_text(encoding="utf-8")
    section = next(part for part in document.split("\n## ") if "searchkit eval --json" in part.split("\n")[0])
    assert [name for name in fields(values) if f"`{name}`" not in section and name != "version"] == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("queries.tsv", "q1\tOpenAI\nq3\n", "queries.tsv:2: expected 2 or 3 columns"),
        ("qrels.tsv", f"q1\t{WHY}\t1\nq1\t{WHY}\n", "qrels.tsv:2: expected 3 columns"),
        ("qrels.tsv", "q8\ta.md\t1\n", "none of the queries has judgements"),
        ("qrels.tsv", "q1\tunknown.md\t1\n", "none of the 1 judged documents is in the index"),
        ("old.run", "q1\ta.md\tx\n", "old.run:1: the score 'x' is not a number"),
        ("old.run", "other\ta.md\t1\n", "old.run: this run has none of the queries"),
    ],
)
def test_a_bad_file_is_an_error_in_one_line(
    call: Call, files: tuple[str, str], name: str, text: str, message: str
) -> None:
    Path("old.run").write_text(f"q1\t{WHY}\t1\n", encoding="utf-8")
    Path(name).write_text(text, encoding="utf-8")
    result = call("eval", *files, "--baseline", "old.run", "-q")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert f"searchkit: {message}" in result.stderr or message in result.stderr


def test_a_missing_file_and_options_that_do_not_fit_are_errors(call: Call, files: tuple[str, str]) -> None:
    assert "no.tsv: No such file" in call("eval", files[0], "no.tsv").stderr
    scored = ("--score", "b", "--semantic")
    for wrong in (("--run", "a", "--score", "b"), ("--score", "-", "--baseline", "-"), scored):
        assert call("eval", *files, *wrong).exit_code == 2


def test_without_the_library_it_says_what_to_install(
    call: Call, files: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    result = call("eval", *files)
    assert result.exit_code == 2
    assert "pip install ir-measures" in result.stderr


@terminals
def test_on_a_terminal_there_is_a_bar_and_lines_fit(files: tuple[str, str], sample_folder: Path) -> None:
    at = ("--index", sample_folder)
    shown = run_in_terminal("eval", *files, "-v", *at, columns=66, env={"PAGER": "cat"})
    assert shown.code == 0
    assert "searching" in shown.stderr
    assert max(cell_width(line) for line in plain(shown.stdout).split("\n")) <= 66
    assert "\x1b[1m" in shown.stdout
    assert "searching" not in run("eval", *files, *at).stderr
