"""The OpenSearch engine: an index on a cluster, published a generation at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.engines.base import Document
from searchkit.engines.opensearch.client import Cluster
from searchkit.engines.opensearch.generations import Generations
from searchkit.engines.opensearch.locking import Lock
from searchkit.engines.opensearch.naming import alias_of
from searchkit.engines.opensearch.packing import Packed
from searchkit.engines.opensearch.reader import OpenSearchReader
from searchkit.engines.opensearch.settings import connection_from

if TYPE_CHECKING:
    from searchkit.engines.opensearch.writer import OpenSearchWriter


class OpenSearchEngine:
    """The index called *location* on the cluster that the environment names; see `settings.py`."""

    def __init__(self, location: Path) -> None:
        self._alias = alias_of(str(location))
        self._connection = connection_from()

    def read(self) -> OpenSearchReader:
        cluster = Cluster(self._connection)
        try:
            return OpenSearchReader(cluster, Generations(cluster, self._alias).published())
        except BaseException:
            cluster.close()
            raise

    @contextmanager
    def locked(self) -> Iterator[None]:
        lock = Lock(self._cluster, self._alias)
        with lock.held():
            self._lock = lock
            yield

    @staticmethod
    def pack(documents: Sequence[Document]) -> Packed:
        from searchkit.engines.opensearch.packing import pack

        return pack(documents)

    def write(self, *, full: bool) -> OpenSearchWriter:
        from searchkit.engines.opensearch.writer import OpenSearchWriter

        return OpenSearchWriter(Generations(self._cluster, self._alias), self._lock, full=full)

    @cached_property
    def _cluster(self) -> Cluster:
        return Cluster(self._connection)
