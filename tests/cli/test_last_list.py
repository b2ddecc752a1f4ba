"""Numbers of the list that a terminal printed last name its articles."""

from __future__ import annotations

import json
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit import Article, Results
from searchkit.cli.last_list import Asked, LastList, remember
from tests.cli.terminal import SEARCHKIT, environment, plain, run

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)
IN_A_TERMINAL = "import pty, sys, os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """An index of articles that all have the word 月."""
    articles = [Article(f"{n}.md", f"第{n}夜的月亮", f"第{n}夜，月光如水。") for n in range(1, 13)]
    searchkit.reindex([*articles, Article("茶/2", "2", "一盅两件")], tmp_path / "i", jobs=1)
    return tmp_path / "i"


def session(*lines: str, state: Path, cwd: Path | None = None) -> str:
    """What a shell with *lines* prints on a terminal of its own, with its errors. `sk` is searchkit."""
    quoted = shlex.join(SEARCHKIT)
    script = "\n".join([f'sk() {{ {quoted} "$@"; }}', *lines])
    done = subprocess.run(
        [sys.executable, "-c", IN_A_TERMINAL, "sh", "-c", script],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment({"XDG_STATE_HOME": str(state), "HOME": str(state), "PAGER": ""}),
        cwd=cwd,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return plain(done.stdout.replace("\r\n", "\n"))


def numbers(printed: str) -> dict[int, str]:
    """The titles of a printed list by number."""
    found = re.findall(r"^ ?(\d+)  (\S.*)$", printed, re.MULTILINE)
    return {int(number): title for number, title in found}


def test_a_number_is_the_article_that_the_list_has_there(tmp_path: Path, notes: Path) -> None:
    printed = session(
        f"sk search 月光 --index {notes} -n 3 --offset 2", "echo ==", "cd /", "sk show 4", state=tmp_path / "state"
    )
    listed, shown = printed.split("==\n")
    assert sorted(numbers(listed)) == [3, 4, 5]
    assert shown.startswith(numbers(listed)[4] + "\n")


def test_the_words_of_the_search_are_marked(tmp_path: Path, notes: Path) -> None:
    lines = (f"sk search 月光 --index {notes}", "echo ==", "sk show 2 --color always | cat -v")
    shown = session(*lines, state=tmp_path / "state").split("==\n")[1]
    assert "^[[1;31m" in shown


def test_the_beginning_that_was_typed_is_marked(tmp_path: Path) -> None:
    searchkit.reindex([Article("a.md", "聚类", "用 FindMarkers 找标记。")], tmp_path / "i", jobs=1)
    lines = (f"sk search FindM --prefix --index {tmp_path / 'i'}", "echo ==", "sk show 1 --color always | cat -v")
    shown = session(*lines, state=tmp_path / "state").split("==\n")[1]
    assert re.search(r"\^\[\[[0-9;]+mFindM\^\[", shown), shown


def test_why_explains_the_article_of_a_number(tmp_path: Path, notes: Path) -> None:
    lines = (f"sk search 月光 --index {notes} -q -n 3 --offset 2", "echo ==", "sk why 第9夜 4 --json; echo")
    listed, explained = session(*lines, state=tmp_path / "state").split("==\n")
    found = re.findall(r'"id": "(.+)"', explained)
    assert numbers(listed)[4] == f"第{found[0].removesuffix('.md')}夜的月亮"


def test_similar_lists_count_and_take_numbers(tmp_path: Path, notes: Path) -> None:
    lines = (f"sk search 第3夜 --index {notes} -q", "echo ==", "sk similar 1", "echo ==", "sk show 1 2 2>&1")
    searched, alike, shown = session(*lines, state=tmp_path / "state").split("==\n")
    assert numbers(searched)[1] not in numbers(alike).values()
    assert shown.startswith(numbers(alike)[1])
    assert numbers(alike)[2] in shown


def test_a_number_that_is_not_in_the_list_is_an_error(tmp_path: Path, notes: Path) -> None:
    printed = session(
        f"sk search 月光 --index {notes} -n 3 -q >/dev/tty",
        "sk show 4; echo code $?",
        f"sk search 魑魅魍魉 --index {notes} -q",
        "sk open 1; echo code $?",
        state=tmp_path / "state",
    )
    assert "searchkit: 4: the last list goes from 1 to 3; name an article called 4 by its path" in printed
    assert "searchkit: 1: the last list has no articles; search again" in printed
    assert printed.count("code 2") == 2


def test_an_article_that_is_called_by_a_number_is_named_by_its_path(tmp_path: Path, notes: Path) -> None:
    lines = (f"sk search 月光 --index {notes} -q", "echo ==", f"sk show 茶/2 --index {notes}")
    assert session(*lines, state=tmp_path / "state").split("==\n")[1].startswith("2\n")
    assert run("show", "2", "--index", notes).stdout.startswith("2\n")


def test_an_article_whose_id_is_a_number_is_itself(tmp_path: Path) -> None:
    lines = [{"id": n, "title": f"第{n}夜", "text": f"{'月光' * n}如水。"} for n in (1, 2, 3)]
    (tmp_path / "夜.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    searchkit.reindex(tmp_path / "夜.jsonl", tmp_path / "index", jobs=1)
    printed = session(
        "sk search 月光 -q",
        "echo ==",
        f"sk search 月光 -q -0 | xargs -0 -n 1 {shlex.join(SEARCHKIT)} show --color always",
        state=tmp_path / "state",
        cwd=tmp_path,
    ).split("==\n")
    assert numbers(printed[0]) == {1: "第3夜", 2: "第2夜", 3: "第1夜"}
    assert re.findall("第.夜", printed[1]) == ["第3夜", "第2夜", "第1夜"]
    assert "月光" in printed[1]  # and not marked


@pytest.mark.parametrize("line", ["sk show 2 --index {}", "sk --index {} show 2", "sk --engine whoosh show 2"])
def test_another_index_has_no_numbers(tmp_path: Path, notes: Path, line: str) -> None:
    searchkit.reindex([Article("a", "2", "另一篇")], tmp_path / "index", jobs=1)
    lines = (f"sk search 月光 --index {notes} -q", "echo ==", line.format(tmp_path / "index"))
    assert "另一篇" in session(*lines, state=tmp_path / "state", cwd=tmp_path).split("==\n")[1]


@pytest.mark.parametrize(("engine", "index"), [("opensearch", "notes"), ("whoosh", "/notes")])
def test_the_index_is_stored_as_it_is_called_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, index: str
) -> None:
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("searchkit.cli.last_list._file", lambda: tmp_path / "list.json")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    config = searchkit.load_config(options={"engine": engine, "index": "notes"})
    remember(Results("月", 0, ()), config, asked=Asked("月"), first=1)
    held = json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))["index"]
    assert held.removeprefix(str(tmp_path)) == index


def test_an_article_that_is_gone_is_named(tmp_path: Path, notes: Path) -> None:
    article = "searchkit.Article('x', '新的')"
    code = f"import searchkit; searchkit.reindex([{article}], '{notes}', jobs=1, allow_removals=True)"
    lines = (
        f"sk search 第3夜 --index {notes} -q",
        f"{sys.executable} -c {shlex.quote(code)}",
        "sk show 1; echo $?",
    )
    printed = session(*lines, state=tmp_path / "state")
    assert "searchkit: 1: 3.md is not in the index any more; search again\n1\n" in printed


def test_lists_in_pipes_and_for_programs_are_not_remembered(tmp_path: Path, notes: Path) -> None:
    state = tmp_path / "state"
    session(f"sk search 月光 --index {notes} | cat", f"sk search 月光 -l --index {notes}", state=state)
    assert not list(state.rglob("*.json"))


def test_the_file_is_private_and_another_session_does_not_read_it(tmp_path: Path, notes: Path) -> None:
    state = tmp_path / "state"
    session(f"sk search 月光 --index {notes}", state=state)
    (file,) = state.rglob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    values = json.loads(file.read_text(encoding="utf-8"))
    assert (values["index"], values["query"], values["first"], len(values["ids"])) == (str(notes), "月光", 1, 10)
    assert session(f"sk show 2 --index {notes}", state=state).startswith("2\n")


@pytest.mark.parametrize("held", ["", "[]", "{}", '{"session": 1}', "null", '{"session": null, "ids": 3}'])
def test_a_damaged_file_is_no_list(tmp_path: Path, notes: Path, held: str) -> None:
    state = tmp_path / "state"
    damage = f"for file in $(find {state} -name '*.json'); do printf '%s' {shlex.quote(held)} > $file; done"
    printed = session(
        f"sk search 月光 --index {notes} -q", "echo ==", damage, f"sk show 2 --index {notes}", state=state
    )
    assert printed.split("==\n")[1].startswith("2\n")


def test_a_folder_that_cannot_be_written_does_not_matter(tmp_path: Path, notes: Path) -> None:
    (tmp_path / "state").write_text("", encoding="utf-8")
    printed = session(f"sk search 月光 --index {notes} 2>&1", state=tmp_path / "state")
    assert sorted(numbers(printed)) == [*range(1, 11)]
    assert "searchkit:" not in printed


def test_a_terminal_without_a_name_has_no_list(tmp_path: Path, notes: Path) -> None:
    code = "import os; from searchkit.cli.app import cli; os.ttyname = lambda _: os.stat('/none'); cli()"
    nameless = shlex.join([sys.executable, "-c", code])
    printed = session(
        f"{nameless} search 月光 --index {notes} -n 1 2>&1",
        "echo ==",
        f"{nameless} show 2 --index {notes}",
        state=tmp_path / "state",
    ).split("==\n")
    assert (sorted(numbers(printed[0])), printed[1][:2]) == ([1], "2\n")
    assert not list((tmp_path / "state").rglob("*"))


@pytest.mark.parametrize("number", ["0", "2", "6", "000007"])
def test_numbers_begin_where_the_list_does(number: str) -> None:
    with pytest.raises(ValueError, match=r"3 to 5"):
        LastList("whoosh", "i", "", 3, ("a", "b", "c")).id_of(number)
