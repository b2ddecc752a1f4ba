"""Opening a file starts a program: whoever starts the server allows it, and its page asks for it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit.web.app import create_app
from tests.web.conftest import ORIGIN

MOON = "moon.md"
OWN = {"sec-fetch-site": "same-origin", "origin": ORIGIN}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs that were started; none is."""
    found: list[list[str]] = []

    class Program:
        def __init__(self, command: list[str], **_more: Any) -> None:
            found.append(command)

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(subprocess, "Popen", Program)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    return found


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[TestClient]:
    """A browser of a server that opens files."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / MOON).write_text("# 月食\n\n月亮变红", encoding="utf-8")
    config = searchkit.Config(corpus=(str(corpus),), index=str(tmp_path / "index"))
    searchkit.reindex(jobs=1, config=config)
    with TestClient(create_app(config, opens=True), base_url=ORIGIN) as browser:
        yield browser


@pytest.mark.parametrize("headers", [OWN, {"sec-fetch-site": "same-origin"}, {"origin": ORIGIN}], ids=str)
def test_the_own_page_opens_a_file(
    opening: TestClient, started: list[list[str]], headers: dict[str, str], tmp_path: Path
) -> None:
    answer = opening.post(f"/open/{MOON}", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    ((*_program, path),) = started
    assert path == str(tmp_path / "corpus" / MOON)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {**OWN, "origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    ],
    ids=str,
)
def test_nobody_else_does(opening: TestClient, started: list[list[str]], headers: dict[str, str]) -> None:
    assert opening.post(f"/open/{MOON}", headers=headers).status_code == 403
    assert started == []


def test_a_link_does_not(opening: TestClient, started: list[list[str]]) -> None:
    answer = opening.get(f"/open/{MOON}", headers=OWN)
    assert (answer.status_code, answer.headers["allow"], started) == (405, "POST", [])


def test_without_the_option_there_is_nothing_there(client: TestClient, started: list[list[str]]) -> None:
    assert client.post("/open/日食怎么看", headers=OWN).status_code == 404
    assert started == []


@pytest.mark.parametrize("name", ["nothing", "../secret", "/etc/passwd", "%2e%2e/secret", ""])
def test_what_is_no_article_is_not_opened(opening: TestClient, started: list[list[str]], name: str) -> None:
    assert opening.post(f"/open/{name}", headers=OWN).status_code in (404, 405)
    assert started == []


def test_a_file_that_is_gone_and_a_system_without_programs_are_said(
    opening: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert opening.post(f"/open/{MOON}", headers=OWN).status_code == 501
    (tmp_path / "corpus" / MOON).unlink()
    assert opening.post(f"/open/{MOON}", headers=OWN).status_code == 404
