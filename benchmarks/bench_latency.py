"""Warm top ten of 240 queries, the same words in the same fields for each engine; and phrases. Milliseconds."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from benchmarks.checks import check, check_counts, check_same_top
from benchmarks.measuring import percentile, time_queries
from benchmarks.peers.columnar import KIND
from benchmarks.peers.words import OURS, PEERS, Columnar, Queries, Tantivy, WordEngine
from benchmarks.queries import make_phrases, make_queries
from benchmarks.results import RESULTS, Row, load
from benchmarks.terms import terms_of_archive
from benchmarks.words import check_all_counts, opened

ONLY_SMALL = ("stock Whoosh",)
Limits = dict[float, dict[str, Any]]
LIMITS: dict[int, Limits] = {
    times: {share: {"bar": bar, "aim": 1.0} for share in (0.5, 0.95)} for times, bar in ((1, 2.0), (10, 1.5))
}
PHRASE_LIMITS: dict[int, Limits] = {10: {0.95: {"of": "ours", "bar": 8.0, "aim": 3.0}}}
PHRASES = 120
Times = dict[str, tuple[list[float], list[float]]]


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes."""
    terms = terms_of_archive(times)
    queries = make_queries(terms_of_archive(1))
    names = [OURS, *(name for name in PEERS if times == 1 or name not in ONLY_SMALL)]
    engines = {name: opened(name, times, terms) for name in names}
    words = [query.words for query in queries]
    phrases = make_phrases(terms_of_archive(1), PHRASES)
    checked = check_all_counts(engines, terms, queries)
    articles = len(terms)
    del terms
    _check_top(engines[OURS], words if times == 1 else words[::5], phrases[:: 2 * times])
    _check_phrases(engines[OURS], engines["tantivy"], phrases[::5])
    gc.collect()
    gc.freeze()
    found = time_queries(runs, len(words), {name: e.answering(words) for name, e in engines.items()})
    rows = [
        *_rows("top ten of any of the words", found, articles, LIMITS.get(times, {})),
        *_growth(times, found, articles),
    ]
    found = time_queries(runs, len(phrases), _answering_phrases(engines, phrases))
    rows += _rows("phrase of words", found, articles, PHRASE_LIMITS.get(times, {}))
    return rows, {
        "runs": runs,
        "ours": KIND,
        "queries": len(words),
        "phrases": len(phrases),
        "words checked": checked,
    }


def _rows(what: str, found: Times, articles: int, limits: Limits) -> list[Row]:
    """p50 and p95 of CPU beside each peer's, and p95 of the clock beside tantivy's. *limits* are by share."""
    rows = []
    for name in found:
        for share in (0.5, 0.95) if name != OURS else ():
            ours, theirs = (percentile(found[peer][0], share) for peer in (OURS, name))
            promised = limits.get(share, {}) if name == "tantivy" else {}
            rows.append(Row(f"{what}, p{share * 100:.0f} of CPU", articles, "ms", ours, name, theirs, **promised))
    ours, theirs = (percentile(found[peer][1], 0.95) for peer in (OURS, "tantivy"))
    return [*rows, Row(f"{what}, p95 of wall", articles, "ms", ours, "tantivy", theirs)]


def _growth(times: int, found: Times, articles: int) -> list[Row]:
    """Our p95 at ten times the archive beside that of the archive, from the last run there."""
    file = RESULTS / "latency.json"
    if times == 1 or not file.exists():
        return []
    small = [
        row.ours
        for row, _ in load(file)
        if row.what == "top ten of any of the words, p95 of CPU" and row.level < articles
    ]
    ours = percentile(found[OURS][0], 0.95)
    what = "top ten, p95 of CPU beside that of the archive once"
    return [Row(what, articles, "ms", ours, "searchkit, once", small[0], bar=3.0, aim=2.0)] if small else []


def _check_top(ours: WordEngine, words: Queries, phrases: Queries) -> None:
    """Ours gives what the exhaustive search of stock Whoosh gives on the same index."""
    assert isinstance(ours, Columnar)
    for query in words:
        check_same_top(" ".join(query), *ours.both_ways(query))
    for phrase in phrases:
        check_same_top(" ".join(phrase), *ours.both_ways(phrase, phrase=True))


def _check_phrases(ours: WordEngine, tantivy: WordEngine, phrases: Queries) -> None:
    """Both find as many bodies with each phrase, and at least the one it was cut from."""
    assert isinstance(ours, Columnar) and isinstance(tantivy, Tantivy)
    for phrase in phrases:
        wanted = tantivy.count_phrase(phrase)
        check(wanted > 0, f"no body has {' '.join(phrase)!r}, which was cut from one")
        check_counts(" ".join(phrase), wanted, {OURS: ours.count_phrase(phrase)})


def _answering_phrases(engines: dict[str, WordEngine], phrases: Queries) -> dict[str, Callable[[int], object]]:
    able = {name: e for name, e in engines.items() if isinstance(e, (Columnar, Tantivy))}
    return {name: e.answering_phrases(phrases) for name, e in able.items()}
