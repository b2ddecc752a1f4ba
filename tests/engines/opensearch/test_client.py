"""Requests to a cluster that is busy, broken, or does not know us."""

from __future__ import annotations

import base64
import socket
import ssl
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("opensearchpy", reason="opensearch-py is not installed: pip install opensearch-py")

from opensearchpy import Urllib3HttpConnection, exceptions

from searchkit.engines.opensearch import client
from searchkit.engines.opensearch.client import Cluster, Refused, pause
from searchkit.engines.opensearch.settings import Connection
from searchkit.errors import EngineUnavailable
from tests.engines.opensearch.scripted import Reply, error, scripted


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "pause", lambda attempt: 0.0)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_cluster_is_asked_again(status: int) -> None:
    with scripted(lambda n, *_: (status, error("busy")) if n < 4 else (200, {"fine": True})) as server:
        assert Cluster(Connection((server.url,))).call("GET", "/x") == {"fine": True}
    assert len(server.asked) == 4


@pytest.mark.parametrize("status", [429, 503])
def test_a_cluster_that_stays_busy_is_an_error_that_names_it(status: int) -> None:
    with (
        scripted(lambda *_: (status, error("too_busy", "the queue is full"))) as server,
        pytest.raises(EngineUnavailable, match=rf"{server.url}: it is not well \({status} too_busy: the queue"),
    ):
        Cluster(Connection((server.url,)), attempts=3).call("GET", "/x")
    assert len(server.asked) >= 3


@pytest.mark.parametrize(
    ("status", "connection", "said"),
    [
        (
            401,
            Connection(user="me", password="s3cret"),
            "does not let us in .* no me, or with another password; look at",
        ),
        (401, Connection(token="s3cret"), "does not let us in .*SEARCHKIT_OPENSEARCH_TOKEN is wrong"),
        (401, Connection(), "does not let us in .*set SEARCHKIT_OPENSEARCH_USER"),
        (403, Connection(user="me", password="s3cret"), r"does not allow this to me \(403: no permissions\);"),
    ],
)
def test_who_is_not_let_in_is_told_at_once(status: int, connection: Connection, said: str) -> None:
    answer = error("security_exception", "no permissions and User [name=me, roles=[a, b]]")
    with (
        scripted(lambda *_: (status, answer)) as server,
        pytest.raises(EngineUnavailable, match=said) as raised,
    ):
        Cluster(replace(connection, urls=(server.url,))).call("GET", "/x")
    assert len(server.asked) == 1
    assert "s3cret" not in str(raised.value)


def test_a_server_that_is_no_cluster_is_named() -> None:
    with scripted(lambda *_: (200, "<html>")) as server:
        server.kind = "text/html"
        with pytest.raises(
            EngineUnavailable, match=rf"{server.url}: what answers there is no OpenSearch; is SEARCHKIT_"
        ):
            Cluster(Connection((server.url,))).call("GET", "/x")


def test_a_request_that_makes_no_sense_is_not_made_twice() -> None:
    with (
        scripted(lambda *_: (400, error("parsing_exception", "no such thing"))) as server,
        pytest.raises(Refused, match="400 parsing_exception: no such thing"),
    ):
        Cluster(Connection((server.url,))).call("GET", "/x")
    assert len(server.asked) == 1


def test_what_a_proxy_says_is_one_short_line() -> None:
    with scripted(lambda *_: (502, b"<p>\nno gateway " * 999)) as server:
        server.kind = "text/html"
        with pytest.raises(
            EngineUnavailable, match=r"it is not well \(502 <p> no gateway .*\); look at"
        ) as raised:
            Cluster(Connection((server.url,)), attempts=2).call("GET", "/x")
    assert len(str(raised.value)) < 250


@pytest.mark.parametrize(
    ("page", "said"), [(b"", r"\(413\)"), (b"<p>\ntoo large " * 999, r"\(413 <p> too large .*\)")]
)
def test_a_refusal_by_others_than_the_cluster_is_one_short_line(page: bytes, said: str) -> None:
    with scripted(lambda *_: (413, page)) as server:
        server.kind = "text/html"
        with pytest.raises(Refused, match=f"it refused a request {said}$") as raised:
            Cluster(Connection((server.url,))).call("GET", "/x")
    assert len(str(raised.value)) < 250


def test_an_expected_status_is_no_error() -> None:
    with scripted(lambda *_: (404, {})) as server:
        assert Cluster(Connection((server.url,))).call("GET", "/x", expected=(404,)) is None


def test_another_node_is_asked_when_one_is_gone() -> None:
    with scripted(lambda *_: (200, {"fine": True})) as server:
        cluster = Cluster(Connection(("http://127.0.0.1:9", server.url)))
        assert [cluster.call("GET", "/x") for _ in range(4)] == [{"fine": True}] * 4


