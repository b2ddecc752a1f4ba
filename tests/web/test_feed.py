"""A saved search as a feed that any reader of feeds understands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import searchkit
from searchkit.web.app import create_app
from searchkit.web.xml_text import allowed
from tests.conftest import make_article
from tests.web.conftest import ORIGIN

ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(client: TestClient, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def texts(feed: ElementTree.Element, path: str) -> list[str]:
    return [element.text or "" for element in feed.findall(path.replace("a:", ATOM))]


def links(element: ElementTree.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall(f"{ATOM}link")}


def test_the_newest_articles_of_a_search_are_its_entries(client: TestClient) -> None:
    feed = feed_of(client, "/feed.atom?q=太阳&tag=天文&sort=oldest&page=3")
    assert texts(feed, "a:title") == ["searchkit · 太阳 · 天文"]
    assert texts(feed, "a:entry/a:title") == ["日食怎么看"]
    feed = feed_of(client, "/feed.atom?author=观星簿")
    assert texts(feed, "a:entry/a:title") == ["月全食为什么是红色的", "日食怎么看"]
    assert texts(feed, "a:updated") == texts(feed, "a:entry/a:updated")[:1] == ["2025-09-05T00:00:00+00:00"]
    entry = feed.findall(f"{ATOM}entry")[0]
    assert texts(entry, "a:author/a:name") == ["观星簿"]
    assert [category.attrib["term"] for category in entry.findall(f"{ATOM}category")] == ["天文", "月亮"]
    assert "月亮变成暗红色" in texts(entry, "a:summary")[0]


def test_links_lead_to_the_page_the_article_and_its_source(client: TestClient) -> None:
    feed = feed_of(client, "/feed.atom?q=暗红色")
    assert links(feed)["self"].startswith(f"{ORIGIN}/feed.atom?q=")
    assert client.get(links(feed)["self"]).content == client.get("/feed.atom?q=暗红色").content
    assert client.get(links(feed)["alternate"]).status_code == 200
    (entry,) = feed.findall(f"{ATOM}entry")
    assert "月全食为什么是红色的" in client.get(links(entry)["alternate"]).text
    assert links(entry)["via"] == "https://sky.example.com/moon"


def test_an_entry_has_the_same_id_in_every_feed_and_at_every_time(client: TestClient, shelf: Path) -> None:
    one, other = feed_of(client, "/feed.atom?q=暗红色"), feed_of(client, "/feed.atom")
    ids = texts(one, "a:entry/a:id")
    assert set(ids) < set(texts(other, "a:entry/a:id"))
    assert all(each.startswith("urn:uuid:") for each in ids)
    assert texts(one, "a:id") != texts(other, "a:id")
    with TestClient(create_app(searchkit.Config(index=str(shelf))), base_url="http://127.0.0.1") as second:
        again = feed_of(second, "/feed.atom?q=暗红色")
    assert (texts(again, "a:id"), texts(again, "a:entry/a:id")) == (texts(one, "a:id"), ids)


def test_every_date_has_an_offset_and_those_without_one_do_not_change(client: TestClient) -> None:
    feed = feed_of(client, "/feed.atom")
    dates = texts(feed, "a:entry/a:updated")
    assert all(datetime.fromisoformat(date).utcoffset() is not None for date in dates)
    assert dates[-1] == "1970-01-01T00:00:00+00:00"
    assert texts(feed_of(client, '/feed.atom?q="量子"'), "a:updated") == ["1970-01-01T00:00:00+00:00"]


def test_a_hostile_article_is_text_in_a_feed_that_is_well_formed(tmp_path: Path) -> None:
    body = "</summary><script>alert(1)</script>]]>&amp;\x00\x0b\ufffe月亮"
    article = make_article("</title>\x01&月", body, tags=('"<b>\x02',), url="javascript:alert(1)")
    searchkit.reindex([article], tmp_path / "index", jobs=1)
    with TestClient(create_app(searchkit.Config(index=str(tmp_path / "index"))), base_url=ORIGIN) as client:
        feed = feed_of(client, "/feed.atom?q=月亮 %00 </feed>")
    (entry,) = feed.findall(f"{ATOM}entry")
    assert texts(entry, "a:title") == ["</title>&月"]
    assert "<script>alert(1)</script>" in texts(entry, "a:summary")[0]
    assert list(links(entry)) == ["alternate"]
    assert [element.tag for element in feed.iter() if element.tag == f"{ATOM}script"] == []


@given(st.text())
def test_any_text_can_stand_in_xml(text: str) -> None:
    ElementTree.fromstring(f"<a>{allowed(text).replace('&', '').replace('<', '').replace(']]>', '')}</a>")


@pytest.mark.parametrize("address", ["/feed.atom?since=never", "/feed.atom?page=0"])
def test_a_feed_that_cannot_be_made_is_refused(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 400
