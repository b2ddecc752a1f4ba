"""What a cluster adds to the contract: generations behind an alias, a lock that outlives nobody, whole answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit.config import Config
from searchkit.engines.base import Request
from searchkit.engines.opensearch import OpenSearchEngine, locking
from searchkit.engines.opensearch import reader as reading
from searchkit.engines.opensearch.client import Cluster, Refused
from searchkit.engines.opensearch.generations import Generations
from searchkit.engines.opensearch.naming import alias_of
from searchkit.engines.opensearch.settings import connection_from
from searchkit.engines.opensearch.writer import OpenSearchWriter
from searchkit.errors import EngineUnavailable, IndexCorrupted, IndexLocked, IndexNotFound, IndexOutdated
from searchkit.indexing import Progress
from searchkit.query import plan
from searchkit.query.plan import RankTerm
from tests.conftest import ROOT, make_article
from tests.engines.contract import EVERYTHING, document, ids, piece, word, write

CONFIG = Config(engine="opensearch")


@pytest.fixture
def cluster() -> Any:
    cluster = Cluster(connection_from())
    yield cluster
    cluster.close()


def generations(cluster: Cluster, place: Path) -> list[str]:
    wanted = {"filter_path": "*.settings.index.uuid"}
    found = cluster.call("GET", f"/{alias_of(str(place))}-*/_settings", None, wanted)
    return [name.rsplit("-", 1)[1] for name in sorted(found or {})]


def test_the_published_generation_and_the_one_before_are_kept(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    for n in range(4):
        write(engine, document(str(n), "正文"))
    assert generations(cluster, tmp_path) == ["000003", "000004"]
    assert sorted(engine.read().ids()) == list("0123")


def test_a_reader_two_generations_behind_is_told_to_open_again(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲", "正文"))
    reader = engine.read()
    write(engine, document("乙", "正文"))
    assert ids(reader, word("正文")) == ["甲"]
    write(engine, document("丙", "正文"))
    with pytest.raises(IndexNotFound, match="open the index again"):
        ids(reader, piece("正文丁"))
    with pytest.raises(IndexNotFound, match="open the index again"):
        list(reader.ids())


def test_a_published_generation_cannot_be_written(tmp_path: Path, cluster: Cluster) -> None:
    write(OpenSearchEngine(tmp_path), document("甲"))
    with pytest.raises(Refused, match="cluster_block_exception"):
        cluster.call("PUT", f"/{alias_of(str(tmp_path))}-000001/_doc/x", {"part": "article"})


def test_leftovers_of_a_killed_writer_are_removed_by_the_next(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲"))
    Generations(cluster, alias_of(str(tmp_path))).begin(full=True)
    assert generations(cluster, tmp_path) == ["000001", "000002"]
    assert list(engine.read().ids()) == ["甲"]
    write(engine, document("乙"))
    assert generations(cluster, tmp_path) == ["000001", "000003"]
    assert sorted(engine.read().ids()) == ["乙", "甲"]


def test_an_index_that_is_not_ours_is_left_alone(tmp_path: Path, cluster: Cluster) -> None:
    other = f"/{alias_of(str(tmp_path))}-000001"
    cluster.call("PUT", other, {"settings": {"number_of_replicas": 0}})
    for name in "甲乙丙":
        write(OpenSearchEngine(tmp_path), document(name))
    assert generations(cluster, tmp_path) == ["000001", "000003", "000004"]
    assert cluster.call("POST", f"{other}/_count")["count"] == 0
    cluster.call("DELETE", other)


def test_what_was_added_can_be_discarded(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲", "第一版"), document("丁", "第一版"))
    with engine.locked(), engine.write(full=False) as writer:
        writer.add(engine.pack([document("甲", "第二版"), document("乙", "第二版"), document("丁", "第二版")]))
        writer.remove(["甲"])
        writer.discard(["甲", "丙", "丁"])
        writer.add(engine.pack([document("甲", "第三版")]))
        writer.commit({}, b"")
    reader = engine.read()
    assert sorted(reader.ids()) == ["丁", "乙", "甲"]
    assert (ids(reader, piece("第一版")), ids(reader, piece("第三版"))) == (["丁"], ["甲"])


def test_a_large_manifest_comes_back(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    large = os.urandom(9_000_000)
    with engine.locked(), engine.write(full=True) as writer:
        writer.commit({"pieces": 7, "名": "\udcff"}, large)
    reader = engine.read()
    assert (reader.manifest() == large, reader.state) == (True, {"pieces": 7, "名": "\udcff"})
    write(engine)
    assert engine.read().manifest() == b"manifest"


def test_an_index_of_another_layout_is_outdated_and_built_anew(tmp_path: Path, cluster: Cluster) -> None:
    articles = [make_article("甲", "正文")]
    searchkit.reindex(articles, tmp_path, jobs=1, config=CONFIG)
    path = f"/{alias_of(str(tmp_path))}-000001/_mapping"
    cluster.call("PUT", path, {"_meta": {"searchkit": {"layout": 0}}})
    with pytest.raises(IndexOutdated, match="run `searchkit reindex`"):
        searchkit.open_index(tmp_path, engine="opensearch")
    assert searchkit.reindex(articles, tmp_path, jobs=1, config=CONFIG).full
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert index.search("正文").total == 1


def test_a_generation_without_its_record_is_damaged(tmp_path: Path, cluster: Cluster) -> None:
    write(OpenSearchEngine(tmp_path), document("甲"))
    index = f"/{alias_of(str(tmp_path))}-000001"
    cluster.call("PUT", f"{index}/_settings", {"index": {"blocks.write": False}})
    cluster.call("DELETE", f"{index}/_doc/state")
    with pytest.raises(IndexCorrupted, match="reindex --full"):
        OpenSearchEngine(tmp_path).read()


def test_a_whole_generation_has_no_problems_and_every_tampering_is_told(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(
        engine, document("甲", date="2024-05-14", tags=("一 二",)), document("乙"), document("丙"), document("丁")
    )
    assert list(engine.read().verify()) == []
    index = f"/{alias_of(str(tmp_path))}-000001"
    cluster.call("PUT", f"{index}/_settings", {"index": {"blocks.write": False}})
    found = cluster.call("POST", f"{index}/_search", {"query": {"term": {"part": "article"}}, "size": 10,
                                                      "docvalue_fields": ["id"]})  # fmt: skip
    hits = {hit["fields"]["id"][0]: hit for hit in found["hits"]["hits"]}
    stored = {name: hit["_source"]["article"] for name, hit in hits.items()}
    filed = {"part": "article", "title_key": "x"}
    for name, document_ in {
        "甲": {**filed, "id": "甲", "article": stored["甲"]},
        "乙": {**filed, "id": "乙", "article": "???"},
        "丙": {**filed, "id": "丁", "article": stored["丙"]},
    }.items():
        cluster.call("PUT", f"{index}/_doc/{hits[name]['_id']}", document_)
    cluster.call("POST", f"{index}/_refresh")
    said = [problem.reason for problem in engine.read().verify()]
    for reason in (
        "甲: the stored article is filed under another tag",
        "甲: the stored article is filed under another clock",
        "甲: the stored article is filed under another digest",
        "乙: what is stored is no article",
        "丁: the stored article is filed under another id",
        "has two articles with the id 丁",
    ):
        assert any(one.startswith(reason) for one in said), (reason, said)


def test_a_manifest_with_a_piece_missing_is_a_problem(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲"))
    index = f"/{alias_of(str(tmp_path))}-000001"
    cluster.call("PUT", f"{index}/_settings", {"index": {"blocks.write": False}})
    cluster.call("DELETE", f"{index}/_doc/manifest-0")
    assert ["a piece of its manifest is missing" in problem.reason for problem in engine.read().verify()] == [True]


def test_a_writer_that_lost_articles_publishes_nothing(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲"))
    with pytest.raises(EngineUnavailable, match="nothing was published"), engine.locked():  # noqa: SIM117
        with engine.write(full=True) as writer:
            writer.add(engine.pack([document("乙"), document("丙")]))
            writer._sender.flush()
            wanted = {"refresh": "true"}
            found = cluster.call("POST", f"/{writer._name}/_refresh") and cluster.call(
                "POST", f"/{writer._name}/_delete_by_query", {"query": {"term": {"id": "乙"}}}, wanted
            )
            assert found["deleted"] == 1
            writer.commit({}, b"")
    assert list(engine.read().ids()) == ["甲"]


def test_articles_whose_removal_had_to_be_asked_for_twice_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Cluster.call
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲"), document("乙"))

    def twice(self: Cluster, method: str, path: str, *args: Any, **more: Any) -> Any:
        if path.endswith("_delete_by_query"):
            call(self, method, path, *args, **more)
            call(self, "POST", path.replace("_delete_by_query", "_refresh"))
        return call(self, method, path, *args, **more)

    monkeypatch.setattr(Cluster, "call", twice)
    write(engine, document("丙"), remove=("甲",))
    assert sorted(engine.read().ids()) == ["丙", "乙"]


def test_an_old_generation_that_cannot_be_removed_does_not_undo_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OpenSearchEngine(tmp_path)
    for name in "甲乙":
        write(engine, document(name))

    def refuse(self: Generations, number: int) -> None:
        raise Refused("", 400, "snapshot_in_progress_exception", "")

    with monkeypatch.context() as patch:
        patch.setattr(Generations, "remove", refuse)
        write(engine, document("丙"))
    assert sorted(engine.read().ids()) == ["丙", "乙", "甲"]


def test_lists_longer_than_an_answer_are_whole_and_deep_pages_are_cut_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, *(document(f"{n:03}", "数据 " * (n % 7 + 1)) for n in range(90)))
    reader = engine.read()
    request = Request(word("数据"), (RankTerm("数据"),), limit=None)
    whole = reader.search(request).hits
    monkeypatch.setattr("searchkit.engines.opensearch.listing._PIECE", 8)
    monkeypatch.setattr("searchkit.engines.opensearch.reader._DEEPEST", 10)
    assert reader.search(request).hits == whole
    for offset in range(0, 95, 19):
        page = reader.search(Request(request.match, request.rank, limit=19, offset=offset))
        assert (page.hits, page.total) == (whole[offset : offset + 19], 90)
    pieces: list[list[dict[str, Any]]] = []
    list_hits = reading.list_hits
    monkeypatch.setattr(reading, "list_hits", lambda *a: pieces.append(list_hits(*a)) or pieces[-1])
    assert reader.search(Request(request.match, request.rank, limit=5, offset=80)).hits == whole[80:85]
    assert ["_source" in hit for hit in pieces[0]] == [
        False
    ] * 5  # nor were the articles of the eighty before them read
    newest = Request(EVERYTHING, sort="newest", limit=None)
    assert [i for i, _ in reader.search(newest).hits] == sorted(reader.ids())
    assert len(list(reader.keywords("id"))) == 90


def test_a_pattern_for_very_many_words_leaves_the_others_their_rank(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    texts = [" ".join(f"cw{n}x{m}" for m in range(60)) + " 数据" * (n + 1) for n in range(20)]
    write(engine, *(document(f"{n:02}", text) for n, text in enumerate(texts)))
    condition = plan.All((word("数据"), plan.Expand("pattern", "cw*")))
    found = engine.read().search(Request(condition, (RankTerm("数据"),), limit=None))
    assert [article_id for article_id, _ in found.hits] == [f"{n:02}" for n in reversed(range(20))]
    assert all(score > 0 for _, score in found.hits)


def test_a_very_long_query_is_answered(tmp_path: Path) -> None:
    """The cluster takes a thousand clauses; the words that say most of a long query rank."""
    engine = OpenSearchEngine(tmp_path)
    text = "".join(chr(0x4E00 + n * 7) for n in range(400))
    searchkit.reindex([make_article("甲", text), make_article("乙", text[:50])], tmp_path, jobs=1, config=CONFIG)
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        for query in (text, f'"{text}"', " ".join(text), text[200:] * 2):
            assert index.search(query).hits[0].id == "甲"
    assert len(engine.read()) == 2


def test_many_words_of_a_field_rank_as_in_a_folder(tmp_path: Path) -> None:
    words = [f"w{n}" for n in range(75)]
    articles = [make_article(f"{n:02}", " ".join(words[n:]) + " 别的" * n) for n in range(20)]
    searchkit.reindex(articles, tmp_path / "folder", jobs=1)
    searchkit.reindex(articles, tmp_path / "cluster", jobs=1, config=CONFIG)
    query = " OR ".join(f"body:{word}" for word in words)
    with (
        searchkit.open_index(tmp_path / "folder") as near,
        searchkit.open_index(tmp_path / "cluster", engine="opensearch") as far,
    ):
        one, other = near.scored(query), far.scored(query)
    assert [article_id for article_id, _ in other] == [article_id for article_id, _ in one]
    assert [score for _, score in other] == pytest.approx([score for _, score in one], abs=1e-9)


# the lock


def test_the_lock_names_its_holder_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    holder = """if True:
        import sys, time
        from pathlib import Path
        from searchkit.engines.opensearch import OpenSearchEngine
        with OpenSearchEngine(Path(sys.argv[1])).locked():
            print("held", flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", holder, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout and process.stdout.readline() == b"held\n"
        with pytest.raises(IndexLocked, match=f"process {process.pid} on "), OpenSearchEngine(tmp_path).locked():
            raise AssertionError("the lock was not held")
        process.kill()
    with OpenSearchEngine(tmp_path).locked():
        pass


def test_a_lock_nobody_spoke_for_is_taken_over_and_its_holder_finds_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = OpenSearchEngine(tmp_path), OpenSearchEngine(tmp_path)
    write(engine, document("甲"))
    with pytest.raises(IndexLocked, match="took the lock over"), engine.locked():  # noqa: SIM117
        with engine.write(full=False) as writer:
            writer.add(engine.pack([document("乙")]))
            monkeypatch.setattr(locking, "_LIFETIME", -1.0)
            with other.locked():
                writer.commit({}, b"")
    assert list(engine.read().ids()) == ["甲"]


def test_a_writer_that_lost_the_lock_neither_changes_nor_removes_what_another_fills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = OpenSearchEngine(tmp_path), OpenSearchEngine(tmp_path)
    with pytest.raises(IndexLocked, match="took the lock over"), engine.locked():  # noqa: SIM117
        with engine.write(full=True) as writer:
            writer.add(engine.pack([document("甲", "旧的")]))
            writer.keep()
            with monkeypatch.context() as patch:
                patch.setattr(locking, "_LIFETIME", -1.0)
                held = other.locked()
                held.__enter__()
            after = other.write(full=True)
            after.add(other.pack([document("甲", "新的")]))
            after.keep()
            writer._lock._heard -= 400.0  # as one that slept
            writer.add(engine.pack([document("甲", "旧的"), document("丙", "旧的")]))
            writer.keep()
    with after:
        after.commit({}, b"")
    held.__exit__(None, None, None)
    reader = engine.read()
    assert [(i, reader.get(i).body) for i in reader.ids()] == [("甲", "新的")]  # type: ignore[union-attr]


# at once


def test_readers_and_a_writer_work_at_once(tmp_path: Path) -> None:
    """Every state read is one that was published: all articles carry the same number."""
    engine = OpenSearchEngine(tmp_path)
    write(engine, *(document(f"篇{n}", "第0版") for n in range(4)))
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                reader = engine.read()
                bodies = {reader.get(i).body for i in reader.ids()}  # type: ignore[union-attr]
                if len(bodies) != 1 or len(ids(reader, EVERYTHING)) != 4:
                    wrong.append(bodies)
                reader.close()
            except IndexNotFound as error:
                if "open the index again" not in str(error):
                    wrong.append(error)
            except BaseException as error:  # noqa: BLE001 - whatever a reader raises fails the test
                wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for version in range(1, 5):
        write(engine, *(document(f"篇{n}", f"第{version}版") for n in range(4)))
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_killed_reindex_leaves_the_index_and_the_next_one_finishes(tmp_path: Path) -> None:
    articles = [make_article(f"篇{n}", f"数据 分析 第{n}篇 " * 30) for n in range(200)]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        "".join(json.dumps({"id": a.id, "title": a.title, "body": a.body}) + "\n" for a in articles), "utf-8"
    )
    place = tmp_path / "index"
    searchkit.reindex(articles[:3], place, jobs=1, config=CONFIG)
    command = [sys.executable, "-m", "searchkit", "reindex", str(corpus), "--engine", "opensearch"]
    for seconds in (1.0, 2.0, 3.0):
        process = subprocess.Popen(
            [*command, "--index", str(place), "-q"], cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL
        )
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with searchkit.open_index(place, engine="opensearch") as index:
            assert len(index) in (3, 200)
    report = searchkit.reindex(corpus, place, config=CONFIG)
    assert report.seen == 200
    with searchkit.open_index(place, engine="opensearch") as index:
        assert (len(index), index.search('"第7篇"').total) == (200, 1)


