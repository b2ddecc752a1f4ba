"""Several folders in one index: each has a name, with which its ids begin."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import searchkit
from searchkit.articles.corpus import paths_of
from searchkit.config import Config
from searchkit.config_sources import load_config
from searchkit.errors import ConfigError, CorpusNotFound, RemovalsRefused
from searchkit.evaluation.runs import article_ids
from searchkit.ingest.reindex import reindex
from searchkit.ingest.single_articles import add
from tests.conftest import make_article
from tests.ingest.losses import COUNT, files, shelf
from tests.ingest.runs import article, assert_adds_up, found


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/a/articles"], [""]),
        (["/a/articles", "/a/vault"], ["articles", "vault"]),
        (["/p/travel/notes", "/p/paper/notes"], ["travel-notes", "paper-notes"]),
        (["/p/travel/notes", "/p/paper/notes", "/p/paper/稿"], ["travel-notes", "paper-notes", "稿"]),
        (["/x/travel/notes", "/y/travel/notes", "/notes"], ["x-travel-notes", "y-travel-notes", "notes"]),
        (
            ["/x/paper-notes", "/y/paper/notes", "/z/travel/notes"],
            ["x-paper-notes", "y-paper-notes", "travel-notes"],
        ),
        (["/a/b/../notes", "/c/notes/"], ["a-notes", "c-notes"]),
        (["/a", "/"], ["a", "root"]),
    ],
)
def test_names_are_the_last_of_the_path_that_differ(paths: list[str], names: list[str]) -> None:
    assert list(paths_of(paths)) == names
    assert list(paths_of(tuple(map(Path, paths)))) == names


@pytest.mark.parametrize("paths", [["/a/notes", "/a/notes"], ["/a/notes", "/a/./b/../notes/"]])
def test_a_folder_is_named_once(paths: list[str]) -> None:
    with pytest.raises(CorpusNotFound, match="a folder is named twice"):
        paths_of(paths)


@pytest.fixture
def both(tmp_path: Path) -> list[Path]:
    """Two folders with a file of the same name, and one of the same text."""
    folders = [tmp_path / "articles", tmp_path / "vault"]
    for folder, body in zip(folders, ("船夫在渡口。", "桥边没有船夫。"), strict=True):
        (folder / "稿").mkdir(parents=True)
        (folder / "稿" / "渡口.md").write_text(article("渡口", body), "utf-8")
        (folder / "same.md").write_text(article("月全食", "红光落在月面上。"), "utf-8")
        (folder / "README.md").write_text("这里放文章。", "utf-8")
    return folders


def test_files_of_one_name_are_two_and_of_one_text_are_one(both: list[Path], place: Path) -> None:
    report = reindex(both, place, jobs=1)
    assert_adds_up(report)
    assert (report.added, report.duplicates) == (3, 1)
    assert [problem.path for problem in report.skipped] == ["articles/README.md", "vault/README.md"]
    assert reindex(both, place, jobs=1).unchanged == 3
    with searchkit.open_index(place) as index:
        assert sorted(index.ids("船夫")) == ["articles/稿/渡口.md", "vault/稿/渡口.md"]
        assert index.get("vault/same.md").id == "articles/same.md"
        assert index.stats().corpus == " · ".join(map(str, both))


def test_files_are_found_by_ids_and_ids_by_files(
    both: list[Path], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reindex(both, place, jobs=1)
    with searchkit.open_index(place) as index:
        file = both[1] / "稿" / "渡口.md"
        assert index.path_of("vault/稿/渡口.md") == str(file)
        assert [hit.path for hit in index.search("桥边").hits] == [str(file)]
        assert index.resolve(str(file)) == "vault/稿/渡口.md"
        monkeypatch.chdir(both[1])
        assert index.resolve("稿/渡口.md") == "vault/稿/渡口.md"
        assert article_ids(index, ["稿/渡口.md"]) == {"稿/渡口.md": "vault/稿/渡口.md"}
        for nowhere in ("other/a.md", "渡口.md", "vault/../../etc/passwd", "/etc/passwd", ""):
            assert index.path_of(nowhere) == ""


def test_a_file_in_two_folders_is_found_by_the_id_that_it_has(place: Path, tmp_path: Path) -> None:
    outer, inner = tmp_path / "笔记", tmp_path / "笔记" / ".稿"
    (inner / "旧").mkdir(parents=True)
    (outer / "月.md").write_text(article("月", "红光落在月面上。"), "utf-8")
    (inner / "旧" / "渡口.md").write_text(article("渡口", "船夫在渡口。"), "utf-8")
    reindex([outer, inner], place, jobs=1)  # what is hidden is in the inner one only
    with searchkit.open_index(place) as index:
        file = str(inner / "旧" / "渡口.md")
        assert index.resolve(file) == ".稿/旧/渡口.md"
        assert article_ids(index, [file]) == {file: ".稿/旧/渡口.md"}


def test_a_file_with_two_ids_is_one_article(place: Path, tmp_path: Path) -> None:
    outer, inner = tmp_path / "笔记", tmp_path / "笔记" / "稿"
    inner.mkdir(parents=True)
    (inner / "渡口.md").write_text(article("渡口", "船夫在渡口。"), "utf-8")
    reindex([outer, inner], place, jobs=1)
    with searchkit.open_index(place) as index:
        article_id = index.get(index.resolve(str(inner / "渡口.md"))).id
        assert [article_id] == list(index.ids("船夫"))


def test_a_check_compares_all_of_them(both: list[Path], place: Path) -> None:
    reindex(both, place, jobs=1)
    (both[1] / "new.md").write_text(article("新", "新的。"), "utf-8")
    with searchkit.open_index(place) as index:
        assert (index.check().new, index.check().gone, index.check().compared) == (("vault/new.md",), (), True)
        both[0].rename(both[0].with_name("moved"))
        assert index.check().lost == str(both[0])
        both[1].rename(both[1].with_name("moved too"))
        both[1].write_text("渡口", "utf-8")
        assert index.check().lost == " · ".join(map(str, both))


def test_one_folder_becomes_two_and_two_become_one(tmp_path: Path, place: Path) -> None:
    a, b = shelf(tmp_path / "a"), shelf(tmp_path / "b", start=50)
    reindex(a, place, jobs=1)
    report = reindex([a, b], place, jobs=1)
    assert (report.added, report.removed) == (2 * COUNT, COUNT)
    with pytest.raises(RemovalsRefused, match=f"{b}: not part of the corpus any more; 24 of 24 articles would"):
        reindex([a], place, jobs=1)
    assert reindex(a, place, jobs=1, allow_removals=True).added == COUNT
    assert found(place, "第 3 天") == ["渡口3"]


def test_each_folder_is_counted_for_itself(tmp_path: Path, place: Path) -> None:
    folders = [shelf(tmp_path / f"f{n}", start=n * COUNT) for n in range(4)]
    reindex(folders, place, jobs=1)
    for file in (folders[2] / "旧稿").iterdir():
        file.unlink()
    with pytest.raises(RemovalsRefused, match=f"{folders[2]}: 12 articles; 12 of 24 articles would be removed"):
        reindex(folders, place, jobs=1)


@pytest.mark.parametrize("article_id", ["db/1", "42", "a", "articles/1", "b/旧稿/99.md"])
def test_an_article_that_a_program_added_belongs_to_no_folder(
    article_id: str, tmp_path: Path, place: Path
) -> None:
    folders = [shelf(tmp_path / "a"), shelf(tmp_path / "b", start=50)]
    reindex(folders, place, jobs=1)
    add(make_article(article_id, "桥修好以后，没有人再等船。"), place)
    assert reindex(folders, place, jobs=1).removed == 1
    add([make_article(f"db/{n}", f"第 {n} 座桥修好以后，没有人再等船。") for n in range(COUNT)], place)
    with pytest.raises(RemovalsRefused, match=r"a · .*b: 48 articles; 24 of 72 articles would be removed"):
        reindex(folders, place, jobs=1)


def test_a_little_of_each_may_be_too_much_of_all(tmp_path: Path, place: Path) -> None:
    folders = [shelf(tmp_path / "a"), shelf(tmp_path / "b", start=50)]
    reindex(folders, place, jobs=1)
    for folder in folders:
        for file in files(folder)[:9]:
            file.unlink()
    with pytest.raises(RemovalsRefused, match=r"a · .*b: 30 articles; 18 of 48 articles would be removed"):
        reindex(folders, place, jobs=1)


def test_one_that_cannot_be_listed_is_named(
    both: list[Path], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reindex(both, place, jobs=1)
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if path == both[1]:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(CorpusNotFound, match="vault: the corpus cannot be listed: Permission denied"):
        reindex(both, place, jobs=1)


def test_several_are_folders(both: list[Path], tmp_path: Path, place: Path) -> None:
    (tmp_path / "all.jsonl").touch()
    with pytest.raises(CorpusNotFound, match=r"all\.jsonl: not a folder; of several corpora each is a folder"):
        reindex([both[0], tmp_path / "all.jsonl"], place, jobs=1)


def test_they_may_be_settings(both: list[Path], place: Path) -> None:
    config = Config(corpus=tuple(map(str, both)))
    assert reindex(None, place, jobs=1, config=config).added == 3


def test_a_setting_names_them_in_a_list_or_in_a_text(tmp_path: Path) -> None:
    (tmp_path / "searchkit.toml").write_text('corpus = ["~/文章", "稿, 2024"]\n', "utf-8")
    assert load_config(tmp_path, {}).corpus == (str(Path.home() / "文章"), str(tmp_path / "稿, 2024"))
    variables = {"SEARCHKIT_CORPUS": os.pathsep.join(["甲", "稿, 2024"])}
    assert load_config(tmp_path, variables).corpus == ("甲", "稿, 2024")
    assert load_config(tmp_path, {"SEARCHKIT_CORPUS": "稿, 2024"}).corpus == ("稿, 2024",)


@pytest.mark.parametrize("value", ["5", "true", '["文章", 5]', '["文章", ""]', "{}"])
def test_what_is_no_path_is_an_error(tmp_path: Path, value: str) -> None:
    (tmp_path / "searchkit.toml").write_text(f"corpus = {value}\n", "utf-8")
    with pytest.raises(ConfigError, match="corpus: not a path or a list of paths"):
        load_config(tmp_path, {})
