"""What a reader has already is neither searched for nor sent again, and nobody is shown what is out of date."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit.web.app import create_app
from searchkit.web.asking import Ask
from tests.conftest import make_article
from tests.web.conftest import ORIGIN

ADDRESSES = ["/", "/?q=月", "/source", "/new", "/browse", "/about", "/source?text=月"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_reader_has_is_not_sent_again(client: TestClient, address: str, method: str) -> None:
    first = client.request(method, address)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.request(method, address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]
    assert "content-security-policy" not in again.headers


def test_what_a_reader_has_is_not_searched_for(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = client.get("/?q=月").headers["etag"]
    monkeypatch.setattr(Ask, "order", property(lambda self: pytest.fail("it is searched for")))
    assert client.get("/?q=月", headers={"if-none-match": f'"x", W/{tag}'}).status_code == 304


def test_another_answer_has_another_validator(client: TestClient) -> None:
    tag = client.get("/?q=月").headers["etag"]
    for address, headers in [
        ("/?q=月食", {}),
        ("/?q=月&page=2", {}),
        ("/new?q=月", {}),
        ("/?q=月", {"accept-language": "en"}),
        ("/?q=月", {"cookie": "searchkit_language=en"}),
        ("/?q=月", {"cookie": "searchkit_theme=dark"}),
        ("/?q=月", {"accept-encoding": "identity"}),
        ("/?q=月", {"host": "127.0.0.1"}),
    ]:
        answer = client.get(address, headers={"if-none-match": tag, **headers})
        assert (answer.status_code, answer.headers["etag"] != tag) == (200, True)


@pytest.mark.parametrize(
    "address",
    ["/nothing", "/article/nothing", "/article/日食怎么看", "/?sort=best", "/healthz", "/static/page.js?x"],
)
def test_what_is_not_of_the_index_has_none_of_its_validators(client: TestClient, address: str) -> None:
    tag = client.get(address).headers.get("etag", "")
    assert not re.fullmatch(r'"\w+-\d+-\w+"', tag)


def test_the_next_snapshot_is_sent(tmp_path: Path) -> None:
    place = tmp_path / "index"
    searchkit.reindex([make_article("月食", "月亮")], place, jobs=1)
    app = create_app(searchkit.Config(index=str(place)))
    with TestClient(app, base_url=ORIGIN) as client:
        tag = client.get("/new").headers["etag"]
        searchkit.add([make_article("月饼", "月亮")], place)
        answer = None
        for _ in range(40):
            if (answer := client.get("/new", headers={"if-none-match": tag})).status_code == 200:
                break
            time.sleep(0.05)
        assert answer
        assert "月饼" in answer.text
        assert answer.headers["etag"] != tag
