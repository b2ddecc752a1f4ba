"""A run that builds anew keeps what cannot be read now, as far as the old index opens."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.errors import RemovalsRefused
from searchkit.model import Article
from tests.ingest.losses import COUNT, files, shelf
from tests.ingest.runs import article, assert_adds_up, found, run
from tests.ingest.test_absent import LONG, NIGHTS, cannot_be_opened, check, unlisted


def articles_of(place: Path) -> dict[str, Article]:
    with searchkit.open_index(place) as index:
        return {one.id: one for one in index}


def full(patch: pytest.MonkeyPatch) -> bool:
    return True


def another_analyzer(patch: pytest.MonkeyPatch) -> bool:
    patch.setattr("searchkit.ingest.job.fingerprint", lambda: {"analyzer": "99"})
    patch.setattr("searchkit.analysis.fingerprint.fingerprint", lambda: {"analyzer": "99"})
    return False


@pytest.mark.parametrize("why", [full, another_analyzer])
@pytest.mark.parametrize("night", NIGHTS)
def test_the_article_of_a_file_without_a_text_is_made_of_what_is_stored(
    night: Callable[[Path, pytest.MonkeyPatch], None],
    why: Callable[[pytest.MonkeyPatch], bool],
    tmp_path: Path,
    place: Path,
) -> None:
    folder = shelf(tmp_path / "a")
    file = files(folder)[0]
    saved = shutil.copy2(file, tmp_path / "saved")
    run(folder, place)
    before = articles_of(place)
    with pytest.MonkeyPatch.context() as patch:
        is_full = why(patch)
        night(file, patch)
        report = run(folder, place, full=is_full)
        assert_adds_up(report)
        assert ([one.path for one in report.failed], report.added, report.full) == (["00.md"], COUNT - 1, True)
        assert articles_of(place) == before
        check(place)
        report = run(folder, place)  # what is made of it now is not another one in each run
        assert (report.updated, report.removed, len(report.failed)) == (0, 0, 1)
        shutil.copy2(saved, file)  # with the size and the time that it had
        if night is not cannot_be_opened:
            report = run(folder, place)
            assert (report.read, report.updated, report.failed) == (1, 1, ())
            assert run(folder, place).unchanged == COUNT
        assert articles_of(place) == before


def test_a_folder_that_cannot_be_listed_stays_with_repeats_in_and_out_of_it(tmp_path: Path, place: Path) -> None:
    folder = tmp_path / "shelf"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.md").write_text(article("渡口", LONG, "2020-01-01", tags="河"), "utf-8")
    (folder / "sub" / "b.md").write_text(article("摆渡人", "第一个过河的人是木匠。", "2020-01-01"), "utf-8")
    (folder / "sub" / "d.md").write_text(article("草稿", "还没有写完。", draft="true"), "utf-8")
    (folder / "c.md").write_text(article("船夫日记", LONG, "2024-01-01"), "utf-8")
    run(folder, place)
    with unlisted(folder / "sub"):
        report = run(folder, place, full=True)
        assert_adds_up(report)
        assert ([one.path for one in report.failed], report.added, report.drafts) == (["sub/"], 2, 1)
        assert sorted(found(place, "第一个过河的人")) == ["摆渡人", "船夫日记"]
        check(place)
        assert run(folder, place).removed == 0
    run(folder, place)
    assert sorted(found(place, "第一个过河的人")) == ["摆渡人", "渡口"]
    assert found(place, "tag:河") == ["渡口"]


@pytest.mark.parametrize("is_full", [True, False], ids=["full", ""])
@pytest.mark.parametrize("emptied", ["a.md", "b.md"])
def test_an_emptied_file_takes_the_place_of_what_it_repeats(
    emptied: str, is_full: bool, tmp_path: Path, place: Path
) -> None:
    folder = shelf(tmp_path / "a")
    for name, year in (("a.md", 2020), ("b.md", 2021)):
        (folder / name).write_text(article("渡口旧事", LONG, f"{year}-01-01"), "utf-8")
    run(folder, place)
    (folder / emptied).write_bytes(b"")
    run(folder, place, full=is_full)
    (folder / ("b.md" if emptied == "a.md" else "a.md")).unlink()
    report = run(folder, place)
    assert [one.path for one in report.failed] == [emptied]
    assert found(place, "第一个过河的人 渡口旧事") == ["渡口旧事"]
    check(place)
    assert run(folder, place).removed == 0


def test_where_the_old_index_does_not_open_the_file_failed_and_is_missed(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shelf(tmp_path / "a")
    run(folder, place)
    monkeypatch.setattr("searchkit.state.SCHEMA_VERSION", 99)
    monkeypatch.setattr("searchkit.ingest.job.SCHEMA_VERSION", 99)
    for file in files(folder)[:10]:
        file.write_bytes(bytes(999))
    with pytest.raises(RemovalsRefused, match="10 empty or unreadable files; 10 of 24 articles would be removed"):
        run(folder, place)
    shutil.rmtree(folder)
    files(shelf(folder))[0].write_bytes(bytes(999))
    report = run(folder, place)
    assert ([one.path for one in report.failed], report.added, report.full) == (["00.md"], COUNT - 1, True)
    assert "stays" not in report.failed[0].reason
    assert_adds_up(report)


@pytest.mark.parametrize("name", ["state.json", "*.columns", "segments.json"])
def test_of_a_damaged_index_nothing_is_made_and_a_full_run_is_the_remedy(
    name: str, tmp_path: Path, place: Path
) -> None:
    folder = shelf(tmp_path / "a")
    run(folder, place)
    files(folder)[0].write_bytes(b"")
    for file in place.glob(f"generation-*/{name}"):
        file.write_bytes(b"{")
    report = run(folder, place, full=True)
    assert ([one.path for one in report.failed], report.added) == (["00.md"], COUNT - 1)
    check(place)
