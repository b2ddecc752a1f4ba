"""Index build from words that are cut already: ours and tantivy's, one thread each, CPU."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.checks import check
from benchmarks.corpora import cache, size_of
from benchmarks.measuring import Cost, take_turns
from benchmarks.peers.columnar import KIND
from benchmarks.peers.words import OURS
from benchmarks.queries import make_queries
from benchmarks.results import Row
from benchmarks.terms import Terms, terms_of_archive
from benchmarks.words import build, check_all_counts, engine


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes."""
    terms = terms_of_archive(times)
    costs = take_turns(runs, {name: _builder(name, terms) for name in (OURS, "tantivy")})
    sizes = _check(terms)
    articles = len(terms)
    ours, theirs = costs[OURS] / articles, costs["tantivy"] / articles
    bar = {"bar": 2.0, "aim": 1.0} if times == 1 else {}
    rows = [
        Row("index build from words, CPU an article", articles, "ms", ours.cpu * 1e3, "tantivy", theirs.cpu * 1e3,
            **bar),
        Row("index build from words, wall an article", articles, "ms", ours.wall * 1e3, "tantivy",
            theirs.wall * 1e3),
        Row("index of words on disk", articles, "MB", sizes[OURS] / 1e6, "tantivy", sizes["tantivy"] / 1e6),
    ]  # fmt: skip
    return rows, {"runs": runs, "ours": KIND}


def _builder(name: str, terms: Terms) -> Callable[[], Cost]:
    articles = engine(name).lay_out(terms)
    return lambda: build(name, _folder(name), articles)


def _folder(name: str) -> Path:
    return cache() / "build" / name


def _check(terms: Terms) -> dict[str, int]:
    """The bytes of both indexes, after a look whether they find what they should."""
    engines = {name: engine(name) for name in (OURS, "tantivy")}
    for name, found in engines.items():
        found.open(_folder(name), terms)
    check(check_all_counts(engines, terms, make_queries(terms_of_archive(1))) >= 50, "too few words were checked")
    return {name: size_of(_folder(name)) for name in engines}
