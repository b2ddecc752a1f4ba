"""`/mcp` of the search page: the tools for assistants, behind the same guard."""

from __future__ import annotations

import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit.web.access import Access
from searchkit.web.app import create_app
from tests.web.conftest import ORIGIN
from tests.web.test_access import FETCHES, HOSTS, ORIGINS

ACCEPT = {"accept": "application/json, text/event-stream"}
MODERN = {"mcp-protocol-version": "2026-07-28"}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def ask(client: TestClient, method: str, headers: dict[str, str] | None = None, **params: Any) -> Any:
    """The answer to a request of JSON-RPC."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return client.post("/mcp", json=body, headers={**ACCEPT, **(headers or {})})


def test_a_client_of_2025_shakes_hands_and_calls(client: TestClient) -> None:
    hello = ask(
        client,
        "initialize",
        protocolVersion="2025-11-25",
        capabilities={},
        clientInfo={"name": "t", "version": "1"},
    ).json()["result"]
    assert hello["serverInfo"]["name"] == "searchkit"
    assert "collection of 16" in hello["instructions"]
    result = ask(client, "tools/call", name="search", arguments={"query": "月亮"}).json()["result"]
    assert "月全食" in result["content"][0]["text"]
    assert result["structuredContent"]["total"] >= 1


def test_a_client_of_2026_calls_without_a_handshake(client: TestClient) -> None:
    headers = {**MODERN, "mcp-method": "tools/call", "mcp-name": "search"}
    answer = ask(client, "tools/call", headers, name="search", arguments={"query": "月亮"}, _meta=META)
    assert "月全食" in answer.json()["result"]["content"][0]["text"]
    headers = {**MODERN, "mcp-method": "server/discover"}
    found = ask(client, "server/discover", headers, _meta=META).json()["result"]
    assert found["supportedVersions"] == ["2026-07-28"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT"])
def test_nothing_but_a_call_is_answered(client: TestClient, method: str) -> None:
    """Such as a stream of what happens, which would never end."""
    answer = client.request(method, "/mcp", headers=ACCEPT)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("host", HOSTS)
def test_another_name_is_not_answered(client: TestClient, host: str) -> None:
    assert ask(client, "tools/list", {"host": host}).status_code == 421


@pytest.mark.parametrize("headers", [*({"origin": origin} for origin in ORIGINS), *FETCHES], ids=str)
def test_another_page_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = ask(client, "tools/call", headers, name="search", arguments={"query": "月亮"})
    assert answer.status_code == 403
    assert "月全食" not in answer.text


def test_the_token_is_that_of_the_page(shelf: Path) -> None:
    app = create_app(searchkit.Config(index=str(shelf)), Access(("nas.local",), "geheim"))
    with TestClient(app, base_url="http://nas.local:8321") as client:
        assert ask(client, "tools/list").status_code == 401
        assert ask(client, "tools/list", {"authorization": "Bearer geheim"}).status_code == 200


def test_an_answer_is_english_whatever_the_browser_asks_for(client: TestClient) -> None:
    arguments = {"query": "月亮", "tag": "无"}
    result = ask(client, "tools/call", name="search", arguments=arguments).json()["result"]
    assert "no article has the tag" in result["content"][0]["text"]


def test_a_request_that_is_too_large_is_refused(client: TestClient) -> None:
    assert ask(client, "tools/call", name="search", arguments={"query": "月" * 500_000}).status_code == 413


def test_the_library_of_the_protocol_is_loaded_for_the_first_assistant() -> None:
    code = "import sys, searchkit.web.app; print('mcp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "False\n"


def test_without_the_extra_there_is_no_such_address(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "searchkit.web.app.find_spec", lambda name: None if name == "mcp" else util.find_spec(name)
    )
    with TestClient(create_app(searchkit.Config(index=str(shelf))), base_url=ORIGIN) as client:
        assert ask(client, "tools/list").status_code == 404
        assert client.get("/").status_code == 200
