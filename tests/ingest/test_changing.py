"""A corpus that changes, or cannot be read, while it is indexed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import searchkit
from searchkit.articles.walk import FileBelow
from searchkit.index import reader_of
from searchkit.reports import Progress
from tests.ingest.runs import assert_adds_up, found, run


def test_a_file_that_could_not_be_opened_is_tried_again(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, place)
    os.utime(corpus / "a.md", ns=(1, 1))
    real = FileBelow.read_bytes

    def refuse(file: FileBelow) -> bytes:
        if file.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return real(file)

    with monkeypatch.context() as patch:
        patch.setattr(FileBelow, "read_bytes", refuse)
        assert [problem.path for problem in run(corpus, place).failed] == ["a.md"]
    mended = run(corpus, place)
    assert (mended.failed, found(place, "数据分析")) == ((), ["甲"])


def test_articles_below_a_folder_that_cannot_be_listed_stay(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, place)
    real = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied")
        return real(path)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        report = run(corpus, place)
    assert ([problem.path for problem in report.failed], report.removed) == (["b/"], 0)
    assert found(place, "人工智能") == ["乙"]
    assert_adds_up(report)


def test_what_changes_after_it_was_read_is_indexed_as_it_was(tmp_path: Path, place: Path) -> None:
    lines = tmp_path / "x.jsonl"
    lines.write_text('{"id": "a", "text": "甲甲"}\n{"id": "b", "text": "乙乙"}\n', "utf-8")

    def replace_it(progress: Progress) -> None:
        if (progress.stage, progress.done) == ("reading", 2):
            lines.write_text('{"id": "0", "text": "零零"}\n{"id": "a", "text": "甲甲"}\n', "utf-8")

    assert run(lines, place, progress=replace_it).failed == ()
    with searchkit.open_index(place) as index:
        assert {index.get(i).body for i in reader_of(index).ids()} == {"甲甲", "乙乙"}
    run(lines, place)
    with searchkit.open_index(place) as index:
        assert {index.get(i).body for i in reader_of(index).ids()} == {"零零", "甲甲"}


def test_a_repeat_that_changes_before_it_is_read_again_is_not_indexed_under_its_old_digest(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.ingest.spool.Spool.offer", lambda *_: None)  # so that it is read again
    lines = tmp_path / "x.jsonl"
    lines.write_text(
        '{"id": "a", "title": "题", "text": "甲甲"}\n{"id": "b", "title": "题", "text": "甲甲"}\n', "utf-8"
    )

    def replace_it(progress: Progress) -> None:
        if (progress.stage, progress.done) == ("reading", 2):
            lines.write_text('{"id": "0", "text": "零零"}\n{"id": "a", "text": "乙乙"}\n', "utf-8")

    report = run(lines, place, progress=replace_it)
    assert {problem.path for problem in report.failed} == {"a", "b"}  # each file is in the report, b had a's text
    run(lines, place)
    with searchkit.open_index(place) as index:
        assert {index.get(i).body for i in reader_of(index).ids()} == {"零零", "乙乙"}
