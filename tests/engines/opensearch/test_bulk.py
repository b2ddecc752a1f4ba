"""Documents on their way to a cluster that is busy, or does not take them."""

from __future__ import annotations

import json
import time

import pytest

pytest.importorskip("opensearchpy", reason="opensearch-py is not installed: pip install opensearch-py")

from searchkit.engines.opensearch import bulk, client
from searchkit.engines.opensearch.bulk import Line, Sender
from searchkit.engines.opensearch.client import Cluster
from searchkit.engines.opensearch.settings import Connection
from searchkit.errors import EngineUnavailable
from tests.engines.opensearch.scripted import Reply, error, scripted


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client, bulk):
        monkeypatch.setattr(module, "pause", lambda attempt: 0.0)


def send(server_url: str, lines: int) -> None:
    sender = Sender(Cluster(Connection((server_url,)), attempts=2), "index")
    try:
        sender.send(Line({"index": {"_id": str(n)}}, b'{"n":%d}' % n, f"{n}.md") for n in range(lines))
        sender.flush()
    finally:
        sender.close()


def ids_of(body: bytes) -> list[str]:
    return [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]


def items(body: bytes, busy: set[str], status: int = 429) -> Reply:
    """What a cluster answers that did not take the *busy* ones."""
    refused = {"status": status, "error": {"type": "rejected", "reason": "full"}}
    answers = [{"index": refused if i in busy else {"status": 201}} for i in ids_of(body)]
    return 200, {"errors": bool(busy), "items": answers}


def test_only_what_the_cluster_was_too_busy_for_is_sent_again() -> None:
    busy = {1: {"3", "5"}, 2: {"5"}}
    with scripted(lambda number, method, path, body: items(body, busy.get(number, set()))) as server:
        send(server.url, 8)
    assert [ids_of(body) for _, _, body in server.asked] == [list("01234567"), ["3", "5"], ["5"]]


def test_a_document_that_is_refused_ends_the_run() -> None:
    with (
        scripted(lambda number, method, path, body: items(body, {"2"}, 400)) as server,
        pytest.raises(EngineUnavailable, match=r"it does not take 2\.md \(400 rejected: full\); nothing was"),
    ):
        send(server.url, 4)


def test_a_cluster_that_stays_too_busy_ends_the_run() -> None:
    with (
        scripted(lambda n, m, p, body: items(body, set(ids_of(body)))) as server,
        pytest.raises(EngineUnavailable, match=r"did not take 4 articles in .* \(429 rejected: full\)"),
    ):
        send(server.url, 4)


@pytest.mark.parametrize("status", [413, 429])
def test_an_article_that_is_too_large_for_the_cluster_is_named(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_BYTES", 7)
    with (
        scripted(lambda *_: (status, error("too_large", "of 100 MB"))) as server,
        pytest.raises(EngineUnavailable, match=rf"\({status} .*100 MB.*perhaps 0\.md is too large .*`size_limit`"),
    ):
        send(server.url, 1)


def test_who_adds_faster_than_the_cluster_takes_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, most = [0], [0]

    def slow(number: int, method: str, path: str, body: bytes) -> Reply:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        time.sleep(0.02)
        under_way[0] -= 1
        return 200, {"errors": False}

    monkeypatch.setattr(bulk, "_BYTES", 10)
    with scripted(slow) as server:
        send(server.url, 60)
    assert sorted((i for _, _, body in server.asked for i in ids_of(body)), key=int) == [str(n) for n in range(60)]
    assert most[0] <= 2
