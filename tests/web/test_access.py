from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit.web.access import COOKIE, Access, host_name
from searchkit.web.app import create_app
from tests.web.conftest import ORIGIN

HOSTS = [
    "evil.example", "localhost.evil.example", "evil.example:8321", "127.0.0.1.nip.io", "localhost@evil.example",
    "evil.example@localhost", "127.0.0.2", "0.0.0.0", "[::]", "[::1].evil.example", "", "localhost:port",
    "localhost/x", "localhost evil", "127.1", "2130706433", "localhost#x", "local host:80", "xn--localhost",
    "localhost,evil",
]  # fmt: skip
ORIGINS = [
    "http://evil.example", "https://localhost", "http://localhost:8000", "http://localhost.evil.example", "null",
    "file://", "chrome-extension://abc", "http://127.0.0.1", "http://localhost/", "localhost",
]  # fmt: skip
FETCHES = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"},
    {"sec-fetch-site": "none", "origin": "http://evil.example"},
    {"sec-fetch-site": "none", "origin": "null"},
    {"sec-fetch-site": "cross-site", "origin": "null"},
    {"sec-fetch-site": "same-origin", "origin": "http://evil.example"},
    {"sec-fetch-site": "unheard-of"},
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/api/v1/search?q=月"])
def test_another_name_is_not_answered(client: TestClient, host: str, path: str) -> None:
    assert client.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("headers", [*({"origin": origin} for origin in ORIGINS), *FETCHES], ids=str)
def test_another_page_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.get("/", headers=headers)
    assert answer.status_code == 403
    assert "月全食" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "same-origin", "origin": ORIGIN},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"},
        {"host": "LOCALHOST"},
        {"host": "127.0.0.1:8321"},
        {"host": "[::1]:80"},
    ],
    ids=str,
)
def test_the_own_page_and_a_person_are_answered(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/", "/nothing", "/?sort=x", "/static/style.css", "/healthz", "/static/nothing"])
def test_every_answer_keeps_to_itself(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "trusted-types 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


def test_a_name_that_is_allowed_needs_a_token(shelf: Path) -> None:
    with pytest.raises(ValueError, match="token"):
        Access(("nas.local",))
    access = Access(("NAS.local",), "geheim")
    app = create_app(searchkit.Config(index=str(shelf)), access)
    with TestClient(app, base_url="http://nas.local:8321", follow_redirects=False) as client:
        assert client.get("/").status_code == 401
        assert client.get("/?token=other").status_code == 401
        assert client.get("/", headers={"authorization": "Bearer other"}).status_code == 401
        assert client.get("/", headers={"authorization": "Bearer geheim"}).status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.get("/static/style.css").status_code == 401
        entered = client.get("/?token=geheim")
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        assert "HttpOnly" in entered.headers["set-cookie"]
        assert "SameSite=strict" in entered.headers["set-cookie"]
        assert client.cookies[COOKIE] == "geheim"
        assert client.get("/").status_code == 200


@pytest.mark.parametrize("host", ["localhost:1:2", "localhost:٣", "[::1", "a\tb"])
def test_what_is_no_host_is_no_name(host: str) -> None:
    assert host_name(host) not in {"localhost", "[::1]"}
