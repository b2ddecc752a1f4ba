"""One browser and one server of the sample corpus for all tests here. Where there is no browser they are skipped,
and the summary says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import searchkit
from benchmarks.browser import Server, running_browser, running_server, why_impossible
from tests.browser import axe
from tests.browser.watching import Watch
from tests.conftest import SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_WHY = pytest.StashKey[str]()
"""Why nothing here can be tested, or some of it cannot."""
PATIENCE = 10_000
"""Milliseconds that a page may take for anything on a busy machine."""

Open = Callable[..., "Page"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in _ours(items):
        item.add_marker(pytest.mark.browser)


def pytest_collection_finish(session: pytest.Session) -> None:
    ours = _ours(session.items)
    with_axe = [item for item in ours if "axe_script" in getattr(item, "fixturenames", ())]
    if ours and (reason := why_impossible()):
        skipped = ours
    elif with_axe and (reason := axe.why_not_fetched()):
        skipped = with_axe
    else:
        return
    session.config.stash[_WHY] = reason
    for item in skipped:
        item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if reason := terminalreporter.config.stash.get(_WHY, "") or why_impossible():
        terminalreporter.section("not tested", sep="!", red=True, bold=True)
        terminalreporter.line(f"{reason}. The search page was not tested in it.", red=True, bold=True)


def _ours(items: list[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if item.path.is_relative_to(Path(__file__).parent)]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the sample corpus, which has nothing to complain about."""
    place = tmp_path_factory.mktemp("site") / "index"
    searchkit.reindex(SAMPLES, place, jobs=1)
    with running_server(place) as server:
        yield server
        assert "Traceback" not in server.said(), server.said()


@pytest.fixture(scope="session")
def axe_script() -> Path:
    """The script of axe-core."""
    return axe.fetch()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser."""
    with running_browser() as browser:
        yield browser


@pytest.fixture
def watch(site: Server) -> Iterator[Watch]:
    """Sees to it that no page asks another server for anything, breaks its policy, or fails."""
    watch = Watch((site.origin,))
    yield watch
    assert watch.faults == []


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[Open]:
    """Gives a new page of a reader of Chinese; options are those of a context of Playwright."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = browser.new_context(**{"base_url": watch.origins[0], "locale": "zh-CN", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Open) -> Page:
    """A page of a reader of Chinese, on a screen of a computer."""
    return open_page()
