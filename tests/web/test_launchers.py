"""What programs that start others are given: lines for an editor, items for Alfred."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit import json_form
from searchkit.cli.layout import View
from searchkit.cli.render.as_vimgrep import as_vimgrep
from searchkit.web.app import create_app
from tests.conftest import make_article
from tests.web.conftest import ORIGIN


@pytest.fixture
def samples_client(sample_index: searchkit.Index) -> Any:
    """A browser of the samples, whose articles have files."""
    place = str(sample_index).split("'")[1]
    with TestClient(create_app(searchkit.Config(index=place)), base_url=ORIGIN) as browser:
        yield browser


def test_lines_are_those_of_the_command(samples_client: TestClient, sample_index: searchkit.Index) -> None:
    answer = samples_client.get("/", params={"q": "月全食", "format": "vimgrep"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    hits = sample_index.search("月全食", limit=20).hits
    assert answer.text == as_vimgrep((place for hit in hits for place in searchkit.locate(hit)), View())
    path, line, column, _text = answer.text.splitlines()[0].split(":", 3)
    assert Path(path).is_file()
    assert int(line) * int(column) > 0


def test_alfred_is_given_the_file_the_page_and_what_to_look_at(samples_client: TestClient) -> None:
    answer = samples_client.get("/", params={"q": "月全", "format": "alfred", "prefix": "1", "limit": "1"})
    assert answer.headers["content-type"] == "application/json"
    (item,) = answer.json()["items"]
    assert item["title"] == "月全食为什么是红色的"
    assert item["subtitle"].startswith("2025-09-05 · 观星簿 · ")
    assert (item["type"], Path(item["arg"]).is_file()) == ("file", True)
    assert item["mods"]["cmd"]["arg"] == item["quicklookurl"]
    assert samples_client.get(item["quicklookurl"]).status_code == 200


def test_alfred_is_given_an_address_where_there_is_no_file(tmp_path: Path) -> None:
    articles = [
        make_article("月食", "月亮", url="javascript:alert(1)"),
        make_article("月饼\x1b", "月亮", url="https://a.b/c"),
    ]
    searchkit.reindex(articles, tmp_path / "index", jobs=1)
    with TestClient(create_app(searchkit.Config(index=str(tmp_path / "index"))), base_url=ORIGIN) as client:
        items = {item["uid"]: item for item in client.get("/?q=月亮&format=alfred").json()["items"]}
    assert items["月食"]["arg"] == items["月食"]["quicklookurl"]
    assert items["月饼\x1b"]["arg"] == "https://a.b/c"
    assert items["月饼\x1b"]["title"] == "月饼␛"


def test_alfred_says_that_there_is_nothing_and_what_was_meant(client: TestClient) -> None:
    answer = client.get("/?q=没有&format=alfred", headers={"accept-language": "zh"})
    assert answer.json() == {"items": [{"title": "没有文章", "valid": False}]}


def test_json_is_that_of_the_api(client: TestClient) -> None:
    found = client.get("/?q=月亮&format=json&limit=1").json()
    known = client.get("/api/v1/search?q=月亮&limit=1").json()
    assert found | {"took_ms": 0} == known | {"took_ms": 0}
    assert list(found)[:2] == ["version", "query"] == list(json_form.json_text({"query": ""}).split('"')[1::2])[:2]


@pytest.mark.parametrize(
    "address", ["/?format=xml", "/?q=x&format=", "/?format=json&limit=101", "/?format=json&since=x"]
)
def test_what_is_not_possible_is_refused_for_a_program(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "address",
    [
        "/?format=xml",
        "/?q=x&format=json&since=x",
        "/?q=x&format=alfred&since=x",
        "/?sort=x&format=json",
        "/?prefix=x&format=json",
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_the_reader(client: TestClient, address: str) -> None:
    said = {
        language: client.get(address, headers={"accept-language": language}).json()["detail"]
        for language in ("zh", "en", "fr")
    }
    assert not said["zh"].isascii()
    assert said["en"].isascii()
    assert said["fr"] == said["en"]
    page = client.get(address.replace("format=", "other="), headers={"accept-language": "zh"})
    assert page.status_code == 200 or said["zh"] in unescape(page.text)
