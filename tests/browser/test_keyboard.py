"""The whole page without a mouse, and without a script: what can be used is reached, in order, and is seen."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.browser.conftest import Open
from tests.browser.pages import ADDRESSES, PASSAGE, expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MOST = 400  # stops on a page
_HEAD, _LEVEL, _WITH_COLUMNS = 150, 40, 700  # pixels
_USED = "a[href], button, input:not([type=hidden]), textarea, select, summary"
_STOPS = """used => {
    window.look = one => [one, ...one.querySelectorAll('*')].map(part => {
        const style = getComputedStyle(part);
        return [style.outline, style.boxShadow, style.background, style.fill, style.stroke, style.border].join();
    }).join();
    return [...document.querySelectorAll(used)]
        .filter(one => one.checkVisibility({visibilityProperty: true}) && one.tabIndex >= 0)
        .map((one, at) => {
            one.dataset.stop = at;
            one.plain = look(one);
            return one.getBoundingClientRect().top;
        });
}"""
_AT = "() => document.activeElement === document.body ? null : Number(document.activeElement.dataset.stop ?? -1)"
_HIDDEN = """() => {
    const one = document.activeElement, box = one.getClientRects()[0];
    const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (look(one) === one.plain) return 'looks as it does without the focus: ' + one.outerHTML;
    return one.contains(on) ? '' : 'is behind something: ' + one.outerHTML;
}"""


@pytest.mark.parametrize(
    "name", ["home", "filters", "a later page", "an article with marks", "an origin", "browse"]
)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_tab_key_reaches_everything_in_order_and_shows_where_it_is(
    open_page: Open, name: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 740})
    page.goto(ADDRESSES[name])
    page.evaluate("() => document.activeElement.blur()")  # a field that took the focus by itself
    tops = page.evaluate(_STOPS, _USED)
    reached: list[int] = []
    while len(reached) < min(len(tops), _MOST):
        page.keyboard.press("Tab")
        if (at := page.evaluate(_AT)) is None:
            continue  # the end of the page, where a browser goes on to its own buttons
        reached.append(at)
        assert page.evaluate(_HIDDEN) == ""
    assert sorted(reached) == list(range(len(tops)))[:_MOST]
    start = reached.index(0)
    inside = [tops[stop] for stop in (*reached[start:], *reached[:start]) if tops[stop] > _HEAD]
    if width < _WITH_COLUMNS:  # then the order is from above downwards, in which words of a line are about level
        assert [pair for pair in pairwise(inside) if pair[1] < pair[0] - _LEVEL] == []


def test_the_first_key_leads_past_the_head_of_a_page(page: Page) -> None:
    page.goto(ADDRESSES["results"])
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.wait_for_timeout(500)  # Chromium goes to the place once more when it has painted
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


def test_a_search_an_article_and_the_way_back(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.insert_text("月全食")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape("/?q=" + quote("月全食")) + "$"))
    page.locator("main").focus()
    _tab_to(page, ".hit h2 a")
    page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_have_text("月全食为什么是红色的")
    page.go_back()
    expect(page.locator("#q")).to_have_value("月全食")


def test_filters_open_close_and_are_taken_off(open_page: Open) -> None:
    page = open_page(viewport={"width": 360, "height": 740})  # a large screen shows them anyway
    page.goto(ADDRESSES["many results"])
    _tab_to(page, ".facets summary")
    is_open = page.locator(".facets details").first.evaluate("one => one.open")
    page.keyboard.press("Enter")
    assert page.locator(".facets details").first.evaluate("one => one.open") != is_open
    if is_open:
        page.keyboard.press("Enter")
    _tab_to(page, ".facets a")
    page.keyboard.press("Enter")
    expect(page.locator(".chips a")).to_have_count(1)
    _tab_to(page, ".chips a")
    page.keyboard.press("Enter")
    expect(page.locator(".chips a")).to_have_count(0)


def test_a_passage_is_pasted_and_its_article_opened(page: Page) -> None:
    page.goto("/source")
    _tab_to(page, "#text")
    page.keyboard.insert_text(PASSAGE)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url("**/source?text=*")
    _tab_to(page, ".origin h2 a")
    page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_have_text("月全食为什么是红色的")


def _tab_to(page: Page, selector: str) -> None:
    """Press the tab key until the first element of *selector* has the focus."""
    wanted = page.locator(selector).first
    for _ in range(_MOST):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tab key does not reach {selector}")
