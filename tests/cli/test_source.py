"""`searchkit source`, and what `search` says of a passage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.layout import cell_width
from tests.cli.conftest import Call, write_article
from tests.cli.terminal import run_in_terminal

LAKE = (
    "清晨的盐湖像一面镜子。守湖人每天走四十里路，看水位和风向，把数字写进蓝皮本子。"
    "他说盐是湖的骨头，雨水多的年份骨头就软，去年夏天水位涨了三十厘米，岸边的小屋差点没了门槛。"
)
EDITED = "守湖老人每天走四十里路，看水位和风力，把数字写进本子。他说盐是湖的骨头，雨水多的年份，怎样怎样"
SHOWN = (
    "守湖{given}人每天走四十里路，看水位和风[-力-]{{+向+}}，把数字写进{more}本子。他说盐是湖的骨头，雨水多的年份"
)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """The place of an index of two articles."""
    folder = tmp_path / "notes"
    folder.mkdir()
    write_article(folder, "盐湖.md", "盐湖", f"序言。\n\n{LAKE}", date="2024-05-14", author="守望")
    write_article(folder, "茶.md", "茶", "老茶客说，水要刚开，壶要先烫，第一泡不喝，第二泡才是茶的名字。")
    searchkit.reindex(folder, tmp_path / "lake", jobs=1)
    return tmp_path / "lake"


def test_the_article_and_what_differs_are_printed(call: Call, lake: Path) -> None:
    result = call("source", EDITED, "--index", lake)
    passage = SHOWN.format(given="[-老-]", more="{+蓝皮+}")
    assert result.stdout == f"盐湖\n2024-05-14 · 守望\nnotes/盐湖.md:8\n86% the same\n    │ {passage}\n"
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_passage_may_be_piped_in(call: Call, lake: Path) -> None:
    assert call("source", "--index", lake, typed=EDITED).stdout == call("source", EDITED, "--index", lake).stdout


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_what_is_piped_in_may_be_of_another_encoding(call: Call, lake: Path, encoding: str) -> None:
    piped = call("source", "-", "--index", lake, typed=EDITED.encode(encoding))
    assert piped.stdout == call("source", EDITED, "--index", lake).stdout


def test_a_closed_input_is_an_empty_passage(lake: Path) -> None:
    command = [sys.executable, "-m", "searchkit", "source", "--index", str(lake)]
    closed = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
    done = subprocess.run(closed, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the passage is empty" in done.stderr


def test_a_narrow_terminal_breaks_lines(lake: Path) -> None:
    printed = run_in_terminal("source", EDITED, "--index", lake, "--color", "never", columns=40).stdout
    lines = printed.splitlines()
    assert len(lines) > 6
    assert max(map(cell_width, lines)) <= 40


def test_a_source_as_json(call: Call, lake: Path) -> None:
    values = json.loads(call("source", "--json", EDITED, "--index", lake).stdout)["quote"]
    assert list(values) == [
        *("id", "title", "date", "author", "tags", "categories", "url"),
        *("path", "identity", "start", "end", "text", "differences"),
    ]
    assert values["differences"][1] == {"start": values["start"] + 16, "end": values["start"] + 17, "given": "力"}
    assert values["text"] == LAKE[11 : 11 + len(values["text"])]


def test_a_passage_from_nowhere_exits_1(call: Call, lake: Path) -> None:
    nowhere = "鲸鱼在极夜里歌唱，没有人记下它唱的是什么"
    result = call("source", nowhere, "--index", lake)
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "no article has this passage, or one like it\n",
    )
    result = call("source", "--json", nowhere, "--index", lake)
    assert (result.exit_code, json.loads(result.stdout)) == (1, {"version": 2, "quote": None})


@pytest.mark.parametrize("typed", ["", " \n"])
def test_nothing_is_no_passage(call: Call, lake: Path, typed: str) -> None:
    result = call("source", "--index", lake, typed=typed)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the passage is empty" in result.stderr


def test_control_characters_of_a_passage_do_not_reach_the_terminal(call: Call, lake: Path) -> None:
    printed = call("source", EDITED.replace("老", "\x1b[31m老\x07"), "--index", lake).stdout
    assert "盐湖" in printed
    assert not {"\x1b", "\x07"} & set(printed)


def test_bytes_that_are_no_text_are_read_as_far_as_they_are(call: Call, lake: Path) -> None:
    assert call("source", "--index", lake, typed=EDITED.encode()[:-9] + b"\xff").exit_code == 0


def test_a_search_names_the_article_of_a_long_query(call: Call, lake: Path) -> None:
    result = call("search", EDITED, "--index", lake)
    assert "\na passage of 盐湖, 86% the same; `searchkit source` shows what differs\n" in result.stderr
    assert json.loads(call("search", "--json", EDITED, "--index", lake).stdout)["quote"]["title"] == "盐湖"
    assert json.loads(call("search", "--json", "盐湖", "--index", lake).stdout)["quote"] is None
