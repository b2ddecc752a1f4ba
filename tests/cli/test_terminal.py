"""The command line as a process: terminals, pipes, signals, odd locales."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from searchkit.cli.layout import cell_width, count_rows
from searchkit.cli.terminal import pager_command, wants_color
from tests.cli.conftest import Call
from tests.cli.terminal import SEARCHKIT, environment, plain, run, run_in_terminal

terminals = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
NO_PAGER = {"PAGER": ""}
TITLE_LINK = "\x1b]8;;file:///"


@pytest.fixture(scope="session")
def at(sample_folder: Path) -> tuple[str, str]:
    """The option that names the index of the samples."""
    return "--index", str(sample_folder)


@terminals
def test_on_a_terminal_there_is_colour_and_a_link(at: tuple[str, str]) -> None:
    shown = run_in_terminal("search", "月全食", *at, env=NO_PAGER)
    assert shown.code == 0
    assert "\x1b[1;31m月全食\x1b[0m\x1b[1m为什么是红色的\x1b[0m\x1b]8;;\x1b\\" in shown.stdout
    assert TITLE_LINK in shown.stdout
    assert "%E6%9C%88%E5%85%A8%E9%A3%9F" in shown.stdout


def test_in_a_pipe_there_is_neither(at: tuple[str, str]) -> None:
    assert "\x1b" not in run("search", "月全食", *at).stdout


def test_a_pipe_can_be_given_colour_but_no_links(at: tuple[str, str]) -> None:
    forced = run("search", "月", *at, env={"FORCE_COLOR": "1"})
    assert "\x1b[1;31m" in forced.stdout
    assert "\x1b]8" not in forced.stdout


@terminals
def test_colour_can_be_switched_off_on_a_terminal(at: tuple[str, str]) -> None:
    env = {**NO_PAGER, "NO_COLOR": "1"}
    assert "\x1b" not in run_in_terminal("search", "月全食", *at, env=env).stdout


@pytest.mark.parametrize(
    ("when", "tty", "variables", "colored"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": "0"}, False),
        ("auto", True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_the_setting_counts_before_the_variables(
    when: str, tty: bool, variables: dict[str, str], colored: bool
) -> None:
    assert wants_color(when, tty=tty, environment=variables) is colored


@terminals
@pytest.mark.parametrize("columns", [40, 73])
def test_hits_fit_the_terminal(at: tuple[str, str], columns: int) -> None:
    shown = run_in_terminal("search", "OpenAI 融资", "--facets", *at, columns=columns, env=NO_PAGER)
    widths = [cell_width(line) for line in plain(shown.stdout).split("\n")]
    assert columns - 3 < max(widths) <= columns


@terminals
def test_an_article_fits_the_terminal(at: tuple[str, str]) -> None:
    shown = run_in_terminal("show", "月全食", *at, columns=40, env=NO_PAGER)
    assert max(cell_width(line) for line in plain(shown.stdout).split("\n")) <= 40


@terminals
@pytest.mark.parametrize(
    "args",
    [
        ("stats",),
        ("why", "月全食 红色 没有的词", "月全食"),
        ("why", "月全食 红色", "月全食", "-v"),
        ("why", "月全食", "月全食", "--tag", "没有的标签很长很长很长很长很长很长"),
        ("tags",),
    ],
)
def test_what_looks_into_an_index_fits_the_terminal(at: tuple[str, str], args: tuple[str, ...]) -> None:
    shown = plain(run_in_terminal(*args, *at, columns=40, env=NO_PAGER).stdout)
    assert shown.strip()
    assert max(map(cell_width, shown.split("\n"))) <= 40


@terminals
def test_the_steps_of_an_analysis_go_on_below_each_other() -> None:
    shown = run_in_terminal("analyze", "月全食为什么是红色的，" * 5, columns=40, env=NO_PAGER).stdout
    lines = plain(shown).split("\n")
    assert lines[:2] == ["text        月全食为什么是红色的，月全食", "            为什么是红色的，月全食为什么"]
    assert max(map(cell_width, lines)) <= 40


@pytest.mark.parametrize("args", [("stats",), ("why", "月全食 红色 没有的词", "月全食")])
def test_what_looks_into_an_index_is_not_broken_in_a_pipe(at: tuple[str, str], args: tuple[str, ...]) -> None:
    lines = run(*args, *at).stdout.split("\n")
    assert [line for line in lines if line.startswith(" ") and not line.split()[0][0].isdigit()] == []


@terminals
def test_a_path_is_one_line_where_the_title_is_a_link(at: tuple[str, str], samples: Path, tmp_path: Path) -> None:
    asked = ("search", "月全食", "-n", "1", *at)
    linked = plain(run_in_terminal(*asked, columns=40, env=NO_PAGER, cwd=tmp_path).stdout)
    path = linked.split("\n")[2].strip()
    assert path.startswith(str(samples)[:8])
    assert path.endswith("红色的.md")
    assert path.count("…") == 1
    whole = run_in_terminal(*asked, columns=40, env={**NO_PAGER, "NO_COLOR": "1"}, cwd=tmp_path)
    assert "为什么是红色的.md" in whole.stdout.replace("\n    ", "")
    assert str(samples) in whole.stdout.replace("\n    ", "")


def test_lines_are_not_broken_in_a_pipe(at: tuple[str, str]) -> None:
    assert max(map(len, run("show", "月全食", *at).stdout.split("\n"))) > 60


@terminals
def test_output_longer_than_the_screen_goes_through_the_pager(at: tuple[str, str]) -> None:
    env = {"PAGER": "sed s/^/paged:/"}
    assert run_in_terminal("search", "月", *at, lines=10, env=env).stdout.startswith("paged:")
    assert "paged:" not in run_in_terminal("search", "月", *at, lines=500, env=env).stdout


@terminals
def test_a_list_that_just_fits_the_screen_has_no_pager(at: tuple[str, str]) -> None:
    env = {"PAGER": "sed s/^/paged:/"}
    rows = run("tags", *at).stdout.count("\n")
    assert "paged:" not in run_in_terminal("tags", *at, lines=rows + 1, env=env).stdout
    assert "paged:" in run_in_terminal("tags", *at, lines=rows, env=env).stdout


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", 0),
        ("\n", 1),
        ("月全食为什么\n", 2),
        ("月全食\n\n月\n", 3),
        ("\x1b[1m月\x1b[0m\x1b]8;;file:///a/very/long/path\x1b\\全食\x1b]8;;\x1b\\\n", 1),
    ],
)
def test_rows_of_a_screen_are_counted_as_it_wraps_them(text: str, rows: int) -> None:
    assert count_rows(text, 6) == rows


@terminals
def test_a_stage_without_a_total_has_no_question_mark(at: tuple[str, str]) -> None:
    shown = run_in_terminal("check", *at, columns=60)
    assert "verifying" in shown.stderr
    assert "70/70" in shown.stderr
    assert "?" not in plain(shown.stderr)


@terminals
def test_json_and_missing_pagers_are_printed_directly(at: tuple[str, str]) -> None:
    shown = run_in_terminal("search", "月", "--json", *at, lines=10, env={"PAGER": "sed s/^/paged:/"})
    assert json.loads(shown.stdout)["version"] == 2
    shown = run_in_terminal("search", "月", *at, lines=10, env={"PAGER": "no-such-pager"})
    assert (shown.code, "月" in shown.stdout) == (0, True)


@terminals
def test_leaving_the_pager_early_is_no_error(at: tuple[str, str]) -> None:
    shown = run_in_terminal("search", "月", "-n", "50", *at, lines=10, env={"PAGER": "head -n 1"})
    assert shown.code == 0
    assert "Traceback" not in shown.stderr


def test_the_pager_is_that_of_the_environment() -> None:
    assert pager_command({"PAGER": "most -s"}) == ["most", "-s"]
    assert pager_command({"PAGER": ""}) is None
    assert pager_command({"PAGER": "cat"}) is None
    assert pager_command({"PAGER": '"unclosed'}) is None


@pytest.mark.parametrize("variables", [{}, {"PAGER": "most"}])
def test_a_dumb_terminal_has_no_pager(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert pager_command(variables)
    assert pager_command({**variables, "TERM": "dumb"}) is None


@terminals
def test_a_reindex_shows_a_bar_on_a_terminal_and_removes_it(tmp_path: Path, samples: Path) -> None:
    shown = run_in_terminal("reindex", samples, "--index", tmp_path / "i", "--jobs", "1", columns=60)
    assert shown.code == 0
    for part in ("reading", "indexing", "70/70", "/s "):
        assert part in shown.stderr
    assert shown.stderr.rstrip().endswith("files recovered; details with --json")
    assert "70 added" in shown.stdout


@terminals
def test_quiet_shows_no_bar(tmp_path: Path, corpus: Path) -> None:
    shown = run_in_terminal("reindex", corpus, "--index", tmp_path / "i", "-q")
    assert (shown.stdout, shown.stderr) == ("", "")


def test_in_a_pipe_there_is_no_bar(tmp_path: Path, corpus: Path) -> None:
    assert run("reindex", corpus, "--index", tmp_path / "i", "--full").stderr == ""


@terminals
def test_a_reader_that_goes_away_is_no_error(at: tuple[str, str]) -> None:
    process = subprocess.Popen(
        [*SEARCHKIT, "search", "月", *at], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=30) == 0
    assert "Broken" not in errors
    assert "Traceback" not in errors


@terminals
def test_a_full_disk_is_one_line() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [*SEARCHKIT, "analyze", "月"], stdout=full, stderr=subprocess.PIPE, encoding="utf-8", env=environment()
        )
    said = "searchkit: No space left on device; free some space and try again\n"
    assert (done.returncode, done.stderr) == (2, said)


@terminals
@pytest.mark.parametrize("closed", ["1>&-", "2>&-"])
def test_closed_streams_do_not_matter(at: tuple[str, str], closed: str) -> None:
    command = f"exec {' '.join(SEARCHKIT)} search 月全食 {' '.join(at)} {closed}"
    assert subprocess.run(["sh", "-c", command], env=environment(), capture_output=True).returncode == 0


@terminals
def test_an_interrupt_exits_with_130_and_no_traceback() -> None:
    code = (
        "import signal, time, searchkit.index as s\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background ignores it
        "def wait(*args, **options): print('ready', flush=True); time.sleep(30)\n"
        "s.open_index = wait\n"
        "import sys; sys.argv = ['searchkit', 'search', 'x']\n"
        "from searchkit.cli import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert process.stderr.read() == ""
    process.stdout.close()
    process.stderr.close()


def test_an_interrupt_in_this_process_is_130(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("searchkit.index.open_index", interrupted)
    assert call("search", "月").exit_code == 130


@pytest.mark.parametrize(("encoding", "text"), [("ascii", "月全食".encode()), ("gbk", "月全食".encode("gbk"))])
def test_text_is_written_as_the_locale_wants_it(at: tuple[str, str], encoding: str, text: bytes) -> None:
    done = subprocess.run(
        [*SEARCHKIT, "search", "月全食", *at], capture_output=True, env=environment({"PYTHONIOENCODING": encoding})
    )
    assert done.returncode == 0, done.stderr
    assert text in done.stdout


def test_json_is_utf8_whatever_the_locale(at: tuple[str, str]) -> None:
    env = environment({"PYTHONIOENCODING": "gbk"})
    done = subprocess.run([*SEARCHKIT, "search", "月全食", "--json", *at], capture_output=True, env=env)
    assert json.loads(done.stdout.decode("utf-8"))["total"] > 0


@terminals
def test_a_query_is_read_as_utf8_in_the_c_locale(at: tuple[str, str]) -> None:
    env = {**environment(), "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run([*SEARCHKIT, "search", "月全食", "--json", *at], capture_output=True, env=env)
    assert json.loads(done.stdout.decode("utf-8"))["query"] == "月全食"
