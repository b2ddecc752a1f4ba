"""docs/json.md names every field that is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call

DOCUMENT = Path(__file__).parents[2] / "docs" / "json.md"
COMMANDS = {
    "search": ("月", "--explain", "--timeline"),
    "similar": ("月全食",),
    "reindex": ("corpus", "--index", "other"),
    "show": ("月全食",),
    "words": (),
    "stats": (),
    "config": (),
    "check": (),
    "analyze": ("月",),
    "why": ("月", "月全食"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_field_is_documented(call: Call, corpus: Path, name: str) -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    section = next(part for part in document.split("\n## ") if f"searchkit {name} --json" in part.split("\n")[0])
    printed = json.loads(call(name, *COMMANDS[name], "--json").stdout)
    assert printed["version"] == 2
    assert [field for field in fields(printed) if f"`{field}`" not in section and field != "version"] == []


def fields(value: Any) -> Iterator[str]:
    """The names in *value*, but for those of facets and versions, which are data."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            if name not in ("facets", "versions"):
                yield from fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner)
