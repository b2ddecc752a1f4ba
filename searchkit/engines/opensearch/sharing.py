"""Several workers that fill one generation, each with its part of the articles.

Each part has a lock of its own. The lock of the whole is held only to begin the generation, to take the lock of a
part, and to say that it is done, so whoever holds it sees who is at work; and exactly one worker finds all done.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from searchkit.engines.base import Shard
from searchkit.engines.opensearch.generations import Generations
from searchkit.engines.opensearch.locking import Lock, parts_held
from searchkit.engines.opensearch.recording import manifest_of, record_lines, remembered, run_of, state_name
from searchkit.errors import EngineUnavailable, IndexLocked

_PATIENCE = 300.0  # seconds: many may want the lock of the whole, each for a moment


@contextmanager
def holding_whole(generations: Generations) -> Iterator[Lock]:
    """The lock of the whole index, while nobody works on a part.

    Raises:
        IndexLocked: somebody does, or holds it.
    """
    lock = Lock(generations.cluster, generations.alias)
    with lock.held():
        _refuse_beside_parts(generations)
        yield lock


@contextmanager
def holding_part(generations: Generations, shard: Shard, state: dict[str, Any]) -> Iterator[Lock]:
    """The lock of a part of a full run with this *state*, whose generation is begun if it is not there."""
    run = run_of(state)
    lock = Lock(generations.cluster, generations.alias, _name(shard))
    with ExitStack() as held:
        with _patiently(generations):
            number = generations.resume(run)
            if number is None:
                _refuse_beside_parts(generations)
                number = generations.begin(full=True)
                generations.mark(number, run)
            held.enter_context(lock.held())
            done = f"/{generations.name(number)}/_doc/{state_name(_name(shard))}"
            generations.cluster.call("DELETE", done, expected=(404,))
        yield lock


@contextmanager
def finishing(
    generations: Generations, shard: Shard, state: dict[str, Any], records: bytes
) -> Iterator[tuple[Lock, list[bytes]] | None]:
    """Write down that a part is done, and its *records*. The lock of the whole and the records of all parts for
    who is the last, nothing for others."""
    with _patiently(generations) as lock:
        number = generations.unfinished(run_of(state))
        if number is None:
            raise EngineUnavailable(
                f"{generations.where}: what the workers filled is gone, for another reindex removed it; nothing "
                "was published; run all of them again"
            )
        for line in record_lines({}, records, number, _name(shard)):
            place = f"/{generations.name(number)}/_doc/{line.action['index']['_id']}"
            generations.cluster.call("PUT", place, line.document)
        parts = _parts(generations, number, shard.count)
        if parts is not None:
            _refuse_beside_parts(generations)  # of another number of workers
            yield lock, parts
    if parts is None:
        yield None


@contextmanager
def _patiently(generations: Generations) -> Iterator[Lock]:
    """The lock of the whole, waited for."""
    deadline = time.monotonic() + _PATIENCE
    with ExitStack() as held:
        while True:
            lock = Lock(generations.cluster, generations.alias)
            try:
                held.enter_context(lock.held())
                break
            except IndexLocked:
                if time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(0.1, 0.5))
        yield lock


def _parts(generations: Generations, number: int, count: int) -> list[bytes] | None:
    """The records of all parts, if all are done."""
    call, index = generations.cluster.call, generations.name(number)
    names = [_name(Shard(one, count)) for one in range(1, count + 1)]
    found = call("POST", f"/{index}/_mget", {"ids": [*map(state_name, names)]})["docs"]
    if not all(document.get("found") for document in found):
        return None
    pieces = [remembered(document).pieces for document in found]
    return [manifest_of(call, index, many, name) for name, many in zip(names, pieces, strict=True)]


def _refuse_beside_parts(generations: Generations) -> None:
    if others := parts_held(generations.cluster, generations.alias):
        raise IndexLocked(f"{generations.alias}: {others[0]} is at work on a part of this index")


def _name(shard: Shard) -> str:
    return f"{shard.number}-of-{shard.count}"
