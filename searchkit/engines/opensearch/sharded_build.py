"""Several workers that fill one generation, each with its part of the articles.

Each part has a lock of its own. The lock of the whole is held only to begin the generation, to take the lock of a
part, and to say that it is done, so whoever holds it sees who is at work; and exactly one worker finds all done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from searchkit.engines.distributed import Shard
from searchkit.engines.opensearch.bulk import DAMAGE
from searchkit.engines.opensearch.fields import GENERATION, PART, RECORD
from searchkit.engines.opensearch.lease import Lock, parts_held
from searchkit.engines.opensearch.snapshots import Snapshots, manifest_of, remembered, run_of
from searchkit.errors import EngineUnavailable, IndexLocked
from searchkit.state import IndexState
from searchkit.translation import gettext as _

_PATIENCE = 300.0  # seconds: many may want the lock of the whole, each for a moment


@contextmanager
def holding_whole(generations: Snapshots) -> Iterator[Lock]:
    """The lock of the whole index, while nobody works on a part.

    Raises:
        IndexLocked: somebody does, or holds it.
    """
    with Lock(generations.cluster, generations.alias).held() as lock:
        _refuse_beside_parts(generations)
        yield lock


@contextmanager
def holding_part(generations: Snapshots, shard: Shard, state: IndexState) -> Iterator[Lock]:
    """The lock of a part of a full run with this *state*, whose generation is begun if it is not there."""
    run = run_of(state)
    with ExitStack() as held:
        with Lock(generations.cluster, generations.alias).held(_PATIENCE):
            number = generations.resume(run)
            if number is None:
                _refuse_beside_parts(generations)
                number = generations.begin(full=True, run=run)
            lock = held.enter_context(Lock(generations.cluster, generations.alias, _name(shard)).held())
            generations.cluster.call("DELETE", _path(generations, number, shard), expected=(404,))
        yield lock


@contextmanager
def finishing(
    generations: Snapshots, shard: Shard, state: IndexState
) -> Iterator[tuple[Lock, Iterator[bytes]] | tuple[None, None]]:
    """Write down that a part is done. The lock of the whole and the records of each part for who is the last,
    nothing for others."""
    with Lock(generations.cluster, generations.alias).held(_PATIENCE) as lock:
        number = generations.unfinished(run_of(state))
        if number is None:
            raise EngineUnavailable(
                _(
                    "{where}: what the workers filled is gone, for another reindex removed it; nothing was "
                    "published; run all of them again"
                ).format(where=generations.where)
            )
        call, parts = generations.cluster.call, [Shard(one, shard.count) for one in range(1, shard.count + 1)]
        call("PUT", _path(generations, number, shard), {PART: RECORD, GENERATION: number})
        if all(call("GET", _path(generations, number, part), expected=(404,)) for part in parts):
            _refuse_beside_parts(generations)  # of another number of workers
            yield lock, (_records(generations, number, part, lock) for part in parts)
            return
    yield None, None


def _records(generations: Snapshots, number: int, part: Shard, lock: Lock) -> bytes:
    """The records that the worker of a part left."""
    call, index, name = generations.cluster.call, generations.name(number), _name(part)
    lock.ensure()
    try:
        return manifest_of(call, index, remembered(call, index, name)["pieces"], name)
    except DAMAGE as error:
        raise EngineUnavailable(
            _("{where}: what worker {part} left is damaged ({error}); nothing was published; run it again").format(
                where=generations.where, part=part, error=error
            )
        ) from error


def _refuse_beside_parts(generations: Snapshots) -> None:
    if others := parts_held(generations.cluster, generations.alias):
        raise IndexLocked(
            _("{alias}: {owner} is at work on a part of this index").format(
                alias=generations.alias, owner=others[0]
            )
        )


def _path(generations: Snapshots, number: int, shard: Shard) -> str:
    return f"/{generations.name(number)}/_doc/done-{_name(shard)}"


def _name(shard: Shard) -> str:
    return f"{shard.number}-of-{shard.count}"
