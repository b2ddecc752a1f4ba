"""What is read otherwise, or edited, is not taken for another disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from searchkit.articles.corpus import Entry
from searchkit.articles.load import load
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


PAGE = (
    "二〇二五年的河",
    "船夫在渡口等了 {n} 天，没有等到第 {n} 个过河的人。",
    "到了 2025 年冬天，河面结冰，人可以从冰上走过去，船就停在岸边。",
    "第 {n} 座桥修好以后，他把船卖给了对岸的木匠。",
)


def diary(folder: Path, lines: tuple[str, ...] = PAGE, title: str = "2025 年的第 {n} 封信") -> Path:
    folder.mkdir()
    for n in range(COUNT):
        (folder / f"{n}.md").write_text(article(title.format(n=n), "\n\n".join(lines).format(n=n)), "utf-8")
    return folder


def another_year(text: str) -> str:
    return text.replace("2025", "2026")


def another_year_in_all_lines(text: str) -> str:
    return text.replace("2025", "2026").replace("天", "日").replace("的", "之")


def another_title(text: str) -> str:
    return re.sub('title: ".*"', 'title: "渡口旧事"', text)


def another_title_and_a_line_more(text: str) -> str:
    return another_title(text) + "\n\n后来的人都说，这条河从来没有渡口。\n"


def another_title_and_a_line_less(text: str) -> str:
    return another_title(text).replace("二〇二五年的河", "")


def another_title_and_twice_as_much(text: str) -> str:
    return another_title(text) + "\n\n" + "后来的人都说，这条河从来没有渡口。" * 20


@pytest.mark.parametrize(
    "edit",
    [
        another_year,
        another_year_in_all_lines,
        another_title,
        another_title_and_a_line_more,
        another_title_and_a_line_less,
        another_title_and_twice_as_much,
    ],
)
@pytest.mark.parametrize("pages", [PAGE, PAGE[1:3]], ids=["long", "short"])
def test_edited_articles_are_not_replaced_ones(
    edit: Callable[[str], str], pages: tuple[str, ...], tmp_path: Path, place: Path
) -> None:
    run(diary(tmp_path / "a", pages), place)
    for file in files(tmp_path / "a"):
        file.write_text(edit(file.read_text("utf-8")), "utf-8")
    report = run(tmp_path / "a", place)
    assert (report.updated, report.removed) == (COUNT, 0)


FOOTER = ("长按二维码关注我们的公众号，每天读一篇文章", "本文版权归作者所有，转载请注明出处和作者")


def test_what_all_texts_share_does_not_make_another_disk_the_same(tmp_path: Path, place: Path) -> None:
    body = "船夫在渡口等了 {n} 天，没有等到第 {n} 个过河的人，他就在船上煮茶，看对岸的灯一盏一盏亮起来。" * 6
    run(diary(tmp_path / "a", (body, *FOOTER)), place)
    shutil.rmtree(tmp_path / "a")
    other = "山路走了 {n} 里，翻过第 {n} 座山才看见村庄，村里的人正在晒谷子，孩子们跟着牛群慢慢走回家去。" * 6
    diary(tmp_path / "a", (other, *FOOTER), title="山居笔记（{n}）")
    with pytest.raises(RemovalsRefused, match="24 of 24 articles would be removed, or replaced"):
        run(tmp_path / "a", place)
