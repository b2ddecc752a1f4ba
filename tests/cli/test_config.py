"""`config`, options before the command, and an index that is found from anywhere."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from searchkit.cli.layout import cell_width
from searchkit.config import Config
from tests.cli.conftest import Call, write_article
from tests.cli.terminal import run, run_in_terminal


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The variables of a user whose home is an empty folder next to the one of the test."""
    folder = tmp_path.parent / f"{tmp_path.name}-家"
    return {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "XDG_DATA_HOME": str(folder / ".local" / "share"),
    }


def test_every_setting_has_a_line_with_its_value_and_where_it_comes_from(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "searchkit.toml"
    path.write_text('synonyms = [["番茄", "西红柿"]]\n', encoding="utf-8")
    settings, files = call("config", "--engine", "memory").stdout.split("\n\n")
    lines = {line.split()[0]: line for line in settings.splitlines()}
    assert list(lines) == [field.name for field in fields(Config)]
    assert lines["synonyms"].endswith(f' [["番茄", "西红柿"]] · {path}')
    assert lines["engine"].endswith(' "memory" · option')
    assert lines["index"].endswith(" · SEARCHKIT_INDEX")
    assert lines["limit"].endswith(" 10 · default")
    assert {lines[name].rpartition(" · ")[2] for name in ("corpus", "drafts", "exclude")} == {"as in the last run"}
    assert files.splitlines()[:2] == [f"read     {path}", f"missing  {tmp_path / 'pyproject.toml'}"]


def test_settings_as_json(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "searchkit.toml"
    path.write_text("limit = 7\n", encoding="utf-8")
    values = json.loads(call("config", "--json").stdout)
    assert {"name": "limit", "value": 7, "from": str(path)} in values["settings"]
    assert {"name": "color", "value": "auto", "from": "default"} in values["settings"]
    assert values["files"] == [str(path)]
    assert str(tmp_path / "pyproject.toml") in values["missing"]
    assert values["notes"] == []


def test_a_misspelt_variable_is_a_note_on_stderr(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_LIMITS", "3")
    result = call("config")
    assert result.exit_code == 0
    assert result.stderr == "note: the variable SEARCHKIT_LIMITS is of no setting; did you mean SEARCHKIT_LIMIT?\n"


def test_a_wrong_setting_is_one_line(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "searchkit.toml"
    path.write_text("limt = 7\n", encoding="utf-8")
    result = call("config")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"searchkit: {path}: no setting 'limt'; did you mean 'limit'?")


def test_control_characters_in_a_setting_are_shown(tmp_path: Path, home: dict[str, str]) -> None:
    (tmp_path / "searchkit.toml").write_text('corpus = "\\u001b[2J月"\n', encoding="utf-8")
    ran = run_in_terminal("config", columns=40, env=home, cwd=tmp_path)
    assert ran.code == 0
    assert "\x1b[2J" not in ran.stdout


@pytest.mark.parametrize("words", [("--index", "{}", "search"), ("search", "--index", "{}")])
def test_an_option_may_stand_before_the_command_or_after_it(
    call: Call, sample_folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SEARCHKIT_INDEX", "nowhere")
    result = call(*(word.format(sample_folder) for word in words), "月全食", "--count")
    assert (result.exit_code, result.stderr) == (0, "")


def test_of_an_option_before_the_command_and_one_after_it_the_later_one_counts(call: Call, tmp_path: Path) -> None:
    result = call("--index", tmp_path / "甲", "--engine", "whoosh", "search", "--index", tmp_path / "乙", "月")
    assert f"{tmp_path / '乙'}: no index here" in result.stderr


def test_colour_may_be_chosen_before_the_command(call: Call) -> None:
    assert "\x1b[" in call("--color", "always", "search", "月全食").stdout
    assert "\x1b[" not in call("--color", "always", "search", "--color", "never", "月全食").stdout
    assert call("--color", "blue", "search", "月全食").exit_code == 2


def test_an_index_that_is_made_in_one_folder_is_found_from_another(tmp_path: Path, home: dict[str, str]) -> None:
    corpus, elsewhere = tmp_path / "articles", tmp_path / "别处" / "深处"
    corpus.mkdir()
    elsewhere.mkdir(parents=True)
    write_article(corpus, "moon.md", "月全食为什么是红色的", "阳光穿过大气层，红光落在月面上。")
    assert run("reindex", corpus, "--jobs", "1", env=home, cwd=tmp_path).code == 0
    assert not (tmp_path / "index").exists()
    found = run("search", "-l", "月全食", env=home, cwd=elsewhere)
    assert (found.code, found.stdout) == (0, f"{corpus / 'moon.md'}\n")
    assert (Path(home["XDG_DATA_HOME"]) / "searchkit" / "index" / "CURRENT").is_file()


def test_a_tilde_is_the_home_folder_in_options(tmp_path: Path, home: dict[str, str]) -> None:
    corpus = Path(home["HOME"]) / "文章"
    corpus.mkdir(parents=True)
    write_article(corpus, "moon.md", "月全食", "红光落在月面上。")
    assert run("reindex", "~/文章", "--index=~/索引", "--jobs", "1", env=home, cwd=tmp_path).code == 0
    assert run("--index=~/索引", "search", "--count", "月全食", env=home, cwd=tmp_path).stdout == "1\n"
    assert list(tmp_path.iterdir()) == []


def test_an_index_that_is_nowhere_is_an_error_with_the_whole_path(tmp_path: Path, home: dict[str, str]) -> None:
    ran = run("search", "月", env=home, cwd=tmp_path)
    assert ran.stderr.startswith(f"searchkit: {home['XDG_DATA_HOME']}/searchkit/index: no index here; ")
    ran = run("search", "月", "--index", "甲/../乙", env=home, cwd=tmp_path)
    assert ran.stderr.startswith(f"searchkit: {tmp_path}/甲/../乙: no index here; ")


def test_help_of_the_options_before_the_command_fits(call: Call) -> None:
    text = call("--help").stdout
    assert [flag for flag in ("--index", "--engine", "--color") if f"  {flag} " not in text] == []
    assert max(map(cell_width, text.splitlines())) <= 80
