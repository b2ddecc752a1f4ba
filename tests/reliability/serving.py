"""Readers of the search page while the index is published again and again: nobody is refused or shown a half."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote, urlsplit

import searchkit
from searchkit import Article
from tests.reliability.proving import Proof, Tally
from tests.web.serving import running

_READERS = 4
_ARTICLES = 40
_USUAL, _LATEST = 1.0, 5.0
"""Seconds after its publication in which an article is found: half of them, and all, as a machine may be busy."""
_PAGES = (
    "/?q={}",
    "/api/v1/search?q={}&facets=year",
    "/api/v1/suggest?q={}",
    "/api/v1/articles/%E7%AC%AC0%E7%AF%87",
    "/article/%E7%AC%AC0%E7%AF%87?q={}",
    "/feed.atom?q={}",
    "/?q={}&format=vimgrep",
    "/browse",
    "/about",
    "/healthz",
)


def try_reindexes_under_load(scratch: Path, effort: int) -> Tally:
    """So many reindexes, each of an article more, while readers ask without a pause."""
    index = scratch / "index"
    searchkit.reindex([_article(number) for number in range(_ARTICLES)], index, jobs=1)
    tally, delays, answers = Tally(), list[float](), Counter[int]()
    with running("--index", index, cwd=scratch) as server:
        with _readers(server.url, answers, tally), _connected(server.url) as connection:
            for number in range(_ARTICLES, _ARTICLES + effort):
                with tally.case(f"article {number} is found in time"):
                    searchkit.add([_article(number)], index)
                    delays.append(_seconds_until_found(connection, number))
                    assert delays[-1] <= _LATEST, f"after {delays[-1]:.2f} s"
        server.process.terminate()
        with tally.case("the server has nothing to say"):
            assert not (said := server.errors.read()), said
    failed = sum(count for status, count in answers.items() if status != 200)
    with tally.case("no request fails, and articles are found within a second"):
        assert not failed, dict(answers)
        assert median(delays) <= _USUAL
    tally.remark = (
        f"{sum(answers.values()):,} requests of {_READERS} readers, failed: {failed}; an article was found "
        f"{median(delays):.2f} s after its publication, {max(delays):.2f} s at most"
    )
    return tally


def _article(number: int) -> Article:
    return Article(f"第{number}篇", f"第{number}篇周报", f"本周的月亮是第{number}号，记号 zq{number}x。" * 3)


def _connected(url: str) -> AbstractContextManager[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30))


@contextmanager
def _readers(url: str, answers: Counter[int], tally: Tally) -> Iterator[None]:
    """Inside, readers ask without a pause."""
    end = threading.Event()
    readers = [threading.Thread(target=_read, args=(url, n, answers, tally, end)) for n in range(_READERS)]
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        end.set()
        for reader in readers:
            reader.join()


def _read(url: str, first: int, answers: Counter[int], tally: Tally, end: threading.Event) -> None:
    """Ask for one page after the other. The number of articles never falls."""
    known = number = 0
    with _connected(url) as connection:
        while not end.is_set():
            page = _PAGES[(first + number) % len(_PAGES)].format(quote("月亮 周报"))
            number += 1
            try:
                status, body = _asked(connection, page)
            except (OSError, http.client.HTTPException) as error:
                answers[0] += 1
                tally.lost.append(f"{page}: {type(error).__name__}: {error}")
                connection.close()
                continue
            answers[status] += 1
            if page.startswith("/api/v1/search"):
                total = json.loads(body)["total"]
                if total < known:
                    tally.lost.append(f"{page}: {total} articles after {known}")
                known = total


def _asked(connection: http.client.HTTPConnection, page: str) -> tuple[int, bytes]:
    connection.request("GET", page)
    answer = connection.getresponse()
    return answer.status, answer.read()


def _seconds_until_found(connection: http.client.HTTPConnection, number: int) -> float:
    began = time.monotonic()
    while time.monotonic() < began + 2 * _LATEST:
        _status, body = _asked(connection, f"/api/v1/search?q=zq{number}x&limit=1")
        if re.search(rb'"total": 1\b', body):
            return time.monotonic() - began
        time.sleep(0.01)
    return float("inf")


PROOFS = (
    Proof(
        "While readers ask the page, an index is published again: no request fails, it is shown in a second",
        try_reindexes_under_load,
        short=5,
        full=200,
    ),
)
