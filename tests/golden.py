"""Golden cases: tables that a person who does not program can read and extend.

A file of blocks holds a title, what goes in and what comes out, each closed by a line with one dot. A file of
rows holds `what goes in => what comes out`. Lines that begin with `# ` between cases are remarks.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """One golden case; `title` names it in the output of a test."""

    title: str
    given: str
    expected: str


def blocks(path: Path) -> list[Case]:
    """The cases of a file of blocks."""
    cases: list[Case] = []
    parts: list[list[str]] = [[]]
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not cases and line.startswith("# ") and parts == [[]]:
            continue
        if line != ".":
            if line.strip() or len(parts) > 1:
                parts[-1].append(line)
        elif len(parts) < 3:
            parts.append([])
        else:
            title, given, expected = ("\n".join(part) for part in parts)
            cases.append(Case(title, given, expected))
            parts = [[]]
    assert parts == [[]], f"{path.name}: the last case is not closed by a line with a dot"
    return cases


def rows(path: Path) -> list[Case]:
    """The cases of a file of rows."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# "):
            given, arrow, expected = line.partition(" => ")
            assert arrow, f"{path.name}: no ' => ' in {line!r}"
            cases.append(Case(given.strip(), given.strip(), expected.strip()))
    return cases
