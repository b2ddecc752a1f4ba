"""The results kept as JSON -> the tables of docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.marks import begin_mark, write_between
from benchmarks.results import RESULTS, ROOT, Row, load, table

DOCUMENT = ROOT / "docs" / "benchmarks.md"
BEGIN = begin_mark("python -m benchmarks --table")


def write_document(results: Path = RESULTS, document: Path = DOCUMENT) -> Path:
    """Put the tables between the marks of *document*; what stands around them stays."""
    write_between(document, BEGIN, render(results))
    return document


def render(results: Path) -> str:
    """What is promised in one table, everything else in another, and the setups."""
    found = [(file.stem, *pair) for file in sorted(results.glob("*.json")) for pair in load(file)]
    rows = [row for _, row, _ in found]
    promised, others = [r for r in rows if r.met], [r for r in rows if not r.met]
    setups = dict.fromkeys(_setup_line(bench, row, setup) for bench, row, setup in found)
    return "\n".join(
        ["## What is promised", "", table(promised), "", "## Everything measured beside it", "", table(others), "",
         "## Where it was measured", "", *setups, ""]
    )  # fmt: skip


def _setup_line(bench: str, row: Row, setup: dict[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in setup["packages"].items())
    return (
        f"- {bench} at {row.level:,} articles: {setup['date'][:10]}, commit {setup['commit'] or 'unknown'}, "
        f"{setup['cpu']}, {setup['cores']} cores, {setup['system']}, {setup['python']}; {packages}"
    )
