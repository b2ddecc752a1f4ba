"""The results kept as JSON -> the tables of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator
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
    return "\n".join(
        ["## What is promised", "", table(promised), "", "## Everything measured beside it", "", table(others), "",
         "## Where it was measured", "", *_setup_lines(found), ""]
    )  # fmt: skip


def _setup_lines(found: list[tuple[str, Row, dict[str, Any]]]) -> Iterator[str]:
    """A line for each setup, with the benchmarks that were measured on it and how busy the machine was."""
    names: dict[str, dict[str, None]] = {}
    loads: dict[str, set[float]] = {}
    for bench, row, setup in found:
        text = _setup_line(setup)
        names.setdefault(text, {})[f"{bench} at {row.level:,}"] = None
        loads.setdefault(text, set()).add(round(setup["load"][0], 1))
    for text, benches in names.items():
        least, most = min(loads[text]), max(loads[text])
        yield f"- {', '.join(benches)} articles: {text}; load average {least} to {most}"


def _setup_line(setup: dict[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in setup["packages"].items())
    return (
        f"{setup['date'][:10]}, commit {setup['commit'] or 'unknown'}, "
        f"{setup['cpu']}, {setup['cores']} cores, {setup['system']}, {setup['python']}; {packages}"
    )
