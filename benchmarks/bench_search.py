"""What users send, as they send it: `open_index(…).search(text)` with ten snippets; quoted pieces. CPU."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import searchkit
from benchmarks.checks import check
from benchmarks.corpora import count_articles, index_folder
from benchmarks.measuring import percentile, time_queries
from benchmarks.promises import Case, piece_cases
from benchmarks.queries import archive_queries, make_texts
from benchmarks.results import Row

BARS = {1: (8.0, 4.0), 10: (12.0, 6.0)}
PHRASE_BARS = {10: (8.0, 3.0)}
PHRASES = 120


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes. Pieces are cut from the archive once, at both levels."""
    with searchkit.open_index(index_folder(1)) as once:
        pieces = piece_cases(once, PHRASES, quoted=True)
    quoted = [piece.query for piece in pieces]
    texts = make_texts(archive_queries(), quoted)
    with searchkit.open_index(index_folder(times)) as index:
        _check(index, texts, pieces if times == 1 else [])
        articles = count_articles(times)
        gc.collect()
        gc.freeze()
        rows = _rows("search with ten snippets", index, texts, runs, BARS.get(times), articles)
        rows += _rows("quoted piece with ten snippets", index, quoted, runs, PHRASE_BARS.get(times), articles)
    return rows, {"runs": runs, "queries": len(texts), "phrases": len(quoted)}


def _rows(
    what: str,
    index: searchkit.Index,
    texts: Sequence[str],
    runs: int,
    limits: tuple[float, float] | None,
    articles: int,
) -> list[Row]:
    """p50 and p95 of CPU and p95 of the clock; *limits* are the bar and the aim of p95 of CPU. Beside them, the
    same without reading the articles and cutting snippets."""
    found = time_queries(
        runs,
        len(texts),
        {"whole": lambda n: index.search(texts[n]), "bare": lambda n: index.scored(texts[n], limit=10)},
    )
    cpu, wall = found["whole"]
    bar, aim = limits or (None, None)
    bare = "its ids and scores alone"
    return [
        Row(f"{what}, p50 of CPU", articles, "ms", percentile(cpu, 0.5), bare, percentile(found["bare"][0], 0.5),
            of="ours"),
        Row(f"{what}, p95 of CPU", articles, "ms", percentile(cpu, 0.95), bare, percentile(found["bare"][0], 0.95),
            of="ours", bar=bar, aim=aim),
        Row(f"{what}, p95 of wall", articles, "ms", percentile(wall, 0.95), of="ours"),
    ]  # fmt: skip


def _check(index: searchkit.Index, texts: Sequence[str], pieces: Sequence[Case]) -> None:
    """Every query finds something but a few with a date, a page is the head of the whole list, every tenth
    query is tried; and each piece finds the article it was cut from."""
    empty = [text for text in texts if "since:" not in text and not index.search(text, snippets=False).total]
    check(len(empty) * 20 < len(texts), f"{len(empty)} of {len(texts)} queries find nothing: {empty[:3]}")
    for text in texts[::10]:
        ten, whole = index.search(text).hits, index.scored(text)
        check(
            [(hit.id, hit.score) for hit in ten] == list(whole[:10]),
            f"{text!r}: the first ten are not the head of the whole list",
        )
    for piece in pieces[::5]:
        found = {article_id for article_id, _ in index.scored(piece.query)}
        check(not piece.ids.isdisjoint(found), f"{piece.query}: its article was not found")
