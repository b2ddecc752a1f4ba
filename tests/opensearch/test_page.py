"""The search page and its API answer from a cluster as they do from a folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

import searchkit
from searchkit.web.app import create_app
from tests.conftest import SAMPLES

QUERIES = [
    "/?q=OpenAI 融资",
    "/?q=月全食&sort=newest",
    "/?tag=数据小站",
    "/?since=2024&until=2024",
    "/?q=FindMarkrs",
    "/?q=月全&typing=1&part=results",
    "/new",
    "/browse",
]
_TAKES = frozenset({"took_ms", "score"})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two browsers: of the samples in a folder, and of those on the cluster."""
    place = tmp_path_factory.mktemp("pages") / "samples"
    opened = []
    for engine in ("whoosh", "opensearch"):
        config = searchkit.Config(index=str(place), engine=engine)
        searchkit.reindex(SAMPLES, config=config, jobs=1)
        opened.append(TestClient(create_app(config), base_url="http://localhost").__enter__())
    yield opened
    for client in opened:
        client.__exit__(None, None, None)


@pytest.mark.parametrize("address", QUERIES)
def test_a_page_is_the_same_on_a_cluster(pages: list[TestClient], address: str) -> None:
    here, there = ([e.text_content().split() for e in _links(client.get(address).text)] for client in pages)
    assert here == there
    assert here


def test_an_article_is_the_same_on_a_cluster(pages: list[TestClient]) -> None:
    (found,) = html.fromstring(pages[1].get("/?q=月全食").text).xpath("(//ol[@class='hits']//h2/a)[1]/@href")
    here, there = (html.fromstring(client.get(found).text).xpath("//article")[0] for client in pages)
    assert html.tostring(here) == html.tostring(there)


def test_the_api_answers_the_same_from_a_cluster(pages: list[TestClient]) -> None:
    for path in (
        "search?q=大模型&facets=tag&facets=year",
        "timeline?q=大模型",
        "facets?facet=tag",
        "suggest?q=月全",
    ):
        here, there = (_plain(client.get(f"/api/v1/{path}").json()) for client in pages)
        assert here == there


def test_a_new_snapshot_of_a_cluster_is_shown_within_a_second(tmp_path: Path) -> None:
    config = searchkit.Config(index=str(Path("pages-that-follow")), engine="opensearch")
    searchkit.reindex([searchkit.Article("1", "月食")], config=config, jobs=1)
    with TestClient(create_app(config), base_url="http://localhost") as client:
        assert "日食" not in client.get("/new").text
        searchkit.add([searchkit.Article("2", "日食")], config=config)
        assert any("日食" in client.get("/new").text or _wait() for _ in range(20))


def _wait() -> None:
    time.sleep(0.1)


def _links(page: str) -> list[Any]:
    found: list[Any] = html.fromstring(page).xpath("//main//a | //*[@id='results']//a")
    return found


def _plain(value: Any) -> Any:
    """*value* without times, scores and where files are."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if name not in _TAKES}
    return [_plain(each) for each in value] if isinstance(value, list) else value
