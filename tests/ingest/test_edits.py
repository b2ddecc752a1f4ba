"""What is read otherwise, or edited, is not taken for another disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from searchkit.articles.corpus import Entry, load
from searchkit.articles.read import Loaded, with_digest
from searchkit.errors import RemovalsRefused
from searchkit.ingest.reindex import reindex
from tests.ingest.losses import COUNT, files, lines, shelf
from tests.ingest.runs import article, run


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version of the reader that finds other titles and, in the same files, much less text."""

    def read(entry: Entry, *, ignored_tags: Iterable[str]) -> Loaded:
        loaded = load(entry, ignored_tags=ignored_tags)
        found = loaded.article
        other = replace(found, title=f"山中来信，第 {found.title[2:]} 封", body=found.body[: len(found.body) // 3])
        return replace(loaded, article=with_digest(other))

    monkeypatch.setattr("searchkit.ingest.job.READING_VERSION", 99)
    monkeypatch.setattr("searchkit.ingest.worker.load", read)


@pytest.mark.parametrize("full", [False, True], ids=["", "full"])
def test_files_that_another_version_reads_otherwise_are_the_same_files(
    full: bool, tmp_path: Path, place: Path, request: pytest.FixtureRequest
) -> None:
    run(shelf(tmp_path / "a"), place)
    request.getfixturevalue("upgrade")
    for file in files(tmp_path / "a")[:6]:  # edited meanwhile, which nobody can tell now
        file.write_text(file.read_text("utf-8").replace("船夫", "老船夫"), "utf-8")
    report = run(tmp_path / "a", place, full=full)
    assert (report.seen, report.removed, report.failed) == (COUNT, 0, ())


def test_so_are_those_of_lines_and_of_a_folder_that_was_moved(
    tmp_path: Path, place: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "all.jsonl").write_text("\n".join(lines()), "utf-8")
    run(tmp_path / "all.jsonl", place)
    run(shelf(tmp_path / "a"), tmp_path / "other index")
    request.getfixturevalue("upgrade")
    assert run(tmp_path / "all.jsonl", place).updated == COUNT
    (tmp_path / "a").rename(tmp_path / "文章")
    assert run(tmp_path / "文章", tmp_path / "other index").updated == COUNT


def test_what_is_not_there_any_more_is_missed_by_another_version_too(
    tmp_path: Path, place: Path, request: pytest.FixtureRequest
) -> None:
    run(shelf(tmp_path / "a"), place)
    request.getfixturevalue("upgrade")
    shelf(tmp_path / "b", start=50)
    with pytest.raises(RemovalsRefused, match="24 of 24 articles would be removed"):
        run(tmp_path / "b", place)
    shutil.rmtree(tmp_path / "a" / "旧稿")
    with pytest.raises(RemovalsRefused, match="12 of 24 articles would be removed"):
        run(tmp_path / "a", place)


def test_another_folder_with_the_same_names_is_another_one_for_another_version_too(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shelf(tmp_path / "a"), place)
    monkeypatch.setattr("searchkit.ingest.job.READING_VERSION", 99)
    for number, file in enumerate(files(shelf(tmp_path / "b"))):
        file.write_text(article(f"山路{number}", f"第 {number} 座山，走了 {number * 3} 天才翻过去。"), "utf-8")
    with pytest.raises(RemovalsRefused, match="24 of 24 articles would be removed"):
        reindex(tmp_path / "b", place, jobs=1)
