"""`searchkit search` as a whole process: start, open, search, highlight, print. Beside it Python that imports
click and NumPy and ends; and the naive script."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial

from benchmarks.bench_reindex import build_naive, sample_names
from benchmarks.checks import check
from benchmarks.corpora import cache, corpus_folder, count_articles, environment, index_folder
from benchmarks.measuring import Cost, measure, take_turns
from benchmarks.queries import archive_queries
from benchmarks.results import Row

QUERIES = 3
LIMITS = {"单细胞 分析": (2.0, 1.5), "openai model": (1.7, 1.3)}
"""Query -> the bar and the aim of its clock, next to that of Python with click and NumPy."""
NAIVE_ARTICLES = 400


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes. The index of the naive script holds a sample only, to its advantage."""
    corpus = corpus_folder(times)
    place, naive = index_folder(times), cache() / "command" / "naive"
    build_naive(corpus, naive, sample_names(corpus, NAIVE_ARTICLES))
    queries = [query.text for query in archive_queries() if query.kind == "two"][:QUERIES]
    search = [sys.executable, "-m", "searchkit", "search", "--index", str(place), "--"]
    costs = take_turns(
        runs,
        {
            "ours": runner(search, queries, 1),
            "naive": runner([sys.executable, "-m", "benchmarks.peers.naive", "search", str(naive)], queries, 0),
            **{text: runner(search, [text], 1) for text in LIMITS},
            "imports": runner([sys.executable, "-c", "import click, numpy"], [""], 0),
        },
    )
    ours, theirs, imports = costs["ours"], costs["naive"], costs["imports"]
    articles = count_articles(times)
    rows = [
        Row("search as a process, CPU", articles, "ms", ours.cpu * 1e3, "naive script", theirs.cpu * 1e3,
            bar=1 / 4, aim=1 / 6),
        Row("search as a process, wall", articles, "ms", ours.wall * 1e3, "naive script", theirs.wall * 1e3,
            bar=1 / 4, aim=1 / 6),
    ]  # fmt: skip
    rows += [
        Row(f"`searchkit search {text}`, wall", articles, "ms", costs[text].wall * 1e3, "`import click, numpy`",
            imports.wall * 1e3, bar=bar, aim=aim)
        for text, (bar, aim) in LIMITS.items()
    ]  # fmt: skip
    return rows, {"runs": runs, "queries": len(queries), "articles of the naive index": NAIVE_ARTICLES}


def runner(command: list[str], queries: list[str], least: int) -> Callable[[], Cost]:
    """Runs *command* for each query, in a folder without settings; the mean cost. Each prints at least so many
    lines."""

    def go() -> Cost:
        costs = [measure(partial(_run, [*command, query], least))[1] for query in queries]
        return Cost(sum(c.cpu for c in costs), sum(c.wall for c in costs)) / len(costs)

    return go


def _run(command: list[str], least: int) -> None:
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", env=environment(), cwd=tempfile.gettempdir()
    )
    check(done.returncode == 0, f"{command[2]} exits with {done.returncode}: {done.stderr[-500:]}")
    check(len(done.stdout.splitlines()) >= least, f"{command[2]} printed nothing for {command[-1]!r}")
