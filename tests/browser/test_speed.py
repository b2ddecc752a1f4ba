"""How soon something is on the screen, of the sample corpus; `make bench ARGS=page` measures it on the archive.

Machines are busy: what is judged is the best of some rounds, and as many are made as it takes.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import pytest

from benchmarks.bench_page import KEY_BARS, PAINT_BAR, paint_on_a_telephone, type_queries
from benchmarks.browser import Server
from benchmarks.measuring import percentile
from tests.browser.pages import ADDRESSES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROUNDS = 8  # at most
BUSY = 2
"""So many times slower a browser may be while other tests run beside it; the benchmark allows it nothing."""
TYPED = ["月全食为什么是红色的", "OpenAI融资", "数据分析", "的", "findmarkers"]


def test_a_key_has_its_list_on_the_screen_at_once(browser: Browser, site: Server) -> None:
    bar = BUSY * KEY_BARS[1][0]
    best = [inf] * sum(map(len, TYPED))
    for _ in range(ROUNDS):
        taken = type_queries(browser, site.origin, TYPED)
        best = [min(pair) for pair in zip(best, taken, strict=True)]
        if percentile(best, 0.95) <= bar:
            return
    pytest.fail(f"{percentile(best, 0.95):.0f} ms, and {bar:.0f} is the most")


def test_a_slow_telephone_shows_something_within_a_second(browser: Browser, site: Server) -> None:
    for name in ("home", "results", "an article"):
        address = site.origin + ADDRESSES[name]
        assert any(paint_on_a_telephone(browser, address) <= PAINT_BAR for _ in range(ROUNDS)), name
