"""Everything but live results without JavaScript: a page is links and forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.browser.conftest import Open
from tests.browser.pages import ADDRESSES, MOON, PASSAGE, expect

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def plain(open_page: Open) -> Page:
    """A page of a browser that runs no scripts."""
    return open_page(java_script_enabled=False)


def test_a_query_is_sent_and_an_article_read(plain: Page) -> None:
    plain.goto("/")
    plain.fill("#q", "月全食")
    plain.press("#q", "Enter")
    expect(plain).to_have_url(re.compile(re.escape("/?q=" + quote("月全食")) + "$"))
    plain.locator(".hit h2 a").first.click()
    expect(plain.locator("article h1")).to_have_text("月全食为什么是红色的")
    expect(plain.locator("article mark").first).to_be_visible()
    plain.go_back()
    expect(plain.locator("#q")).to_have_value("月全食")


def test_a_list_is_narrowed_ordered_and_turned(plain: Page) -> None:
    plain.goto(ADDRESSES["many results"])
    first = plain.locator(".hit h2").first.inner_text()
    plain.locator(".pager a[rel=next]").click()
    expect(plain.locator("ol.hits")).to_have_attribute("start", "11")
    plain.locator(".pager a[rel=prev]").click()
    expect(plain.locator(".hit h2").first).to_have_text(first)
    plain.locator(".sorts a[href*='sort=newest']").click()
    expect(plain.locator(".sorts a[href*='sort=newest']")).to_have_attribute("aria-current", "true")
    days = plain.locator(".hit time").evaluate_all("all => all.map(one => one.dateTime)")
    assert days == sorted(days, reverse=True)
    before = plain.locator(".count").inner_text()
    plain.locator(".facets a[href*='tag=']").first.click()
    expect(plain.locator(".chips a")).to_have_count(1)
    assert plain.locator(".count").inner_text() != before
    plain.fill("#q", "地球")  # a filter stays when the query is another
    plain.press("#q", "Enter")
    expect(plain.locator(".chips a")).to_have_count(1)
    plain.locator(".chips a").first.click()
    expect(plain.locator(".chips a")).to_have_count(0)
    expect(plain.locator("#q")).to_have_value("地球")


def test_what_was_meant_is_one_click_away(plain: Page) -> None:
    plain.goto(ADDRESSES["a slip"])
    plain.locator(".suggestion a").click()
    expect(plain.locator("#q")).to_have_value("FindMarkers")
    expect(plain.locator(".hit h2").first).to_contain_text("FindMarkers")


def test_the_source_of_a_passage_is_found(plain: Page) -> None:
    plain.goto("/")
    plain.locator("header a[href='/source']").click()
    plain.fill("#text", PASSAGE)
    plain.locator("form.paste button").click()
    plain.locator(".origin h2 a").click()
    expect(plain.locator("article h1")).to_have_text("月全食为什么是红色的")


@pytest.mark.parametrize("path", ["/new", "/browse"])
def test_a_reader_without_a_query_finds_a_way_to_an_article(plain: Page, path: str) -> None:
    plain.goto("/")
    plain.locator(f"header a[href='{path}']").click()
    if path == "/browse":
        plain.locator("main a[href*='tag=']").first.click()
    plain.locator(".hit h2 a").first.click()
    expect(plain.locator("article .body")).to_be_visible()


def test_an_article_leads_on(plain: Page) -> None:
    plain.goto(f"/article/{quote(MOON)}")
    plain.locator("article .facts a[href^='/?']").first.click()
    expect(plain.locator(".chips a")).to_have_count(1)
    plain.go_back()
    plain.locator(".similar a").first.click()
    expect(plain.locator("article .body")).to_be_visible()
    assert quote(MOON) not in plain.url


def test_the_language_is_chosen_and_stays(plain: Page) -> None:
    plain.goto("/")
    expect(plain.locator("html")).to_have_attribute("lang", "zh-CN")
    plain.locator("footer a[hreflang]").click()
    expect(plain.locator("html")).to_have_attribute("lang", "en")
    plain.goto("/about")
    expect(plain.locator("html")).to_have_attribute("lang", "en")
