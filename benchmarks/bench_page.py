"""The search page in a real browser: from a key to the list on the screen, the first paint on a telephone, the
bytes of a first visit, and the start of `searchkit serve`."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from benchmarks.browser import running_browser, running_server, why_impossible
from benchmarks.checks import check
from benchmarks.corpora import count_articles, index_folder
from benchmarks.measuring import percentile
from benchmarks.page_weight import as_a_telephone, first_paint, load_cold
from benchmarks.queries import archive_queries
from benchmarks.results import Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

QUERIES = 48
KEY_BARS = {1: (50.0, 30.0), 10: (100.0, 50.0)}
"""Bar and aim, in milliseconds, at 95 of 100 keys."""
PAINT_BAR, PAINT_AIM = 1_000.0, 700.0
BYTES, PACKED, SCRIPT = (60.0, 50.0), (25.0, 15.0), (10.0, 5.0)
START_BAR, START_AIM = 1.0, 0.5
PAINTED = """() => {
    let pressed = 0, waits = null;
    window.painted = () => new Promise(done => { waits = done; });
    addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
    new MutationObserver(changes => {
        if (!changes.some(change => [...change.addedNodes].some(node => node.id === 'results'))) return;
        requestAnimationFrame(() => {
            const channel = new MessageChannel();  // its message comes after the frame was painted
            channel.port1.onmessage = () => { waits?.(performance.now() - pressed); waits = null; };
            channel.port2.postMessage(null);
        });
    }).observe(document.body, {childList: true, subtree: true});
}"""
"""Afterwards `painted()` gives the milliseconds from the next key to its list on the screen."""


def run(times: int, runs: int) -> tuple[list[Row], dict[str, Any]]:
    """The rows at this level, and notes; none where there is no browser."""
    if reason := why_impossible():
        print(f"page: {reason}, and is left out", file=sys.stderr)
        return [], {}
    articles, queries = count_articles(times), _queries()
    with running_browser() as browser:
        starts = []
        for _ in range(runs):
            with running_server(index_folder(times)) as server:
                starts.append(server.seconds)
                keys = type_queries(browser, server.origin, queries) if len(starts) == runs else []
                home = "/", f"/?q={quote(queries[0])}"
                paints = [paint_on_a_telephone(browser, server.origin + address) for address in home]
                page = browser.new_page()
                weights = [load_cold(page, server.origin + address) for address in home]
                page.close()
    check(len(keys) == sum(map(len, queries)), "a key has no list")
    bar, aim = KEY_BARS.get(times, (None, None))
    rows = [
        Row("page: a key to its list on the screen, p50", articles, "ms", percentile(keys, 0.5), of="ours"),
        Row("page: a key to its list on the screen, p95", articles, "ms", percentile(keys, 0.95), of="ours",
            bar=bar, aim=aim),
        Row("page: first paint on a slow telephone", articles, "ms", max(paints), of="ours", bar=PAINT_BAR,
            aim=PAINT_AIM),
        _size("page: a first visit", articles, max(weight.bytes for weight in weights), BYTES),
        _size("page: a first visit, as it is sent", articles, max(weight.packed for weight in weights), PACKED),
        _size("page: its script, packed", articles, max(weight.script for weight in weights), SCRIPT),
        Row("page: `searchkit serve` until it answers, CPU", articles, "s", median(starts), of="ours",
            bar=START_BAR, aim=START_AIM),
    ]  # fmt: skip
    return rows, {"runs": runs, "queries": len(queries), "keys": len(keys)}


def type_queries(browser: Browser, origin: str, queries: list[str]) -> list[float]:
    """Milliseconds from each key of *queries*, typed one after the other, to its list on the screen."""
    page = browser.new_page()
    page.goto(f"{origin}/?q={quote(queries[0])}")
    page.evaluate(PAINTED)
    session = page.context.new_cdp_session(page)
    taken = []
    for query in (queries[-1], *queries):  # the first only warms up
        page.fill("#q", "")
        page.wait_for_selector("#results[data-title='']", state="attached")
        page.focus("#q")
        taken += [_press(page, session, key) for key in query]
    page.close()
    return taken[len(queries[-1]) :]


def paint_on_a_telephone(browser: Browser, address: str) -> float:
    """Milliseconds from the beginning of a first visit to its first paint."""
    page = browser.new_page(viewport={"width": 360, "height": 740}, device_scale_factor=3, is_mobile=True)
    as_a_telephone(page)
    page.goto(address)
    taken = first_paint(page)
    page.close()
    return taken


def _press(page: Page, session: CDPSession, key: str) -> float:
    """Press a key that gives one character, also one that no keyboard has."""
    page.evaluate("() => { window.next = painted(); }")
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": key, "text": key})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key})
    return float(page.evaluate("() => window.next"))


def _queries() -> list[str]:
    """Some of each kind, without spaces at which nothing new is asked."""
    texts = [query.text.replace(" ", "") for query in archive_queries() if query.kind != "long"]
    return texts[:: max(1, len(texts) // QUERIES)]


def _size(what: str, articles: int, size: int, limits: tuple[float, float]) -> Row:
    return Row(what, articles, "kB", size / 1000, of="ours", bar=limits[0], aim=limits[1])
