"""Every answer of an index, so that two can be compared; and what becomes of one that was tampered with."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import searchkit
from searchkit.errors import IndexCorrupted, IndexError_
from searchkit.index import reader_of
from searchkit.ingest.manifest import load_manifest
from tests.conftest import SAMPLES

QUERIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("模型", {"facets": ("tag", "category", "author", "year"), "explain": True}),
    ("人工智能 公司", {}),
    ('"大模型"', {}),
    ("数据 NEAR/5 模型", {}),
    ("can*", {}),
    ("*ync", {}),
    ("asymc~1", {}),
    ("since:2023 until:2024-06", {"sort": "newest"}),
    ("的", {"sort": "oldest", "limit": 5, "offset": 2}),
    ("title:的 OR tag:城市", {}),
    ("-模型", {"limit": None, "snippets": False}),
    ("没有这样的词语组合 xyzzy", {}),
    ("模型 数据 公司 研究", {"all_words": True}),
    ("category:Duty", {"tags": ("城市漫步手记",)}),
    ("城市", {"since": "2020", "until": "2030"}),
)


@dataclass(frozen=True)
class Outcome:
    """The answers of an index as a digest, or the error it led to; and what a check reports of it."""

    answers: str = ""
    error: str = ""
    message: str = ""
    reported: tuple[str, ...] = ()
    check_failed: str = ""


def observe(index: Path) -> Outcome:
    """What comes of using *index*, whatever its state."""
    answers, error, message = "", "", ""
    try:
        answers = hashlib.sha256("\n".join(answers_of(index)).encode("utf-8", "surrogatepass")).hexdigest()
    except Exception as failure:  # noqa: BLE001 - which error it was is what is observed
        error, message = type(failure).__name__, str(failure)
    try:
        reported, failed = tuple(findings_of(index)), ""
    except IndexError_ as failure:
        reported, failed = (str(failure),), ""
    except Exception as failure:  # noqa: BLE001 - that it failed, and how, is what is observed
        reported, failed = (), f"{type(failure).__name__}: {failure}"
    return Outcome(answers, error, message, reported, failed)


def answers_of(folder: Path) -> Iterator[str]:
    """Every answer of the index in *folder*, one after the other."""
    with searchkit.open_index(folder) as index:
        ids = sorted(reader_of(index).ids())
        yield repr((len(index), ids, reader_of(index).state))
        for article_id in ids:
            yield repr((index.get(article_id), index.path_of(article_id)))
        terms = list(reader_of(index).terms())
        yield repr(terms)
        yield repr(reader_of(index).article_frequencies(terms[::200]))
        for field in ("id", "tag", "category", "author_name", "year", "title_key", "duplicate", "cluster"):
            yield repr(sorted(reader_of(index).keywords(field)))
        for query, options in QUERIES:
            yield _of_results(index.search(query, **options))
        for article_id in ids[:1]:
            yield _of_results(index.similar(article_id))
        manifest = load_manifest(reader_of(index).manifest())
        yield repr((sorted(manifest.records.items()), sorted(manifest.documents.items())))


def _of_results(results: searchkit.Results) -> str:
    hits = [
        (h.id, round(h.score, 6), h.title, h.date, h.path, h.title_highlights, h.snippets,
         [(c.name, c.field, c.signal, round(c.score, 6)) for c in h.explanation])
        for h in results.hits
    ]  # fmt: skip
    return repr((results.query, results.total, results.complete, results.suggestion, results.facets, hits))


def findings_of(folder: Path) -> Iterator[str]:
    """What a check finds."""
    with searchkit.open_index(folder) as index:
        findings = index.check()
    yield from (f"{problem.path}: {problem.reason}" for problem in findings.problems)
    for name in ("missing", "unexpected", "unreadable", "differing", "new", "changed", "gone", "settings"):
        yield from (f"{name}: {found}" for found in getattr(findings, name))
    if findings.lost:
        yield f"lost: {findings.lost}"
    if not (findings.compared or findings.lost or findings.problems):
        yield "there is no folder to compare with"


def is_reported(outcome: Outcome, path: str) -> bool:
    """Whether the index led to the error that names the file at *path* and says what to do."""
    return (
        outcome.error == IndexCorrupted.__name__
        and path in outcome.message
        and "reindex --full" in outcome.message
    )


def make_index(scratch: Path) -> tuple[Path, Path]:
    """(a corpus, its index): segments of three runs, with documents deleted in some."""
    corpus, index = scratch / "corpus", scratch / "index"
    shutil.copytree(SAMPLES, corpus)
    files = sorted(path for path in corpus.rglob("*.md") if path.name != "README.md")
    for path in files[14:]:
        path.unlink()
    searchkit.reindex(corpus, index, jobs=1)
    for run in range(2):
        files[run].unlink()
        with files[3 + run].open("a", encoding="utf-8") as stream:
            stream.write(f"\n\n后来又加了一段，说的是第{run}次更新。\n")
        searchkit.reindex(corpus, index, jobs=1)
    return corpus, index


def files_of(index: Path) -> list[str]:
    """The names of all files of an index, those by whose name nothing is said of an article last."""
    return sorted(str(path.relative_to(index)) for path in index.rglob("*") if path.is_file())


def clone(index: Path, target: Path) -> Path:
    """The same files at *target*, as links: whoever changes one puts a new file in its place."""
    return Path(shutil.copytree(index, target, copy_function=lambda a, b: Path(b).hardlink_to(a)))
