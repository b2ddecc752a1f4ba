"""Fifty readers use one server of the search page at once: no request fails, and the server holds no more later.

Each asks for one page after the other on one connection, as a browser does: the parts of a list while a word is
typed, the list, an article, a passage, what is new. Meanwhile the index is published anew now and then.
"""

from __future__ import annotations

import http.client
import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from urllib.parse import quote, urlsplit

import searchkit
from benchmarks.archive import find_archive, unpack
from benchmarks.browser import Server, running_server
from benchmarks.measuring import percentile
from tests.conftest import SAMPLES
from tests.reliability.proving import Proof, Tally
from tests.reliability.watching import Vitals, quarters, vitals

CLIENTS = 50
MOST_GROWTH = 0.10
"""From the second quarter of the time to the last: the first fills what is kept for the next query."""
_LONG = 100  # seconds from which on the archive is taken, and memory is judged
_BETWEEN = (0.2, 1.0)
"""Seconds that a reader looks at a page; fifty ask some eighty times a second."""
_EVERY = 20.0  # seconds between two changes of the index
_PATIENCE = 60.0


def run(scratch: Path, effort: int) -> Tally:
    """Fifty readers for *effort* seconds."""
    is_long = effort >= _LONG
    corpus, index = scratch / "corpus", scratch / "index"
    archive = find_archive() if is_long else None
    shutil.copytree(unpack(archive, scratch / "archive") if archive else SAMPLES, corpus)
    searchkit.reindex(corpus, index)
    with searchkit.open_index(index) as opened:
        ids, words = opened.ids(), _words(opened)
    tally = Tally()
    with running_server(index) as server, ThreadPoolExecutor(CLIENTS) as pool:
        end = time.monotonic() + effort
        clients = [pool.submit(_read, server, random.Random(n), ids, words, end) for n in range(CLIENTS)]
        held = list(_watch(server, corpus, index, end))
        answers = list(chain.from_iterable(client.result() for client in clients))
        said = server.said()
    tally.tried = len(answers)
    tally.lost += [what for what, _ in answers if what]
    _judge(tally, [seconds for _, seconds in answers], held, effort if is_long else 0)
    if "Traceback" in said:
        tally.lost.append(said[-500:])
    return tally


def _words(index: searchkit.Index) -> list[str]:
    titles = [hit.title for hit in index.browse(limit=100).hits]
    return [title[at : at + 4] for title in titles for at in range(0, max(1, len(title) - 4), 4)]


def _read(
    server: Server, chance: random.Random, ids: tuple[str, ...], words: list[str], end: float
) -> list[tuple[str, float]]:
    """What was wrong with each answer, or nothing, and how many seconds it took."""
    connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=_PATIENCE)
    answers = []
    while time.monotonic() < end:
        for path in _visit(chance, ids, words):
            began = time.monotonic()
            wrong = _ask(connection, path)
            answers.append((wrong, time.monotonic() - began))
        time.sleep(chance.uniform(*_BETWEEN))
    connection.close()
    return answers


def _visit(chance: random.Random, ids: tuple[str, ...], words: list[str]) -> Iterator[str]:
    """The addresses that one look for something asks for."""
    word = chance.choice(words)
    kind = chance.random()
    if kind < 0.5:
        yield from (f"/?q={quote(word[:end])}&typing=1&part=results" for end in range(1, len(word) + 1))
    elif kind < 0.7:
        yield f"/?q={quote(word)}&page={chance.choice((1, 1, 2))}"
    elif kind < 0.9:
        yield f"/article/{quote(chance.choice(ids))}?q={quote(word)}"
    elif kind < 0.95:
        yield f"/source?text={quote(word + chance.choice(words))}"
    else:
        yield chance.choice(("/", "/new", "/browse", "/about"))


def _ask(connection: http.client.HTTPConnection, path: str) -> str:
    """What is wrong with the answer; "" if nothing is."""
    try:
        connection.request("GET", path, headers={"accept-language": "zh-CN", "accept-encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return f"{path}: {error!r}"
    return "" if answer.status == 200 and body else f"{path}: {answer.status}"


def _watch(server: Server, corpus: Path, index: Path, end: float) -> Iterator[Vitals]:
    """What the server holds, twice a second, while a file changes now and then."""
    changed = time.monotonic()
    for number in range(10**9):
        if (now := time.monotonic()) >= end:
            return
        if now - changed >= _EVERY:
            (corpus / "新的一篇.md").write_text(f"第{number}次改写的文章", encoding="utf-8")
            searchkit.reindex(corpus, index, jobs=1)
            changed = time.monotonic()
        yield vitals(server.pid)
        time.sleep(0.5)


def _judge(tally: Tally, seconds: list[float], held: list[Vitals], judged: int) -> None:
    early, late = quarters([one.own for one in held])
    files = quarters([float(one.descriptors) for one in held])
    tally.remark = (
        f"{CLIENTS} readers, {len(seconds):,} requests; p50 {percentile(seconds, 0.5) * 1e3:,.0f} ms, "
        f"p95 {percentile(seconds, 0.95) * 1e3:,.0f} ms; own memory {early:,.0f} → {late:,.0f} MB, "
        f"descriptors {files[0]:.0f} → {files[1]:.0f}"
    )
    if judged and late > early * (1 + MOST_GROWTH):
        tally.lost.append(f"memory grew from {early:,.1f} to {late:,.1f} MB in {judged} seconds")


PROOFS = (
    Proof(
        "Fifty readers at once for five minutes: no request fails, and memory does not grow",
        run,
        short=6,
        full=300,
    ),
)
