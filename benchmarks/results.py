"""Rows of measurements: printed, kept as JSON with the setup they were made on, and laid out as a table."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
PACKAGES = (
    "Whoosh-Reloaded", "jieba", "rjieba", "lxml", "numpy", "tantivy", "bm25s", "selectolax", "beautifulsoup4",
    "python-frontmatter", "PyYAML", "zstandard",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: *ours* beside that of a *peer*, both in *unit*, less being better.

    *bar* and *aim* are the most that *of* ("ratio", ours to theirs, or "ours") may be; None where nothing is
    promised. *level* is the number of articles.
    """

    what: str
    level: int
    unit: str
    ours: float
    peer: str = ""
    theirs: float | None = None
    of: str = "ratio"
    bar: float | None = None
    aim: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours to theirs; None without a peer."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> str:
        """ "aim", "bar" or "no"; empty where nothing is promised."""
        value = self.ours if self.of == "ours" else self.ratio
        if self.bar is None or value is None:
            return ""
        if self.aim is not None and value <= self.aim:
            return "aim"
        return "bar" if value <= self.bar else "no"


def save(bench: str, rows: Iterable[Row], folder: Path = RESULTS, **notes: Any) -> Path:
    """The file `<bench>.json` with *rows*, the setup and *notes*. Rows of levels not run now are kept."""
    rows = tuple(rows)
    file = folder / f"{bench}.json"
    levels = {row.level for row in rows}
    old = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"runs": []}
    kept = [run for run in old["runs"] if not levels.issuperset(run["levels"])]
    run = {"levels": sorted(levels), "setup": setup(), "notes": notes, "rows": [asdict(row) for row in rows]}
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"bench": bench, "runs": [*kept, run]}, ensure_ascii=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")
    return file


def load(file: Path) -> list[tuple[Row, dict[str, Any]]]:
    """The rows of a file, each with the setup it was measured on."""
    runs = json.loads(file.read_text(encoding="utf-8"))["runs"]
    newest_last = sorted(runs, key=lambda run: str(run["setup"]["date"]))
    found = [(Row(**values), run["setup"]) for run in newest_last for values in run["rows"]]
    return list({(row.what, row.level, row.peer): (row, made) for row, made in found}.values())


def setup() -> dict[str, Any]:
    """What the figures depend on: processor, Python, packages, commit and day."""
    return {
        "date": time.strftime("%Y-%m-%d %H:%M:%S"),
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "commit": _commit(),
        "load": list(os.getloadavg()),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }


def table(rows: Sequence[Row]) -> str:
    """*rows* as a table of Markdown."""
    head = "| what | articles | searchkit | peer | its figure | ratio | bar | aim | met |\n" + "|---" * 9 + "|"
    return "\n".join([head, *map(_line, rows)])


def describe(row: Row) -> str:
    """*row* in a line for a terminal."""
    peer = f"{row.peer} {figure(row.theirs, row.unit)}, ratio {ratio(row.ratio)}" if row.peer else "no peer"
    promised = f"; bar {_limit(row, row.bar)}, aim {_limit(row, row.aim)}: {row.met}" if row.met else ""
    return f"{row.what} [{row.level:,}]: {figure(row.ours, row.unit)}; {peer}{promised}"


def ratio(value: float | None) -> str:
    """A ratio to read: `1.25`, `1/12.5`, or `–` for none.

    >>> ratio(0.08), ratio(1.25), ratio(None)
    ('1/12.5', '1.25', '–')
    """
    if value is None:
        return "–"
    return f"1/{1 / value:.3g}" if 0 < value < 0.667 else f"{value:.3g}"


def figure(value: float | None, unit: str) -> str:
    """A figure with its unit, three digits of it."""
    if value is None:
        return "–"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def _line(row: Row) -> str:
    met = {"no": "**no**"}.get(row.met, row.met or "–")
    cells = [
        row.what, f"{row.level:,}", figure(row.ours, row.unit), row.peer or "–", figure(row.theirs, row.unit),
        ratio(row.ratio), _limit(row, row.bar), _limit(row, row.aim), met,
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _limit(row: Row, value: float | None) -> str:
    if value is None:
        return "–"
    return figure(value, row.unit) if row.of == "ours" else ratio(value)


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def _commit() -> str:
    """The commit, with a `+` if the source was changed since; empty outside of a checkout."""
    try:
        head = _git("rev-parse", "--short", "HEAD")
        return head + (
            "+" if _git("status", "--porcelain", "--", "searchkit", "benchmarks", ":!benchmarks/results") else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*words: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=True, encoding="utf-8")
    return done.stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
