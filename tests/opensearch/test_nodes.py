"""A node of three is killed with SIGKILL while others search and while an index is filled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit.config import Config
from searchkit.engines.opensearch.pagination import each_hit
from searchkit.engines.opensearch.query_dsl import EVERYTHING
from searchkit.engines.opensearch.snapshots import Snapshots
from searchkit.errors import EngineUnavailable
from searchkit.index import reader_of
from searchkit.reports import Progress
from tests.conftest import make_article
from tests.opensearch.cluster import Cluster

pytestmark = pytest.mark.opensearch
CONFIG = Config(engine="opensearch")
ARTICLES = [
    make_article(f"篇{n}", f"第{n}篇说数据，" + "单细胞数据的分析方法。" * (n % 9 + 1)) for n in range(400)
]
BEFORE = ARTICLES[:50]
THREADS = 3


@pytest.fixture
def cluster(own_cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster with a copy of every shard; whole again afterwards."""
    own_cluster.wait()
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_URL", ",".join(own_cluster.urls))
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_SHARDS", "3")
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_REPLICAS", "1")
    yield own_cluster
    for number, node in enumerate(own_cluster.nodes):
        if not node.process:
            own_cluster.start_node(number)


@dataclass
class Load:
    """Searches that run: how many were answered, and which were not, or not rightly."""

    answered: int = 0
    wrong: list[str] = field(default_factory=list)

    def wait(self, searches: int) -> None:
        """Wait until so many more were answered."""
        wanted = self.answered + searches
        _await(lambda: self.answered >= wanted or bool(self.wrong))


