"""What need not be read, analysed or written again, and why."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from msgspec.structs import replace

from searchkit.articles.corpus import Entry
from searchkit.articles.duplicates import Group
from searchkit.articles.file_facts import Facts
from searchkit.config import Config
from searchkit.engines import load_engine
from searchkit.ingest.known import Before, Known, known_of_index, known_of_shards
from searchkit.ingest.manifest import Manifest, Record, dump_manifest, load_manifest
from searchkit.ingest.reindex import reindex
from searchkit.state import IndexState, ReadingState
from tests.conftest import make_article
from tests.engines.contract import STATE


def facts(article_id: str, digest: str = "d") -> Facts:
    return Facts(article_id, digest, "", "题", (), (), None)


def record(article_id: str, digest: str = "d", stamp: tuple[int, int] | None = (1, 2)) -> Record:
    return Record(article_id, "article", stamp, facts(article_id, digest))


def entry(article_id: str, stamp: tuple[int, int] | None = (1, 2)) -> Entry:
    return Entry(article_id, make_article(article_id), stamp)


def test_by_default_nothing_is_known() -> None:
    known = Known()
    assert known.is_full_run
    assert known.record_of(entry("a")) is None
    assert not known.is_written(Group((facts("a"),)))
    assert not known.is_added(Group((facts("a"),)))
    assert not known.is_published({}, STATE)


def test_a_file_with_the_stamp_of_its_record_is_not_read() -> None:
    known = Known(records={"a": record("a"), "b": record("b", stamp=None)})
    assert known.record_of(entry("a")) == record("a")
    assert known.record_of(entry("a", stamp=(1, 3))) is None
    assert known.record_of(entry("b", stamp=None)) is None
    assert known.record_of(entry("c")) is None


def test_an_article_that_is_there_is_not_written_unless_a_word_or_a_line_of_it_is_new() -> None:
    group = Group((facts("a"),))
    known = Known(Manifest({}, {"a": "d"}), STATE)
    assert known.is_written(group)
    assert not known.is_written(Group((facts("a", "other"),)))
    assert not known.is_written(Group((facts("a"), facts("b"))))
    assert not known.is_written(Group((facts("a"),), left_out=b"\x00"))
    assert not dataclasses.replace(known, rewrite=frozenset({"a"})).is_written(group)


def test_what_a_run_that_was_killed_had_added_is_not_made_again() -> None:
    both = Group((facts("a"), facts("b")), left_out=b"\x01\x02")
    known = Known().resumed({"a": both.digest})
    assert known.is_added(both)
    assert not known.is_added(Group((facts("a"),)))


def test_an_index_is_published_if_neither_a_record_nor_the_state_is_another() -> None:
    known = Known(Manifest({"a": record("a")}, {}), STATE)
    assert known.is_published({"a": record("a")}, STATE)
    assert not known.is_published({"a": record("a", stamp=(1, 3))}, STATE)
    assert not known.is_published({"a": record("a")}, replace(STATE, drafts=False))


def test_a_document_of_several_files_was_made_of_the_first() -> None:
    left = [dump_manifest([record("a"), record("b")], {})]
    of_both = Group((facts("a"), facts("b")), left_out=b"\x03")
    assert known_of_shards(left).resumed({"a": of_both.digest}).records.keys() == {"a", "b"}
    assert known_of_shards(left).resumed({"a": of_both.digest.replace("d", "e", 1)}).records.keys() == {"b"}


def test_shards_are_not_trusted_where_another_article_was_added() -> None:
    failed = Record("d", "failed", (1, 2))
    left = [dump_manifest([record("a"), record("b")], {}), dump_manifest([record("c"), failed], {})]
    known = known_of_shards(left).resumed({"a": "d", "b": "newer", "d": "d"})
    assert known.records == {"a": record("a"), "c": record("c")}
    assert known.added == {"a": "d", "b": "newer", "d": "d"}
    assert known.is_full_run


@pytest.fixture
def state(tmp_path: Path) -> IndexState:
    articles = [make_article("甲", "数据分析"), make_article("乙", "人工智能")]
    reindex(articles, tmp_path, config=Config(engine="memory"), jobs=1)
    return load_engine("memory", tmp_path).read().state


def test_an_index_of_the_same_settings_is_known_whole(tmp_path: Path, state: IndexState) -> None:
    known = known_of_index(load_engine("memory", tmp_path), state)
    assert known.is_published(known.records, state)
    assert known.records.keys() == known.published.documents.keys() == {"甲", "乙"}
    assert not known.is_full_run


def test_of_an_index_whose_files_were_read_otherwise_only_what_came_of_them_is_known(
    tmp_path: Path, state: IndexState
) -> None:
    other = replace(state, reading=ReadingState(state.reading.version, ("生信",)))
    known = known_of_index(load_engine("memory", tmp_path), other)
    assert (dict(known.records), known.published.documents.keys()) == ({}, {"甲", "乙"})


def test_articles_with_a_word_that_came_or_went_are_written_again(tmp_path: Path, state: IndexState) -> None:
    other = replace(state, user_words=("数据分析 9",))
    assert known_of_index(load_engine("memory", tmp_path), other).rewrite == {"甲"}


def test_of_an_index_of_another_analyzer_and_in_a_full_run_only_what_may_be_lost_is_known(
    tmp_path: Path, state: IndexState
) -> None:
    assert known_of_index(load_engine("memory", tmp_path / "nowhere"), state) == Known()
    other = replace(state, analyzer={"analyzer": "99"})
    engine = load_engine("memory", tmp_path)
    before = Before(load_manifest(engine.read().manifest()), state)
    assert known_of_index(engine, other) == Known(before=before)
    assert known_of_index(engine, state, full=True) == Known(before=before)
