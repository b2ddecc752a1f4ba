"""The reference engine."""

from pathlib import Path

from searchkit.engines.base import Engine
from searchkit.engines.memory import MemoryEngine
from tests.engines.contract import EngineContract


class TestMemoryEngine(EngineContract):
    def make_engine(self, place: Path) -> Engine:
        return MemoryEngine(place)
