"""What was proved, kept as JSON -> the table of docs/reliability.md."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.marks import begin_mark, write_between
from tests.conftest import ROOT

RESULTS = Path(__file__).parent / "results"
DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN = begin_mark("python -m tests.reliability --write")


def save(name: str, rows: Iterable[Mapping[str, Any]], *, some: bool) -> None:
    """Keep the *rows* of the module *name* with when and where they were measured. If they are only *some* of its
    rows, those of other promises stay."""
    file = RESULTS / f"{name}.json"
    before = json.loads(file.read_text(encoding="utf-8"))["rows"] if some and file.exists() else []
    every = {row["promise"]: row for row in (*before, *rows)}
    kept = {"date": time.strftime("%Y-%m-%d"), "machine": _machine(), "rows": list(every.values())}
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_drawings(drawings: Mapping[str, str]) -> None:
    """Put pictures beside the document, by the names of their files."""
    for name, text in drawings.items():
        DOCUMENT.with_name(name).write_text(text, encoding="utf-8")


def write_document() -> None:
    """Put the table of everything kept between the marks of docs/reliability.md; what stands around them stays."""
    write_between(DOCUMENT, BEGIN, f"{render()}\n")


def render() -> str:
    """The table: a line a promise."""
    lines = ["| promise | proof | tried | survived | lost | |", "|---|---|---|---|---|---|"]
    setups: dict[str, None] = {}
    for path in sorted(RESULTS.glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        setups[f"{kept['date']}, {kept['machine']}"] = None
        for row in kept["rows"]:
            numbers = " | ".join(f"{row[name]:,}" for name in ("tried", "survived", "lost"))
            lines.append(f"| {row['promise']} | `{path.stem}` | {numbers} | {row['remark']} |")
    return "\n".join([*lines, "", f"Measured {'; '.join(setups)}."])


def _machine() -> str:
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    return f"Python {platform.python_version()} on {system}"
