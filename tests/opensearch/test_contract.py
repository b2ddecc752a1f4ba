"""The engine on a cluster: the contract."""

from __future__ import annotations

from pathlib import Path

from searchkit.engines.base import Engine
from searchkit.engines.opensearch import OpenSearchEngine
from tests.engines.contract import EngineContract


class TestOpenSearchEngine(EngineContract):
    def make_engine(self, place: Path) -> Engine:
        return OpenSearchEngine(place)
