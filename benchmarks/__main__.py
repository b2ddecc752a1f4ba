"""`python -m benchmarks [NAME …]`: measure, print, keep the results and write the table to docs/benchmarks.md.

Without a name every benchmark runs, on the archive once; `--table` only writes the table from the results kept.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from benchmarks.checks import CheckFailed
from benchmarks.document import write_document
from benchmarks.results import describe, save

BENCHES = {
    "reindex": 3,
    "build": 3,
    "latency": 3,
    "search": 3,
    "command": 7,
    "product": 5,
    "page": 3,
    "update": 5,
    "memory": 1,
    "room": 1,
}
"""Each is the module `bench_NAME`; how many runs it takes the medians of."""


def main() -> None:
    """Run what is asked for; exit with 1 if a check failed or a bar was missed."""
    options = _options()
    kept = True
    for name in options.names or BENCHES if not options.table else ():
        for times in options.times or (1,):
            kept &= _run(name, times, options.runs or BENCHES[name], keep=not options.dry_run)
    if not options.dry_run:
        print(f"written: {write_document()}")
    sys.exit(not kept)


def _run(name: str, times: int, runs: int, *, keep: bool) -> bool:
    """Whether the benchmark was right and kept its bars."""
    try:
        rows, notes = import_module(f"benchmarks.bench_{name}").run(times, runs)
    except CheckFailed as error:
        print(f"{name}, {times} times the archive: WRONG: {error}", file=sys.stderr)
        return False
    for row in rows:
        print(f"{name}: {describe(row)}", flush=True)
    if keep and rows:
        save(name, rows, **notes)
    return all(row.met != "no" for row in rows)


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    arguments.add_argument(
        "--times",
        type=int,
        action="append",
        help="the archive so many times over; once by default",
    )
    arguments.add_argument("--runs", type=int, help="take medians of so many runs")
    arguments.add_argument("--table", action="store_true", help="only write the table")
    arguments.add_argument("--dry-run", action="store_true", help="keep nothing")
    options = arguments.parse_args()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        arguments.error(f"no benchmark is called {unknown[0]!r}; there are {', '.join(BENCHES)}")
    return options


if __name__ == "__main__":
    main()
