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
from click.testing import CliRunner

import searchkit
from searchkit.cli.app import cli
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.segment.safe_io import DamagedFile, read_small
from searchkit.engines.whoosh.segment_meta import open_segment_file, read_sealed, write_sealed
from searchkit.errors import IndexCorrupted, IndexLocked
from searchkit.index import reader_of
from searchkit.reports import Problem
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


def failing(error: type[Exception]) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error("a mistake of ours")

    return fail


def test_a_whole_index_has_no_problems(index: Path) -> None:
    with searchkit.open_index(index) as opened:
        assert list(reader_of(opened).verify()) == []


def test_what_is_damaged_is_named_by_a_check_and_where_it_is_read(tmp_path: Path) -> None:
    searchkit.reindex([make_article("甲", "".join(map(chr, range(0x4E00, 0x6E00))))], tmp_path, jobs=1)
    (path,) = generation(tmp_path).glob("*.columns")
    data = bytearray(path.read_bytes())
    data[3 << 14], data[(4 << 14) + 5] = data[3 << 14] ^ 1, data[(4 << 14) + 5] ^ 128
    path.write_bytes(data)
    with searchkit.open_index(tmp_path) as opened:
        assert list(reader_of(opened).verify()) == [Problem(str(path), "damaged at byte 49152 (damaged pages: 2)")]
        with pytest.raises(IndexCorrupted, match=rf"{path.name}: damaged at byte \d+; run `searchkit reindex --f"):
            opened.search("丁* 丂", limit=None, facets=("tag",))


def test_two_segments_with_an_article_of_one_id_are_a_problem_of_one_of_them(tmp_path: Path) -> None:
    for text in ("数据", "分析"):
        searchkit.reindex([*map(make_article, "乙丙丁"), make_article("甲", text)], tmp_path, jobs=1)
    path = generation(tmp_path) / "segments.json"
    write_sealed(path, [{**entry, "deleted": []} for entry in read_sealed(path)])
    with searchkit.open_index(tmp_path) as opened:
        (problem,) = reader_of(opened).verify()
    assert problem.reason == "has the article 甲, which another segment has too"
    assert Path(problem.path).parent == path.parent


def test_an_id_that_no_document_has_is_a_problem(index: Path) -> None:
    path = forge(index, "id/documents", slice(None), 0)
    with searchkit.open_index(index) as opened:
        assert list(reader_of(opened).verify()) == [Problem(str(path), "id: not one for each document")]


@pytest.mark.parametrize(
    ("name", "position", "value", "reason"),
    [
        ("body/documents", slice(None), 99, "body: document id out of range"),
        ("body_characters/documents", slice(None), 5, "body_characters: document id out of range"),
        ("body_bigrams/positions", slice(None), 1 << 31, "body_bigrams: position out of range"),
        ("body_characters/list_ends", slice(None), 0, "body_characters: postings of term .* out of range"),
        ("body_bigrams/occurrence_ends", 0, 99, "body_bigrams: postings of term .* out of range"),
        ("body/term_lengths", 0, 1 << 20, "body: the terms do not end where their text does"),
        ("stored/block_ends", -1, 1 << 20, "(stored values stand nowhere|block offset out of range)"),
    ],
)
def test_a_number_that_leads_out_of_the_file_is_damage_where_it_is_read(
    index: Path, name: str, position: int | slice, value: int, reason: str
) -> None:
    path = forge(index, name, position, value)
    with searchkit.open_index(index) as opened, pytest.raises(IndexCorrupted, match=f"{path.name}: .*{reason}"):
        opened.search('"说的是数据" 数据 第*', limit=None)


@pytest.mark.parametrize("command", [("search", "数据 第*"), ("similar", "篇1"), ("why", "数据", "篇1")])
def test_a_command_on_a_forged_index_ends_with_one_line(index: Path, command: tuple[str, ...]) -> None:
    path = forge(index, "body_characters/documents", slice(None), 99)
    forge(index, "body/documents", slice(None), 99)
    result = CliRunner().invoke(cli, [*command, "--index", str(index)])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    assert path.name in result.stderr
    assert "reindex --full" in result.stderr


def test_an_array_of_another_size_is_damage_of_the_file_that_has_it(index: Path) -> None:
    (path,) = generation(index).glob("*.columns")
    arrays, facts = read_arrays(path.read_bytes())
    path.write_bytes(write_arrays({**arrays, "body/bounds": arrays["body/bounds"][:1]}, facts))
    with pytest.raises(IndexCorrupted, match=rf"{path.name}: body: 1 values of bounds, not \d+"):
        searchkit.open_index(index)


