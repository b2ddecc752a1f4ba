"""How programs with an assistant are told to start the server: what to write into which of their files."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

NAME = "searchkit"


@dataclass(frozen=True, slots=True)
class Client:
    """A program, the file of its settings, and what makes their text of the command that it is to start."""

    name: str
    file: str
    snippet: Callable[[Sequence[str]], str]


def _json(*path: str, **more: str) -> Callable[[Sequence[str]], str]:
    """JSON with the command at *path*, and *more* beside it."""

    def snippet(command: Sequence[str]) -> str:
        values: dict[str, Any] = {**more, "command": command[0], "args": list(command[1:])}
        for name in reversed((*path, NAME)):
            values = {name: values}
        return json.dumps(values, ensure_ascii=False, indent=2) + "\n"

    return snippet


def _toml(command: Sequence[str]) -> str:
    """A table of TOML; its strings are those of JSON."""
    first, *rest = (json.dumps(word, ensure_ascii=False) for word in command)
    return f"[mcp_servers.{NAME}]\ncommand = {first}\nargs = [{', '.join(rest)}]\n"


CLIENTS = {
    "claude": Client("Claude", "claude_desktop_config.json, .mcp.json", _json("mcpServers")),
    "cursor": Client("Cursor", "~/.cursor/mcp.json", _json("mcpServers")),
    "vscode": Client("VS Code", ".vscode/mcp.json", _json("servers", type="stdio")),
    "codex": Client("Codex", "~/.codex/config.toml", _toml),
    "zed": Client("Zed", "settings.json", _json("context_servers", source="custom")),
}
"""Name -> a client that `searchkit mcp --config` knows."""
