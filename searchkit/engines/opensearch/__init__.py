"""The OpenSearch engine: an index on a cluster, published a generation at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path

from searchkit.engines.base import Document, Remains
from searchkit.engines.distributed import Shard
from searchkit.engines.opensearch import bulk
from searchkit.engines.opensearch.client import Cluster
from searchkit.engines.opensearch.fields import alias_of
from searchkit.engines.opensearch.lease import Lock
from searchkit.engines.opensearch.reader import OpenSearchReader, remains_of
from searchkit.engines.opensearch.settings import connection_from
from searchkit.engines.opensearch.sharded_build import finishing, holding_part, holding_whole
from searchkit.engines.opensearch.snapshots import Snapshots
from searchkit.engines.opensearch.writer import OpenSearchWriter
from searchkit.state import IndexState
from searchkit.translation import gettext as _


class OpenSearchEngine:
    """The index called *location* on the cluster that the environment names; see `settings.py`."""

    @staticmethod
    def pack(documents: Iterable[Document]) -> bulk.Packed:
        return bulk.pack(documents)

    def __init__(self, location: Path) -> None:
        self._alias = alias_of(str(location))
        self._connection = connection_from()
        self._lock: Lock | None = None

    def read(self) -> OpenSearchReader:
        cluster = Cluster(self._connection)
        try:
            return OpenSearchReader(Snapshots(cluster, self._alias))
        except BaseException:
            cluster.close()
            raise

    def published(self) -> OpenSearchReader:
        return self.read()

    def remains(self) -> Remains:
        with closing(Cluster(self._connection)) as cluster:
            return remains_of(Snapshots(cluster, self._alias))

    @contextmanager
    def locked(self) -> Iterator[None]:
        with holding_whole(self._generations) as lock, self._at_work(lock):
            yield

    @contextmanager
    def share(self, shard: Shard, state: IndexState) -> Iterator[None]:
        with holding_part(self._generations, shard, state) as lock, self._at_work(lock):
            yield

    @contextmanager
    def finish(self, shard: Shard, state: IndexState) -> Iterator[Iterator[bytes] | None]:
        with finishing(self._generations, shard, state) as (lock, records), self._at_work(lock):
            yield records

    def heartbeat(self) -> None:
        if self._lock:
            self._lock.ensure()

    def write(self, *, full: bool) -> OpenSearchWriter:
        if self._lock is None:
            raise ValueError(_("only who holds the lock may write"))
        return OpenSearchWriter(self._generations, self._lock, full=full)

    @contextmanager
    def _at_work(self, lock: Lock | None) -> Iterator[None]:
        self._lock = lock
        try:
            yield
        finally:
            self._lock = None

    @cached_property
    def _generations(self) -> Snapshots:
        return Snapshots(Cluster(self._connection), self._alias)