def test_a_full_run_goes_on_where_a_killed_one_stopped(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [make_article(f"篇{n}", f"数据 分析 第{n}篇", digest=f"摘要{n}") for n in range(200)]
    monkeypatch.setattr("searchkit.engines.opensearch.sending._BYTES", 1)

    def killed(progress: Progress) -> None:
        if progress.done > 100:
            raise ZeroDivisionError

    searchkit.reindex([make_article("旧的", "正文")], tmp_path, jobs=1, config=CONFIG)
    with pytest.raises(ZeroDivisionError):
        searchkit.reindex(articles, tmp_path, jobs=1, full=True, config=CONFIG, progress=killed)
    assert generations(cluster, tmp_path) == ["000001", "000002"]
    sent: list[str] = []
    add = OpenSearchWriter.add
    monkeypatch.setattr(
        OpenSearchWriter, "add", lambda self, packed: (sent.extend(i for i, _ in packed), add(self, packed))[1]
    )
    changed = [*articles[:-1], make_article("篇199", "改了", digest="新的")]
    report = searchkit.reindex(changed[5:], tmp_path, jobs=1, full=True, config=CONFIG)
    assert (report.added, report.full) == (195, True)
    assert 0 < len(sent) < 110
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert (len(index), index.search("改了").total, index.search('"第3篇"').total) == (195, 1, 0)
    assert generations(cluster, tmp_path) == ["000001", "000002"]


def test_a_full_run_with_other_settings_begins_anew(tmp_path: Path, cluster: Cluster) -> None:
    articles = [make_article("甲", "正文", digest="一")]
    engine = OpenSearchEngine(tmp_path)
    with pytest.raises(ZeroDivisionError), engine.locked(), engine.write(full=True) as writer:
        writer.resume({"version": 1})
        writer.add(engine.pack([document("乙", digest="二")]))
        raise ZeroDivisionError
    searchkit.reindex(articles, tmp_path, jobs=1, config=CONFIG)
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert list(index.reader.ids()) == ["甲"]
    assert generations(cluster, tmp_path) == ["000002"]


def test_the_cluster_keeps_no_search_open(tmp_path: Path, cluster_urls: tuple[str, ...]) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, *(document(f"{n}", "数据") for n in range(5)))
    reader = engine.read()
    list(reader.ids())
    ids(reader, plan.Any((word("数据"), word("分析"))))
    reader.close()
    with urllib.request.urlopen(f"{cluster_urls[0]}/_nodes/stats/indices/search", timeout=30) as answer:
        nodes = json.load(answer)["nodes"].values()
    assert sum(node["indices"]["search"]["open_contexts"] for node in nodes) == 0
