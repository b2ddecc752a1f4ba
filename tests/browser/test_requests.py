"""Pages in a real browser: what they ask for, what they weigh, and that their policy lets all of it through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.page_weight import load_cold
from tests.browser.pages import ADDRESSES, expect
from tests.browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page

KILOBYTE = 1000
MOST_BYTES, MOST_PACKED, MOST_SCRIPT = 60 * KILOBYTE, 25 * KILOBYTE, 10 * KILOBYTE


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_needs_its_own_server_only_and_keeps_its_policy(page: Page, watch: Watch, name: str) -> None:
    page.goto(ADDRESSES[name], wait_until="networkidle")
    expect(page.locator("main")).to_be_visible()
    kinds = {request.resource_type for request in watch.asked}
    assert kinds <= {"document", "stylesheet", "script", "image", "other"}


@pytest.mark.parametrize("name", ["home", "results", "passage"])
def test_a_first_visit_is_light(page: Page, name: str) -> None:
    weight = load_cold(page, ADDRESSES[name])
    assert weight.bytes <= MOST_BYTES
    assert weight.packed <= MOST_PACKED
    assert weight.script <= MOST_SCRIPT


def test_a_second_visit_loads_no_file_again(page: Page, watch: Watch) -> None:
    page.goto("/", wait_until="networkidle")
    second = load_cold(page, ADDRESSES["results"], cold=False)
    assert second.files == 0
