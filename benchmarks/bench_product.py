"""The same folder and the same queries in another whole product: its index, and a search as a process."""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.bench_command import runner
from benchmarks.corpora import articles_of, cache, corpus_folder, index_folder, reindex, size_of
from benchmarks.measuring import measure, take_turns
from benchmarks.peers import recoll
from benchmarks.queries import archive_queries
from benchmarks.results import Row

QUERIES = 12
PEER = "Recoll"


def run(times: int, runs: int) -> tuple[list[Row], dict[str, Any]]:
    """The rows at this level, and notes; none where it is not installed."""
    if not recoll.is_installed():
        print("product: Recoll is not installed (Debian's recollcmd), and is left out", file=sys.stderr)
        return [], {}
    corpus, index, home = corpus_folder(times), index_folder(times), cache() / "product"
    articles = len(articles_of(corpus))
    _, theirs = measure(lambda: recoll.build(corpus, home / "recoll"))
    _, ours = measure(lambda: reindex(corpus, home / "ours"))
    queries = _queries()
    costs = take_turns(
        runs,
        {
            "ours": runner([sys.executable, "-m", "searchkit", "search", "--index", str(index), "--"], queries, 3),
            "theirs": runner(recoll.command(home / "recoll"), queries, 3),
        },
    )
    sizes = size_of(home / "ours") / 1e6, recoll.size_of_index(home / "recoll") / 1e6
    search, their_search = costs["ours"], costs["theirs"]
    build, their_build = ours / articles, theirs / articles
    what = "search as a process, ten hits with snippets"
    rows = [
        Row("whole reindex, CPU an article", articles, "ms", build.cpu * 1e3, PEER, their_build.cpu * 1e3),
        Row("whole reindex, wall an article", articles, "ms", build.wall * 1e3, PEER, their_build.wall * 1e3),
        Row("index on disk", articles, "MB", sizes[0], PEER, sizes[1]),
        Row(f"{what}, CPU", articles, "ms", search.cpu * 1e3, PEER, their_search.cpu * 1e3),
        Row(f"{what}, wall", articles, "ms", search.wall * 1e3, PEER, their_search.wall * 1e3),
    ]
    return rows, {"runs": runs, "queries": QUERIES, "peer": recoll.version()}


def _queries() -> list[str]:
    """Rare and common words of the archive."""
    of_kinds = ([query.text for query in archive_queries() if query.kind == kind] for kind in ("rare", "common"))
    return [text for texts in of_kinds for text in texts[: QUERIES // 2]]
