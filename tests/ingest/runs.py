"""A reindex and what it did, for tests."""

from __future__ import annotations

from pathlib import Path

import searchkit
from searchkit.ingest.reindex import reindex
from searchkit.reports import IndexReport
from tests.conftest import titles


def article(title: str, body: str, date: str = "2024-01-01", **more: str) -> str:
    extra = "".join(f"{name}: {value}\n" for name, value in more.items())
    return f'---\ntitle: "{title}"\ndate: {date}\n{extra}---\n{body}\n'


def run(corpus: Path, place: Path, **options: object) -> IndexReport:
    return reindex(corpus, place, jobs=1, **options)  # type: ignore[arg-type]


def found(place: Path, query: str) -> list[str]:
    with searchkit.open_index(place) as index:
        return titles(index.search(query, limit=None))


def assert_adds_up(report: IndexReport) -> None:
    parts = report.added + report.updated + report.unchanged + report.duplicates + report.drafts
    assert report.seen == parts + sum(not problem.is_folder for problem in (*report.skipped, *report.failed))
