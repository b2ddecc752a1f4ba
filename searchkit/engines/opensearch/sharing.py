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
from searchkit.engines.opensearch.fields import GENERATION, PART, RECORD
from searchkit.engines.opensearch.generations import Generations
from searchkit.engines.opensearch.locking import Lock, parts_held
from searchkit.engines.opensearch.recording import run_of
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
            generations.cluster.call("DELETE", _path(generations, number, shard), expected=(404,))
        yield lock


@contextmanager
def finishing(generations: Generations, shard: Shard, state: dict[str, Any]) -> Iterator[Lock | None]:
    """Write down that a part is done. The lock of the whole for who is the last, nothing for others."""
    with _patiently(generations) as lock:
        number = generations.unfinished(run_of(state))
        if number is None:
            raise EngineUnavailable(
                f"{generations.where}: what the workers filled is gone, for another reindex removed it; nothing "
                "was published; run all of them again"
            )
        done = {PART: RECORD, GENERATION: number}
        generations.cluster.call("PUT", _path(generations, number, shard), done)
        is_last = _are_done(generations, number, shard.count)
        if is_last:
            _refuse_beside_parts(generations)  # of another number of workers
            yield lock
    if not is_last:
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


def _are_done(generations: Generations, number: int, count: int) -> bool:
    names = [_done(Shard(one, count)) for one in range(1, count + 1)]
    path = f"/{generations.name(number)}/_mget"
    found = generations.cluster.call("POST", path, {"ids": names}, {"_source": "false"})
    return all(document.get("found") for document in found["docs"])


def _refuse_beside_parts(generations: Generations) -> None:
    if others := parts_held(generations.cluster, generations.alias):
        raise IndexLocked(f"{generations.alias}: {others[0]} is at work on a part of this index")


def _path(generations: Generations, number: int, shard: Shard) -> str:
    return f"/{generations.name(number)}/_doc/{_done(shard)}"


def _done(shard: Shard) -> str:
    return f"done-{_name(shard)}"


def _name(shard: Shard) -> str:
    return f"{shard.number}-of-{shard.count}"
