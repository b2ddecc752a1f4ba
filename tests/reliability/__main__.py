"""Prove the promises of docs/reliability.md: `make reliability`, `python -m tests.reliability [NAME …] [--write]`.

Prints a line a promise: how many cases were tried and lost, and what went wrong in those that were lost.
Without names, everything is tried that takes minutes; `fuzz` and `soak` take an hour each and want to be named, as
`hostile_pages`, which needs a browser, and `web_clients` do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from tests.reliability.proving import Proof, Tally
from tests.reliability.results import save, write_document, write_drawings

MODULES: tuple[str, ...] = (
    "crash", "power", "limits", "concurrency", "damage", "hostile_index", "hostile_articles", "hostile_queries",
    "upgrade", "serving",
)  # fmt: skip
"""Each module has `PROOFS`, the proofs of some promises that belong together."""
SLOW = ("fuzz", "soak", "hostile_pages", "web_clients")
"""Modules that are tried only by name."""
_MOST_NAMED = 20


def proofs_of(name: str) -> tuple[Proof, ...]:
    """The proofs of one module."""
    found: tuple[Proof, ...] = import_module(f"tests.reliability.{name}").PROOFS
    return found


def main() -> None:
    """Try everything that is named and exit with 1 if anything was lost."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join((*MODULES, *SLOW))}")
    arguments.add_argument("--write", action="store_true", help="write the table to docs/reliability.md")
    arguments.add_argument("--effort", type=int, help="cases, or seconds, instead of those of the table")
    arguments.add_argument("--only", default="", metavar="WORD", help="only promises in which this stands")
    options = arguments.parse_args()
    if unknown := set(options.names) - {*MODULES, *SLOW}:
        arguments.error(f"nothing is called {', '.join(sorted(unknown))}")
    lost = 0
    for name in options.names or MODULES:
        rows = []
        for proof in (proof for proof in proofs_of(name) if options.only in proof.promise):
            tally, row = _proved(proof, proof.full if options.effort is None else options.effort)
            lost += len(tally.lost)
            rows.append(row)
            if options.write:
                write_drawings(tally.drawings)
        if options.write:
            save(name, rows, some=bool(options.only))
            write_document()
    sys.exit(1 if lost else 0)


def _proved(proof: Proof, effort: int) -> tuple[Tally, dict[str, object]]:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        tally = proof.run(Path(scratch), effort)
    seconds = time.monotonic() - began
    print(f"{tally.tried:>9,} tried  {len(tally.lost):>3} lost  {seconds:>6.0f} s  {proof.promise}", flush=True)
    if tally.remark:
        print(f"          {tally.remark}", flush=True)
    for loss in tally.lost[:_MOST_NAMED]:
        print(f"          {loss}", flush=True)
    return tally, {
        "promise": proof.promise,
        "tried": tally.tried,
        "survived": tally.survived,
        "lost": len(tally.lost),
        "remark": tally.remark,
        "seconds": round(seconds),
    }


if __name__ == "__main__":
    main()
