"""`judge`: articles are shown, answers are written down, and `eval` reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from searchkit.evaluation.queries import Query, read_judgements, read_queries
from tests.cli.conftest import Call, write_article


@pytest.fixture
def three(call: Call, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of three articles about the moon, one of them in two files, and one about tea; it is indexed."""
    for name in ("rise.md", "set.md", "full.md"):
        write_article(corpus, name, f"月亮{name}", f"月亮的红光，在{name}里。")
    write_article(corpus, "set2.md", "月亮set.md", "月亮的红光，在set.md里。")
    searchkit.reindex(corpus, tmp_path / "own index", jobs=1)
    monkeypatch.setenv("SEARCHKIT_INDEX", str(tmp_path / "own index"))
    return corpus


def test_answers_are_written_down_and_measured(call: Call, three: Path) -> None:
    result = call("judge", "月亮", "红光", "--category", "天文", typed="2\n0\n1\n0\n")
    assert result.exit_code == 0
    assert result.stderr.endswith("4 judged · 0 left · judgements.tsv\n")
    (grades,) = read_judgements("judgements.tsv").values()
    assert sorted(grades.values()) == [0, 0, 1, 2]
    assert read_queries("judgements.queries.tsv") == (Query("q1", "月亮 红光", "天文"),)
    measured = json.loads(call("eval", "judgements.queries.tsv", "judgements.tsv", "--json").stdout)
    assert (measured["queries"], measured["judged_at_10"]) == (1, 1.0)


def test_an_article_is_shown_with_title_path_and_snippet(call: Call, three: Path) -> None:
    result = call("judge", "月亮", typed="q\n")
    assert result.stdout.startswith(" 1  ")
    assert str(three) in result.stdout or "corpus/" in result.stdout
    assert "│ " in result.stdout
    assert "1 of " in result.stderr


def test_what_is_judged_is_not_shown_again(call: Call, three: Path) -> None:
    first = call("judge", "月亮", typed="1\ns\nq\n")
    assert "1 judged · 1 skipped · 1 left" in first.stderr
    (judged,) = read_judgements("judgements.tsv")["q1"]
    second = call("judge", " 月亮 ", typed="0\n0\n0\n")
    assert judged not in second.stdout
    assert "2 judged · 1 judged before · 0 left" in second.stderr
    assert len(read_judgements("judgements.tsv")["q1"]) == 3
    assert len(read_queries("judgements.queries.tsv")) == 1
    third = call("judge", "月亮")
    assert (third.exit_code, third.stdout) == (0, "")


def test_a_judged_repeat_stands_for_its_article(call: Call, three: Path) -> None:
    Path("judgements.queries.tsv").write_text("q1\t月亮\n", encoding="utf-8")
    Path("judgements.tsv").write_text("q1\tset.md\t1\nq1\tset2.md\t1\n", encoding="utf-8")
    result = call("judge", "月亮", typed="q\n" * 9)
    assert "1 judged before" in result.stderr
    assert "月亮set.md" not in result.stdout


def test_the_end_of_the_input_quits_and_keeps_what_was_said(call: Call, three: Path) -> None:
    result = call("judge", "月亮", typed="2")
    assert result.exit_code == 0
    assert list(read_judgements("judgements.tsv")["q1"].values()) == [2]
    assert "1 judged · 2 left" in result.stderr


def test_quitting_at_once_writes_nothing(call: Call, three: Path) -> None:
    assert call("judge", "月亮", typed="q\n").exit_code == 0
    assert not list(Path().glob("judgements*"))


def test_an_answer_that_is_none_is_asked_for_again(call: Call, three: Path) -> None:
    result = call("judge", "月亮", typed="3\nyes\n\n２\nＱ\n")
    assert list(read_judgements("judgements.tsv")["q1"].values()) == [2]
    assert result.stderr.count("1 of 3:") == 4


def test_what_a_run_found_is_judged_too(call: Call, three: Path) -> None:
    Path("judgements.queries.tsv").write_text("q7\t月亮\n", encoding="utf-8")
    Path("old.run").write_text("q7\ttea.md\t2\nq7\tgone.md\t1\n", encoding="utf-8")
    result = call("judge", "月亮", "--run", "old.run", typed="0\n" * 9)
    assert "old.run: 1 of 2 documents are not in the index" in result.stderr
    assert read_judgements("judgements.tsv")["q7"]["tea.md"] == 0
    assert (
        "old.run has no results for the query q1" in call("judge", "红光", "--run", "old.run", typed="q\n").stderr
    )


def test_files_of_other_forms_are_kept_as_they_are(call: Call, three: Path) -> None:
    Path("q.jsonl").write_text('{"_id": "a b", "text": "早茶"}\n', encoding="utf-8")
    Path("j.qrels").write_text("x 0 tea.md 1\n", encoding="utf-8")
    at = ("--judgements", "j.qrels", "--queries", "q.jsonl")
    call("judge", "早茶", *at, typed="2\n")
    call("judge", "月亮", *at, typed="1\n")
    assert Path("j.qrels").read_text(encoding="utf-8").split("\n")[1] == "a b\t0\ttea.md\t2"
    assert read_queries("q.jsonl")[1] == Query("q1", "月亮")
    assert list(read_judgements("j.qrels")) == ["x", "a b", "q1"]


def test_a_depth_of_1_asks_for_less(call: Call) -> None:
    few, many = (call("judge", "月", "-n", n, typed="q\n").stderr.split(" of ")[1].split(":")[0] for n in (1, 20))
    assert 0 < int(few) < int(many)


def test_a_query_that_finds_nothing_exits_with_1(call: Call, three: Path) -> None:
    result = call("judge", "qwertyuiop", typed="2\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert not list(Path().glob("judgements*"))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--run", "-"), "give every file a name"),
        (("--run", "no.run"), "no.run: No such file"),
        (("--judgements", "bad.tsv"), "bad.tsv:1: expected 3 columns"),
        (("--judgements", "no/j.tsv"), "No such file"),
    ],
)
def test_what_cannot_be_read_or_written_is_an_error(
    call: Call, three: Path, args: tuple[str, ...], message: str
) -> None:
    Path("bad.tsv").write_text("q1\n", encoding="utf-8")
    result = call("judge", "月亮", *args, typed="2\n")
    assert result.exit_code == 2
    assert message in result.stderr
