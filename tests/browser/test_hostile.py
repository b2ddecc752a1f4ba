"""What stands in an article does nothing to its reader; 2,000 are `python -m tests.reliability hostile_pages`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.hostile import HostileSite, hostile_site, of_tricks
from tests.reliability import hostile_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def hostile(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileSite]:
    with hostile_site(tmp_path_factory.mktemp("hostile"), browser) as site:
        yield site


def test_no_trick_runs_a_script_or_asks_another_server(hostile: HostileSite) -> None:
    assert hostile.harm_of(of_tricks()) == []


def test_nor_do_tricks_put_together(hostile: HostileSite) -> None:
    tally = hostile_pages.tried(hostile, 40)
    assert tally.tried >= 40
    assert not tally.lost, "\n".join(tally.lost)


def test_harm_would_be_seen(browser: Browser, hostile: HostileSite) -> None:
    page, harm = hostile.pages[1], "<script>alert(1)</script><img src=x onerror=alert(2)><p id=q><p id=q>"
    page.set_content(f"<main>{harm}</main>")
    found = hostile.harm_on(page)
    assert [one for one in found if one.startswith("ran alert")]
    assert {"a second q", "the page is broken"} <= set(found)
