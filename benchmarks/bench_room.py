"""The memory and the disk that each kind of `searchkit reindex` needs, one after the other on one index."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.checks import check
from benchmarks.corpora import (
    append,
    articles_of,
    cache,
    check_report,
    count_articles,
    environment,
    linked_corpus,
    reindex_command,
    size_of,
)
from benchmarks.memory import peak_of
from benchmarks.results import Row


class Kind(NamedTuple):
    """A run with its options, before which one file of so many is changed, or none (0), or there is no index."""

    name: str
    one_of: int = 0
    options: tuple[str, ...] = ("--jobs", "2")
    first: bool = False


KINDS = (
    Kind("first run", first=True),
    Kind("nothing changed"),
    Kind("one file in a hundred changed", one_of=100),
    Kind("one file in ten changed", one_of=10),
    Kind("`--full`", options=("--jobs", "2", "--full")),
    Kind("first run, four processes", options=("--jobs", "4"), first=True),
)
UNITS = ("memory", "disk at most", "disk afterwards")
Room = tuple[float, float, float]


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes."""
    rounds = [_round(times) for _ in range(runs)]
    rows = [
        Row(f"{kind.name}: {unit}", count_articles(times), "MB", median(values))
        for kind, rooms in zip(KINDS, zip(*rounds, strict=True), strict=True)
        for unit, values in zip(UNITS, zip(*rooms, strict=True), strict=True)
    ]
    return rows, {"runs": runs}


def _round(times: int) -> list[Room]:
    """The room of each kind of run, on a copy of the corpus."""
    home = cache() / "room"
    corpus = linked_corpus(times, home / "corpus")
    return [_room(kind, corpus, home / "index") for kind in KINDS]


def _room(kind: Kind, corpus: Path, index: Path) -> Room:
    """Megabytes of all processes together, and of the index folder during the run and after it."""
    if kind.first:
        shutil.rmtree(index, ignore_errors=True)
    changed = articles_of(corpus)[:: kind.one_of] if kind.one_of else []
    for number, path in enumerate(changed):
        append(path, f"\n\n{kind.one_of}之{number}\n")
    peak, code, printed = peak_of(reindex_command(corpus, index, *kind.options), environment(), index)
    check(code == 0, f"searchkit reindex exits with {code}")
    report = check_report(json.loads(printed))
    seen = report["added"] + report["updated"] + report["drafts"] + len(report["skipped"])
    check(seen >= len(changed), f"{len(changed)} files were changed, and {seen} were written or left out")
    return peak.together, peak.disk, size_of(index) / 1e6
