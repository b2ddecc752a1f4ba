"""The search as a browser's own: its description, and what it suggests."""

from __future__ import annotations

from urllib.parse import quote
from xml.etree import ElementTree

from starlette.testclient import TestClient

from tests.web.conftest import ORIGIN

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_a_browser_learns_how_to_search_and_what_to_suggest(client: TestClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.headers["content-type"] == "application/opensearchdescription+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert len(root.findtext(f"{OPENSEARCH}ShortName", "")) <= 16
    assert root.findtext(f"{OPENSEARCH}Description") == "搜索文章"
    places = {url.attrib["type"]: url.attrib["template"] for url in root.findall(f"{OPENSEARCH}Url")}
    assert all(place.startswith(f"{ORIGIN}/") for place in places.values())
    for kind in ("text/html", "application/x-suggestions+json", "application/atom+xml"):
        found = client.get(places[kind].replace("{searchTerms}", quote("月全食")))
        assert (found.status_code, found.headers["content-type"].partition(";")[0]) == (200, kind)
    image = root.findtext(f"{OPENSEARCH}Image", "")
    assert client.get(image).headers["content-type"] == "image/svg+xml"


def test_suggestions_are_what_a_browser_reads(client: TestClient) -> None:
    answer = client.get("/suggest", params={"q": "天"})
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    text, ways, kinds, places = answer.json()
    assert (text, ways[0], kinds[0], places[0]) == ("天", "天文", "tag (2)", "")
    assert len(ways) == len(kinds) == len(places)
    assert client.get(places[-1]).status_code == 200
    assert client.get("/suggest").json() == ["", [], [], []]
    assert client.get("/suggest", params={"q": "月" * 2_001}).status_code == 400
