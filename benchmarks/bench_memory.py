"""Peak memory of a whole reindex: all processes together, and the largest one."""

from __future__ import annotations

import json
import shutil
from statistics import median

from benchmarks.checks import check
from benchmarks.corpora import cache, check_report, corpus_folder, environment, reindex_command
from benchmarks.memory import Peak, peak_of
from benchmarks.results import Row

BARS = {1: (320.0, 250.0), 10: (600.0, 400.0)}


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes."""
    found = [_peak(times) for _ in range(runs)]
    articles = found[0][1]
    bar, aim = BARS.get(times, (None, None))
    together = median(peak.together for peak, _ in found)
    largest = median(peak.largest for peak, _ in found)
    rows = [
        Row("reindex, peak of all processes (PSS)", articles, "MB", together, of="ours", bar=bar, aim=aim),
        Row("reindex, peak of the largest process (RSS)", articles, "MB", largest, of="ours"),
    ]
    return rows, {"runs": runs, "samples": [peak.samples for peak, _ in found]}


def _peak(times: int) -> tuple[Peak, int]:
    """The peak, and the number of articles seen."""
    place = cache() / "memory"
    shutil.rmtree(place, ignore_errors=True)
    peak, code, printed = peak_of(reindex_command(corpus_folder(times), place), environment())
    check(code == 0, f"searchkit reindex exits with {code}")
    check(peak.samples >= 10, f"only {peak.samples} samples of memory were taken")
    return peak, int(check_report(json.loads(printed))["seen"])
