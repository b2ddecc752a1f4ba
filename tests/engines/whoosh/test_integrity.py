"""Files of an index that are not what was written."""

from __future__ import annotations

import json
import os
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import searchkit
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.invariants import _text
from searchkit.engines.whoosh.segment.safe_io import DamagedFile, read_small
from searchkit.engines.whoosh.segment_meta import open_segment_file, open_segments, read_sealed, write_sealed
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


def swap_two(index: Path, name: str) -> Path:
    """Exchange the first of neighbouring values that differ in an array of the segment."""
    (path,) = generation(index).glob("*.columns")
    arrays, facts = read_arrays(path.read_bytes())
    values = arrays[name].copy()
    at = int(np.flatnonzero(np.diff(values.astype(np.int64)) != 0)[-1])
    values[[at, at + 1]] = values[[at + 1, at]]
    arrays[name] = values
    path.write_bytes(write_arrays(arrays, facts))
    return path


def failing(error: type[Exception]) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error("a mistake of ours")

    return fail


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
    monkeypatch.setattr("searchkit.engines.whoosh.scorer.Scorer.scores", failing(KeyError))
    with searchkit.open_index(index) as opened, pytest.raises(KeyError, match="a mistake of ours"):
        opened.search("数据")


@pytest.mark.parametrize("error", [MemoryError, TypeError])
def test_an_error_of_ours_while_opening_is_no_damage(
    index: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.reader.open_segments", failing(error))
    with pytest.raises(error, match="of ours"):
        searchkit.open_index(index)


def test_an_error_that_meets_the_look_as_well_stays_what_it_is(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("reader", "integrity"):
        monkeypatch.setattr(f"searchkit.engines.whoosh.{module}.open_segments", failing(TypeError))
    with pytest.raises(TypeError, match="of ours"):
        searchkit.open_index(index)


def test_an_error_while_opening_a_damaged_index_names_the_damage(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = forge(index, "body/documents", slice(None), 99)
    monkeypatch.setattr("searchkit.engines.whoosh.reader.open_segments", failing(IndexError))
    with pytest.raises(IndexCorrupted, match=path.name):
        searchkit.open_index(index)


def test_a_lack_of_memory_is_no_damage(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.invariants._text", failing(MemoryError))
    monkeypatch.setattr("searchkit.engines.whoosh.condition_matcher.ConditionMatcher.find", failing(MemoryError))
    with searchkit.open_index(index) as opened:
        with pytest.raises(MemoryError):
            list(opened.reader.verify())
        with pytest.raises(MemoryError):
            opened.search("数据")


@pytest.mark.parametrize("left", [100, -1])
def test_a_full_reindex_looks_at_nothing_of_the_old_index(
    index: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    (path,) = generation(index).glob("*.columns")
    path.write_bytes(path.read_bytes()[:left])
    monkeypatch.setattr("searchkit.engines.whoosh.writer.WhooshWriter._tidied", failing(TypeError))
    with pytest.raises(TypeError, match="of ours"):
        searchkit.reindex([make_article("篇", "数据")], index, jobs=1, full=True)


def test_an_error_while_adding_to_an_index_cut_short_names_the_file_and_what_to_do(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = generation(index).glob("*.columns")

    def cut_short(*_: object) -> None:
        data = path.read_bytes()[:100]
        path.unlink()
        path.write_bytes(data)
        raise TypeError("what follows from it")

    monkeypatch.setattr("searchkit.engines.whoosh.writer.WhooshWriter._tidied", cut_short)
    with pytest.raises(IndexCorrupted, match=rf"{path.name}.*reindex --full"):
        searchkit.reindex([make_article("篇", "数据")], index, jobs=1)


def test_a_file_that_nothing_reads_is_no_damage(index: Path) -> None:
    (generation(index) / "desktop.ini").write_text("[.]", "utf-8")
    with searchkit.open_index(index) as opened:
        assert list(opened.reader.verify()) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux says which files a process has open")
def test_an_index_that_is_closed_holds_no_file(index: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    closed = searchkit.open_index(index)
    closed.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    with pytest.raises(ValueError, match="closed"):
        closed.reader.manifest()


def test_lists_with_ends_of_eight_bytes_are_read(index: Path) -> None:
    (path,) = generation(index).glob("*.columns")
    arrays, facts = read_arrays(path.read_bytes())
    for name in [name for name in arrays if name.endswith("_ends")]:
        arrays[name] = arrays[name].astype("<u8")
    with searchkit.open_index(index) as opened:
        said = opened.search("数据 第*").hits
    path.write_bytes(write_arrays(arrays, facts))
    field = open_segment_file(path).fields["body_characters"]
    everything = np.arange(len(field))
    assert field.postings_of(everything).tolist() == list(range(field.span_of_all()[1]))
    assert field.occurrences_of(everything)[1].dtype == np.int64
    with searchkit.open_index(index) as opened:
        assert list(opened.reader.verify()) == []
        assert opened.search("数据 第*").hits == said


@pytest.mark.parametrize("name", ["body_characters/positions", "body_characters/documents", "tag/documents"])
def test_what_differs_in_one_of_many_texts_is_found_however_they_are_gone_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    articles = [
        make_article(f"篇{n}", f"第{n}篇说的是数据，数据。" * (n % 7), tags=(f"类{n % 5}",)) for n in range(60)
    ]
    searchkit.reindex(articles, tmp_path, jobs=1)
    for constant, value in {"_RUN": 7, "_PLACES": 50, "_POSITIONS": 11, "_TERMS": 3, "_ARTICLES": 4}.items():
        monkeypatch.setattr(f"searchkit.engines.whoosh.invariants.{constant}", value)
    with searchkit.open_index(tmp_path) as opened:
        assert list(opened.reader.verify()) == []
    path = swap_two(tmp_path, name)
    with searchkit.open_index(tmp_path) as opened:
        assert {problem.path for problem in opened.reader.verify()} == {str(path)}


def test_a_check_takes_memory_for_some_of_the_text_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.invariants._PLACES", 1 << 14)
    monkeypatch.setattr("searchkit.engines.whoosh.invariants._POSITIONS", 1 << 12)
    peaks = []
    for count in (50, 400):
        place = tmp_path / str(count)
        searchkit.reindex(
            [make_article(f"篇{n}", f"{n}篇" + "天地玄黄" * 500) for n in range(count)], place, jobs=1
        )
        (part,) = open_segments(generation(place))
        fields = part.segment.fields
        tracemalloc.start()
        assert list(_text(fields["body_characters"], fields["body_bigrams"])) == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_a_list_that_asks_for_more_than_there_is_takes_no_memory(index: Path) -> None:
    path = forge(index, "body_characters/list_ends", -1, (1 << 32) - 1)
    field = open_segment_file(path).fields["body_characters"]
    with pytest.raises(DamagedFile, match=path.name):
        field.postings_of(np.arange(len(field)))
    with pytest.raises(DamagedFile, match=path.name):
        field.span(len(field) - 1)


def test_a_text_that_claims_to_be_longer_than_all_there_is_takes_no_memory(index: Path) -> None:
    (path,) = generation(index).glob("*.columns")
    arrays, facts = read_arrays(path.read_bytes())
    lengths = arrays["body_characters/lengths"].astype("<u8")
    lengths[0] += 10**12
    arrays["body_characters/lengths"] = lengths
    arrays["body_characters/bounds"] = np.full(arrays["body_characters/bounds"].size, 1e30)
    facts["fields"]["body_characters"]["total"] += 10**12
    path.write_bytes(write_arrays(arrays, facts))
    with searchkit.open_index(index) as opened:
        (problem,) = opened.reader.verify()
    assert problem.reason == "body_characters: a text is longer than it has characters"


def test_deleted_documents_that_no_segment_has_are_damage_at_once(index: Path) -> None:
    path = generation(index) / "segments.json"
    (entry,) = read_sealed(path)
    write_sealed(path, [{**entry, "deleted": [number * (2**61 - 1) for number in range(100_000)]}])
    with pytest.raises(IndexCorrupted, match="are not a list of numbers"):
        searchkit.open_index(index)


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


def test_a_high_limit_of_a_small_file_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"x" * 100)
    tracemalloc.start()
    try:
        assert read_small(tmp_path / "small", 256 << 20) == b"x" * 100
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    with pytest.raises(DamagedFile, match="more than 99 bytes"):
        read_small(tmp_path / "small", 99)


@pytest.mark.parametrize("name", ["user_words", "drafts", "corpus", "reading"])
def test_a_state_with_a_fact_of_another_kind_or_without_it_is_damaged(index: Path, name: str) -> None:
    path = generation(index) / "state.json"
    state = read_sealed(path)
    without = {other: value for other, value in state.items() if other != name}
    for forged, what in (({**state, name: 5}, "has a wrong value for"), (without, "says nothing of")):
        write_sealed(path, forged)
        with pytest.raises(IndexCorrupted, match=f"{index}: the state of the index {what} {name}"):
            searchkit.open_index(index)
        with pytest.raises(IndexCorrupted, match=f"{index}: the state of the index {what} {name}"):
            searchkit.reindex([], index, jobs=1)


def test_a_state_with_a_word_that_is_none_is_damaged(index: Path) -> None:
    path = generation(index) / "state.json"
    write_sealed(path, {**read_sealed(path), "user_words": [" "]})
    with pytest.raises(IndexCorrupted, match="a wrong value for user_words"):
        searchkit.reindex([make_article("篇", "正文")], index, jobs=1)


def test_a_segment_with_a_name_that_no_file_has_is_damage_of_the_list(index: Path) -> None:
    path = generation(index) / "segments.json"
    write_sealed(path, [{"name": "a_" + "b" * 300, "id": "0" * 32, "documents": 1, "deleted": []}])
    with pytest.raises(IndexCorrupted, match="is not the name of a segment"):
        searchkit.open_index(index)


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
