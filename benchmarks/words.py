"""Indexes of words for the benchmarks of single parts: built once and kept, and what they cost to build."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import Any

from benchmarks.checks import check, check_counts
from benchmarks.corpora import cache, source_digest
from benchmarks.measuring import Cost, measure
from benchmarks.peers.words import OURS, PEERS, Columnar, WordEngine
from benchmarks.queries import Query
from benchmarks.terms import Terms


def engine(name: str) -> WordEngine:
    """A new engine by the name of the peer, or ours."""
    return Columnar() if name == OURS else PEERS[name]()


def build(name: str, folder: Path, articles: Any) -> Cost:
    """The cost of an index in *folder*, made anew, of articles laid out for this engine."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    gc.collect()
    gc.freeze()
    try:
        _, cost = measure(lambda: engine(name).build(folder, articles))
    finally:
        gc.unfreeze()
    return cost


def opened(name: str, times: int, terms: Terms) -> WordEngine:
    """An engine with its index of the archive *times* over; ours is built anew when our source has changed."""
    mark = f"-{source_digest()}" if name == OURS else ""
    folder = cache() / f"words-{times}" / f"{name.replace(' ', '-').lower()}{mark}"
    if not folder.exists():
        for old in folder.parent.glob(f"{OURS}-*") if name == OURS else ():
            shutil.rmtree(old)
        half = folder.with_name("building")
        build(name, half, engine(name).lay_out(terms))
        half.rename(folder)
    found = engine(name)
    found.open(folder, terms)
    return found


def check_all_counts(engines: dict[str, WordEngine], terms: Terms, queries: list[Query]) -> int:
    """How many words were tried: each engine finds as many articles with each as the columns hold."""
    frequencies = terms.frequencies()
    numbers = {word: number for number, word in enumerate(terms.vocabulary)}
    words = sorted({word for query in queries for word in query.words})[::5]
    for word in words:
        counts = {name: found.count(word) for name, found in engines.items()}
        check_counts(word, int(frequencies[numbers[word]]), counts)
    check(bool(words), "there are no words to check")
    return len(words)
