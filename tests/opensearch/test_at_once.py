"""Several who write or read at once on a cluster: a lock that outlives nobody, one whole state, killed runs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.engines.opensearch import OpenSearchEngine, lease
from searchkit.engines.opensearch.client import Cluster
from searchkit.engines.opensearch.fields import alias_of
from searchkit.engines.opensearch.snapshots import Snapshots
from searchkit.engines.opensearch.writer import OpenSearchWriter
from searchkit.errors import IndexLocked
from searchkit.index import reader_of
from searchkit.query import plan
from searchkit.reports import Progress
from tests.conftest import ROOT, make_article
from tests.engines.at_once import read_while_writing
from tests.engines.contract import STATE, document, ids, word, write
from tests.opensearch.test_publishing import generations

CONFIG = Config(engine="opensearch")


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
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
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
    with (
        pytest.raises(IndexLocked, match="took the lock over"),
        engine.locked(),
        engine.write(full=False) as writer,
    ):
        writer.add(engine.pack([document("乙")]))
        monkeypatch.setattr(lease, "_LIFETIME", -1.0)
        with other.locked():
            writer.commit(STATE, b"")
    assert list(engine.read().ids()) == ["甲"]


def test_a_writer_that_lost_the_lock_neither_changes_nor_removes_what_another_fills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = OpenSearchEngine(tmp_path), OpenSearchEngine(tmp_path)
    with (
        pytest.raises(IndexLocked, match="took the lock over"),
        engine.locked(),
        engine.write(full=True) as writer,
    ):
        writer.add(engine.pack([document("甲", "旧的")]))
        writer.leave(b"")
        with monkeypatch.context() as patch:
            patch.setattr(lease, "_LIFETIME", -1.0)
            held = other.locked()
            held.__enter__()
        after = other.write(full=True)
        after.add(other.pack([document("甲", "新的")]))
        after.leave(b"")
        writer._lock._heard -= 400.0  # as one that slept
        writer.add(engine.pack([document("甲", "旧的"), document("丙", "旧的")]))
        writer.leave(b"")
    with after:
        after.commit(STATE, b"")
    held.__exit__(None, None, None)
    reader = engine.read()
    assert [(i, article.body) for i in reader.ids() if (article := reader.get(i))] == [("甲", "新的")]


def test_a_run_that_finds_nothing_to_write_keeps_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes on by more than half of the time after which a holder counts as gone, batch after batch."""
    articles = [make_article(f"篇{n}", f"第{n}篇") for n in range(40)]
    searchkit.reindex(articles, tmp_path, jobs=1, config=CONFIG)
    late, refused, now = [0.0], [], time.time
    monkeypatch.setattr("searchkit.engines.opensearch.lease.time.time", lambda: now() + late[0])

    def look(progress: Progress) -> None:
        late[0] += 400
        with contextlib.suppress(IndexLocked), OpenSearchEngine(tmp_path).locked():
            refused.append(False)
            return
        refused.append(True)

    report = searchkit.reindex(articles, tmp_path, jobs=1, config=CONFIG, progress=look)
    assert (report.unchanged, report.added) == (40, 0)
    assert refused == [True] * 4


def test_a_writer_that_lost_the_lock_does_not_delete_what_is_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Cluster
) -> None:
    """Another goes on with its generation, so that it does not find there what it expects."""
    engine, other = OpenSearchEngine(tmp_path), OpenSearchEngine(tmp_path)
    with engine.locked(), engine.write(full=True) as writer:
        writer.resume(STATE)
        writer.add(engine.pack([document("甲"), document("乙")]))
        writer.leave(b"")
        monkeypatch.setattr(lease, "_LIFETIME", -1.0)
        with other.locked(), other.write(full=True) as after:
            monkeypatch.undo()
            assert set(after.resume(STATE)) == {"甲", "乙"}
            after.discard(["乙"])
            with pytest.raises(IndexLocked, match="took the lock over"), writer:
                cluster.call("POST", f"/{alias_of(str(tmp_path))}-000001/_refresh")
                writer._verify(2)
            after.commit(STATE, b"")
    assert list(OpenSearchEngine(tmp_path).read().ids()) == ["甲"]


def test_a_full_run_does_not_go_on_with_a_killed_incremental_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [make_article(f"篇{n}", f"正文{n}") for n in range(6)]
    searchkit.reindex(articles, tmp_path, config=CONFIG)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Snapshots, "complete", interrupted)
        patch.setattr(Snapshots, "abandon", lambda *_: None)  # as where the process is killed
        searchkit.reindex([*articles, make_article("新", "新的")], tmp_path, config=CONFIG)
    assert searchkit.reindex(articles, tmp_path, full=True, config=CONFIG).added == 6
    assert len(OpenSearchEngine(tmp_path).read()) == 6


