"""The Whoosh engine: the contract, and what a folder adds."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import whoosh.index

import searchkit
from searchkit.bm25f import BM25F, PRESENCE, Bm25f
from searchkit.engines.base import Engine, Request
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.scorer import Scorer
from searchkit.engines.whoosh.segment_meta import read_sealed, write_sealed
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.errors import ArticleError, IndexCorrupted, IndexLocked
from searchkit.index import reader_of
from searchkit.query.plan import RankTerm
from tests.conftest import make_article
from tests.engines.at_once import read_while_writing
from tests.engines.contract import EVERYTHING, EngineContract, document, ids, piece, word, write


class TestWhooshEngine(EngineContract):
    def make_engine(self, place: Path) -> Engine:
        return WhooshEngine(place)


def test_the_index_is_one_that_whoosh_opens(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, document("人工智能", "大模型公司"))
    opened = whoosh.index.open_dir(str(tmp_path))
    with opened.searcher() as searcher:
        assert searcher.doc_frequency("body", "模型") == 1


def test_whoosh_finds_no_article_that_was_removed(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, document("甲", "大模型"), document("乙", "大模型"))
    write(engine, document("丙", "大模型"), remove=("甲",))
    with whoosh.index.open_dir(str(tmp_path)).searcher() as searcher:
        assert searcher.doc_count() == 2
        assert not list(searcher.document_numbers(id="甲"))


def test_only_the_published_generation_is_kept(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    for n in range(5):
        write(engine, document(str(n), "正文"))
    names = sorted(entry.name for entry in tmp_path.iterdir())
    assert names == ["CURRENT", "LOCK", "_MAIN_5.toc", "generation-000005"]


def test_leftovers_of_a_killed_writer_are_removed_by_the_next(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, document("甲"))
    (tmp_path / "generation-000002").mkdir()
    (tmp_path / "generation-000002" / "half.seg").write_bytes(b"x" * 100)
    (tmp_path / "CURRENT.new").write_text("generation-", "utf-8")
    write(engine, document("乙"))
    assert sorted(engine.read().ids()) == ["乙", "甲"]
    assert not (tmp_path / "CURRENT.new").exists()
    assert len(list(tmp_path.glob("generation-*"))) == 1


def test_an_unfinished_generation_is_never_read(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, document("甲"))
    with engine.locked(), engine.write(full=True) as writer:
        writer.add(engine.pack([document("乙")]))
        assert list(engine.read().ids()) == ["甲"]


@pytest.mark.parametrize("content", ["", "generation-", "../../etc", "generation-000099"])
def test_a_damaged_pointer_is_an_error_that_says_what_to_do(tmp_path: Path, content: str) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, document("甲"))
    (tmp_path / "CURRENT").write_text(content, "utf-8")
    with pytest.raises(IndexCorrupted, match="reindex --full"):
        engine.read()


@pytest.mark.parametrize("name", ["CURRENT", "generation-000001/state.json", "generation-000001/manifest.gz"])
def test_a_damaged_index_is_built_anew_by_a_full_reindex(tmp_path: Path, name: str) -> None:
    articles = [make_article("甲", "正文")]
    searchkit.reindex(articles, tmp_path, jobs=1)
    (tmp_path / name).write_bytes(b"x" * 20)
    with pytest.raises(IndexCorrupted, match="reindex --full"):
        searchkit.reindex(articles, tmp_path, jobs=1)
    assert searchkit.reindex(articles, tmp_path, jobs=1, full=True).added == 1
    assert list(WhooshEngine(tmp_path).read().ids()) == ["甲"]
    assert len(list(tmp_path.glob("generation-*"))) == 1


def test_damage_to_a_segment_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    searchkit.reindex([make_article(f"篇{n}", "数据 分析 " * 50) for n in range(20)], tmp_path, jobs=1)
    (segment,) = tmp_path.glob("generation-*/*.columns")
    whole = segment.read_bytes()
    for at in range(100, len(whole), len(whole) // 50):
        segment.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        with pytest.raises(IndexCorrupted, match="reindex --full"), searchkit.open_index(tmp_path) as index:
            index.search("数据")
            for article_id in list(reader_of(index).ids()):
                index.get(article_id)


@pytest.mark.parametrize("name", ["segments.json", "state.json", "manifest.gz"])
def test_a_file_that_is_gone_is_named_and_a_full_reindex_repairs_it(tmp_path: Path, name: str) -> None:
    articles = [make_article("甲", "正文")]
    searchkit.reindex(articles, tmp_path, jobs=1)
    (tmp_path / "generation-000001" / name).unlink()
    with pytest.raises(IndexCorrupted, match=rf"{name}.*reindex --full"):
        searchkit.open_index(tmp_path)
    assert searchkit.reindex(articles, tmp_path, jobs=1, full=True).full
    assert list(WhooshEngine(tmp_path).read().ids()) == ["甲"]


def test_many_small_changes_leave_few_segments(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    for n in range(40):
        write(engine, document(f"篇{n % 25}", f"第{n}版 数据"))
    reader = engine.read()
    assert len(reader) == 25
    assert ids(reader, piece("第39版")) == ["篇14"]
    assert ids(reader, piece("第14版")) == []
    assert len(list(tmp_path.glob("generation-*/*.columns"))) <= 12


def test_a_writer_that_writes_nothing_begins_no_generation(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    with engine.locked(), engine.write(full=True) as writer:
        writer.remove([])
        assert not list(tmp_path.glob("generation-*"))
        writer.add(engine.pack([document("甲")]))
        assert [path.name for path in tmp_path.glob("generation-*")] == ["generation-000001"]
    assert not list(tmp_path.glob("generation-*"))


def test_opening_an_index_runs_no_pickle(tmp_path: Path) -> None:
    """The table of contents for Whoosh is one; the engine reads and rewrites an index without it."""
    searchkit.reindex([make_article("甲", "正文")], tmp_path, jobs=1)
    planted = tmp_path / "planted"
    (toc,) = tmp_path.glob("*.toc")
    toc.write_bytes(pickle.dumps(_Plant(planted)))
    with searchkit.open_index(tmp_path) as index:
        assert index.search("正文").total == 1
    searchkit.reindex([make_article("甲", "正文"), make_article("乙", "正文")], tmp_path, jobs=1)
    assert not planted.exists()


class _Plant:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._path,)


def test_a_closed_reader_says_so(tmp_path: Path) -> None:
    write(WhooshEngine(tmp_path), document("甲"))
    reader = WhooshEngine(tmp_path).read()
    reader.close()
    reader.close()
    with pytest.raises(ValueError, match="closed"):
        reader.get("甲")


def test_a_request_with_other_numbers_leaves_what_is_known_for_the_usual_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Bm25f] = []

    def counted(segments: list[SegmentSearcher], bm25f: Bm25f = BM25F) -> Scorer:
        made.append(bm25f)
        return Scorer(segments, bm25f)

    monkeypatch.setattr("searchkit.engines.whoosh.reader.Scorer", counted)
    engine = WhooshEngine(tmp_path)
    write(engine, document("甲", "大模型"), document("乙", "大模型公司"))
    opened, term = engine.read(), (RankTerm("模型"),)
    usual, other = Request(EVERYTHING, term), Request(EVERYTHING, term, bm25f=PRESENCE)
    expected = [opened.search(request).hits for request in (usual, other)]
    assert [opened.search(request).hits for request in (usual, other, usual, other)] == expected * 2
    assert made == [BM25F, PRESENCE]


def test_nobody_waits_for_who_reads_what_a_check_found(tmp_path: Path) -> None:
    write(WhooshEngine(tmp_path), document("甲"))
    (tmp_path / "generation-000001" / "manifest.gz").write_bytes(b"no manifest")
    reader = WhooshEngine(tmp_path).read()
    problems = reader.verify()
    assert next(problems).path.endswith("manifest.gz")
    other = threading.Thread(target=lambda: reader.search(Request(EVERYTHING)), daemon=True)
    other.start()
    other.join(30)
    assert not other.is_alive()


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    holder = "import sys,time; from pathlib import Path; from searchkit.engines.whoosh import WhooshEngine\n" + (
        "with WhooshEngine(Path(sys.argv[1])).locked(): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holder, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(IndexLocked, match=f"process {process.pid} on "), WhooshEngine(tmp_path).locked():
            raise AssertionError("the lock was not held")
        process.kill()
    with WhooshEngine(tmp_path).locked():  # a dead holder holds nothing
        pass


def test_readers_and_a_writer_work_at_once(tmp_path: Path) -> None:
    read_while_writing(WhooshEngine(tmp_path), versions=14, readers=4)


def test_threads_share_a_reader(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, *(document(f"篇{n}", f"数据 分析 第{n}篇 单细胞") for n in range(40)))
    reader = engine.read()
    expected = {n: ids(reader, word(f"第{n}篇"), "分析", "数据") for n in range(40)}
    wrong: list[object] = []

    def search(seed: int) -> None:
        for step in range(60):
            n = (seed * 7 + step) % 40
            if ids(reader, word(f"第{n}篇"), "分析", "数据") != expected[n]:
                wrong.append(n)

    threads = [threading.Thread(target=search, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def _open_descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_no_descriptors_are_left_open(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, document("甲", "正文"))
    counts = []
    for _ in range(3):
        for _ in range(10):
            reader = engine.read()
            ids(reader, word("正文"), "正文")
            reader.get("甲")
            reader.close()
        counts.append(_open_descriptors())
    assert counts[1] == counts[2]


def test_opening_takes_no_longer_while_the_index_is_being_replaced(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, document("甲", "正文"))
    began = time.perf_counter()
    with engine.locked(), engine.write(full=True) as writer:
        writer.add(engine.pack([document("乙")]))
        engine.read().close()
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("name", ["state.json", "segments.json"])
def test_a_digit_changed_in_a_list_of_the_index_is_noticed(tmp_path: Path, name: str) -> None:
    searchkit.reindex([make_article("甲", "正文")], tmp_path, jobs=1)
    file = tmp_path / "generation-000001" / name
    whole = file.read_bytes()
    at = whole.index(b"1")
    file.write_bytes(whole[:at] + b"3" + whole[at + 1 :])
    with pytest.raises(IndexCorrupted, match=name):
        searchkit.open_index(tmp_path)


def test_a_list_that_names_no_document_of_its_segment_is_damaged(tmp_path: Path) -> None:
    searchkit.reindex([make_article("甲", "正文")], tmp_path, jobs=1)
    generation = tmp_path / "generation-000001"
    (listed,) = read_sealed(generation / "segments.json")
    for wrong in ([-1], [1], ["0"], 5):
        write_sealed(generation / "segments.json", [{**listed, "deleted": wrong}])
        with pytest.raises(IndexCorrupted, match=r"document|list of segments"):
            searchkit.open_index(tmp_path)


def test_a_folder_whose_name_is_not_utf_8_is_indexed(tmp_path: Path) -> None:
    corpus = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    corpus.mkdir()
    (corpus / "a.md").write_text("# 标题\n\n正文", "utf-8")
    assert searchkit.reindex(corpus, tmp_path / "index", jobs=1).added == 1
    with searchkit.open_index(tmp_path / "index") as index:
        assert index.search("正文").hits[0].path == str(corpus / "a.md")


def test_an_article_that_could_not_be_read_back_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.segment_builder.LARGEST", 1_000)
    with pytest.raises(ArticleError, match=r"大: 3,0\d\d bytes .* holds at most 1,000"):
        WhooshEngine.pack([document("小", "正文"), document("大", "文" * 1_000)])
