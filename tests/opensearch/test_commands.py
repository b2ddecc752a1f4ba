"""The commands, with an index on the cluster."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchkit.cli.app import cli
from tests.conftest import SAMPLES

Call = Callable[..., Result]


@pytest.fixture(scope="module")
def name(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an index of the samples on the cluster."""
    name = f"samples-{tmp_path_factory.getbasetemp().name}"
    result = CliRunner().invoke(cli, ["reindex", str(SAMPLES), "--engine", "opensearch", "--index", name])
    assert (result.exit_code, "70 added" in result.stdout) == (0, True), result.output
    return name


@pytest.fixture
def call(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command in this process on the index of the samples."""
    monkeypatch.setenv("SEARCHKIT_ENGINE", "opensearch")
    monkeypatch.setenv("SEARCHKIT_INDEX", name)
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(cli, [str(arg) for arg in args])


@pytest.fixture
def local(tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Runs a command in this process on an index of the samples in a folder."""
    folder = tmp_path_factory.mktemp("local")
    assert CliRunner().invoke(cli, ["reindex", str(SAMPLES), "--index", str(folder)]).exit_code == 0
    return lambda *args: CliRunner().invoke(cli, [*(str(arg) for arg in args), "--index", str(folder)])


def test_every_command_says_what_it_says_of_a_folder(call: Call, local: Call) -> None:
    for command in (
        ("search", "OpenAI 融资", "--explain", "--facets"),
        ("search", "-l", "人工智能", "--since", "2024"),
        ("search", "--count", "的"),
        ("show", "算力账单"),
        ("similar", "算力账单"),
        ("why", "融资", "算力账单"),
        ("check",),
    ):
        one, other = local(*command), call(*command)
        assert (other.exit_code, other.stdout) == (one.exit_code, one.stdout), command


def test_a_second_reindex_changes_nothing(call: Call) -> None:
    report = json.loads(call("reindex", SAMPLES, "--json").stdout)
    assert (report["added"], report["updated"], report["removed"], report["unchanged"]) == (0, 0, 0, 70)


def test_the_statistics_name_the_index_and_no_folder(call: Call, name: str) -> None:
    result = call("stats")
    assert result.exit_code == 0
    assert f"index     {name}\n" in result.stdout
    assert "built" not in result.stdout


@pytest.mark.parametrize("command", [("search", "猫"), ("show", "猫"), ("stats",), ("reindex", SAMPLES)])
def test_a_cluster_that_is_not_there_is_one_line(
    call: Call, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("searchkit.engines.opensearch.client.pause", lambda attempt: 0.0)
    result = call(*command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("searchkit: OpenSearch at http://127.0.0.1:9: it cannot be reached")


def test_an_index_that_is_not_there_is_one_line(call: Call) -> None:
    result = call("search", "猫", "--index", "nowhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "run `searchkit reindex` first" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_wrong_setting_is_one_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"URL": "ftp://x", "SHARDS": "many", "PASSWORD_FILE": "/nowhere/at/all"}.items():
        with monkeypatch.context() as patch:
            patch.setenv(f"SEARCHKIT_OPENSEARCH_{name}", value)
            result = call("search", "猫")
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.stderr
        assert f"SEARCHKIT_OPENSEARCH_{name}" in result.stderr
