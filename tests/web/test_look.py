from __future__ import annotations

import re
from collections import Counter
from gzip import compress
from pathlib import Path

import pytest
from lxml import html
from starlette.testclient import TestClient

import searchkit
from searchkit.web.app import create_app
from searchkit.web.templating import STATIC
from tests.web.conftest import ORIGIN

STYLE = (STATIC / "style.css").read_text(encoding="utf-8")
MOST_BYTES = 12_000
AA = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
PAIRS = [
    *((ink, paper) for ink in ("ink", "quiet", "red") for paper in ("paper", "raised", "tint")),
    ("on-red", "red"),
]
ADDRESSES = [
    "/",
    "/?q=月亮 红色",
    "/?q=qqqqzzzz&tag=天文",
    "/?q=周报&page=2",
    "/article/月全食为什么是红色的?q=月亮",
]
ADDRESSES += ["/new", "/browse", "/about", "/nothing", "/source", "/source?text=月全食的时候,月亮变成了暗红色"]


def colours() -> dict[str, tuple[str, str]]:
    """Name -> the colour in light and in dark."""
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)", STYLE)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """The relative luminance of a colour (WCAG 2.2)."""
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("front", "back"), PAIRS)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out(front: str, back: str, scheme: int) -> None:
    low, high = sorted(luminance(colours()[name][scheme]) for name in (front, back))
    assert (high + 0.05) / (low + 0.05) >= AA


def test_the_style_is_small_and_loads_nothing() -> None:
    assert len(compress(STYLE.encode())) <= MOST_BYTES
    assert not re.search(r"url\(|@import|@font-face", STYLE)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_has_its_landmarks_and_headings_in_order(client: TestClient, address: str) -> None:
    tree = html.fromstring(client.get(address).text)
    assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == len(tree.xpath("//header[@class='top']")) == 1
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
    names = Counter(tree.xpath("(//nav | //aside | //section | //form[@role])/@aria-label"))
    assert not [name for name, count in names.items() if count > 1]
    assert not [name for name, count in Counter(tree.xpath("//@id")).items() if count > 1]
    assert not tree.xpath("//@style | //style")


def test_what_only_the_script_can_do_is_hidden_without_it(client: TestClient) -> None:
    page = client.get("/article/月全食为什么是红色的", params={"q": "月亮"}).text
    found = html.fromstring(page).xpath("//*[@hidden]/@id")
    assert set(found) == {"theme", "size-less", "size-more", "mark-previous", "mark-count", "mark-next"}


def test_an_index_without_articles_says_what_fills_it(tmp_path: Path) -> None:
    searchkit.reindex([], tmp_path / "index", jobs=1)
    with TestClient(create_app(searchkit.Config(index=str(tmp_path / "index"))), base_url=ORIGIN) as browser:
        for address in ("/", "/browse"):
            assert "`searchkit reindex`" in browser.get(address).text
