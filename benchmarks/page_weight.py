"""What a first visit to a page costs: bytes, and time until something is painted on a slow telephone."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page, Response

LATENCY, THROUGHPUT, SLOWER = 150, 1_638.4 * 1000 / 8, 4
"""Milliseconds of a request, bytes a second, and how many times slower the processor is: the telephone that
Lighthouse takes, on its "slow 4G"."""
_FIRST_PAINT = """() => new Promise(done => {
    const seen = entries => entries.filter(entry => entry.name === 'first-contentful-paint')
        .forEach(entry => done(entry.startTime));
    new PerformanceObserver(list => seen(list.getEntries())).observe({type: 'paint', buffered: true});
})"""


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a visit: of all, of all as it came over the wire, and of its scripts when gzip packs them.
    And how many files were sent beside the page."""

    bytes: int
    packed: int
    script: int
    files: int


def load_cold(page: Page, address: str, *, cold: bool = True) -> Weight:
    """The weight of *address* for who was never here, or, if it is not *cold*, for who has the files already."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if cold:
        session.send("Network.clearBrowserCache")
    sent: dict[str, float] = {}
    session.on("Network.loadingFinished", lambda e: sent.update({e["requestId"]: e["encodedDataLength"]}))
    with _responses(page) as responses:
        page.goto(address, wait_until="networkidle")
    bodies = [(response.request.resource_type, response.body()) for response in responses]
    session.detach()
    return Weight(
        bytes=sum(len(body) for _, body in bodies),
        packed=round(sum(sent.values())),
        script=sum(len(gzip.compress(body)) for kind, body in bodies if kind == "script"),
        files=sum(length > 0 for length in sent.values()) - 1,  # those that are kept come over no wire
    )


@contextmanager
def _responses(page: Page) -> Iterator[list[Response]]:
    """What *page* is sent inside of the block."""
    seen: list[Response] = []

    def note(response: Response) -> None:
        seen.append(response)

    page.on("response", note)
    try:
        yield seen
    finally:
        page.remove_listener("response", note)


def as_a_telephone(page: Page) -> CDPSession:
    """From now on *page* is as slow as on a telephone of a slow network, and its cache is empty."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": THROUGHPUT, "uploadThroughput": THROUGHPUT},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def first_paint(page: Page) -> float:
    """Milliseconds from the beginning of the visit until the first text or picture of it was painted."""
    return float(page.evaluate(_FIRST_PAINT))
