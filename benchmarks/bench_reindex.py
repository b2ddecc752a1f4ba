"""A whole reindex as a process: CPU beside the naive pipeline's, wall beside the fastest from parts; its size."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.articles import iter_articles
from benchmarks.checks import check
from benchmarks.corpora import articles_of, cache, corpus_folder, environment, reindex, size_of
from benchmarks.measuring import Cost, measure, take_turns
from benchmarks.queries import SEED
from benchmarks.results import Row

SAMPLE = 400
COMMON_WORD = "数据"


def run(times: int, runs: int) -> tuple[list[Row], dict[str, Any]]:
    """The rows at this level, and notes. Ten times over is for memory; here it is measured once."""
    corpus, home = corpus_folder(times), cache() / "reindex"
    articles = len(articles_of(corpus))
    peers = {
        "ours": lambda: measure(lambda: reindex(corpus, home / "ours"))[1] / articles,
        "naive": lambda: _naive(corpus, home),
        "fastest": lambda: _fastest(corpus, home / "fastest", articles) / articles,
    }
    costs = take_turns(runs if times == 1 else 1, peers)
    ours, naive, fastest = (costs[name] for name in peers)
    size, text = size_of(home / "ours"), text_bytes(home / "ours")
    limits: list[dict[str, Any]] = [
        {"bar": bar, "aim": aim} if times == 1 else {} for bar, aim in ((1 / 10, 1 / 14), (1.0, 0.8))
    ]
    rows = [
        Row("whole reindex, CPU an article", articles, "ms", ours.cpu * 1e3, "naive", naive.cpu * 1e3,
            **limits[0]),
        Row("whole reindex, wall an article", articles, "ms", ours.wall * 1e3, "naive", naive.wall * 1e3),
        Row("whole reindex, two workers, wall an article", articles, "ms", ours.wall * 1e3, "fastest from parts",
            fastest.wall * 1e3, **limits[1]),
        Row("whole reindex, two workers, CPU an article", articles, "ms", ours.cpu * 1e3, "fastest from parts",
            fastest.cpu * 1e3),
        Row("index on disk per byte of plain text", articles, "bytes", size / text, "fastest from parts",
            size_of(home / "fastest") / text, of="ours", bar=1.9, aim=1.5),
    ]  # fmt: skip
    return rows, {"runs": runs, "naive sample": SAMPLE, "plain text, bytes": text}


def text_bytes(place: Path) -> int:
    """The bytes in UTF-8 of title, tags, author and body of every article of an index."""
    texts = ((a.title, *a.tags, a.author, a.body) for a in iter_articles(place))
    return sum(len(text.encode("utf-8", "replace")) for several in texts for text in several)


def sample_names(corpus: Path, count: int = SAMPLE) -> list[str]:
    """*count* files of a corpus, the same ones every time."""
    names = [path.relative_to(corpus).as_posix() for path in articles_of(corpus)]
    return sorted(random.Random(SEED).sample(names, min(count, len(names))))


def build_naive(corpus: Path, place: Path, names: Sequence[str]) -> dict[str, float]:
    """An index of *names* by the naive pipeline, and what it took."""
    shutil.rmtree(place, ignore_errors=True)
    listed = place.with_name("naive.list")
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_text("\n".join(names), encoding="utf-8", errors="surrogateescape")
    taken: dict[str, float] = run_peer("naive", "index", str(corpus), str(place), str(listed))
    check(taken["articles"] == len(names), f"naive indexed {taken['articles']} of {len(names)} articles")
    return taken


def run_peer(peer: str, *words: str) -> Any:
    """The JSON that a peer prints, run as a process."""
    command = [sys.executable, "-m", f"benchmarks.peers.{peer}", *words]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment())
    check(done.returncode == 0, f"{peer} exits with {done.returncode}: {done.stderr[-500:]}")
    return json.loads(done.stdout)


def _naive(corpus: Path, home: Path) -> Cost:
    """Per article, without the time to start and to load the dictionary."""
    from whoosh import index

    names = sample_names(corpus)
    taken = build_naive(corpus, home / "naive", names)
    with index.open_dir(str(home / "naive")).searcher() as searcher:
        check(searcher.doc_count() == len(names), "naive lost articles")
        check(searcher.doc_frequency("body", COMMON_WORD) > len(names) // 20, f"naive finds no {COMMON_WORD}")
    return Cost(taken["cpu"], taken["wall"]) / len(names)


def _fastest(corpus: Path, place: Path, articles: int) -> Cost:
    """Of the whole process; its index holds every article, and finds some."""
    import tantivy

    shutil.rmtree(place, ignore_errors=True)
    _, cost = measure(lambda: run_peer("fastest", str(corpus), str(place)))
    opened = tantivy.Index.open(str(place))
    searcher: Any = opened.searcher()
    found = searcher.num_docs
    check(found == articles, f"the fastest pipeline indexed {found} of {articles} articles")
    word = tantivy.Query.term_query(opened.schema, "body_words", COMMON_WORD)
    found = searcher.search(word, 10).count
    check(found > articles // 20, f"the fastest pipeline finds {COMMON_WORD} {found} times")
    return cost
