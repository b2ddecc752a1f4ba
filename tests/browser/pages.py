"""Addresses of the sample corpus, one of each kind of page, and what tests look for on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload
from urllib.parse import quote

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from playwright.sync_api._generated import LocatorAssertions, PageAssertions

MOON = "hugo/posts__2025-09__月全食为什么是红色的.md"
PASSAGE = "月亮走进地球的影子，按理说应当完全变黑，可是月全食时它变成了暗红色"
ADDRESSES = {
    "home": "/",
    "results": "/?q=" + quote("月亮 红色"),
    "many results": "/?q=" + quote("的"),
    "a later page": "/?q=" + quote("的") + "&page=2",
    "filters": "/?tag=" + quote("观星簿") + "&since=2022&until=2025&sort=oldest",
    "two queries over time": "/?q=" + quote("数据") + "&against=OpenAI&as_of=2025-12-31",
    "the second query alone": "/?q=" + quote("没有这样的文章") + "&against=OpenAI",
    "nothing found": "/?q=" + quote("没有这样的文章") + "&tag=" + quote("无"),
    "a slip": "/?q=FindMarkrs",
    "an article": f"/article/{quote(MOON)}",
    "an article with marks": f"/article/{quote(MOON)}?q=" + quote("月亮"),
    "passage": "/source",
    "an origin": "/source?text=" + quote(PASSAGE),
    "new": "/new",
    "browse": "/browse",
    "about": "/about",
    "nothing there": "/article/nothing",
    "in English": "/?q=OpenAI&lang=en",
}


@overload
def expect(actual: Locator) -> LocatorAssertions: ...
@overload
def expect(actual: Page) -> PageAssertions: ...
def expect(actual: Any) -> Any:
    """What must become true of *actual* soon. Playwright may be missing where this is collected."""
    from playwright.sync_api import expect as expected

    return expected(actual)
