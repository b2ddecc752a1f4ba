"""Files of an index that are not what was written."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

import numpy as np
import pytest

import searchkit
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.columnar.plain import DamagedFile
from searchkit.engines.whoosh.listing import open_segment_file, read_sealed, write_sealed
from searchkit.errors import IndexCorrupted, IndexLocked
from tests.conftest import make_article
from tests.reliability.forging import read_arrays, write_arrays


@pytest.fixture
def index(tmp_path: Path) -> Path:
    searchkit.reindex([make_article(f"篇{n}", f"第{n}篇说的是数据") for n in range(5)], tmp_path, jobs=1)
    return tmp_path


def generation(index: Path) -> Path:
    return index / (index / "CURRENT").read_text("utf-8").strip()


def forge(index: Path, name: str, position: int | slice, value: int) -> Path:
    (path,) = generation(index).glob("*.columns")
    arrays, facts = read_arrays(path.read_bytes())
    arrays[name] = arrays[name].astype("<u4")
    arrays[name][position] = value
    path.write_bytes(write_arrays(arrays, facts))
    return path


def test_a_whole_index_has_no_problems(index: Path) -> None:
    with searchkit.open_index(index) as opened:
        assert list(opened.reader.verify()) == []


def test_a_document_that_is_not_there_is_damage_of_the_file_that_names_it(index: Path) -> None:
    path = forge(index, "body/documents", slice(None), 99)
    with searchkit.open_index(index) as opened:
        with pytest.raises(IndexCorrupted, match=path.name) as caught:
            opened.search("数据 篇 是 说 的")
        assert isinstance(caught.value.__cause__, IndexError)
        assert [problem.path for problem in opened.reader.verify()] == [str(path)]


def test_an_error_of_another_cause_is_no_damage(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr("searchkit.engines.whoosh.scoring.Scoring.scores", fail)
    with searchkit.open_index(index) as opened, pytest.raises(KeyError, match="a mistake of ours"):
        opened.search("数据")


def test_a_list_that_asks_for_more_than_there_is_takes_no_memory(index: Path) -> None:
    path = forge(index, "body_characters/list_ends", -1, (1 << 32) - 1)
    field = open_segment_file(path).fields["body_characters"]
    with pytest.raises(DamagedFile, match=path.name):
        field.postings_of(np.arange(len(field)))
    with pytest.raises(DamagedFile, match=path.name):
        field.span(len(field) - 1)


def test_what_follows_a_manifest_is_damage(index: Path) -> None:
    path = generation(index) / "manifest.gz"
    path.write_bytes(path.read_bytes() + b"x")
    with searchkit.open_index(index) as opened:
        assert [problem.path for problem in opened.reader.verify()] == [str(path)]
        with pytest.raises(IndexCorrupted, match="manifest"):
            opened.reader.manifest()


def test_a_list_without_its_checksum_is_damaged(index: Path) -> None:
    path = generation(index) / "state.json"
    path.write_bytes(path.read_bytes().partition(b"\n")[0])
    with pytest.raises(IndexCorrupted, match=r"state\.json"):
        searchkit.open_index(index)


@pytest.mark.parametrize("name", ["user_words", "drafts", "corpus", "reading"])
def test_a_state_that_lacks_a_fact_is_damaged(index: Path, name: str) -> None:
    path = generation(index) / "state.json"
    state = read_sealed(path)
    write_sealed(path, {**state, name: 5})
    with pytest.raises(IndexCorrupted, match=name):
        searchkit.open_index(index)
    with pytest.raises(IndexCorrupted, match=name):
        searchkit.reindex([], index, jobs=1)


def test_a_manifest_with_facts_of_another_kind_is_damaged(index: Path) -> None:
    path = generation(index) / "manifest.gz"
    lines = zlib.decompress(path.read_bytes()).split(b"\n")
    record = json.loads(lines[0])
    record["facts"]["tags"] = [5]
    path.write_bytes(zlib.compress(b"\n".join([json.dumps(record).encode(), *lines[1:]])))
    with pytest.raises(IndexCorrupted, match="manifest"):
        searchkit.reindex([], index, jobs=1)


@pytest.mark.parametrize("name", ["CURRENT", "state.json", "segments.json", "manifest.gz"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(index: Path, name: str) -> None:
    path = (index if name == "CURRENT" else generation(index)) / name
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(IndexCorrupted, match=name):
        searchkit.open_index(index)


def test_who_holds_a_lock_is_not_waited_for_either(index: Path) -> None:
    with WhooshEngine(index).locked():
        (index / "LOCK.owner").unlink()
        os.mkfifo(index / "LOCK.owner")
        with pytest.raises(IndexLocked, match="another process"), WhooshEngine(index).locked():
            raise AssertionError("the lock was not held")


def test_an_index_that_names_a_generation_that_is_gone_is_damaged(index: Path) -> None:
    (index / "CURRENT").write_text("generation-000099\n", "utf-8")
    with pytest.raises(IndexCorrupted, match="CURRENT: names generation-000099"):
        searchkit.open_index(index)


@pytest.mark.parametrize("article_id", ["../../etc/passwd", "/etc/passwd", "a/../../b"])
def test_an_id_that_leads_out_of_the_corpus_has_no_file(tmp_path: Path, article_id: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("# 甲\n\n数据", "utf-8")
    searchkit.reindex(tmp_path / "corpus", tmp_path / "index", jobs=1)
    with searchkit.open_index(tmp_path / "index") as opened:
        assert opened.path_of("a.md").endswith("corpus/a.md")
        assert opened.path_of("b/..c.md").endswith("b/..c.md")
        assert opened.path_of(article_id) == ""