@contextmanager
def searching(place: Path, *expected: dict[str, int]) -> Iterator[Load]:
    """Several threads that search, each with the index opened anew now and then. The number of articles that each
    query finds is that of one of the states that the index may be *expected* in."""
    load, done, turn = Load(), threading.Event(), threading.Lock()

    def search() -> None:
        while not done.is_set():
            try:
                with searchkit.open_index(place, engine="opensearch") as index:
                    for _ in range(5):
                        found = {query: index.search(query).total for query in expected[0]}
                        with turn:
                            load.answered += len(found)
                            load.wrong += [] if found in expected else [str(found)]
            except searchkit.SearchkitError as error:
                load.wrong.append(str(error))

    threads = [threading.Thread(target=search) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        load.wait(30)
        yield load
    finally:
        done.set()
        for thread in threads:
            thread.join()


def totals(articles: int) -> dict[str, int]:
    """What searches find when so many articles are there: some in all, in one, and in none."""
    return {"数据": articles, '"第7篇"': 1, "-方法": 0}


def assert_whole(place: Path) -> None:
    """Every article is there, as it was written."""
    with searchkit.open_index(place, engine="opensearch") as index:
        assert sorted(reader_of(index).ids()) == sorted(article.id for article in ARTICLES)
        for article in ARTICLES[::40]:
            stored = reader_of(index).get(article.id)
            assert stored
            assert (stored.title, stored.body) == (article.title, article.body)
        assert index.search("数据", limit=0).total == len(ARTICLES)
        assert list(reader_of(index).verify()) == []


def killing(cluster: Cluster, number: int, killed: list[int]) -> Callable[[Progress], None]:
    """Kills a node in the middle of the writing of a reindex, and adds its number to *killed*."""

    def kill(progress: Progress) -> None:
        if progress.stage == "indexing" and progress.done > 150 and not killed:
            cluster.kill_node(number)
            killed.append(number)

    return kill


def test_every_search_is_answered_while_the_manager_of_the_cluster_is_killed(
    cluster: Cluster, tmp_path: Path
) -> None:
    searchkit.reindex(ARTICLES, tmp_path, jobs=1, config=CONFIG)
    cluster.wait()
    with searching(tmp_path, totals(400)) as load:
        lost = cluster.manager()
        cluster.kill_node(lost)
        load.wait(150)
        assert_whole(tmp_path)
        cluster.start_node(lost)
        load.wait(30)
    assert load.wrong == [], "\n".join(sorted(set(load.wrong)))


@pytest.mark.parametrize("role", ["manager", "another"])
def test_a_reindex_goes_on_when_a_node_was_killed_and_comes_back(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    searchkit.reindex(BEFORE, tmp_path, jobs=1, config=CONFIG)
    cluster.wait()
    manager = cluster.manager()
    killed: list[int] = []
    kill = killing(cluster, manager if role == "manager" else (manager + 1) % 3, killed)
    starter = threading.Thread(target=lambda: (_await(lambda: bool(killed)), cluster.start_node(killed[0])))
    starter.start()
    monkeypatch.setattr("searchkit.engines.opensearch.bulk._BYTES", 20_000)
    with searching(tmp_path, totals(50), totals(400)) as load:
        report = searchkit.reindex(ARTICLES, tmp_path, jobs=1, full=True, config=CONFIG, progress=kill)
        starter.join()
        load.wait(30)
    assert (report.added, load.wrong) == (400, []), "\n".join(sorted(set(load.wrong)))
    assert_whole(tmp_path)


def test_a_node_that_stays_away_ends_a_reindex_and_the_next_one_does_without(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searchkit.reindex(BEFORE, tmp_path, jobs=1, config=CONFIG)
    cluster.wait()
    killed: list[int] = []
    monkeypatch.setattr("searchkit.engines.opensearch.snapshots._RETURN", "1s")
    with searching(tmp_path, totals(50), totals(400)) as load:
        with monkeypatch.context() as patch, pytest.raises(EngineUnavailable, match="shard is not active"):
            for name, value in {"_BYTES": 20_000, "_ATTEMPTS": 3, "_SHARD_PATIENCE": "1s"}.items():
                patch.setattr(f"searchkit.engines.opensearch.bulk.{name}", value)
            kill = killing(cluster, 1, killed)
            searchkit.reindex(ARTICLES, tmp_path, jobs=1, full=True, config=CONFIG, progress=kill)
        load.wait(30)
        report = searchkit.reindex(ARTICLES, tmp_path, jobs=1, full=True, config=CONFIG)
        assert report.added == 400
        assert_whole(tmp_path)
        cluster.start_node(1)
    assert load.wrong == [], "\n".join(sorted(set(load.wrong)))


def test_a_long_list_is_whole_though_a_node_is_killed_while_it_is_read(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searchkit.reindex(ARTICLES, tmp_path, jobs=1, config=CONFIG)
    cluster.wait()
    monkeypatch.setattr("searchkit.engines.opensearch.pagination.BATCH_SIZE", 50)
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        reader: Any = reader_of(index)
        body = {"query": EVERYTHING, "sort": [{"id": "asc"}], "_source": False}
        hits = each_hit(reader._call, reader._name, body)
        found = [next(hits)]
        nodes = cluster.ask("/_nodes/stats/indices/search")["nodes"].values()
        asked = next(node for node in nodes if node["indices"]["search"]["open_contexts"])
        cluster.kill_node(int(asked["name"]))
        found += hits
    assert [hit["sort"][0] for hit in found] == sorted(article.id for article in ARTICLES)


def test_nothing_is_published_whose_node_is_gone(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searchkit.reindex(BEFORE, tmp_path, jobs=1, config=CONFIG)
    cluster.wait()
    for name in ("_RETURN", "_COPIES"):
        monkeypatch.setattr(f"searchkit.engines.opensearch.snapshots.{name}", "5s")
    complete = Snapshots.complete

    def killed(self: Snapshots, number: int) -> None:
        cluster.kill_node(1)
        complete(self, number)

    with monkeypatch.context() as patch, pytest.raises(EngineUnavailable, match="nothing was published"):
        patch.setattr(Snapshots, "complete", killed)
        patch.setattr("searchkit.engines.opensearch.client.pause", lambda _: 0.2)
        searchkit.reindex(ARTICLES, tmp_path, jobs=1, full=True, config=CONFIG)
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert index.search("数据").total == 50
    cluster.start_node(1)
    assert searchkit.reindex(ARTICLES, tmp_path, jobs=1, full=True, config=CONFIG).added == 400
    assert_whole(tmp_path)


def test_a_red_index_is_an_error_that_says_so_and_is_whole_when_its_node_is_back(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_REPLICAS", "0")
    searchkit.reindex(ARTICLES, tmp_path, jobs=1, config=CONFIG)
    cluster.wait()
    cluster.kill_node(1)
    with monkeypatch.context() as patch:
        patch.setattr("searchkit.engines.opensearch.client.pause", lambda _: 0.2)
        for name in ("_RETURN", "_COPIES", "_SHARDS"):
            patch.setattr(f"searchkit.engines.opensearch.snapshots.{name}", "2s")
        with pytest.raises(EngineUnavailable, match=r"it is not well .*look at GET /_cluster/health"):
            searchkit.open_index(tmp_path, engine="opensearch").search("数据")
        with pytest.raises(EngineUnavailable, match=r"it is not well|nothing was published"):
            searchkit.reindex(ARTICLES[:399], tmp_path, jobs=1, config=CONFIG)
    cluster.start_node(1)
    assert_whole(tmp_path)


def _await(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
