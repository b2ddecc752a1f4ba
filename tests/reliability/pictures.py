"""What an index holds and answers, so that two states can be told apart; and whether its folder is tidy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import searchkit
from searchkit.engines.whoosh.segment_meta import read_segment_metas
from searchkit.index import reader_of
from searchkit.ingest.manifest import Manifest, load_manifest
from searchkit.model import Article, Hit

QUERIES = (
    "月亮",
    "大模型 融资",
    '"广州"',
    "早茶 OR 潮汐",
    "单细胞 -测序",
    "title:月",
    "GPT-5.2",
    "模*",
    "红光落在月面",
    "的",
)


@dataclass(frozen=True)
class Picture:
    """Everything a user can see of a state: its articles, what is remembered of their files, and for each of
    `QUERIES` how many articles match and the whole list, with scores and snippets."""

    articles: tuple[Article, ...]
    manifest: Manifest
    answers: tuple[tuple[int, tuple[Hit, ...]], ...]


def picture_of(place: Path) -> Picture | None:
    """The state of the index at *place*, or None where there is no index. Every article is read.

    Raises:
        IndexCorrupted, IndexOutdated: it is neither.
    """
    try:
        opened = searchkit.open_index(place)
    except searchkit.IndexNotFound:
        return None
    with opened as index:
        found = [index.search(query, limit=None) for query in QUERIES]
        return Picture(
            tuple(index.get(article_id) for article_id in sorted(reader_of(index).ids())),
            load_manifest(reader_of(index).manifest()),
            tuple((results.total, tuple(map(_rounded, results.hits))) for results in found),
        )


def _rounded(hit: Hit) -> Hit:
    """The same with the score to nine digits: the last one depends on the order in which segments are added."""
    return replace(hit, score=round(hit.score, 9))


def check_tidy(place: Path) -> None:
    """The folder of an index holds what belongs to its published state and nothing else."""
    current = (place / "CURRENT").read_text("utf-8").strip()
    names = {entry.name for entry in place.iterdir()}
    contents = f"_MAIN_{int(current.rpartition('-')[2])}.toc"
    assert contents in names <= {"CURRENT", "LOCK", current, contents}, f"{sorted(names)} with {current}"
    segments = {listed.file for listed in read_segment_metas(place / current)}
    kept = {entry.name for entry in (place / current).iterdir()}
    expected = segments | {"segments.json", "state.json", "manifest.gz"}
    assert kept == expected, f"{current} holds {sorted(kept ^ expected)} too much or too little"
