"""Articles that wait to be written are kept in a file, and in memory where there is no room for one."""

from __future__ import annotations

import pickle
from pathlib import Path
from types import SimpleNamespace

import pytest

from searchkit.ingest.spool import Spool

ARTICLES = {"a": b"x" * 5_000, "b": b"", "c": "月亮".encode()}


def test_what_is_kept_is_read_again_and_crosses_to_a_worker_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    spool = Spool()
    spool.update(ARTICLES)
    spool.update({"c": b"anew"})
    for article_id, packed in {**ARTICLES, "c": b"anew"}.items():
        assert bytes(spool.get(article_id)) == packed
        assert pickle.loads(pickle.dumps(spool.get(article_id))) == packed
    assert len(pickle.dumps(spool.get("a"))) > 5_000
    assert not isinstance(spool.get("a"), bytes)
    assert list(tmp_path.iterdir()) == []  # the file has no name
    spool.discard("a")
    spool.discard("nothing")
    assert spool.get("a") == spool.get("nothing") == b""
    kept = spool.get("c")
    spool.close()
    assert spool.get("c") == b""
    with pytest.raises(ValueError, match="closed"):
        bytes(kept)
    spool.update(ARTICLES)
    kept = spool.get("c")
    del spool
    with pytest.raises(ValueError, match="closed"):
        bytes(kept)


@pytest.mark.parametrize("place", ["no folder", "a full disk"])
def test_without_room_articles_stay_in_memory(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> object:
        if place == "no folder":
            raise OSError("read-only")
        return Full()

    class Full:
        def seek(self, _: int) -> None: ...

        def write(self, _: bytes) -> int:
            raise OSError("no space left")

        def fileno(self) -> int:
            return 0

        def close(self) -> None: ...

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    spool = Spool()
    spool.update(ARTICLES)
    assert {article_id: spool.get(article_id) for article_id in ARTICLES} == ARTICLES
    monkeypatch.setattr("searchkit.ingest.spool._MEMORY", 5_005)
    spool = Spool()
    spool.offer(ARTICLES)
    assert [spool.get(article_id) for article_id in ARTICLES] == [ARTICLES["a"], b"", b""]


def test_half_of_a_disk_is_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("os.fstatvfs", lambda _: SimpleNamespace(f_bavail=60, f_frsize=100))
    spool = Spool()
    spool.offer({"a": b"x" * 5_000, "b": b"y" * 5_000})
    assert [isinstance(spool.get(article_id), bytes) for article_id in "ab"] == [False, True]
