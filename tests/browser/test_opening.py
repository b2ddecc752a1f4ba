"""A file is opened by a press of the button on the page of its article, as a browser sends it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import searchkit
from benchmarks.browser import running_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_button_opens_the_file_of_an_article(browser: Browser, tmp_path: Path) -> None:
    corpus, programs, opened = tmp_path / "corpus", tmp_path / "programs", tmp_path / "opened"
    corpus.mkdir()
    (corpus / "番茄 100%.md").write_text("# 番茄\n\n要晒太阳。\n", encoding="utf-8")
    searchkit.reindex(corpus, tmp_path / "index", jobs=1)
    programs.mkdir()
    (programs / "xdg-open").write_text(f'#!/bin/sh\nprintf %s "$1" > "{opened}"\n', encoding="utf-8")
    (programs / "xdg-open").chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    with running_server(tmp_path / "index", "--open", PATH=path) as server, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{server.origin}/?q=番茄")
        page.locator(".hits a").first.click()
        with page.expect_response("**/open/**") as answered:
            page.locator("form[action^='/open/'] button").click()
        assert answered.value.status == 204
        for _ in range(50):
            if opened.exists() and opened.read_text(encoding="utf-8"):
                break
            time.sleep(0.1)
        assert opened.read_text(encoding="utf-8") == str(corpus / "番茄 100%.md")
