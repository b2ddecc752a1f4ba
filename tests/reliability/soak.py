"""An hour of changes, reindexes, kills and searches on a folder that grows, all of it checked after each round.

The folder grows for the first half of the time and then keeps its size while its files go on changing. So what the
index itself needs is the same all through the second half, and a process that holds more at the end of it than at
its beginning leaks. All processes share one processor.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import searchkit
from benchmarks.archive import find_archive, unpack
from searchkit.index import reader_of
from tests.conftest import ROOT, SAMPLES
from tests.reliability import soaking
from tests.reliability.changing import Folder, text_files
from tests.reliability.companions import Companion
from tests.reliability.listening import Listened, Sample, drawn, minutes_since
from tests.reliability.proving import Proof, Tally
from tests.reliability.watching import growth, quarters

_LONG = 100  # seconds from which on the archive is taken, and memory is judged
_FILES = {True: (1_500, 6_500), False: (30, 60)}
"""(long?) -> files at first and at most."""
_MOST_ADDED = 100  # in a round
_FRESH_ONES = 6  # so many times an index is built from nothing and compared
_REINDEX = (sys.executable, "-m", "searchkit", "reindex", "--quiet", "--jobs", "1")
_GROWTH = {"own": (0.05, 8.0), "resident": (0.05, 16.0), "descriptors": (0.0, 30.0), "mapped": (0.0, 30.0)}
"""By how much more, as a share and beside it, the last quarter of the time may hold than the second: megabytes
that the allocator keeps or gives back, and what open indexes of more segments need. A file that is not given back
by each index that is opened, which is one every two seconds at least, is hundreds of files."""


def run(scratch: Path, effort: int) -> Tally:
    """A soak of *effort* seconds."""
    with _one_processor():
        soak = _Soak(scratch, effort)
        soak.run()
    return soak.tally


class _Soak:
    def __init__(self, scratch: Path, effort: int) -> None:
        self.tally = Tally()
        self._scratch, self._effort, self._is_long = scratch, effort, effort >= _LONG
        self._first, self._most = _FILES[self._is_long]
        self._chance = random.Random(20)
        sources = list(text_files(_archive(scratch) if self._is_long else SAMPLES))
        self._folder = Folder(scratch / "corpus", sources, self._chance)
        self._place = scratch / "index"
        self._samples: list[Sample] = []
        self._rounds = self._fulls = self._kills = self._contests = self._fresh = 0
        self._took = 0.5  # seconds a reindex takes, about
        self._plateau = 0  # files, once the folder does not grow any more

    def run(self) -> None:
        for _ in range(self._first):
            self._folder.add()
        self._folder.changes = 0
        self._writer = Companion("writer", self._place, self._folder.root)
        self._writer.ask("full")
        self._searcher = Listened(Companion("searcher", self._place))
        self._began = self._searcher.began
        with self.tally.case("rounds go on to the end"):
            while (elapsed := time.monotonic() - self._began) < self._effort:
                self._round(elapsed)
                if self._is_long and elapsed > self._effort * (self._fresh + 1) / _FRESH_ONES:
                    self._compare_with_fresh()
        self._compare_with_fresh()
        for process in (self._writer, self._searcher):
            with self.tally.case("a companion ends by itself"):
                assert process.end() == 0
        self._judge()

    def _round(self, elapsed: float) -> None:
        before, was_growing = set(self._folder.expected()), not self._plateau
        self._change(elapsed)
        changed = sorted(self._folder.expected().keys() - before)
        roll = self._chance.random()
        if roll < 0.08:
            self._kill(before)
        elif roll < 0.13:
            self._contest()
        full = roll > (0.985 if self._is_long else 0.9) or (was_growing and self._plateau > 0)
        self._fulls += full
        generation = self._current()
        held = set() if full else self._ids()  # a full reindex counts from nothing
        began = time.monotonic()
        report = self._writer.ask("full" if full else "reindex")
        if not full:
            self._took = 0.8 * self._took + 0.2 * (time.monotonic() - began)
        self._rounds += 1
        self._check(report, held, changed, wrote=self._current() != generation)
        self._sample(report["vitals"])

    def _change(self, elapsed: float) -> None:
        folder, chance = self._folder, self._chance
        for _ in range(chance.choice((1, 2, 3, 8, 20))):
            folder.change()
        for _ in range(chance.choice((0, 1, 3))):
            folder.delete()
        missing = self._due(elapsed) - len(folder.files)
        for _ in range(min(missing, _MOST_ADDED)):
            folder.add()
        for _ in range(-missing):
            folder.delete()

    def _due(self, elapsed: float) -> int:
        """How many files there should be: more and more in the first half of the time, then the same number."""
        share = elapsed / (self._effort / 2)
        if share >= 1:
            self._plateau = self._plateau or len(self._folder.files)
            return self._plateau
        return round(self._first + (self._most - self._first) * share)

    def _kill(self, before: set[str]) -> None:
        """A reindex that is killed leaves the old or the new index."""
        process = self._start(full=self._chance.random() < 0.2)
        time.sleep(self._chance.uniform(0.2, 0.5 + 1.5 * self._took))
        process.kill()
        process.wait()
        self._kills += 1
        with self.tally.case(f"round {self._rounds}: what a killed reindex leaves"):
            assert self._ids() in (before, set(self._folder.expected())), "neither the old index nor the new one"

    def _contest(self) -> None:
        """Of two reindexes at once, one at least does its work, and the other does too or says that it cannot."""
        processes = [self._start(), self._start()]
        codes = sorted(process.wait() for process in processes)
        self._contests += 1
        with self.tally.case(f"round {self._rounds}: two reindexes at once"):
            done = 1 if self._folder.broken else 0
            assert codes in ([done, done], [done, 3]), f"exit codes {codes}"

    def _start(self, *, full: bool = False) -> subprocess.Popen[bytes]:
        command = [*_REINDEX, str(self._folder.root), "--index", str(self._place), *(["--full"] if full else [])]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _check(self, report: dict[str, Any], held: set[str], changed: list[str], *, wrote: bool) -> None:
        folder, chance = self._folder, self._chance
        with searchkit.open_index(self._place) as index:
            expected = sorted(folder.expected())
            some = [*chance.sample(expected, 5), *changed[:10]]
            checks: dict[str, Callable[[], object]] = {
                "accounts for every file": partial(soaking.accounts_for_every_file, report, folder, held),
                "holds exactly the articles": partial(soaking.holds_exactly, index, folder),
                "is fine": partial(soaking.is_fine, index),
                "searches beside it": self._searcher.is_well,
                **({"is tidy": partial(soaking.is_tidy, self._place)} if wrote else {}),
                **{f"reads back {i}": partial(soaking.reads_back, index, folder, i) for i in some},
                **{f"a piece of {i}": partial(soaking.finds_a_piece, index, i, chance) for i in some[:5]},
                **{f"no {m}": partial(soaking.does_not_find, index, m) for m in folder.retired[-10:]},
            }
            for name, check in checks.items():
                with self.tally.case(f"round {self._rounds}: {name}"):
                    check()

    def _compare_with_fresh(self) -> None:
        self._fresh += 1
        with (
            self.tally.case(f"round {self._rounds}: equals a fresh index"),
            searchkit.open_index(self._place) as index,
        ):
            soaking.equals_a_fresh_one(index, self._folder, self._scratch / "fresh", self._chance)
        shutil.rmtree(self._scratch / "fresh", ignore_errors=True)

    def _sample(self, writer: dict[str, float]) -> None:
        size = sum(path.stat().st_size for path in self._current().iterdir())
        self._samples.append(
            {
                "minute": minutes_since(self._began),
                "files": len(self._folder.files),
                "bytes": size / max(1, len(self._folder.expected())),
                **{f"writer {name}": value for name, value in writer.items()},
            }
        )

    def _current(self) -> Path:
        return self._place / (self._place / "CURRENT").read_text(encoding="utf-8").strip()

    def _ids(self) -> set[str]:
        with searchkit.open_index(self._place) as index:
            return set(reader_of(index).ids())

    def _judge(self) -> None:
        """Whether anything grew in the half of the time in which the folder did not."""
        steady = self._steady(self._samples) | self._steady(self._searcher.samples)
        for process, (name, (share, slack)) in product(("writer", "searcher"), _GROWTH.items()):
            if self._is_long or name in ("descriptors", "mapped"):
                values = steady[f"{process} {name}"]
                with self.tally.case(f"what the {process} holds: {name}"):
                    assert not (grown := growth(values, share=share, slack=slack)), grown
        self.tally.remark = ", ".join(
            (
                f"{self._rounds:,} rounds, {self._folder.changes:,} changes, {self._searcher.searches:,} searches",
                f"{self._kills} kills, {self._contests} contests, {self._fulls} full",
                f"{len(self._folder.files):,} files at the end; while the folder did not grow",
                *(_held(name, steady[name]) for name in ("writer own", "searcher own")),
                *(_held(name, steady[name]) for name in ("writer descriptors", "searcher descriptors")),
            )
        )
        if self._is_long:
            self.tally.drawings["soak.svg"] = drawn(self._samples, self._searcher.samples)

    def _steady(self, samples: list[Sample]) -> dict[str, list[float]]:
        """name -> its values in the half of the time in which the folder keeps its size, in the order of time."""
        half = self._effort / 120
        steady = [sample for sample in samples if sample["minute"] > half] or samples[-1:]
        return {name: [sample[name] for sample in steady] for name in steady[0]}


def _held(name: str, values: list[float]) -> str:
    early, late = quarters(values)
    return f"{name}{' MB' if name.endswith('own') else ''} {early:,.0f} → {late:,.0f}"


def _archive(scratch: Path) -> Path:
    archive = find_archive()
    return unpack(archive, scratch / "archive") if archive else SAMPLES


@contextmanager
def _one_processor() -> Iterator[None]:
    """This process and those it starts take turns on one processor."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


PROOFS = (
    Proof(
        "An hour of mixed changes, reindexes, kills and searches loses nothing and nothing grows",
        run,
        short=4,
        full=3_600,
    ),
)
