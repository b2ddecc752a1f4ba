"""Articles below a folder that cannot be listed now stay as they are published, whatever is next to them."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import searchkit
from searchkit.articles.walk import FileBelow
from searchkit.config import Config
from searchkit.reports import IndexReport
from tests.ingest.losses import files
from tests.ingest.losses import shelf as shelf_of_24
from tests.ingest.runs import article, assert_adds_up, found, run

LONG = "渡口的船夫每天清早把船撑到对岸，再等第一个过河的人。" * 20


@contextmanager
def unlisted(folder: Path) -> Iterator[None]:
    """*folder* cannot be listed: its rules for what is left out are in another encoding."""
    rules = folder / ".searchkitignore"
    rules.write_bytes("草稿\n".encode("gbk"))
    yield
    rules.unlink()


def page(title: str, body: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body><p>{title} 的正文。{body}</p></body></html>"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    (folder / "sub").mkdir(parents=True)
    return folder


def check(place: Path) -> None:
    with searchkit.open_index(place) as index:
        assert not index.check().damaged, index.check()


def run_as_full(shelf: Path, place: Path) -> IndexReport:
    """Once the folder can be listed, a run brings everything to what a full one gives."""
    report = run(shelf, place)
    run(shelf, place.parent / "full")
    with searchkit.open_index(place) as index, searchkit.open_index(place.parent / "full") as full:
        by_id = {one.id: one for one in index}
        assert by_id == {one.id: one for one in full}
    assert run(shelf, place).unchanged == len(by_id)
    return report


def test_pages_stay_under_their_titles_when_another_one_shows_the_name_of_the_site(
    shelf: Path, place: Path
) -> None:
    canonical = '<link rel="canonical" href="https://example.com/{}">'
    for name, title in {"sub/a": "春天 - 山村网", "sub/b": "夏天 - 山村网", "c": "秋天 - 山村网"}.items():
        text = page(title).replace("<head>", "<head>" + canonical.format(name))
        (shelf / f"{name}.html").write_text(text, "utf-8")
    late = (shelf / "c.html").read_text("utf-8")
    (shelf / "c.html").unlink()
    run(shelf, place)
    with unlisted(shelf / "sub"):
        (shelf / "c.html").write_text(late, "utf-8")
        for added, unchanged in ((1, 2), (0, 3)):  # and again, while nothing changes
            report = run(shelf, place)
            assert [problem.path for problem in report.failed] == ["sub/"]
            assert (report.added, report.updated, report.unchanged) == (added, 0, unchanged)
            assert_adds_up(report)
            check(place)
            assert found(place, "title:春天") == ["春天 - 山村网"]
    run_as_full(shelf, place)
    assert found(place, "title:春天") == ["春天"]


def test_a_new_repeat_of_an_article_that_is_absent_stands_for_itself(shelf: Path, place: Path) -> None:
    (shelf / "sub" / "a.md").write_text(article("渡口", LONG, "2020-01-01"), "utf-8")
    run(shelf, place)
    with unlisted(shelf / "sub"):
        (shelf / "b.md").write_text(article("船夫日记", LONG, "2024-01-01"), "utf-8")
        report = run(shelf, place)
        assert (report.added, report.unchanged, report.removed) == (1, 1, 0)
        assert sorted(found(place, "第一个过河的人")) == ["渡口", "船夫日记"]
        check(place)
        assert run(shelf, place).unchanged == 2
    report = run_as_full(shelf, place)
    assert (report.duplicates, report.removed) == (1, 1)
    assert found(place, "船夫日记") == ["渡口"]


def test_a_repeat_that_is_listed_already_stays_listed(shelf: Path, place: Path) -> None:
    (shelf / "sub" / "a.md").write_text(article("渡口", LONG, "2020-01-01"), "utf-8")
    (shelf / "b.md").write_text(article("船夫日记", LONG, "2024-01-01"), "utf-8")
    run(shelf, place)
    with unlisted(shelf / "sub"):
        (shelf / "c.md").write_text(article("摆渡人", LONG, "2024-01-02"), "utf-8")
        report = run(shelf, place)
        assert (report.added, report.unchanged, report.duplicates) == (1, 1, 1)
        assert sorted(found(place, "第一个过河的人")) == ["摆渡人", "渡口"]
        check(place)
    run_as_full(shelf, place)


def test_a_listed_repeat_that_is_deleted_or_changed_costs_the_absent_one_nothing(shelf: Path, place: Path) -> None:
    (shelf / "sub" / "a.md").write_text(article("渡口", LONG, "2020-01-01"), "utf-8")
    for name, title in {"b": "船夫日记", "c": "摆渡人"}.items():
        (shelf / f"{name}.md").write_text(article(title, LONG, "2024-01-01"), "utf-8")
    run(shelf, place)
    with unlisted(shelf / "sub"):
        (shelf / "b.md").unlink()
        (shelf / "c.md").write_text(article("老船夫", LONG, "2024-01-01"), "utf-8")
        report = run(shelf, place)
        assert (report.added, report.unchanged, report.removed) == (1, 1, 0)
        assert sorted(found(place, "第一个过河的人")) == ["渡口", "老船夫"]
        check(place)
    run_as_full(shelf, place)


def test_a_repeat_with_an_earlier_date_takes_the_place_of_an_absent_one(shelf: Path, place: Path) -> None:
    (shelf / "sub" / "a.md").write_text(article("渡口", LONG, "2020-01-01"), "utf-8")
    run(shelf, place)
    with unlisted(shelf / "sub"):
        (shelf / "b.md").write_text(article("船夫日记", LONG, "2010-01-01"), "utf-8")
        report = run(shelf, place)
        assert (report.added, report.removed, report.duplicates) == (1, 1, 1)
        assert found(place, "渡口") == ["船夫日记"]
        check(place)
    run_as_full(shelf, place)


def test_an_absent_repeat_of_an_article_that_is_deleted_does_not_take_the_others_with_it(
    shelf: Path, place: Path
) -> None:
    (shelf / "a.md").write_text(article("渡口", LONG, "2020-01-01"), "utf-8")
    (shelf / "sub" / "b.md").write_text(article("船夫日记", LONG, "2021-01-01"), "utf-8")
    (shelf / "c.md").write_text(article("摆渡人", LONG, "2022-01-01"), "utf-8")
    run(shelf, place)
    with unlisted(shelf / "sub"):
        (shelf / "a.md").unlink()
        report = run(shelf, place)
        assert (report.added, report.removed, report.duplicates) == (1, 1, 1)
        assert found(place, "船夫日记") == ["摆渡人"]
        check(place)
    run_as_full(shelf, place)


def test_a_word_of_the_dictionary_is_applied_when_an_absent_article_can_be_read(
    shelf: Path, place: Path, tmp_path: Path
) -> None:
    (shelf / "sub" / "a.md").write_text(article("渡口", LONG, "2020-01-01"), "utf-8")
    (shelf / "b.md").write_text(article("桥", "石桥边没有船夫。"), "utf-8")
    run(shelf, place)
    words = tmp_path / "words.txt"
    words.write_text("过河的人\n", "utf-8")
    config = Config(user_dictionary=str(words))
    with unlisted(shelf / "sub"):
        report = run(shelf, place, config=config)
        assert (report.removed, report.unchanged) == (0, 2)
        assert found(place, "第一个过河的人") == ["渡口"]
        assert run(shelf, place, config=config).updated == 0
    assert run(shelf, place, config=config).updated == 1
    assert run(shelf, place, config=config).unchanged == 2


def test_an_absent_article_is_read_with_other_settings_when_it_can_be(shelf: Path, place: Path) -> None:
    (shelf / "sub" / "a.md").write_text(article("渡口", LONG, "2020-01-01", tags="剪报"), "utf-8")
    (shelf / "b.md").write_text(article("桥", "石桥边没有船夫。"), "utf-8")
    run(shelf, place)
    config = Config(ignored_tags=("剪报",))
    with unlisted(shelf / "sub"):
        assert run(shelf, place, config=config).unchanged == 2
        assert found(place, "tag:剪报") == ["渡口"]
    report = run(shelf, place, config=config)
    assert (report.read, report.updated) == (1, 1)
    assert found(place, "tag:剪报") == []


def cannot_be_opened(file: Path, patch: pytest.MonkeyPatch) -> None:
    os.utime(file, ns=(1, 1))
    read = FileBelow.read_bytes

    def refuse(below: FileBelow) -> bytes:
        if below.name == file.name:
            raise OSError(errno.EIO, "Input/output error")
        return read(below)

    patch.setattr(FileBelow, "read_bytes", refuse)


def is_empty(file: Path, _: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"")


def has_a_line_end(file: Path, _: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"\n")


def has_zeros(file: Path, _: pytest.MonkeyPatch) -> None:
    file.write_bytes(bytes(4096))


def has_what_was_deleted(file: Path, _: pytest.MonkeyPatch) -> None:
    file.write_bytes(random.Random(7).randbytes(4096))


def has_front_matter_only(file: Path, _: pytest.MonkeyPatch) -> None:
    file.write_text(file.read_text("utf-8").rpartition("---\n")[0] + "---\n", "utf-8")


def has_a_mark_of_order_only(file: Path, _: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"\xef\xbb\xbf \r\n\t\r\n")


NIGHTS = [
    cannot_be_opened,
    is_empty,
    has_a_line_end,
    has_zeros,
    has_what_was_deleted,
    has_front_matter_only,
    has_a_mark_of_order_only,
]


@pytest.mark.parametrize("night", NIGHTS)
def test_the_article_of_a_file_that_is_not_there_to_be_read_stays_and_the_file_failed(
    night: Callable[[Path, pytest.MonkeyPatch], None], tmp_path: Path, place: Path
) -> None:
    folder = shelf_of_24(tmp_path / "a")
    file = files(folder)[0]
    text = file.read_text("utf-8")
    run(folder, place)
    with pytest.MonkeyPatch.context() as patch:
        night(file, patch)
        for _again in range(2):
            report = run(folder, place)
            assert_adds_up(report)
            assert ([problem.path for problem in report.failed], report.removed) == (["00.md"], 0)
            assert report.failed[0].reason.endswith("; its article stays as it was indexed")
            assert (report.unchanged, report.stubs) == (23, ())
        assert "渡口0" in found(place, "渡口")
        check(place)
        (folder / "新.md").write_text(article("新桥", "桥修好了。"), "utf-8")
        assert_adds_up(run(folder, place))
        assert {"渡口0", "新桥"} <= {*found(place, "渡口 OR 新桥")}
    file.write_text(text.replace("船夫", "渔夫"), "utf-8")
    report = run_as_full(folder, place)
    assert (report.updated, report.failed) == (1, ())
    file.unlink()
    assert run(folder, place).removed == 1


@pytest.mark.parametrize("full", [False, True], ids=["", "full"])
def test_a_file_that_is_emptied_on_purpose_goes_with_allow_removals(
    full: bool, tmp_path: Path, place: Path
) -> None:
    folder = shelf_of_24(tmp_path / "a")
    run(folder, place)
    files(folder)[0].write_bytes(b"")
    report = run(folder, place, allow_removals=True, full=full)
    assert (report.updated + report.added, report.failed) == (24 if full else 1, ())
    assert "渡口0" not in found(place, "渡口")
    assert run(folder, place).unchanged == 24


def test_drafts_and_links_take_the_place_of_a_text_as_somebody_wrote_them(tmp_path: Path, place: Path) -> None:
    folder = shelf_of_24(tmp_path / "a")
    draft, link, notice = files(folder)[:3]
    run(folder, place)
    draft.write_text(article("渡口", "", draft="true"), "utf-8")
    link.write_text("https://example.com/渡口\n", "utf-8")
    notice.write_text("该内容已被发布者删除\n", "utf-8")
    report = run(folder, place)
    assert (report.failed, report.removed, report.updated, report.drafts) == ((), 1, 2, 1)
    draft.write_bytes(b"")
    assert not run(folder, place).failed


def test_a_file_that_never_had_a_text_may_be_empty(tmp_path: Path, place: Path) -> None:
    folder = shelf_of_24(tmp_path / "a")
    files(folder)[0].write_text("---\ntitle: 只有题目\n---\n", "utf-8")
    run(folder, place)
    files(folder)[0].write_bytes(b"")
    assert not run(folder, place).failed
