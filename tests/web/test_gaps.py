"""`/gaps`: searches of the page that found little, where that is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit import gap_log
from searchkit.gap_log import note_gap, read_gaps
from searchkit.model import Results
from searchkit.web.app import create_app
from tests.test_gap_log import an_hour_later
from tests.web.conftest import ORIGIN
from tests.web.test_assistants import ask
from tests.web.test_pages import texts


@pytest.fixture
def config(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> searchkit.Config:
    """Settings of somebody who wants it, and has none yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return searchkit.Config(index=str(shelf), gap_log=True)


@pytest.fixture
def noting(config: searchkit.Config) -> Iterator[TestClient]:
    """A browser of a page that notes what finds little."""
    with TestClient(create_app(config), base_url=ORIGIN, headers={"accept-language": "zh-CN"}) as browser:
        yield browser


def noted(config: searchkit.Config) -> set[str]:
    return {gap.query for gap in read_gaps(config)}


def test_a_search_that_is_sent_off_is_noted(noting: TestClient, config: searchkit.Config) -> None:
    for query in ("火星上的水", "周报"):
        noting.get("/", params={"q": query})
    assert noted(config) == {"火星上的水"}


@pytest.mark.parametrize(
    "address",
    [
        "/?q=火星&typing=1",
        "/?q=火星&typing=1&part=results",
        "/?q=火星&tag=天文",
        "/?q=火星&page=2",
        "/?tag=火星",
        "/",
        "/?q=火星&format=json",
        "/feed.atom?q=火星",
        "/suggest?q=火星",
        "/api/v1/search?q=火星",
        "/gaps",
    ],
)
def test_what_nobody_sent_off_is_not_noted(noting: TestClient, config: searchkit.Config, address: str) -> None:
    assert noting.get(address).status_code == 200
    assert noted(config) == set()


def test_the_page_has_links_that_search_again(
    noting: TestClient, config: searchkit.Config, tmp_path: Path
) -> None:
    note_gap(Results("火星", 0, ()), config)
    an_hour_later(tmp_path / "state" / "searchkit" / "gaps.jsonl")
    for query in ("火星", "<b>月\u202e亮"):
        note_gap(Results(query, 0, ()), config)
    page = noting.get("/gaps").text
    assert texts(page, "//ol//a/bdi") == ["火星", "<b>月\u202e亮"]
    assert [text.split(" · ")[::2] for text in texts(page, "//ol//span")] == [
        ["2 次", "现有 0 篇"],
        ["1 次", "现有 0 篇"],
    ]
    again = texts(noting.get("/gaps", params={"lang": "en"}).text, "//ol//span")[0]
    assert again.startswith("2 times · ")


def test_what_a_browser_fetches_ahead_is_not_noted(noting: TestClient, config: searchkit.Config) -> None:
    noting.get("/", params={"q": "火星"}, headers={"sec-purpose": "prefetch;prerender"})
    noting.head("/", params={"q": "火星"})
    assert noted(config) == set()


def test_all_that_found_little_are_counted(
    noting: TestClient, config: searchkit.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gap_log, "SHOWN", 2)
    for query in ("火星", "金星", "木星"):
        note_gap(Results(query, 0, ()), config)
    page = noting.get("/gaps").text
    assert len(texts(page, "//ol/li")) == 2
    assert "另有 1 项" in page


def test_a_file_that_cannot_be_read_is_told(noting: TestClient, tmp_path: Path) -> None:
    (tmp_path / "state" / "searchkit" / "gaps.jsonl").mkdir(parents=True)
    answer = noting.get("/gaps")
    assert answer.status_code == 503
    assert "gaps.jsonl" in answer.text


def test_the_page_is_never_an_old_one(noting: TestClient, config: searchkit.Config) -> None:
    answer = noting.get("/gaps")
    assert "还没有" in answer.text
    assert "etag" not in answer.headers
    noting.get("/", params={"q": "火星"})
    assert "火星" in noting.get("/gaps").text


def test_every_page_leads_there(noting: TestClient) -> None:
    for address in ("/", "/about", "/nothing"):
        assert texts(noting.get(address).text, "//footer/a[@href='/gaps']") == ["缺什么"]


def test_without_the_setting_there_is_no_such_page(client: TestClient, config: searchkit.Config) -> None:
    client.get("/", params={"q": "火星"})
    assert client.get("/gaps").status_code == 404
    assert not texts(client.get("/about").text, "//footer/a[@href='/gaps']")
    assert noted(config) == set()


def test_what_an_assistant_looks_for_in_vain_is_noted(noting: TestClient, config: searchkit.Config) -> None:
    for arguments in (
        {"query": "火星"},
        {"query": "金星", "tag": "天文"},
        {"query": "水星", "offset": 10},
        {"query": ""},
    ):
        ask(noting, "tools/call", name="search", arguments=arguments)
    ask(noting, "tools/call", name="overview", arguments={"query": "木星"})
    assert noted(config) == {"火星"}
