"""One cluster for all tests here. Where none can be started they are skipped, and the summary says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.engines.opensearch.client import Cluster as Client
from searchkit.engines.opensearch.settings import connection_from
from tests.conftest import Library, indexed_samples, make_article
from tests.opensearch.cluster import Cluster, running_cluster
from tests.opensearch.libraries import why_impossible, why_not_fetched

_WHY = pytest.StashKey[str]()
"""Why nothing here can be tested."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in _ours(items):
        item.add_marker(pytest.mark.opensearch)


def pytest_collection_finish(session: pytest.Session) -> None:
    if (chosen := _ours(session.items)) and (reason := why_impossible() or why_not_fetched()):
        session.config.stash[_WHY] = reason
        for item in chosen:
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if reason := terminalreporter.config.stash.get(_WHY, "") or why_impossible():
        terminalreporter.section("not tested", sep="!", red=True, bold=True)
        terminalreporter.line(f"{reason}. Nothing was tested on a cluster.", red=True, bold=True)


def _ours(items: list[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if item.path.is_relative_to(Path(__file__).parent)]


@pytest.fixture(scope="session")
def own_cluster() -> Iterator[Cluster]:
    """A cluster of three nodes whose nodes a test may kill and start again."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session", autouse=True)
def cluster_urls(request: pytest.FixtureRequest) -> Iterator[tuple[str, ...]]:
    """The addresses of a cluster, which the engine finds in the environment.

    SEARCHKIT_TEST_CLUSTER names one that is already there, for who runs a test many times.
    """
    given = os.environ.get("SEARCHKIT_TEST_CLUSTER")
    urls = tuple(given.split(",")) if given else request.getfixturevalue("own_cluster").urls
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHKIT_OPENSEARCH_URL", ",".join(urls))
        patch.setenv("SEARCHKIT_OPENSEARCH_SHARDS", "3")  # one a node
        patch.setenv("SEARCHKIT_OPENSEARCH_REPLICAS", "0")  # copies take most of the time; who needs them says so
        yield urls


@pytest.fixture(scope="session")
def engine() -> str:
    """The engine of tests that leave it to a fixture."""
    return "opensearch"


@pytest.fixture(scope="session")
def sample_index(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchkit.Index]:
    """As `tests.conftest.sample_index`, on the cluster."""
    with indexed_samples(tmp_path_factory.mktemp("samples"), engine) as index:
        yield index


@pytest.fixture
def cluster() -> Iterator[Client]:
    """What sends requests to the cluster."""
    client = Client(connection_from())
    yield client
    client.close()


@pytest.fixture(scope="session")
def known_places() -> dict[str, Path]:
    """Where the library of some texts was put, by what it is made of."""
    return {}


@pytest.fixture
def library(tmp_path: Path, known_places: dict[str, Path]) -> Iterator[Library]:
    """As `tests.conftest.library`, on the cluster; equal libraries are indexed once."""
    opened: list[searchkit.Index] = []

    def make(*bodies: str, engine: str = "whoosh", config: Config | None = None, **titled: str) -> searchkit.Index:
        config = replace(config or Config(), engine="memory" if engine == "memory" else "opensearch")
        articles = [make_article(f"a{n}", body) for n, body in enumerate(bodies)]
        articles += [make_article(title, body) for title, body in titled.items()]
        made_of = repr((articles, config))
        if made_of not in known_places:
            place = tmp_path / f"library{len(opened)}"
            searchkit.reindex(articles, place, jobs=1, config=config)
            known_places[made_of] = place
        place = known_places[made_of]
        opened.append(searchkit.open_index(place, engine=config.engine, synonyms=config.synonyms))
        return opened[-1]

    yield make
    for index in opened:
        index.close()
