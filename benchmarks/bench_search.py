"""What users send, as they send it: `open_index(…).search(text)` with ten snippets; quoted pieces; every key of a
query as it is typed; four threads; an index that is opened for one question."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median

import searchkit
from benchmarks.checks import check
from benchmarks.corpora import count_articles, index_folder
from benchmarks.measuring import measure, percentile, time_queries
from benchmarks.peers.trigrams import LEAST, opened_trigrams
from benchmarks.promises import Case, piece_cases
from benchmarks.queries import archive_queries, make_texts
from benchmarks.results import Row

Limits = Mapping[float, tuple[float, float]]
"""Share of the queries -> the bar and the aim, in milliseconds of CPU."""
BARS: dict[int, Limits] = {1: {0.5: (2.5, 1.5), 0.95: (6.0, 4.0)}, 10: {0.5: (4.0, 2.0), 0.95: (12.0, 6.0)}}
PHRASE_BARS: dict[int, Limits] = {10: {0.95: (8.0, 3.0)}}
KEY_BARS: dict[int, Limits] = {1: {0.95: (15.0, 8.0)}, 10: {0.95: (40.0, 20.0)}}
PHRASES = 120
TYPED = 200
THREADS = 4
OPENED = 15


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes. Pieces are cut from the archive once, at both levels."""
    with searchkit.open_index(index_folder(1)) as once:
        pieces = piece_cases(once, PHRASES, quoted=True)
    quoted = [piece.query for piece in pieces]
    texts = make_texts(archive_queries(), quoted)
    typed = [query.text for query in archive_queries()][:TYPED]
    keys = list(dict.fromkeys(text[:end] for text in typed for end in range(1, len(text) + 1)))
    with searchkit.open_index(index_folder(times)) as index:
        _check(index, texts, pieces if times == 1 else [])
        articles = count_articles(times)
        gc.collect()
        gc.freeze()
        rows = _rows("search with ten snippets", index, texts, runs, BARS.get(times, {}), articles)
        rows += _rows("quoted piece with ten snippets", index, quoted, runs, PHRASE_BARS.get(times, {}), articles)
        rows += _beside_trigrams(index, pieces, runs, times)
        rows += _keys(index, keys, KEY_BARS.get(times, {}), articles)
        rows.append(_threads(index, texts, runs, articles))
    rows.append(_opened(index_folder(times), texts, articles))
    return rows, {"runs": runs, "queries": len(texts), "phrases": len(quoted), "keys": len(keys)}


def _rows(
    what: str,
    index: searchkit.Index,
    texts: Sequence[str],
    runs: int,
    limits: Limits,
    articles: int,
) -> list[Row]:
    """p50 and p95 of CPU and p95 of the clock. Beside them, the same without reading the articles and cutting
    snippets."""
    found = time_queries(
        runs,
        len(texts),
        {"whole": lambda n: index.search(texts[n]), "bare": lambda n: index.scored(texts[n], limit=10)},
    )
    cpu, wall = found["whole"]
    rows = []
    for share in (0.5, 0.95):
        bar, aim = limits.get(share, (None, None))
        bare = percentile(found["bare"][0], share)
        rows.append(Row(f"{what}, p{share * 100:.0f} of CPU", articles, "ms", percentile(cpu, share),
                        "its ids and scores alone", bare, of="ours", bar=bar, aim=aim))  # fmt: skip
    return [*rows, Row(f"{what}, p95 of wall", articles, "ms", percentile(wall, 0.95), of="ours")]


def _beside_trigrams(index: searchkit.Index, pieces: Sequence[Case], runs: int, times: int) -> list[Row]:
    """Ids and scores of quoted pieces, next to an engine whose terms are three characters each: those pieces that
    are long enough for it. It finds none that ours does not."""
    peer = opened_trigrams(times, index)
    long = [piece for piece in pieces if len(piece.passage) >= LEAST]
    for piece in long[::5]:
        ours, theirs = len(index.scored(piece.query)), peer.count(piece.passage)
        check(ours >= theirs, f"searchkit finds {ours} articles with {piece.query}, trigrams {theirs}")
    answers = {"ours": lambda n: index.scored(long[n].query, limit=10),
               "theirs": peer.answering([piece.passage for piece in long])}  # fmt: skip
    found = time_queries(runs, len(long), answers)
    return [
        Row(f"quoted piece, ids and scores, p{share * 100:.0f} of CPU", count_articles(times), "ms",
            percentile(found["ours"][0], share), "SQLite FTS5, trigrams", percentile(found["theirs"][0], share))
        for share in (0.5, 0.95)
    ]  # fmt: skip


def _keys(index: searchkit.Index, keys: Sequence[str], limits: Limits, articles: int) -> list[Row]:
    """Every key of the queries, typed one after the other."""
    found = time_queries(1, len(keys), {"keys": lambda n: index.search(keys[n], prefix=True)})["keys"][0]
    rows = []
    for share in (0.5, 0.95):
        bar, aim = limits.get(share, (None, None))
        name = f"a key as it is typed, p{share * 100:.0f} of CPU"
        rows.append(Row(name, articles, "ms", percentile(found, share), of="ours", bar=bar, aim=aim))
    return rows


def _threads(index: searchkit.Index, texts: Sequence[str], runs: int, articles: int) -> Row:
    """The clock of all queries by four threads, next to that of one."""

    def by(threads: int) -> float:
        with ThreadPoolExecutor(threads) as pool:
            return median(measure(lambda: list(pool.map(index.search, texts)))[1].wall for _ in range(runs))

    one, four = by(1), by(THREADS)
    return Row("all queries by four threads, wall", articles, "ms", four * 1e3, "one thread", one * 1e3,
               bar=1 / 1.6, aim=1 / 1.9)  # fmt: skip


def _opened(place: Path, texts: Sequence[str], articles: int) -> Row:
    """`open_index` and the first answer, in a process that has searched before."""

    def ask(text: str) -> None:
        with searchkit.open_index(place) as index:
            index.search(text)

    costs = [measure(partial(ask, text))[1].cpu for text in texts[:OPENED]]
    return Row("open_index and the first answer, CPU", articles, "ms", median(costs) * 1e3, of="ours",
               bar=25.0, aim=10.0)  # fmt: skip


def _check(index: searchkit.Index, texts: Sequence[str], pieces: Sequence[Case]) -> None:
    """Every query finds something but a few with a date, a page is the head of the whole list, every tenth
    query is tried; and each piece finds the article it was cut from."""
    empty = [text for text in texts if "since:" not in text and not index.search(text, snippets=False).total]
    check(len(empty) * 20 < len(texts), f"{len(empty)} of {len(texts)} queries find nothing: {empty[:3]}")
    for text in texts[::10]:
        ten, whole = index.search(text, fold=False).hits, index.scored(text)
        check(
            [(hit.id, hit.score) for hit in ten] == list(whole[:10]),
            f"{text!r}: the first ten are not the head of the whole list",
        )
    for piece in pieces[::5]:
        found = {article_id for article_id, _ in index.scored(piece.query)}
        check(not piece.ids.isdisjoint(found), f"{piece.query}: its article was not found")