@pytest.mark.parametrize("answers", [0, 1])
def test_an_address_that_may_be_wrong_is_given_up_sooner(answers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[int] = []
    monkeypatch.setattr(client, "pause", lambda attempt: pauses.append(attempt) or 0.0)
    with scripted(lambda *_: (200, {})) as server:
        cluster = Cluster(Connection((server.url,)))
        for _ in range(answers):
            cluster.call("GET", "/x")
    with pytest.raises(EngineUnavailable, match=r"it cannot be reached .*; is it running"):
        cluster.call("GET", "/x")
    assert len(pauses) == (8 if answers else 2)


def test_a_node_that_answers_is_asked_again_whatever_it_said() -> None:
    def busy_once(number: int, *_: object) -> Reply:
        return (503, error("busy")) if number == 1 else (200, {})

    with scripted(busy_once) as one, scripted(busy_once) as other:
        cluster = Cluster(Connection((one.url, other.url)))
        for _ in range(6):
            cluster.call("GET", "/x")
    assert min(len(one.asked), len(other.asked)) >= 3


def test_of_many_addresses_all_are_tried_without_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[int] = []
    monkeypatch.setattr(client, "pause", lambda attempt: pauses.append(attempt) or 0.0)
    gone = [f"http://127.0.0.1:{port}" for port in range(1, 12)]
    with pytest.raises(EngineUnavailable, match="it cannot be reached"):
        Cluster(Connection(tuple(gone))).call("GET", "/x")
    assert pauses == [0] * 11 + [1]
    with scripted(lambda *_: (200, {})) as server:
        assert Cluster(Connection((*gone, server.url))).call("GET", "/x") == {}


def test_a_cluster_that_does_not_answer_in_time_is_an_error_that_says_so() -> None:
    def slow(*_: object) -> Reply:
        time.sleep(0.5)
        return 200, {}

    with scripted(slow) as server, pytest.raises(EngineUnavailable, match="did not answer within 0 s"):
        Cluster(Connection((server.url,))).call("GET", "/x", patience=0.1)
    assert len(server.asked) == 2


@pytest.mark.parametrize("addresses", [1, 3])
def test_a_cluster_that_does_not_take_a_request_in_time_is_given_up_as_soon(
    addresses: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, body = 0, b"x" * 20_000_000
    send = Urllib3HttpConnection.perform_request

    def counted(*args: Any, **more: Any) -> Any:
        nonlocal waits
        waits += 1
        return send(*args, **more)

    monkeypatch.setattr(Urllib3HttpConnection, "perform_request", counted)
    with ExitStack() as stack:  # servers that accept what comes, and read nothing
        servers = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(addresses)]
        urls = tuple(f"http://127.0.0.1:{server.getsockname()[1]}" for server in servers)
        with pytest.raises(EngineUnavailable, match=r"did not answer within 0 s; [^;]*$"):
            Cluster(Connection(urls)).call("POST", "/x", body, patience=0.4)
    assert waits == addresses + 1


def test_a_server_without_tls_is_told_from_one_that_is_not_trusted() -> None:
    with (
        scripted(lambda *_: (200, {})) as server,
        pytest.raises(EngineUnavailable, match=r"does not speak TLS; .* begins with http:"),
    ):
        Cluster(Connection((server.url.replace("http:", "https:"),))).call("GET", "/x")


def test_a_node_lost_while_tls_begins_is_no_matter_of_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another attempt may help, as where it is lost at another time."""
    cluster = Cluster(Connection())
    answers = iter([exceptions.SSLError("N/A", "cut off", ssl.SSLEOFError(8, "EOF occurred")), {"fine": True}])

    def request(*_: object, **__: object) -> object:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(cluster._client.transport, "perform_request", request)
    assert cluster.call("GET", "/x") == {"fine": True}


def test_a_token_or_a_user_is_sent() -> None:
    with scripted(lambda *_: (200, {})) as server:
        Cluster(Connection((server.url,), token="abc")).call("GET", "/x")
        Cluster(Connection((server.url,), "me", "pass")).call("GET", "/x")
        Cluster(Connection((server.url,), "我", "密码")).call("GET", "/x")
        Cluster(Connection((server.url,), "me", "pass", token="abc")).call("GET", "/x")
    assert [headers.get("authorization") or headers.get("Authorization") for headers in server.headers] == [
        "Bearer abc",
        "Basic bWU6cGFzcw==",
        "Basic " + base64.b64encode("我:密码".encode()).decode(),
        "Bearer abc",
    ]


def test_pauses_grow_and_are_never_the_same() -> None:
    assert {round(original(0), 9) for _ in range(20)} != {round(original(0), 9)}
    assert max(original(0) for _ in range(50)) <= 0.2 < min(original(3) for _ in range(50))
    assert max(original(30) for _ in range(50)) <= 10


original = pause
