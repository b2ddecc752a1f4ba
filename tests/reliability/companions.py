"""Processes that live beside a proof, `python -m tests.reliability.companions ROLE INDEX …`.

`searcher INDEX` searches from several threads until its stdin ends, and prints a line of JSON a second.
`writer INDEX CORPUS` reindexes once for each line it reads, `full` or anything else, and prints the report.
`looker INDEX HELD` opens an index in numbered states, looks at it and closes it, until its stdin ends. It
keeps looking at each until *HELD* later ones were published, and prints a line of JSON twice a second.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import searchkit
from searchkit.index import reader_of
from tests.conftest import ROOT
from tests.reliability.states import look
from tests.reliability.watching import vitals

_PIECE = re.compile("[\u4e00-\u9fff]{5,12}")
_REOPENED = 2.0  # seconds an index is shared before another takes its place
_HELD = 20.0  # seconds a generation is held while others are published
_PAUSE = 0.2  # seconds between two searches of a thread


class Companion:
    """A process of this module; `lines` are those it printed, parsed, the last of them."""

    def __init__(self, role: str, *arguments: str | Path) -> None:
        command = [sys.executable, "-m", __name__, role, *map(str, arguments)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.pid = self._process.pid

    def ask(self, line: str) -> dict[str, Any]:
        """Its answer to a line."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self.next()

    def next(self) -> dict[str, Any]:
        """The next line it prints.

        Raises:
            RuntimeError: it has ended.
        """
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The lines it prints, until it ends."""
        assert self._process.stdout
        return map(json.loads, self._process.stdout)

    def finish(self) -> None:
        """Tell it that there is nothing more to do. It may have something more to say."""
        assert self._process.stdin
        self._process.stdin.close()

    def end(self) -> int:
        """Its exit code, once it has finished."""
        self.finish()
        code = self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
        return code


def consult(index: searchkit.Index, ids: Sequence[str], chance: random.Random) -> int:
    """Search *index*, whose articles are *ids*, for a piece of one of them: that finds it, and every hit can be
    read. The number of searches."""
    article = index.get(chance.choice(ids))
    pieces = _PIECE.findall(article.body)
    if not pieces:
        return 0
    piece = chance.choice(pieces)
    found = index.search(f'"{piece}"', limit=5, facets=("tag", "year"))
    assert found.total >= len(found.hits) >= 1, f"{piece}: {found.total} articles, {len(found.hits)} shown"
    assert article.id in index.ids(f'"{piece}"'), f"{piece}: does not find {article.id}"
    for hit in found.hits:
        assert index.get(hit.id).id == hit.id, f"{hit.id}: cannot be read"
    words = index.search(piece, limit=5, all_words=chance.random() < 0.2)
    assert words.total >= found.total, f"{piece}: {words.total} by its words, {found.total} as a phrase"
    return 3


class _Searches:
    """What the threads of a searcher count."""

    def __init__(self) -> None:
        self.count = 0
        self.errors: list[str] = []
        self.taken: deque[float] = deque(maxlen=2_000)
        self.ended = _end_of_input()
        self._lock = threading.Lock()

    def forever(self, thread: Callable[[random.Random], int], seed: int) -> None:
        """Call *thread* until the end; what it raises is kept."""
        chance = random.Random(seed)
        while not self.ended.wait(_PAUSE):
            began = time.perf_counter()
            try:
                searches = thread(chance)
            except Exception as error:  # noqa: BLE001 - whatever a search raises is what is looked for
                self.errors.append(f"{thread.__name__}: {type(error).__name__}: {error}")
                continue
            with self._lock:
                self.count += searches
                if searches:
                    self.taken.append((time.perf_counter() - began) / searches)

    def told(self) -> dict[str, Any]:
        """Everything so far; errors and times only since the last call."""
        errors, self.errors = self.errors, []
        times = sorted(self.taken)
        self.taken.clear()
        at = [times[int(len(times) * share)] * 1000 if times else 0.0 for share in (0.5, 0.95)]
        return {"searches": self.count, "errors": errors, "p50": at[0], "p95": at[1], **asdict(vitals())}


class _Opened:
    """An index, the ids of its articles, and since when it is open."""

    def __init__(self, place: str) -> None:
        self.index = searchkit.open_index(place)
        self.ids = list(reader_of(self.index).ids())
        self._since = time.monotonic()

    def is_older_than(self, seconds: float) -> bool:
        return time.monotonic() - self._since > seconds

    def search(self, chance: random.Random) -> int:
        return consult(self.index, self.ids, chance)


class _Shared:
    """An index that threads share, and that another takes the place of now and then, whoever searches it."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._opened = _Opened(place)

    def search(self, chance: random.Random) -> int:
        try:
            return self._opened.search(chance)
        except ValueError as error:
            if "closed" in str(error):  # by `renew`, meanwhile
                return 0
            raise

    def renew(self) -> None:
        opened = self._opened
        if opened.is_older_than(_REOPENED):
            self._opened = _Opened(self._place)
            opened.index.close()


