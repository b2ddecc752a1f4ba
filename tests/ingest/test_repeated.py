"""A run that is not told what to index does what the last one did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.engines import load_engine
from searchkit.engines.base import Remains
from searchkit.errors import CorpusNotFound, IndexCorrupted, IndexOutdated
from searchkit.ingest.reindex import reindex
from tests.conftest import make_article
from tests.ingest.losses import lines, shelf
from tests.ingest.runs import article, found, run


def again(place: Path, config: Config | None = None, **options: object) -> searchkit.IndexReport:
    return reindex(None, place, jobs=1, config=config, **options)  # type: ignore[arg-type]


def test_the_corpus_is_that_of_the_last_run_from_any_folder(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus.parent)
    run(Path("corpus"), place)
    (corpus / "d.md").write_text(article("丁", "第三篇讲天文。"), "utf-8")
    monkeypatch.chdir("/")
    assert again(place).added == 1
    assert again(place, full=True).added == 3
    assert found(place, "天文") == ["丁"]


@pytest.mark.parametrize("name", ["all.jsonl", "全部.JSONL"])
def test_a_file_is_remembered_too(tmp_path: Path, place: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("\n".join(lines()), "utf-8")
    run(path, place)
    path.write_text("\n".join([*lines(), '{"id": "桥", "title": "桥", "text": "桥修好了。"}']), "utf-8")
    assert again(place).added == 1
    with searchkit.open_index(place) as index:
        assert (index.path_of("桥"), index.stats().corpus) == ("", str(path))


def test_so_are_several_folders(tmp_path: Path, place: Path) -> None:
    reindex([shelf(tmp_path / "a"), shelf(tmp_path / "b", start=50)], place, jobs=1)
    (tmp_path / "b" / "新.md").write_text(article("桥", "桥修好了。"), "utf-8")
    assert again(place).added == 1


def test_patterns_and_drafts_are_those_of_the_last_run_unless_something_else_is_said(
    corpus: Path, place: Path
) -> None:
    run(corpus, place, config=Config(exclude=("b/",), drafts=True))
    assert again(place).unchanged == 2
    assert again(place, full=True).added == 2
    assert found(place, "草稿") == ["丙"]
    with searchkit.open_index(place) as index:
        assert not index.check().outdated
    assert again(place, config=Config(exclude=())).added == 1
    assert again(place, drafts=False).removed == 1
    assert again(place).unchanged == 2


def test_whoever_names_the_corpus_says_everything(corpus: Path, place: Path) -> None:
    run(corpus, place, config=Config(exclude=("b/",), drafts=True))
    report = run(corpus, place)
    assert (report.added, report.removed) == (1, 1)
    run(corpus, place, config=Config(exclude=("b/",), drafts=True))
    assert reindex(None, place, jobs=1, config=Config(corpus=(str(corpus),))).removed == 1


def test_without_an_index_it_is_the_folder_corpus(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus.parent)
    assert again(place).added == 2


def test_without_that_folder_the_error_says_what_to_type(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CorpusNotFound, match=r"which articles.*`searchkit reindex ~/articles`"):
        again(place)
    assert not place.exists()
    reindex([make_article("渡口", "船夫在渡口。")], place, jobs=1)
    with pytest.raises(CorpusNotFound, match="which articles"):
        again(place)


def test_a_corpus_that_is_gone_is_named(corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(corpus, place)
    corpus.rename(corpus.with_name("moved"))
    with pytest.raises(CorpusNotFound, match=f"{corpus}: no such corpus"):
        again(place)
    assert run(corpus.with_name("moved"), place).unchanged == 2
    assert again(place).unchanged == 2


def test_an_index_of_another_version_is_built_anew_of_the_same(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, place, config=Config(drafts=True))
    monkeypatch.setattr("searchkit.state.SCHEMA_VERSION", 99)
    monkeypatch.setattr("searchkit.ingest.job.SCHEMA_VERSION", 99)
    with pytest.raises(IndexOutdated):
        load_engine("whoosh", place).read()
    assert again(place).added == 3


@pytest.mark.parametrize("state", [{}, {"corpus": 5}, {"corpus": "/a", "drafts": "no"}, {"sources": []}])
def test_of_a_state_of_another_shape_nothing_is_taken(
    state: dict[str, object], tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> object:
        raise IndexOutdated("of another version")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("searchkit.engines.whoosh.WhooshEngine.remains", lambda _: Remains(state))
    monkeypatch.setattr("searchkit.engines.whoosh.WhooshEngine.read", refuse)
    with pytest.raises(CorpusNotFound, match="which articles"):
        again(place)


@pytest.mark.parametrize("name", ["*.columns", "manifest.gz", "segments.json"])
def test_a_full_run_over_a_damaged_index_repeats_what_its_state_says(
    name: str, corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, place, config=Config(exclude=("b/",), drafts=True))
    shelf(place.parent / "here" / "corpus")
    for file in place.glob(f"generation-*/{name}"):
        file.write_bytes(b"{")
    monkeypatch.chdir(place.parent / "here")
    with pytest.raises(IndexCorrupted):
        again(place, dry_run=True)
    assert again(place, full=True).added == 2
    with searchkit.open_index(place) as index:
        assert (index.stats().corpus, sorted(hit.id for hit in index.search("date:2024").hits)) == (
            str(corpus),
            ["a.md", "c.md"],
        )


def test_where_an_index_does_not_say_what_it_was_made_of_the_folder_is_asked_for(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, place)
    for file in place.glob("generation-*/state.json"):
        file.write_bytes(b"{")
    monkeypatch.chdir(corpus.parent)  # it has a folder `corpus`
    with pytest.raises(IndexCorrupted):
        again(place)
    with pytest.raises(CorpusNotFound, match=r"which articles.*does not say.*name their folder"):
        again(place, full=True)
    assert run(corpus, place, full=True).added == 2


def test_a_dry_run_repeats_too(corpus: Path, place: Path) -> None:
    run(corpus, place, config=Config(drafts=True))
    assert replace(again(place, dry_run=True), seconds=0).unchanged == 3


def test_the_home_folder_may_be_written_short(corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(corpus.parent))
    assert reindex("~/corpus", place, jobs=1).added == 2
    with searchkit.open_index(place) as index:
        assert index.path_of("a.md") == str(corpus / "a.md")
