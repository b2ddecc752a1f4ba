"""Models to test with."""

from __future__ import annotations

import pytest

from searchkit.config import Config
from searchkit.semantic import rerank
from searchkit.semantic.encoder import ENCODERS, load_encoder
from tests.semantic.stand_in import Concepts


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENCODERS, "concepts", "tests.semantic.stand_in:Concepts")
    monkeypatch.setitem(ENCODERS, "backwards", "tests.semantic.stand_in:Backwards")
    monkeypatch.setitem(ENCODERS, "busy", "tests.semantic.stand_in:Busy")
    Concepts.read.clear()
    Concepts.asked.clear()
    load_encoder.cache_clear()
    rerank._vector_of.cache_clear()


@pytest.fixture(params=["memory", "whoosh"])
def config(request: pytest.FixtureRequest) -> Config:
    return Config(engine=request.param, semantic="lead", encoder="concepts", jobs=1)
