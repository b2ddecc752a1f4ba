"""Formats that need a library, or a process of their own."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit.articles.read import FORMATS
from searchkit.articles.reading import Reading
from tests.articles.formats.makers import book, chapter, document, paragraph


def test_a_file_is_read_as_soon_as_its_library_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mammoth")
    folder, index = tmp_path / "articles", tmp_path / "index"
    folder.mkdir()
    (folder / "菜园.docx").write_bytes(document(paragraph("院子里的番茄红了。")))
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "mammoth", None)
        report = searchkit.reindex(folder, index)
    assert report.failed == ()
    assert [problem.reason for problem in report.skipped] == [
        "needs the library mammoth, which is not installed; run `pip install mammoth`"
    ]
    assert searchkit.reindex(folder, index).added == 1
    assert searchkit.reindex(folder, index).unchanged == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_library_that_crashes_costs_its_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    def crash(data: bytes) -> Reading:
        faulthandler.disable()  # pytest's, which would print where
        os.kill(os.getpid(), signal.SIGSEGV)
        return Reading("")

    monkeypatch.setitem(FORMATS, ".pdf", crash)
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "坏.pdf").write_bytes(b"%PDF")
    (folder / "好.txt").write_text("番茄红了。", encoding="utf-8")
    report = searchkit.reindex(folder, tmp_path / "index", jobs=jobs)
    assert report.added == 1
    assert [problem.reason for problem in report.failed] == ["the process that read it crashed (SIGSEGV)"]
    assert searchkit.reindex(folder, tmp_path / "index", jobs=jobs).read == 0


def test_any_piece_of_a_book_finds_it(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "书.epub").write_bytes(
        book({"1.xhtml": chapter("院子里的番茄红了。"), "2.xhtml": chapter("我们摘了一篮子。")})
    )
    searchkit.reindex(folder, tmp_path / "index")
    with searchkit.open_index(tmp_path / "index") as index:
        for piece in ("萤火虫之书", "子里的番", "一篮", "番茄红了。我们摘"):
            assert [hit.article.id for hit in index.search(piece)] == ["书.epub"], piece