@pytest.mark.parametrize("error", [IndexError, KeyError, MemoryError, TypeError, ValueError])
def test_an_error_of_another_cause_is_no_damage(
    index: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.scorer.Scorer.scores", failing(error))
    with searchkit.open_index(index) as opened, pytest.raises(error, match="a mistake of ours") as caught:
        opened.search("数据")
    assert not isinstance(caught.value, IndexCorrupted)


@pytest.mark.parametrize("error", [IndexError, MemoryError, TypeError])
def test_an_error_of_ours_while_opening_is_no_damage(
    index: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.reader.open_segments", failing(error))
    with pytest.raises(error, match="of ours"):
        searchkit.open_index(index)


@pytest.mark.parametrize("left", [100, -1])
def test_a_full_reindex_looks_at_nothing_of_the_old_index(
    index: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    (path,) = generation(index).glob("*.columns")
    path.write_bytes(path.read_bytes()[:left])
    monkeypatch.setattr("searchkit.engines.whoosh.writer.WhooshWriter._tidied", failing(TypeError))
    with pytest.raises(TypeError, match="of ours"):
        searchkit.reindex([make_article("篇", "数据")], index, jobs=1, full=True, allow_removals=True)


def test_adding_to_an_index_cut_short_names_the_file_and_what_to_do(index: Path) -> None:
    (path,) = generation(index).glob("*.columns")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(IndexCorrupted, match=rf"{path.name}: damaged at its end; .*reindex --full"):
        searchkit.reindex([make_article("篇", "数据")], index, jobs=1)


def test_a_file_that_nothing_reads_is_no_damage(index: Path) -> None:
    (generation(index) / "desktop.ini").write_text("[.]", "utf-8")
    with searchkit.open_index(index) as opened:
        assert list(reader_of(opened).verify()) == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux says which files a process has open")
def test_an_index_that_is_closed_holds_no_file(index: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    closed = searchkit.open_index(index)
    closed.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    with pytest.raises(ValueError, match="closed"):
        reader_of(closed).manifest()


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
        assert list(reader_of(opened).verify()) == []
        assert opened.search("数据 第*").hits == said


def test_a_list_that_asks_for_more_than_there_is_takes_no_memory(index: Path) -> None:
    path = forge(index, "body_characters/list_ends", -1, (1 << 32) - 1)
    field = open_segment_file(path).fields["body_characters"]
    with pytest.raises(DamagedFile, match=path.name):
        field.postings_of(np.arange(len(field)))
    with pytest.raises(DamagedFile, match=path.name):
        field.span(len(field) - 1)


def test_deleted_documents_that_no_segment_has_are_damage_at_once(index: Path) -> None:
    path = generation(index) / "segments.json"
    (entry,) = read_sealed(path)
    write_sealed(path, [{**entry, "deleted": [number * (2**61 - 1) for number in range(100_000)]}])
    with pytest.raises(IndexCorrupted, match="not a list of segments: Expected `int` <= 4294967295"):
        searchkit.open_index(index)


def test_what_follows_a_manifest_is_damage(index: Path) -> None:
    path = generation(index) / "manifest.gz"
    path.write_bytes(path.read_bytes() + b"x")
    with searchkit.open_index(index) as opened:
        assert [problem.path for problem in reader_of(opened).verify()] == [str(path)]
        with pytest.raises(IndexCorrupted, match="manifest"):
            reader_of(opened).manifest()


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
    what = f"{index}: the state of the index is damaged: .*{name}`; run `searchkit reindex --full`"
    for forged in ({**state, name: 5}, without):
        write_sealed(path, forged)
        with pytest.raises(
            IndexCorrupted,
            match=what,
        ):
            searchkit.open_index(index)
        with pytest.raises(
            IndexCorrupted,
            match=what,
        ):
            searchkit.reindex([], index, jobs=1)


def test_a_state_with_a_word_that_is_none_is_damaged(index: Path) -> None:
    path = generation(index) / "state.json"
    write_sealed(path, {**read_sealed(path), "user_words": [" "]})
    with pytest.raises(IndexCorrupted, match="user_words has an empty word"):
        searchkit.reindex([make_article("篇", "正文")], index, jobs=1)


def test_a_segment_with_a_name_that_no_file_has_is_damage_of_the_list(index: Path) -> None:
    path = generation(index) / "segments.json"
    write_sealed(path, [{"name": "a_" + "b" * 300, "id": "0" * 32, "documents": 1, "deleted": []}])
    with pytest.raises(IndexCorrupted, match="not a list of segments: Expected `str`"):
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