class _Holder:
    """One generation, held while others take its place: it must go on answering as it did."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._hold()

    def search(self, chance: random.Random) -> int:
        if self._held.is_older_than(_HELD):
            self._hold()  # the one before is given back by being forgotten
        index = self._held.index
        assert index.ids(self._query) == self._answer, "an open generation answers otherwise than before"
        assert list(reader_of(index).ids()) == self._held.ids, "an open generation has other articles than before"
        return 1 + self._held.search(chance)

    def _hold(self) -> None:
        self._held = _Opened(self._place)
        pieces = _PIECE.findall(self._held.index.get(self._held.ids[0]).body)
        self._query = pieces[0] if pieces else "文章"
        self._answer = self._held.index.ids(self._query)


def _search_afresh(place: str) -> Callable[[random.Random], int]:
    def afresh(chance: random.Random) -> int:
        with searchkit.open_index(place) as index:
            return consult(index, list(reader_of(index).ids()), chance)

    return afresh


def searcher(place: str) -> None:
    """Search until stdin ends."""
    searches, shared = _Searches(), _Shared(place)
    ways = [shared.search, shared.search, _Holder(place).search, _search_afresh(place)]
    threads = [threading.Thread(target=searches.forever, args=(way, n)) for n, way in enumerate(ways)]
    for thread in threads:
        thread.start()
    while not searches.ended.wait(1):
        shared.renew()
        print(json.dumps(searches.told(), ensure_ascii=False), flush=True)
    for thread in threads:
        thread.join()


def looker(place: str, held: str) -> None:
    """Look at the states of an index until stdin ends, and once more."""
    looks = _Looks()
    ended = _end_of_input()
    is_last = False
    while not is_last:
        is_last = ended.wait(0.02)
        try:
            with searchkit.open_index(place) as index:
                opened = _generation(place)
                looks.look(index)
                while _generation(place) < opened + int(held) and not ended.wait(0.02):
                    looks.look(index, again=True)
        except Exception as error:  # noqa: BLE001 - whatever a search raises is what is looked for
            looks.errors.append(f"{type(error).__name__}: {error}")
    looks.tell()


class _Looks:
    """What a looker has seen; told twice a second."""

    def __init__(self) -> None:
        self.count, self.state, self.told = 0, 0, 0.0
        self.errors: list[str] = []

    def look(self, index: searchkit.Index, *, again: bool = False) -> None:
        """Look at *index*, at which nobody looked before or, *again*, it was of the state that is known."""
        state, before, self.count = look(index), self.state, self.count + 1
        assert state == before if again else state >= before, f"state {state} is seen after state {before}"
        self.state = state
        if time.monotonic() - self.told > 0.5:
            self.tell()

    def tell(self) -> None:
        line = {"looks": self.count, "state": self.state, "errors": self.errors, **asdict(vitals())}
        print(json.dumps(line, ensure_ascii=False), flush=True)
        self.errors, self.told = [], time.monotonic()


def _generation(place: str) -> int:
    return int((Path(place) / "CURRENT").read_text(encoding="utf-8").rpartition("-")[2])


def _end_of_input() -> threading.Event:
    """What is set as soon as stdin has ended."""
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    return ended


def writer(place: str, corpus: str) -> None:
    """Reindex for each line of stdin."""
    for line in sys.stdin:
        report = searchkit.reindex(corpus, place, full=line.strip() == "full", jobs=1, allow_removals=True)
        print(json.dumps({**asdict(report), "vitals": asdict(vitals())}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    roles: dict[str, Callable[..., None]] = {"searcher": searcher, "looker": looker, "writer": writer}
    roles[sys.argv[1]](*sys.argv[2:])
