from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.screenshot import HEIGHT, MOST_BYTES, PICTURE, WIDTH, take

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def test_the_picture_in_the_readme_is_one_of_the_page(browser: Browser, tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    take(browser, picture)
    for path in (picture, PICTURE):
        data = path.read_bytes()
        size = tuple(int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        assert (data[:8], size) == (SIGNATURE, (WIDTH, HEIGHT))
        assert len(data) <= MOST_BYTES
