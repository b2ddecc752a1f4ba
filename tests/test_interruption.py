"""A reindex that is killed, or whose worker is, leaves a whole index behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import searchkit
from searchkit.engines import load_engine
from searchkit.errors import IndexLocked
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


KILLED = "import sys, searchkit; searchkit.reindex(sys.argv[1], sys.argv[2], full=True, jobs=int(sys.argv[3]))"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_kill_at_any_moment_leaves_the_old_or_the_new_index(
    samples: Path, place: Path, tmp_path: Path, jobs: int
) -> None:
    """The old index holds one article, the new one 52; after a kill there is one of the two, whole."""
    old = [make_article("旧的", "旧索引")]
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", KILLED, samples, tmp_path / "timed", str(jobs)], check=True)
    length = time.perf_counter() - began
    seen = set()
    for step in range(8):
        reindex(old, place, jobs=1, full=True)
        process = subprocess.Popen([sys.executable, "-c", KILLED, samples, place, str(jobs)])
        time.sleep(length * (step + 1) / 8)
        process.send_signal(signal.SIGKILL)
        process.wait()
        _wait_for_lock(place)
        with searchkit.open_index(place) as index:
            seen.add(len(index))
            assert len(index) in (1, 52)
            assert len(index.search('"旧索引"').hits) == (len(index) == 1)
            assert all(index.get(article_id) for article_id in index.reader.ids())
    assert 1 in seen
    reindex(samples, place, jobs=1)
    assert len(list(place.glob("generation-*"))) == 1


def _wait_for_lock(place: Path) -> None:
    """Workers of a killed parent end by themselves, within a moment."""
    for _ in range(50):
        try:
            with load_engine("whoosh", place).locked():
                return
        except IndexLocked:
            time.sleep(0.1)
    raise AssertionError("a killed reindex still holds the lock")
