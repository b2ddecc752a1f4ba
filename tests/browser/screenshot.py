"""`python -m tests.browser.screenshot`: the picture of the search page in the README, of the sample corpus."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import searchkit
from benchmarks.browser import running_browser, running_server, why_impossible
from tests.conftest import ROOT, SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURE = ROOT / "docs" / "search-page.png"
MOST_BYTES = 200_000
WIDTH, HEIGHT = 1_100, 720
QUERY = "大模型"


def main() -> None:
    """Write it, and say where it is; without a browser, exit with what is missing."""
    if reason := why_impossible():
        sys.exit(reason)
    with running_browser() as browser:
        take(browser, PICTURE)
    print(f"written: {PICTURE}")


def take(browser: Browser, picture: Path) -> None:
    """Write a picture of what a query finds in the sample corpus to *picture*."""
    with tempfile.TemporaryDirectory() as folder:
        searchkit.reindex(SAMPLES, Path(folder, "index"), jobs=1)
        with running_server(Path(folder, "index")) as server:
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN", color_scheme="light"
            )
            page.goto(f"{server.origin}/?q={quote(QUERY)}", wait_until="networkidle")
            page.screenshot(path=picture)
            page.close()


if __name__ == "__main__":
    main()
