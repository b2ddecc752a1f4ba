"""`searchkit mcp`: what is printed for the settings of other programs, and what goes wrong before the start."""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from searchkit.assistants.clients import CLIENTS
from tests.cli.conftest import Call
from tests.cli.terminal import SEARCHKIT, environment

KEYS = {
    "claude": "mcpServers",
    "cursor": "mcpServers",
    "vscode": "servers",
    "codex": "mcp_servers",
    "zed": "context_servers",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_snippet_starts_the_same_index_from_any_folder(call: Call, client: str, tmp_path: Path) -> None:
    place = tmp_path / '我的 "索引"'
    result = call("mcp", "--config", client, "--index", str(place))
    assert result.exit_code == 0
    values = tomllib.loads(result.stdout) if client == "codex" else json.loads(result.stdout)
    entry = values[KEYS[client]]["searchkit"]
    assert entry["args"][-3:] == ["mcp", "--index", str(place)]
    assert Path(entry["command"]).is_absolute()
    assert CLIENTS[client].file in result.stderr


def test_another_engine_is_in_the_snippet(call: Call) -> None:
    arguments = json.loads(call("mcp", "--config", "zed", "--engine", "opensearch", "--index", "notes").stdout)
    assert arguments["context_servers"]["searchkit"]["args"][-4:] == ["--index", "notes", "--engine", "opensearch"]


def test_an_unknown_client_is_an_error(call: Call) -> None:
    assert call("mcp", "--config", "emacs").exit_code == 2


def test_without_an_index_nothing_is_served(call: Call, tmp_path: Path) -> None:
    result = call("mcp", "--index", str(tmp_path / "nothing"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing" in result.stderr


def test_without_the_library_the_extra_is_named(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mcp", "searchkit.assistants.server"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    result = call("mcp")
    assert result.exit_code == 2
    assert 'pip install "mcp>=2.3"' in result.stderr


@pytest.mark.parametrize("in_terminal", [True, False])
def test_who_starts_it_in_a_terminal_is_told_what_it_is_and_is_served(
    sample_folder: Path, in_terminal: bool
) -> None:
    pty = pytest.importorskip("pty")
    (master, slave) = pty.openpty() if in_terminal else os.pipe()[::-1]
    process = subprocess.Popen(
        [*SEARCHKIT, "mcp", "--index", str(sample_folder)],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
    )
    try:
        os.write(master, b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["id"] == 1
        process.kill()
        said = process.stderr.read()
        assert said.count("\n") == ("--config" in said) == in_terminal
    finally:
        process.kill()
        process.communicate()
        os.close(master)
        os.close(slave)