def test_a_full_run_goes_on_without_an_article_that_stood_for_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, repeat = make_article("a1", "同样的正文", tags=("一",)), make_article("a2", "同样的正文", tags=("二",))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Snapshots, "complete", interrupted)
        searchkit.reindex([one, repeat], tmp_path, config=CONFIG)
    report = searchkit.reindex([one], tmp_path, config=CONFIG)
    assert (report.added, report.duplicates) == (1, 0)
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert index.get("a1").tags == ("一",)
        assert index.search("tag:二").total == 0
        assert reader_of(index).get("a2") is None


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_readers_and_a_writer_work_at_once(tmp_path: Path) -> None:
    read_while_writing(OpenSearchEngine(tmp_path), versions=4, readers=2, told_to_open_again=True)


def test_a_killed_reindex_leaves_the_index_and_the_next_one_finishes(tmp_path: Path) -> None:
    articles = [make_article(f"篇{n}", f"数据 分析 第{n}篇 " * 30) for n in range(200)]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        "".join(json.dumps({"id": a.id, "title": a.title, "body": a.body}) + "\n" for a in articles), "utf-8"
    )
    place = tmp_path / "index"
    searchkit.reindex(articles[:3], place, jobs=1, config=CONFIG)
    command = [sys.executable, "-m", "searchkit", "reindex", str(corpus), "--allow-removals"]
    for seconds in (1.0, 2.0, 3.0):
        process = subprocess.Popen(
            [*command, "--engine", "opensearch", "--index", str(place), "-q"],
            cwd=ROOT,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with searchkit.open_index(place, engine="opensearch") as index:
            assert len(index) in (3, 200)
    report = searchkit.reindex(corpus, place, config=CONFIG, allow_removals=True)
    assert report.seen == 200
    with searchkit.open_index(place, engine="opensearch") as index:
        assert (len(index), index.search('"第7篇"').total) == (200, 1)


def test_a_full_run_goes_on_where_a_killed_one_stopped(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [make_article(f"篇{n}", f"数据 分析 第{n}篇", digest=f"摘要{n}") for n in range(200)]
    monkeypatch.setattr("searchkit.engines.opensearch.bulk._BYTES", 1)

    def killed(progress: Progress) -> None:
        if progress.stage == "indexing" and progress.done > 100:
            raise ZeroDivisionError

    searchkit.reindex([make_article("旧的", "正文")], tmp_path, jobs=1, config=CONFIG)
    with pytest.raises(ZeroDivisionError):
        searchkit.reindex(
            articles, tmp_path, jobs=1, full=True, allow_removals=True, config=CONFIG, progress=killed
        )
    assert generations(cluster, tmp_path) == ["000001", "000002"]
    sent: list[str] = []
    add = OpenSearchWriter.add
    monkeypatch.setattr(
        OpenSearchWriter, "add", lambda self, packed: (sent.extend(i for i, _ in packed), add(self, packed))[1]
    )
    changed = [*articles[:-1], make_article("篇199", "改了", digest="新的")]
    report = searchkit.reindex(changed[5:], tmp_path, jobs=1, full=True, allow_removals=True, config=CONFIG)
    assert (report.added, report.full) == (195, True)
    assert 0 < len(sent) < 110
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert (len(index), index.search("改了").total, index.search('"第3篇"').total) == (195, 1, 0)
    assert generations(cluster, tmp_path) == ["000001", "000002"]


def test_a_full_run_with_other_settings_begins_anew(tmp_path: Path, cluster: Cluster) -> None:
    articles = [make_article("甲", "正文", digest="一")]
    engine = OpenSearchEngine(tmp_path)
    with pytest.raises(ZeroDivisionError), engine.locked(), engine.write(full=True) as writer:
        writer.resume(STATE)
        writer.add(engine.pack([document("乙", digest="二")]))
        raise ZeroDivisionError
    searchkit.reindex(articles, tmp_path, jobs=1, config=CONFIG)
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert list(reader_of(index).ids()) == ["甲"]
    assert generations(cluster, tmp_path) == ["000002"]


def test_the_cluster_keeps_no_search_open(tmp_path: Path, cluster_urls: tuple[str, ...]) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, *(document(f"{n}", "数据") for n in range(5)))
    reader = engine.read()
    list(reader.ids())
    ids(reader, plan.Or((word("数据"), word("分析"))))
    reader.close()
    with urllib.request.urlopen(f"{cluster_urls[0]}/_nodes/stats/indices/search", timeout=30) as answer:
        nodes = json.load(answer)["nodes"].values()
    assert sum(node["indices"]["search"]["open_contexts"] for node in nodes) == 0
