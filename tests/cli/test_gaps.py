"""Searches that find little: what `search` notes, and what `stats` shows of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from searchkit import gap_log
from tests.cli.conftest import Call
from tests.cli.terminal import run
from tests.test_gap_log import an_hour_later


@pytest.fixture
def state(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a user who wants it."""
    monkeypatch.setenv("SEARCHKIT_GAP_LOG", "true")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "searchkit" / "gaps.jsonl"


def noted(state: Path) -> list[str]:
    lines = state.read_text(encoding="utf-8").splitlines() if state.exists() else []
    return [json.loads(line)["query"] for line in lines]


def test_a_search_that_finds_little_is_noted(call: Call, state: Path) -> None:
    call("search", "没有人写过的东西", "xyzzy")
    call("search", "--count", "qwxyzzy")
    call("search", "的")
    assert noted(state) == ["没有人写过的东西 xyzzy", "qwxyzzy"]


@pytest.mark.parametrize(
    "options", [("--tag", "天文"), ("--since", "2024"), ("--path", "mp"), ("--offset", "10"), ("--prefix",)]
)
def test_what_is_no_whole_question_is_not_noted(call: Call, state: Path, options: tuple[str, ...]) -> None:
    call("search", "qwxyzzy", *options)
    assert not state.parent.exists()


def test_without_the_setting_nothing_is_noted_or_shown(
    call: Call, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEARCHKIT_GAP_LOG")
    call("search", "qwxyzzy")
    assert not state.parent.exists()
    assert "gaps" not in json.loads(call("stats", "--json").stdout)


def test_stats_show_the_most_frequent(call: Call, state: Path) -> None:
    for query in ("qwxyzzy", "月\u202e球上的 qwplugh"):
        call("search", query)
    an_hour_later(state)
    call("search", "月\u202e球上的 qwplugh")
    lines = call("stats").stdout.splitlines()
    heading = lines.index(next(line for line in lines if line.startswith("asked ")))
    assert [line.split("  ")[-1] for line in lines[heading:]] == [
        "what found little",
        "月\ufffd球上的 qwplugh",
        "qwxyzzy",
    ]
    first, second = json.loads(call("stats", "--json").stdout)["gaps"]
    assert list(first) == ["query", "count", "last", "complete", "now", "suggestion"]
    assert (first["count"], second["query"], second["now"]) == (2, "qwxyzzy", 0)


def test_stats_say_how_many_more_there_are(call: Call, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gap_log, "SHOWN", 1)
    for query in ("qwxyzzy", "qwplugh", "qwfrotz"):
        call("search", query)
    assert call("stats").stdout.splitlines()[-1] == "and 2 more"
    assert len(json.loads(call("stats", "--json").stdout)["gaps"]) == 1


def test_a_file_that_cannot_be_read_keeps_nobody_from_the_rest(call: Call, state: Path) -> None:
    state.mkdir(parents=True)
    shown = call("stats")
    assert (shown.exit_code, shown.stdout.split()[0]) == (0, "articles")
    assert f"what found little cannot be read from {state}: Is a directory\n" == shown.stderr


def test_stats_print_a_line_of_synonyms_for_words_typed_wrong(call: Call, state: Path) -> None:
    call("search", "人工职能")
    printed = call("stats").stdout
    assert "人工职能 (did you mean: 人工智能)\n" in printed
    assert 'if they mean the same: synonyms = [["人工职能", "人工智能"]]\n' in printed


def test_stats_without_any_say_nothing_of_them(call: Call, state: Path) -> None:
    assert "found little" not in call("stats").stdout
    assert json.loads(call("stats", "--json").stdout)["gaps"] == []


def test_they_are_forgotten_when_it_is_asked_for(call: Call, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("search", "qwxyzzy")
    monkeypatch.delenv("SEARCHKIT_GAP_LOG")
    result = call("stats", "--forget-gaps")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "forgot 1 search\n")
    assert noted(state) == []
    assert call("stats", "--forget-gaps").stderr == "forgot 0 searches\n"


def test_a_folder_that_takes_no_file_is_told_in_a_line(sample_folder: Path) -> None:
    env = {"SEARCHKIT_INDEX": str(sample_folder), "SEARCHKIT_GAP_LOG": "1", "XDG_STATE_HOME": "/dev/null"}
    done = run("search", "qwxyzzy", env=env)
    assert done.code == 1
    assert [line for line in done.stderr.splitlines() if "gaps.jsonl" in line] == [
        "what finds little is not noted in /dev/null/searchkit/gaps.jsonl: Not a directory"
    ]
    assert "Traceback" not in done.stderr
