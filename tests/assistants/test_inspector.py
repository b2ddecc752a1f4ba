"""The MCP Inspector, which its authors wrote apart from the SDK, takes what the server says, in both eras.

It is a program for Node that npm downloads: where it is not installed these tests are skipped.
`SEARCHKIT_INSPECTOR` is the folder where `npm install @modelcontextprotocol/inspector` was called.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

FOLDER = Path(os.environ.get("SEARCHKIT_INSPECTOR") or ROOT / "no" / "inspector")
INSPECTOR = FOLDER / "node_modules" / ".bin" / "mcp-inspector"

pytestmark = pytest.mark.skipif(
    not (INSPECTOR.exists() and shutil.which("node")), reason="SEARCHKIT_INSPECTOR has no MCP Inspector"
)


def inspect(place: Path, era: str, *options: str) -> Any:
    """What the Inspector prints of a server that it starts."""
    server = [sys.executable, "-m", "searchkit", "mcp", "--index", str(place)]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    command = [str(INSPECTOR), "--cli", "-e", f"PYTHONPATH={path}", "--connect-timeout", "60000"]
    done = subprocess.run(
        [*command, "--protocol-era", era, *options, "--", *server], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector_lists_and_calls(shelf: Path, era: str) -> None:
    tools = inspect(shelf, era, "--method", "tools/list", "--strict")["tools"]
    assert [tool["name"] for tool in tools] == ["search", "fetch", "find_source", "similar", "overview"]
    call = ("--method", "tools/call", "--tool-name", "search", "--tool-arg", "query=月亮")
    assert "月全食" in inspect(shelf, era, *call)["content"][0]["text"]
    read = inspect(shelf, era, "--method", "resources/read", "--uri", "article://hugo/a.md")
    assert "暗红色" in read["contents"][0]["text"]
