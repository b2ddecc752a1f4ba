"""A reindex whose worker is killed leaves a whole index behind; tests/reliability/crash.py kills the reindex."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit.articles.load import load
from searchkit.engines.base import Document
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.segment_builder import pack
from searchkit.index import reader_of
from searchkit.ingest.reindex import reindex
from tests.conftest import make_article


def test_workers_that_are_killed_whatever_they_read_are_an_error_and_leave_the_index(
    samples: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reindex([make_article("旧的")], place, jobs=1)
    monkeypatch.setattr("searchkit.ingest.worker._survey", _kill_this_process)
    with pytest.raises(searchkit.WorkerDied, match="fewer --jobs"):
        reindex(samples, place, jobs=2)
    with searchkit.open_index(place) as index:
        assert list(reader_of(index).ids()) == ["旧的"]


def _kill_this_process(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _crash_this_process(*_: object) -> None:
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)  # without pytest's report of it
    os.kill(os.getpid(), signal.SIGSEGV)


def test_a_file_that_kills_its_worker_fails_alone(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_files(tmp_path, 100)
    killers = ["07.md", "08.md", "60.md"]
    monkeypatch.setattr("searchkit.ingest.worker.load", _but(killers, _crash_this_process))
    report = reindex(tmp_path, place, jobs=2)
    assert [problem.path for problem in report.failed] == killers
    assert {problem.reason for problem in report.failed} == {"the process that read it crashed (SIGSEGV)"}
    assert report.added == 97
    with searchkit.open_index(place) as index:
        assert len(index) == len(index.search("正文", limit=100).hits) == 97
    monkeypatch.undo()
    again = reindex(tmp_path, place, jobs=2)
    assert (again.read, len(again.failed)) == (0, 3)
    assert not reindex(tmp_path, place, jobs=2, full=True).failed


def test_a_file_that_takes_for_ever_fails_alone(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_files(tmp_path, 60)
    monkeypatch.setattr("searchkit.ingest.workers.batches._SECONDS", 1.0)
    monkeypatch.setattr("searchkit.ingest.worker.load", _but(["33.md"], _run_for_ever))
    report = reindex(tmp_path, place, jobs=2)
    assert [problem.path for problem in report.failed] == ["33.md"]
    assert report.failed[0].reason == "took more than 1 s"
    assert report.added == 59
    monkeypatch.undo()
    again = reindex(tmp_path, place, jobs=2)
    assert (again.read, len(again.failed)) == (0, 1)


def test_a_file_whose_process_was_killed_from_outside_is_tried_again(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_files(tmp_path, 60)
    monkeypatch.setattr("searchkit.ingest.worker.load", _but(["33.md"], _kill_this_process))
    (problem,) = reindex(tmp_path, place, jobs=2).failed
    assert problem.reason == "the process that read it was killed, most likely for want of memory"
    monkeypatch.undo()
    again = reindex(tmp_path, place, jobs=2)
    assert (again.read, again.added, again.failed) == (1, 1, ())


def test_however_many_files_side_by_side_kill_they_fail_alone(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_files(tmp_path, 100)
    killers = [f"{number:02}.md" for number in range(20)]
    monkeypatch.setattr("searchkit.ingest.worker.load", _but(killers, _kill_this_process))
    report = reindex(tmp_path, place, jobs=2)
    assert sorted(problem.path for problem in report.failed) == killers
    assert report.added == 80


def test_files_that_kill_are_told_apart_from_processes_that_die_of_anything(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_files(tmp_path, 50)
    names = [path.name for path in tmp_path.iterdir()]
    monkeypatch.setattr("searchkit.ingest.worker.load", _but(names, _kill_this_process))
    assert len(reindex(tmp_path, place, jobs=2).failed) == 50


def test_a_large_file_that_kills_its_process_does_not_kill_this_one(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "大.md").write_text("大" * 400_000, encoding="utf-8")
    (tmp_path / "小.md").write_text("小的正文", encoding="utf-8")
    monkeypatch.setattr("searchkit.ingest.worker.load", _but(["大.md"], _kill_this_process))
    report = reindex(tmp_path, place, jobs=1)
    assert [problem.path for problem in report.failed] == ["大.md"]
    assert report.added == 1


def test_articles_that_kill_only_together_are_all_indexed(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_files(tmp_path, 60)
    monkeypatch.setattr(WhooshEngine, "pack", staticmethod(_pack_only_few))
    report = reindex(tmp_path, place, jobs=2)
    assert (report.added, report.failed) == (60, ())


@pytest.mark.parametrize("jobs", [1, 2])
def test_articles_that_find_no_memory_together_are_all_indexed(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    _write_files(tmp_path, 60)
    monkeypatch.setattr(WhooshEngine, "pack", staticmethod(partial(_pack_within, 2, "no.md")))
    report = reindex(tmp_path, place, jobs=jobs)
    assert (report.added, report.failed) == (60, ())


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_article_that_finds_no_memory_fails_alone_and_is_tried_again(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    _write_files(tmp_path, 60)
    monkeypatch.setattr(WhooshEngine, "pack", staticmethod(partial(_pack_within, 100, "33.md")))
    report = reindex(tmp_path, place, jobs=jobs)
    assert report.added == 59
    assert [(p.path, p.reason) for p in report.failed] == [("33.md", "there was not enough memory for it")]
    monkeypatch.undo()
    assert reindex(tmp_path, place, jobs=jobs).added == 1


def _write_files(folder: Path, count: int) -> None:
    for number in range(count):
        (folder / f"{number:02}.md").write_text(f"第{number}篇正文", encoding="utf-8")


def _pack_within(most: int, hungry: str, made: Iterable[Document]) -> bytes:
    """`pack`, with memory for so many documents that are not *hungry*."""
    documents = list(made)
    if len(documents) > most or hungry in {document.article.id for document in documents}:
        raise MemoryError
    return pack(documents)


def _but(names: list[str], deed: Callable[..., Any]) -> Callable[..., Any]:
    """`load`, which does *deed* when it comes to one of *names*."""
    return lambda entry, **options: deed() if entry.id in names else load(entry, **options)


def _pack_only_few(made: Iterable[Document]) -> bytes:
    documents = list(made)
    if len(documents) > 2:
        _kill_this_process()
    return pack(documents)


def _run_for_ever() -> None:
    while True:
        pass
