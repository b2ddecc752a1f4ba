"""A node of three is lost while others search and while an index is filled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.indexing import Progress
from tests.conftest import make_article
from tests.opensearch.cluster import Cluster

CONFIG = Config(engine="opensearch")
ARTICLES = [
    make_article(f"篇{n}", f"第{n}篇说数据，" + "单细胞数据的分析方法。" * (n % 9 + 1)) for n in range(400)
]


@pytest.fixture
def cluster(own_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster with a copy of every shard; whole again afterwards."""
    own_cluster.wait()
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_URL", ",".join(own_cluster.urls))
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_SHARDS", "3")
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_REPLICAS", "1")
    return own_cluster


def test_every_search_is_answered_while_a_node_is_lost(cluster: Cluster, tmp_path: Path) -> None:
    searchkit.reindex(ARTICLES, tmp_path, jobs=1, config=CONFIG)
    cluster.wait()
    done, wrong, answered = threading.Event(), [], [0]

    def search(index: searchkit.Index) -> None:
        while not done.is_set():
            for query, total in (("数据", 400), ('"第7篇"', 1), ("-方法", 0)):
                try:
                    found = index.search(query).total
                except searchkit.SearchkitError as error:
                    wrong.append(str(error))
                else:
                    answered[0] += 1
                    if found != total:
                        wrong.append(f"{query}: {found}")

    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        threads = [threading.Thread(target=search, args=(index,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        _await(lambda: answered[0] > 10 or bool(wrong))
        before = answered[0]
        cluster.stop_node(2)
        _await(lambda: answered[0] > before + 30 or bool(wrong))
        during = answered[0] - before
        done.set()
        for thread in threads:
            thread.join()
        cluster.start_node(2)
    assert wrong == [], "\n".join(sorted(set(wrong)))
    assert (before > 10, during > 30) == (True, True)


def test_every_article_is_there_after_a_node_was_lost_in_a_reindex(cluster: Cluster, tmp_path: Path) -> None:
    searchkit.reindex(ARTICLES[:50], tmp_path, jobs=1, config=CONFIG)
    cluster.wait()
    stopped: list[threading.Thread] = []

    def lose_a_node(progress: Progress) -> None:
        if progress.done > 150 and not stopped:
            cluster.stop_node(1)
            stopped.append(threading.Timer(3.0, cluster.start_node, [1]))
            stopped[0].start()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("searchkit.engines.opensearch.sending._BYTES", 20_000)
        report = searchkit.reindex(ARTICLES, tmp_path, jobs=1, full=True, config=CONFIG, progress=lose_a_node)
    stopped[0].join()
    assert report.added == 400
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert sorted(index.reader.ids()) == sorted(article.id for article in ARTICLES)
        assert index.search("数据", limit=0).total == 400


def _await(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
