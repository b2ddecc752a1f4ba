from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit.web.access import COOKIE, Access, addresses, host_name
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


COOKIES = ['prefs={"a": 1}', "x=a b", "n=中", "a[b]=c", "flag", "=", ";;", '"', "searchkit_token=other"]


@pytest.mark.parametrize("other", COOKIES)
def test_cookies_of_other_programs_keep_nobody_out(shelf: Path, other: str) -> None:
    app = create_app(searchkit.Config(index=str(shelf)), Access(token="geheim"))
    with TestClient(app, base_url=ORIGIN) as client:
        for sent in (f"{other}; {COOKIE}=geheim", f"{COOKIE}=geheim; {other}"):
            wanted = 401 if other.startswith(COOKIE) and sent.endswith(other) else 200
            assert client.get("/", headers=[(b"cookie", sent.encode())]).status_code == wanted


@pytest.mark.parametrize("token", ["a+b/c=", "%41", "a&b#c?", "(x)"])
def test_the_address_that_is_printed_lets_in(shelf: Path, token: str) -> None:
    access = Access(token=token)
    (address,) = addresses("localhost", 80, access)
    app = create_app(searchkit.Config(index=str(shelf)), access)
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as client:
        for _time in range(2):  # who is known already is led away from the token in the address too
            assert client.get(address).status_code == 303
        assert client.head(address).status_code == 303
        assert client.get("/").status_code == 200


@pytest.mark.parametrize("token", ["a b", "秘密", 'a"b', "a;b", "a\nb", "a,b"])
def test_a_token_that_no_cookie_can_hold_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        Access(token=token)


@pytest.mark.parametrize("name", ["", " ", "http://nas.local/", "nas.local:8321", "a b", "a/b"])
def test_what_no_browser_calls_a_server_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a host"):
        Access((name,), "geheim")


def test_names_are_compared_as_browsers_send_them(shelf: Path) -> None:
    access = Access(("NAS.Local.", "2001:db8::1"), "geheim")
    assert access.hosts == ("nas.local", "[2001:db8::1]")


def test_a_request_that_is_refused_does_not_choose_the_language(client: TestClient) -> None:
    refused = client.get("/?lang=en", headers={"sec-fetch-site": "cross-site"})
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    assert "set-cookie" not in client.get("/static/page.js?lang=en").headers
    assert "set-cookie" in client.get("/?lang=en").headers
