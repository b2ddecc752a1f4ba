"""A reindex whose worker is killed leaves a whole index behind; tests/reliability/crash.py kills the reindex."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

import searchkit
from searchkit.indexing import reindex
from tests.conftest import make_article


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_a_killed_worker_is_an_error_and_leaves_the_index(
    samples: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reindex([make_article("旧的")], place, jobs=1)
    monkeypatch.setattr("searchkit.batches._survey", _kill_this_process)
    with pytest.raises(searchkit.WorkerDied, match="fewer --jobs"):
        reindex(samples, place, jobs=2)
    with searchkit.open_index(place) as index:
        assert list(index.reader.ids()) == ["旧的"]


def _kill_this_process(entry: object, ignored_tags: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
