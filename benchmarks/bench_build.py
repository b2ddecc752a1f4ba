"""Articles in memory -> an index, in one process: `searchkit.reindex`, and tantivy on their words."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import searchkit
from benchmarks.articles import iter_articles, words_of
from benchmarks.checks import check
from benchmarks.corpora import cache, count_articles, index_folder, size_of
from benchmarks.measuring import Cost, measure, take_turns
from benchmarks.peers.words import Tantivy
from benchmarks.results import Row

COMMON_WORD = "数据"


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes. The articles are those of our index, so that repeats are one."""
    articles = list(iter_articles(index_folder(times)))
    ours, theirs = (cache() / "build" / name for name in ("ours", "tantivy"))
    costs = take_turns(
        runs, {"ours": lambda: _reindex(articles, ours), "tantivy": lambda: _tantivy(articles, theirs)}
    )
    _check(ours, theirs, len(articles))
    mine, other = (costs[name] / len(articles) for name in ("ours", "tantivy"))
    bar, aim = (2.0, 1.0) if times == 1 else (None, None)
    level = count_articles(times)
    peer = "tantivy, words alone"
    rows = [
        Row("index of articles in memory, CPU an article", level, "ms", mine.cpu * 1e3, peer, other.cpu * 1e3,
            bar=bar, aim=aim),
        Row("index of articles in memory, wall an article", level, "ms", mine.wall * 1e3, peer, other.wall * 1e3),
        Row("index of articles in memory, on disk", level, "MB", size_of(ours) / 1e6, peer, size_of(theirs) / 1e6),
    ]  # fmt: skip
    return rows, {"runs": runs, "articles": len(articles)}


def _reindex(articles: Sequence[searchkit.Article], place: Path) -> Cost:
    """Analysed, written and published."""
    shutil.rmtree(place, ignore_errors=True)
    report, cost = measure(lambda: searchkit.reindex(articles, place, jobs=1))
    check(report.added == len(articles), f"reindex added {report.added} of {len(articles)} articles")
    return cost


def _tantivy(articles: Sequence[searchkit.Article], place: Path) -> Cost:
    """Cut into words by rjieba, and written."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return measure(lambda: Tantivy().build(place, map(words_of, articles)))[1]


def _check(ours: Path, theirs: Path, articles: int) -> None:
    """Both indexes find a common word in many articles."""
    tantivy = Tantivy()
    tantivy.open(theirs)
    with searchkit.open_index(ours) as index:
        counts = {"searchkit": len(index.scored(COMMON_WORD)), "tantivy": tantivy.count(COMMON_WORD)}
    check(min(counts.values()) > articles // 20, f"{COMMON_WORD} is found in too few articles: {counts}")
