"""However a corpus is lost, the index is not: a reindex is refused, says why, and goes on when it is mended."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.engines import load_engine
from searchkit.errors import IndexCorrupted, RemovalsRefused
from searchkit.ingest.manifest import load_manifest
from searchkit.ingest.reindex import reindex
from searchkit.reports import IndexReport
from tests.conftest import make_article
from tests.ingest.losses import (
    COUNT,
    LOSSES,
    Loss,
    a_program_without_articles,
    files,
    files_that_nobody_may_read,
    shelf,
    text,
)
from tests.ingest.runs import article, found, run
from tests.upgrade.fixtures import ARTICLES, packed, unpack, write_files


def ids(place: Path, engine: str = "whoosh") -> set[str]:
    reader = load_engine(engine, place).read()
    found = set(reader.ids())
    assert found == load_manifest(reader.manifest()).documents.keys()
    reader.close()
    return found


@pytest.mark.parametrize("full", [False, True], ids=["", "full"])
@pytest.mark.parametrize("engine", ["memory", "whoosh"])
@pytest.mark.parametrize("way", LOSSES, ids=lambda way: way.__name__)
def test_nothing_is_lost(
    way: Loss, engine: str, full: bool, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(engine=engine, jobs=1)
    corpora = way(tmp_path, monkeypatch)
    reindex(next(corpora), place, config=config)
    before = ids(place, engine)
    assert len(before) in (COUNT, 2 * COUNT)
    with pytest.raises((searchkit.SearchkitError, OSError), match=LOSSES[way]):
        reindex(next(corpora), place, config=config, full=full)
    assert ids(place, engine) == before
    report = reindex(next(corpora), place, config=config)
    assert (report.removed, ids(place, engine)) == (0, before)


REFUSED = [way for way, told in LOSSES.items() if "removed" in told and way is not files_that_nobody_may_read]


@pytest.mark.parametrize("way", REFUSED, ids=lambda way: way.__name__)
def test_what_is_to_go_goes(way: Loss, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpora = way(tmp_path, monkeypatch)
    reindex(next(corpora), place, jobs=1)
    lost = next(corpora)
    if way is not a_program_without_articles:
        would = reindex(lost, place, jobs=1, dry_run=True)
        assert "would be removed" in would.refused
        assert not reindex(lost, place, jobs=1, dry_run=True, allow_removals=True).refused
    report = reindex(lost, place, jobs=1, allow_removals=True)
    assert report.removed + report.updated >= 12
    assert reindex(next(corpora), place, jobs=1, allow_removals=True).added == report.removed


@pytest.mark.parametrize("full", [False, True], ids=["", "full"])
def test_what_cannot_be_read_at_that_moment_is_never_to_go(
    full: bool, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpora = files_that_nobody_may_read(tmp_path, monkeypatch)
    reindex(next(corpora), place, jobs=1)
    report = reindex(next(corpora), place, jobs=1, allow_removals=True, full=full)
    assert (report.removed, len(report.failed), len(ids(place))) == (0, COUNT, COUNT)
    assert not reindex(next(corpora), place, jobs=1).failed


def test_who_names_another_folder_learns_to_name_all(tmp_path: Path, place: Path) -> None:
    old, new, third = (
        shelf(tmp_path / "my articles"),
        shelf(tmp_path / "b", start=50),
        shelf(tmp_path / "c", start=90),
    )
    both = f"the index {place} was not changed. To add a folder, name all of them: '{old}' {new}. If the "
    reindex(old, place, jobs=1)
    with pytest.raises(RemovalsRefused) as refused:
        reindex(new, place, jobs=1)
    assert str(refused.value).endswith(
        f"{both}articles are to go, run the same command again with `--allow-removals`"
    )
    reindex([old, new], place, jobs=1)
    with pytest.raises(RemovalsRefused, match=re.escape(f"'{old}' {new} {third}. If")):
        reindex([old, third], place, jobs=1)
    with pytest.raises(RemovalsRefused, match=re.escape(both)):
        reindex([old], place, jobs=1)
    without(new, COUNT)
    with pytest.raises(RemovalsRefused, match=r"index was not changed\. Is this the right folder"):
        reindex([old, new], place, jobs=1)


def without(folder: Path, count: int) -> Path:
    for file in files(folder)[:count]:
        file.unlink()
    return folder


@pytest.mark.parametrize(("share", "most"), [(0.3, 9), (0.42, 10), (0.1, 2), (0.5, 12), (1.0, COUNT - 1)])
def test_a_few_articles_or_the_chosen_share_may_go(tmp_path: Path, place: Path, share: float, most: int) -> None:
    config = Config(max_removals=share)
    run(shelf(tmp_path / "a"), place)
    with pytest.raises(RemovalsRefused, match=f"{most + 1} of 24 articles would be removed"):
        run(without(tmp_path / "a", most + 1), place, config=config)
    shutil.rmtree(tmp_path / "a")
    assert run(without(shelf(tmp_path / "a"), most), place, config=config).removed == most


def test_no_article_may_go_if_that_was_chosen(tmp_path: Path, place: Path) -> None:
    run(shelf(tmp_path / "a"), place)
    with pytest.raises(RemovalsRefused, match="1 of 24 articles would be removed"):
        run(without(tmp_path / "a", 1), place, config=Config(max_removals=0))
    assert run(tmp_path / "a", place).removed == 1


@pytest.mark.parametrize(
    ("there", "gone", "is_refused"), [(2, 1, False), (3, 1, False), (3, 2, True), (18, 9, False), (17, 9, True)]
)
def test_of_a_small_archive_half_may_go(
    there: int, gone: int, is_refused: bool, tmp_path: Path, place: Path
) -> None:
    folder = without(shelf(tmp_path / "a"), COUNT - there)
    run(folder, place)
    would = run(without(folder, gone), place, dry_run=True)
    assert (would.removed, bool(would.refused)) == (gone, is_refused)


def test_a_few_articles_may_be_written_anew(tmp_path: Path, place: Path) -> None:
    folder = without(shelf(tmp_path / "a"), COUNT - 9)
    run(folder, place)
    for number, file in enumerate(files(folder)):
        file.write_text(article(f"山路{number}", f"第 {number} 座山，走了 {number * 3} 天才翻过去。"), "utf-8")
    assert run(folder, place).updated == 9


def test_of_a_small_archive_in_another_place_no_more_than_the_share_may_go(tmp_path: Path, place: Path) -> None:
    run(shelf(tmp_path / "a"), place)
    folder = without(moved(tmp_path / "a"), 8)
    with pytest.raises(RemovalsRefused, match=r"the index was made of .*a; 8 of 24 articles would be removed"):
        run(folder, place)
    shutil.rmtree(folder)
    assert run(without(moved(shelf(tmp_path / "a")), 7), place).removed == 7


def test_one_of_three_articles_may_go_and_the_last_one_not(corpus: Path, place: Path) -> None:
    (corpus / "d.md").write_text(article("丁", "第三篇讲天文。"), "utf-8")
    run(corpus, place)
    for name in ("d.md", "a.md"):
        (corpus / name).unlink()
        assert run(corpus, place).removed == 1
    (corpus / "b" / "b.md").unlink()
    with pytest.raises(RemovalsRefused, match="corpus: no articles; 1 of 1 article would be removed"):
        run(corpus, place)
    assert found(place, "人工智能") == ["乙"]


def moved(folder: Path) -> Path:
    return folder.rename(folder.with_name("文章"))


def moved_and_edited(folder: Path) -> Path:
    for file in files(folder)[:6]:
        file.write_text(file.read_text("utf-8") + "桥修好了。\n", "utf-8")
    return moved(folder)


def linked(folder: Path) -> Path:
    folder.with_name("link").symlink_to(folder)
    return folder.with_name("link")


def sorted_into_years(folder: Path) -> Path:
    (folder / "2024").mkdir()
    for file in files(folder):
        file.rename(folder / "2024" / file.name)
    return folder


def composed_otherwise(folder: Path) -> Path:
    for number, file in enumerate(files(folder)):
        file.rename(file.with_name(unicodedata.normalize("NFD", f"café {number}.md")))
    return folder


def as_one_file(folder: Path) -> Path:
    lines = [f'{{"id": "{n}", "title": "渡口{n}", "text": "{text(n)}"}}\n' for n in range(COUNT)]
    path = folder.with_suffix(".jsonl")
    path.write_text("".join(lines), "utf-8")
    return path


def rewritten(folder: Path) -> Path:
    for file in files(folder):
        file.write_text(file.read_text("utf-8").replace("船夫", "渔夫"), "utf-8")
    return folder


def as_html(folder: Path) -> Path:
    for number in range(COUNT):
        (folder / f"{number}.html").write_text(
            f"<title>渡口{number}</title><body><p>{text(number)}</p></body>", "utf-8"
        )
    return without(folder, COUNT)


@pytest.mark.parametrize(
    "change",
    [moved, moved_and_edited, linked, sorted_into_years, composed_otherwise, as_one_file, rewritten, as_html],
)
def test_what_is_renamed_moved_or_edited_is_not_lost(change: object, tmp_path: Path, place: Path) -> None:
    folder = shelf(tmp_path / "articles")
    run(folder, place)
    corpus: Path = change(folder)  # type: ignore[operator]
    run(corpus, place)
    assert len(ids(place)) == COUNT
    assert run(corpus, place).unchanged == COUNT


def test_repeats_of_an_article_that_stays_may_go(tmp_path: Path, place: Path) -> None:
    folder = shelf(tmp_path / "a")
    for file in files(folder):
        shutil.copy(file, file.with_name(f"copy of {file.name}"))
    assert run(folder, place).duplicates == COUNT
    for file in folder.rglob("[0-9]*.md"):
        file.unlink()
    report = run(folder, place)
    assert (report.added, report.removed) == (COUNT, COUNT)
    assert all("copy of" in article_id for article_id in ids(place))


@pytest.mark.parametrize("config", [Config(exclude=("*.md",)), Config(exclude=("旧稿/",)), Config(size_limit=9)])
def test_settings_are_no_reason_to_lose_more(tmp_path: Path, place: Path, config: Config) -> None:
    run(shelf(tmp_path / "a"), place)
    with pytest.raises(RemovalsRefused, match="--allow-removals"):
        run(tmp_path / "a", place, config=config)
    assert run(tmp_path / "a", place, config=config, allow_removals=True).removed >= COUNT // 2


def test_drafts_that_are_left_out_from_now_on_count_as_removed(tmp_path: Path, place: Path) -> None:
    for file in files(shelf(tmp_path / "a")):
        file.write_text(file.read_text("utf-8").replace("title:", "draft: true\ntitle:"), "utf-8")
    run(tmp_path / "a", place, drafts=True)
    with pytest.raises(RemovalsRefused):
        run(tmp_path / "a", place, drafts=False)
    assert len(ids(place)) == COUNT


def test_a_run_that_builds_anew_compares_all_the_same(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shelf(tmp_path / "a"), place)
    monkeypatch.setattr("searchkit.ingest.job.fingerprint", lambda: {"analyzer": "99"})
    with pytest.raises(RemovalsRefused):
        run(without(tmp_path / "a", 12), place)
    assert run(tmp_path / "a", place, allow_removals=True).full


def damage(place: Path, *names: str) -> None:
    for name in names:
        for file in place.glob(f"generation-*/{name}"):
            file.write_bytes(b"{")


@pytest.mark.parametrize(
    "names", [("state.json",), ("manifest.gz",), ("*.columns",), ("segments.json",), ("state.json", "*.columns")]
)
def test_a_full_run_compares_with_what_is_left_of_a_damaged_index(
    names: tuple[str, ...], tmp_path: Path, place: Path
) -> None:
    run(shelf(tmp_path / "a"), place)
    damage(place, *names)
    with pytest.raises(IndexCorrupted):
        run(tmp_path / "a", place)
    with pytest.raises(RemovalsRefused, match="a: 12 articles; 12 of 24 articles would be removed"):
        run(without(tmp_path / "a", 12), place, full=True)
    assert run(tmp_path / "a", place, full=True, allow_removals=True).added == 12


def test_a_full_run_is_the_remedy_for_an_index_of_which_nothing_can_be_read_unless_there_is_nothing(
    tmp_path: Path, place: Path
) -> None:
    run(shelf(tmp_path / "a"), place)
    damage(place, "*")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RemovalsRefused, match="empty: no articles; the index cannot be read; the index"):
        run(tmp_path / "empty", place, full=True)
    assert run(without(tmp_path / "a", 20), place, full=True).added == 4


def test_an_index_of_another_schema_is_compared_too(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(shelf(tmp_path / "a"), place)
    monkeypatch.setattr("searchkit.state.SCHEMA_VERSION", 99)
    monkeypatch.setattr("searchkit.ingest.job.SCHEMA_VERSION", 99)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RemovalsRefused, match=r"empty: no articles; .* 24 of 24 articles would be removed"):
        run(tmp_path / "empty", place)
    with pytest.raises(RemovalsRefused, match="a: 12 articles; 12 of 24 articles would be removed"):
        run(without(tmp_path / "a", 12), place)
    assert run(shelf(tmp_path / "b"), place).added == COUNT


@pytest.mark.parametrize("name", sorted(packed()))
def test_so_is_an_index_that_an_older_version_wrote(name: str, tmp_path: Path) -> None:
    place = unpack(name, tmp_path / "index")
    with pytest.raises(RemovalsRefused, match="24 articles; 3 of 3 articles would be removed"):
        run(shelf(tmp_path / "others"), place)
    assert run(write_files(tmp_path / "a"), place).seen == len(ARTICLES)


def test_where_nothing_changed_nothing_is_compared_and_what_was_written_not_twice(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[object] = []
    monkeypatch.setattr("searchkit.ingest.stages.refusal", lambda *known: compared.append(known) or "")
    folder = shelf(tmp_path / "a")
    for times in (1, 1, 1):
        run(folder, place)
        assert len(compared) == times
    run(folder, place, dry_run=True)
    assert len(compared) == 1
    run(without(folder, 1), place)
    assert len(compared) == 2


def test_files_that_go_while_they_are_written_are_missed_too(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shelf(tmp_path / "a")
    run(folder, place)
    for file in files(folder):
        file.write_text(file.read_text("utf-8") + "桥修好了。\n", "utf-8")
    monkeypatch.setattr("searchkit.ingest.spool.Spool.offer", lambda *_: None)  # all are read a second time
    with pytest.raises(RemovalsRefused, match=r"a: \d+ articles?; (\d+ empty or unreadable files?; )?\d\d of 24"):
        run(folder, place, progress=lambda progress: without(folder, COUNT) and None)
    assert len(ids(place)) == COUNT


def test_a_folder_below_that_cannot_be_listed_costs_nothing(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, scandir = shelf(tmp_path / "a"), os.scandir
    run(folder, place)

    def refuse(path: Path) -> object:
        if Path(path).name == "旧稿":
            raise OSError(5, "Input/output error")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = run(folder, place)
    assert ([problem.path for problem in report.failed], report.removed) == (["旧稿/"], 0)
    assert len(ids(place)) == COUNT


def test_a_dry_run_counts_and_says_that_it_would_be_refused(tmp_path: Path, place: Path) -> None:
    run(shelf(tmp_path / "a"), place)
    report: IndexReport = run(without(tmp_path / "a", 12), place, dry_run=True)
    assert (report.removed, report.unchanged) == (12, 12)
    assert report.refused.startswith(f"{tmp_path / 'a'}: 12 articles; 12 of 24 articles would be removed")


def test_an_index_of_a_program_is_no_index_of_a_folder(tmp_path: Path, place: Path) -> None:
    reindex([make_article("旧稿/01.md", "船夫不在渡口。")], place, jobs=1)
    with pytest.raises(RemovalsRefused, match=r"a: 24 articles; 1 of 1 article would"):
        run(shelf(tmp_path / "a"), place)
