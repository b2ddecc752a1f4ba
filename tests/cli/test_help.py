"""Every command is in the help, has help with an example, and is imported only when it is called."""

from __future__ import annotations

import importlib
import subprocess
import sys

import click
import pytest

import searchkit
from searchkit.cli.app import COMMANDS
from searchkit.cli.layout import cell_width
from tests.cli.conftest import Call
from tests.cli.terminal import environment, run


def test_the_table_names_every_command_with_its_help(call: Call) -> None:
    text = call("--help").stdout
    for name, line in COMMANDS.items():
        assert f"  {name} " in text
        assert line in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(call: Call, name: str) -> None:
    result = call(name, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"searchkit {name}" in result.stdout.partition("Example")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    command: click.Command = importlib.import_module(f"searchkit.cli.{name}").command
    assert command.help == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_text_of_help_ends_with_a_period(name: str) -> None:
    command: click.Command = importlib.import_module(f"searchkit.cli.{name}").command
    texts = [COMMANDS[name], *(o.help or "" for o in command.params if isinstance(o, click.Option))]
    assert [text for text in texts if not text.partition(" [default: ")[0].endswith(".")] == []


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)])
def test_help_fits_a_terminal_of_80_columns(call: Call, words: tuple[str, ...]) -> None:
    assert [line for line in call(*words, "--help").stdout.splitlines() if cell_width(line) > 80] == []


def test_version_is_printed(call: Call) -> None:
    assert searchkit.__version__ in call("--version").stdout


@pytest.mark.parametrize(("typed", "meant"), [("serach", "search"), ("tag", "tags"), ("stat", "stats")])
def test_a_command_that_is_mistyped_is_an_error_that_names_the_nearest(call: Call, typed: str, meant: str) -> None:
    result = call(typed, "月")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"no command '{typed}'; did you mean {meant}?" in result.stderr


def test_a_command_like_no_other_is_an_error_that_says_where_they_are_listed(call: Call) -> None:
    assert "no command '月全食'; see searchkit --help" in call("月全食").stderr


@pytest.mark.parametrize("words", [("help",), ("help", "search")])
def test_who_asks_for_help_like_a_command_is_told_the_option(call: Call, words: tuple[str, ...]) -> None:
    result = call(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "`searchkit COMMAND --help` is the help of a command" in result.stderr


@pytest.mark.parametrize("option", ["--body=月亮", "--body", "--title", "--date"])
def test_who_asks_for_a_field_like_an_option_is_told_how_a_query_names_it(call: Call, option: str) -> None:
    result = call("search", "月", option, "x")
    assert (result.exit_code, result.stdout) == (2, "")
    name = option.strip("-").partition("=")[0]
    assert f"no option --{name}; write {name}:… in the query" in result.stderr


def test_an_option_that_is_mistyped_is_an_error_that_names_the_nearest(call: Call) -> None:
    result = call("search", "月", "--facet")
    assert result.exit_code == 2
    assert "--facets" in result.stderr


def test_help_loads_neither_engine_nor_dictionary_nor_rich() -> None:
    code = (
        "import sys; from searchkit.cli.app import cli; cli.main(['--help'], standalone_mode=False);"
        "print([m for m in ('jieba', 'rjieba', 'whoosh', 'rich', 'searchkit.index') if m in sys.modules],"
        " file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, encoding="utf-8", env=environment()
    )
    assert done.stderr.strip() == "[]"


def test_the_module_is_the_command() -> None:
    assert run("--version").stdout.startswith("searchkit")


def test_the_shell_can_complete_options() -> None:
    asked = {"_SEARCHKIT_COMPLETE": "bash_complete", "COMP_WORDS": "searchkit search --fac", "COMP_CWORD": "2"}
    assert "--facets" in run(env=asked).stdout
