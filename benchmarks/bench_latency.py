"""Warm top ten of 240 queries of words, and of quoted phrases, beside tantivy on the same channels, and beside
engines that search words alone.

Ours is asked by `Index.scored` (ids and scores) and by `Index.search` (with snippets), as a user types the query.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import searchkit
from benchmarks.articles import words_of_archive
from benchmarks.checks import check
from benchmarks.corpora import count_articles, index_folder
from benchmarks.measuring import percentile, time_queries
from benchmarks.peers.channels import opened_channels
from benchmarks.peers.words import PEERS, Answer, Tantivy, WordEngine, opened
from benchmarks.queries import archive_queries, make_phrases
from benchmarks.results import Row

TOP, SHOWN = "top ten of words, ids and scores", "ten hits of words with snippets"
TOP_OF_PHRASE, SHOWN_OF_PHRASE = "top ten of a phrase, ids and scores", "ten hits of a phrase with snippets"
ONLY_SMALL = ("stock Whoosh",)
SAME = "tantivy, the same channels"
SHARES = (0.5, 0.95)
Limits = dict[float, dict[str, Any]]
LIMITS: Limits = {share: {"bar": 5.0, "aim": 3.0} for share in SHARES}
PHRASE_LIMITS: dict[int, Limits] = {10: {0.95: {"of": "ours", "bar": 8.0, "aim": 3.0}}}
PHRASES = 120
Times = dict[str, tuple[list[float], list[float]]]


def run(times: int, runs: int) -> tuple[list[Row], dict[str, object]]:
    """The rows at this level, and notes."""
    queries, phrases = archive_queries(), make_phrases(words_of_archive(), PHRASES)
    texts, quoted = [query.text for query in queries], [f'"{" ".join(phrase)}"' for phrase in phrases]
    engines = {name: opened(name, times) for name in PEERS if times == 1 or name not in ONLY_SMALL}
    tantivy, articles = engines["tantivy"], count_articles(times)
    assert isinstance(tantivy, Tantivy)
    with searchkit.open_index(index_folder(times)) as index:
        checked = _check_words(index, engines, sorted({word for query in queries for word in query.words})[::5])
        _check_phrases(index, tantivy, quoted[::5], phrases[::5])
        _freeze()
        words = [query.words for query in queries]
        peers = {name: engine.answering(words) for name, engine in engines.items()}
        peers[SAME] = opened_channels(times, index).answering(index, texts)
        found = time_queries(runs, len(texts), {**_ours(index, texts, TOP, SHOWN), **peers})
        rows = _rows(TOP, found, articles, (SAME, *engines), {SAME: LIMITS}) + _rows(SHOWN, found, articles)
        peers = {"tantivy": tantivy.answering_phrases(phrases)}
        ours = _ours(index, quoted, TOP_OF_PHRASE, SHOWN_OF_PHRASE)
        found = time_queries(runs, len(quoted), {**ours, **peers})
        rows += _rows(TOP_OF_PHRASE, found, articles, limits={"tantivy": PHRASE_LIMITS.get(times, {})})
        rows += _rows(SHOWN_OF_PHRASE, found, articles)
    return rows, {"runs": runs, "queries": len(texts), "phrases": len(quoted), "words checked": checked}


def _ours(index: searchkit.Index, texts: Sequence[str], top: str, shown: str) -> dict[str, Answer]:
    return {top: lambda n: index.scored(texts[n], limit=10), shown: lambda n: index.search(texts[n])}


def _rows(
    what: str,
    found: Times,
    articles: int,
    peers: Iterable[str] = ("tantivy",),
    limits: Mapping[str, Limits] = MappingProxyType({}),
) -> list[Row]:
    """p50 and p95 of CPU beside those of *peers*, and p95 of the clock beside tantivy's. *limits* are by peer and
    share."""
    rows = []
    for name in peers:
        for share in SHARES:
            ours, theirs = (percentile(found[peer][0], share) for peer in (what, name))
            promised = limits.get(name, {}).get(share, {})
            rows.append(Row(f"{what}, p{share * 100:.0f} of CPU", articles, "ms", ours, name, theirs, **promised))
    ours, theirs = (percentile(found[peer][1], 0.95) for peer in (what, "tantivy"))
    return [*rows, Row(f"{what}, p95 of wall", articles, "ms", ours, "tantivy", theirs)]


def _check_words(index: searchkit.Index, engines: dict[str, WordEngine], words: Sequence[str]) -> int:
    """How many words were tried: peers find as many articles with each as one another, and ours, which finds a
    word wherever its characters stand, no fewer."""
    for word in words:
        counts = {name: engine.count(word) for name, engine in engines.items()}
        check(len(set(counts.values())) == 1, f"peers do not agree how many articles hold {word!r}: {counts}")
        ours, theirs = len(index.scored(word)), counts["tantivy"]
        check(ours >= theirs > 0, f"searchkit finds {ours} articles with {word!r}, tantivy {theirs}")
    check(bool(words), "there are no words to check")
    return len(words)


def _check_phrases(
    index: searchkit.Index, tantivy: Tantivy, quoted: Sequence[str], phrases: Sequence[tuple[str, ...]]
) -> None:
    """Each phrase, which was cut from a body, is found, and in no fewer articles than tantivy finds."""
    for text, phrase in zip(quoted, phrases, strict=True):
        ours, theirs = len(index.scored(text)), tantivy.count_phrase(phrase)
        check(ours >= theirs > 0, f"searchkit finds {ours} articles with {text}, tantivy {theirs}")


def _freeze() -> None:
    """Keep the collector away from what was made so far."""
    gc.collect()
    gc.freeze()
