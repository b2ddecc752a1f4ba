"""What only an engine that many processes fill must do, wherever they run: keep its lock alive, go on where a
killed run stopped, and take an index in shards.

An engine that one process fills has nothing of it: its lock goes with its process, and so does what it wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from searchkit.engines.base import Engine, Writer
from searchkit.state import IndexState


@dataclass(frozen=True, slots=True)
class Shard:
    """The part of a corpus that worker *number* of *count* does, counted from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def has(self, article_id: str) -> bool:
        """Whether an article belongs to this part; on every machine and for ever each belongs to exactly one."""
        from hashlib import blake2b  # which costs a start two milliseconds, and few do parts

        digest = blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.count == self.number - 1


@runtime_checkable
class ResumableWriter(Writer, Protocol):
    """A writer of whose work nothing is lost when its process ends."""

    def resume(self, state: IndexState) -> Mapping[str, str]:
        """The digests, by id, of documents that a full run with the same *state* had added before it was killed:
        they count as added to this writer. To be called first; nothing where there was no such run."""

    def discard(self, ids: Iterable[str]) -> None:
        """Drop documents that were added before; ids that were not are passed over. One that is added once more
        takes the place of the one before."""

    def leave(self, records: bytes) -> None:
        """Leave what was added, and the *records* of a shard, to the writer that resumes and publishes."""

    def __enter__(self) -> ResumableWriter: ...


@runtime_checkable
class Distributed(Engine, Protocol):
    """An engine that several processes can fill at the same time, on one machine or on many."""

    def heartbeat(self) -> None:
        """Say that who has the right to write, if anybody, is at work; to be called every few minutes inside
        `locked` and `share`.

        Raises:
            IndexLocked: nothing was heard for so long that another process took over.
        """

    def write(self, *, full: bool) -> ResumableWriter:
        """As `Engine.write`; inside `share` too."""

    def share(self, shard: Shard, state: IndexState) -> AbstractContextManager[None]:
        """The right to do *shard* of a full run with this *state*, in place of `Engine.locked`: a writer that
        resumes adds to what all of them fill.

        Raises:
            IndexLocked: another process does this shard, or something else with this index.
        """

    def finish(self, shard: Shard, state: IndexState) -> AbstractContextManager[Iterator[bytes] | None]:
        """Say that *shard*, whose records a writer left, is done. The last one gets the records of each shard, and
        has the right to write inside.

        Raises:
            EngineUnavailable: what was filled is not there any more.
        """
