"""What must hold of an index after every round of a soak; each check raises AssertionError."""

from __future__ import annotations

import random
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import searchkit
from searchkit.index import reader_of
from searchkit.ingest.reindex import reindex
from tests.reliability.changing import Folder

_PIECE = re.compile("[\u4e00-\u9fff，。、]{6,14}")
_COUNTED = ("added", "updated", "unchanged", "duplicates", "drafts")


def accounts_for_every_file(report: dict[str, Any], folder: Folder, before: set[str]) -> None:
    """The *report* of a reindex that found the articles *before* in the index."""
    expected = folder.expected()
    counted = sum(report[name] for name in _COUNTED) + len(report["skipped"]) + len(report["failed"])
    assert report["seen"] == counted == len(folder.files), f"{counted} counted of {len(folder.files)}"
    failed = sorted(problem["path"] for problem in report["failed"])
    assert failed == folder.broken, f"failed: {failed}, no text: {folder.broken}"
    repeats = sum(len(article.repeats) for article in expected.values())
    wanted = {
        "added": len(expected.keys() - before),
        "removed": len(before - expected.keys()),
        "duplicates": repeats,
        "drafts": folder.drafts,
    }
    assert (told := {name: report[name] for name in wanted}) == wanted, f"told {told}, wanted {wanted}"


def holds_exactly(index: searchkit.Index, folder: Folder) -> None:
    present, expected = list(reader_of(index).ids()), folder.expected().keys()
    assert len(index) == len(present) == len(set(present)), f"{len(present)} ids of {len(index)} articles"
    odd = set(present) ^ expected
    assert not odd, f"{len(odd)} articles too many or too few: {sorted(odd)[:3]}"


def reads_back(index: searchkit.Index, folder: Folder, article_id: str) -> None:
    expected = folder.expected()[article_id]
    article = index.get(article_id)
    assert expected.state.mark in article.body, f"{article_id}: an older text"
    assert set(article.duplicates) == set(expected.repeats), f"{article_id}: repeats {article.duplicates}"
    for mark in expected.state.marks:
        assert index.ids(f'"{mark}"') == (article_id,), f"{article_id}: {mark} finds {index.ids(mark)[:3]}"


def finds_a_piece(index: searchkit.Index, article_id: str, chance: random.Random) -> None:
    article = index.get(article_id)
    piece = chance.choice(_PIECE.findall(article.body) or [article.title])
    assert article_id in index.ids(f'"{piece}"'), f"{article_id}: {piece} does not find it"


def does_not_find(index: searchkit.Index, mark: str) -> None:
    found = index.search(f'"{mark}"')
    assert not found.total, f"{mark} was deleted and finds {[hit.id for hit in found.hits]}"


def is_fine(index: searchkit.Index) -> None:
    findings = index.check()
    assert not findings.damaged and not findings.outdated, str(findings)


def is_tidy(place: Path) -> None:
    """No file but those of the present generation, and in it none that is not listed."""
    current = (place / "CURRENT").read_text(encoding="utf-8").strip()
    contents = f"_MAIN_{int(current.rpartition('-')[2])}.toc"
    beside = {entry.name for entry in place.iterdir()} - {"CURRENT", "LOCK", contents, current}
    assert not beside, f"left over: {sorted(beside)}"
    listing = (place / current / "segments.json").read_text(encoding="utf-8")
    odd = [
        path.name
        for path in (place / current).iterdir()
        if path.name not in ("segments.json", "state.json", "manifest.gz") and f'"{path.stem}"' not in listing
    ]
    assert not odd, f"left over: {odd}"


def equals_a_fresh_one(index: searchkit.Index, folder: Folder, scratch: Path, chance: random.Random) -> None:
    """An index built from nothing has the same articles and gives the same answers."""
    reindex(folder.root, scratch, full=True, jobs=1)
    ids = sorted(reader_of(index).ids())
    with searchkit.open_index(scratch) as fresh:
        assert sorted(reader_of(fresh).ids()) == ids
        for article_id in ids:
            mine, other = index.get(article_id), fresh.get(article_id)
            odd = [f.name for f in fields(mine) if getattr(mine, f.name) != getattr(other, f.name)]
            assert not odd, f"{article_id}: {odd} is not that of a fresh index"
        for article_id in chance.sample(ids, min(30, len(ids))):
            query = chance.choice(_PIECE.findall(fresh.get(article_id).body) or ["文章"])
            found, anew = index.search(query), fresh.search(query)
            assert found.total == anew.total, f"{query}: {found.total}, fresh {anew.total}"
            scores = [[(hit.id, round(hit.score, 4)) for hit in one.hits] for one in (found, anew)]
            assert scores[0] == scores[1], f"{query}: {scores[0][:2]}, fresh {scores[1][:2]}"
